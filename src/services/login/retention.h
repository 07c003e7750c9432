// How long a service keeps what: each kind of row carries the moment at which it must be gone, and one job sees to it
// (threats SVC-9).
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "store/store.h"

namespace mitome::services {

/// One table with a column "expires": Unix seconds, after which the row has no purpose any more.
struct KeptRows {
  std::string table;
  std::string what, what_ja;          ///< "drafts"
  std::string how_long, how_long_ja;  ///< "seven days"
};

class Retention {
 public:
  Retention(store::Store& store, const Clock& clock, std::vector<KeptRows> kept)
      : store_(store), clock_(clock), kept_(std::move(kept)) {}

  /// Deletes what is past its time; how many rows.
  Result<int64_t> purge();
  /// Rows past their time that are still there: 0 after purge().
  Result<int64_t> overdue();
  /// For a page: [{what, what_ja, how_long, how_long_ja, rows}].
  Result<json::Value> describe();
  /// Purges, and then says {overdue, kept: describe()}.
  Result<json::Value> report();

 private:
  store::Store& store_;
  const Clock& clock_;
  std::vector<KeptRows> kept_;
};

}  // namespace mitome::services
