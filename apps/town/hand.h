// The person's hand: which card or phone lies on which reader. Where a reader of the town is meant, there is no radio; in life nobody
// could ask what lies there (docs/divergences.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "codec/json/json.h"
#include "protocol/apdu/card_reader.h"
#include "protocol/http/http.h"

namespace mitome::town {

/// Something with a chip that can be laid on a reader.
struct Thing {
  std::string id;    ///< "card-…" or a phone's name
  std::string kind;  ///< "card", "phone"
  std::string label, label_ja;
  /// Power on; CARD_SILENT and others.
  std::function<Result<apdu::ApduChannel*>()> power_on;
  std::function<void()> power_off;
};

class Hand {
 public:
  /// `things` is asked each time: people get new cards and phones.
  explicit Hand(std::function<std::vector<Thing>()> things);
  ~Hand();

  /// The reader of that name, made when first asked for. Lives as long as the hand. Names: "pc", "kiosk-1", "desk", "back-of-PHONE".
  apdu::CardReader& reader(const std::string& name);
  /// Where the hand has laid nothing, whatever lies on this reader is read. It must outlive the hand.
  void stand_behind(apdu::CardReader& real) { real_ = &real; }
  /// Lays it there and takes it from wherever it lay; nothing takes away what lies there. NOT_FOUND.
  Result<void> lay(const std::string& reader, const std::optional<std::string>& thing);
  /// {"items":[{id, kind, label, label_ja, here}], "laid": id or null}
  json::Value look(const std::string& reader);

 private:
  class Reader;
  std::function<std::vector<Thing>()> things_;
  apdu::CardReader* real_ = nullptr;
  std::mutex mutex_;  // over readers_ and what lies on them
  std::map<std::string, std::unique_ptr<Reader>> readers_;
};

/// GET and POST /api/hand for a place with this reader: {item: id or null}.
std::vector<http::Route> hand_routes(Hand& hand, const std::string& reader);

}  // namespace mitome::town
