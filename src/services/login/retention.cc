#include "services/login/retention.h"

namespace mitome::services {

// The names of tables come from our own code, never from a request.

Result<int64_t> Retention::purge() {
  int64_t gone = 0;
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    for (const KeptRows& rows : kept_) {
      TRY(transaction.run("DELETE FROM " + rows.table + " WHERE expires < ?1", {to_unix(clock_.now())}));
      gone += transaction.changes();
    }
    return {};
  });
  TRY(written);
  return gone;
}

Result<int64_t> Retention::overdue() {
  int64_t late = 0;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    for (const KeptRows& rows : kept_) {
      TRY_ASSIGN(const auto found, transaction.query("SELECT COUNT(*) FROM " + rows.table + " WHERE expires < ?1",
                                                     {to_unix(clock_.now())}));
      late += found.front().integer(0);
    }
    return {};
  }));
  return late;
}

Result<json::Value> Retention::describe() {
  json::Value out = json::Value::array();
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    for (const KeptRows& rows : kept_) {
      TRY_ASSIGN(const auto found, transaction.query("SELECT COUNT(*) FROM " + rows.table));
      out.push(json::Value::object({{"what", rows.what},
                                    {"what_ja", rows.what_ja},
                                    {"how_long", rows.how_long},
                                    {"how_long_ja", rows.how_long_ja},
                                    {"rows", found.front().integer(0)}}));
    }
    return {};
  }));
  return out;
}

Result<json::Value> Retention::report() {
  TRY(purge());
  TRY_ASSIGN(const int64_t late, overdue());
  TRY_ASSIGN(json::Value rules, describe());
  return json::Value::object({{"overdue", late}, {"kept", std::move(rules)}});
}

}  // namespace mitome::services
