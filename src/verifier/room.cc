#include "verifier/room.h"

namespace mitome::verifier {

std::vector<std::string> room_steps(const std::string& table) {
  return {"CREATE INDEX " + table + "_open ON " + table + "(expires) WHERE open = 1",
          // A count by the rows themselves would look at all of them each time.
          "CREATE TABLE IF NOT EXISTS kept(name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID",
          "INSERT INTO kept VALUES('" + table + "', 0)"};
}

Result<void> make_room(store::Transaction& transaction, const std::string& table, Instant now, Instant forgotten) {
  TRY(transaction.run("DELETE FROM " + table + " WHERE expires < ?1", {to_unix(forgotten)}));
  TRY(transaction.run("UPDATE kept SET n = n - ?2 + 1 WHERE name = ?1", {table, transaction.changes()}));
  TRY_ASSIGN(const auto kept, transaction.query_one("SELECT n FROM kept WHERE name = ?1", {table}));
  TRY_ASSIGN(
      const auto open,
      transaction.query_one("SELECT COUNT(*) FROM " + table + " WHERE open = 1 AND expires >= ?1", {to_unix(now)}));
  if (open->integer(0) >= kMaxOpenSessions) return Error{Reason::LIMIT_EXCEEDED, "too many open sessions"};
  if (kept->integer(0) > kMaxKeptSessions) return Error{Reason::LIMIT_EXCEEDED, "too many sessions in so short a time"};
  return {};
}

}  // namespace mitome::verifier
