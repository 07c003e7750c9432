#include "store/store.h"

#include "base/check.h"

namespace mitome::store {

int64_t Row::integer(size_t column) const {
  CHECK(column < cells.size() && std::holds_alternative<int64_t>(cells[column]));
  return std::get<int64_t>(cells[column]);
}

const std::string& Row::text(size_t column) const {
  CHECK(column < cells.size() && std::holds_alternative<std::string>(cells[column]));
  return std::get<std::string>(cells[column]);
}

const Bytes& Row::blob(size_t column) const {
  CHECK(column < cells.size() && std::holds_alternative<Bytes>(cells[column]));
  return std::get<Bytes>(cells[column]);
}

bool Row::is_null(size_t column) const {
  CHECK(column < cells.size());
  return std::holds_alternative<std::nullptr_t>(cells[column]);
}

Result<std::optional<Row>> Transaction::query_one(std::string_view sql, const std::vector<Cell>& parameters) {
  TRY_ASSIGN(std::vector<Row> rows, query(sql, parameters));
  CHECK(rows.size() <= 1);  // the caller's WHERE names one row
  if (rows.empty()) return std::optional<Row>{};
  return std::optional<Row>{std::move(rows.front())};
}

Result<bool> Transaction::insert_if_absent(std::string_view kind, ByteView key, int64_t expires_unix) {
  TRY(run("INSERT INTO single_use(kind, key, expires) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
          {std::string{kind}, to_bytes(key), expires_unix}));
  return changes() == 1;
}

}  // namespace mitome::store
