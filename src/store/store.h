// A durable store: SQL with transactions, behind one interface. sqlite/ and postgres/ are its only homes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::store {

/// A column or parameter value.
using Cell = std::variant<std::nullptr_t, int64_t, std::string, Bytes>;

struct Row {
  std::vector<Cell> cells;
  /// Each CHECKs the type: the schema is ours.
  int64_t integer(size_t column) const;
  const std::string& text(size_t column) const;
  const Bytes& blob(size_t column) const;
  bool is_null(size_t column) const;
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  /// Runs one statement with ?1, ?2, … bound. STORAGE_FAILED; CONFLICT for a broken UNIQUE or CHECK constraint.
  virtual Result<void> run(std::string_view sql, const std::vector<Cell>& parameters = {}) = 0;
  /// The rows of a query; over 100,000: LIMIT_EXCEEDED.
  virtual Result<std::vector<Row>> query(std::string_view sql, const std::vector<Cell>& parameters = {}) = 0;
  Result<std::optional<Row>> query_one(std::string_view sql, const std::vector<Cell>& parameters = {});
  /// Rows changed by the last run().
  virtual int64_t changes() const = 0;
  /// INSERT … ON CONFLICT DO NOTHING into single_use(kind, key, expires): true when it was not there before.
  /// The table is part of every schema (see single_use_schema()).
  Result<bool> insert_if_absent(std::string_view kind, ByteView key, int64_t expires_unix);
};

class Store {
 public:
  virtual ~Store() = default;
  /// BEGIN IMMEDIATE, body, COMMIT; ROLLBACK when the body returns an error, which is passed on.
  /// When this returns a value the effect is durable.
  virtual Result<void> write(const std::function<Result<void>(Transaction&)>& body) = 0;
  /// A consistent read.
  virtual Result<void> read(const std::function<Result<void>(Transaction&)>& body) = 0;
};

inline constexpr std::string_view kSingleUseSchema =
    "CREATE TABLE IF NOT EXISTS single_use(kind TEXT NOT NULL, key BLOB NOT NULL, expires INTEGER NOT NULL, "
    "PRIMARY KEY(kind, key)) STRICT, WITHOUT ROWID";
/// Every store has it: without it, forgetting what has expired looks at all that was used.
inline constexpr std::string_view kSingleUseIndex = "CREATE INDEX IF NOT EXISTS single_use_by_expiry ON single_use(expires)";

/// Statements of each schema version in order; those not applied yet run in one transaction each.
struct Migrations {
  std::vector<std::string> steps;
};

}  // namespace mitome::store
