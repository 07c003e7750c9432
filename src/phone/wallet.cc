#include "phone/wallet.h"

#include "crypto/aead.h"

namespace mitome::phone {
namespace {

constexpr size_t kGcmNonceSize = 12;
constexpr std::string_view kDataKey = "data-key";

/// The first text that is behind every text with this prefix.
std::string behind(std::string_view prefix) { return std::string{prefix} + '\x7F'; }

}  // namespace

store::Migrations wallet_migrations() {
  return {{
      "CREATE TABLE sealed(name TEXT PRIMARY KEY, box BLOB NOT NULL) STRICT, WITHOUT ROWID",
      "CREATE TABLE activity(id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT",
      "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  }};
}

Result<ByteView> Wallet::data_key() {
  if (!data_key_.empty()) return data_key_.reveal();
  std::optional<Bytes> box;
  TRY(store_.read([&box](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one("SELECT box FROM sealed WHERE name = ?1", {std::string{kDataKey}}));
    if (row) box = row->blob(0);
    return {};
  }));
  if (box) {
    TRY_ASSIGN(data_key_, element_.open(kDataKey, *box));
    return data_key_.reveal();
  }
  crypto::SecretBytes fresh{random_.bytes(32)};
  TRY_ASSIGN(const Bytes sealed, element_.seal(kDataKey, fresh.reveal()));
  TRY(store_.write([&sealed](store::Transaction& transaction) {
    return transaction.run("INSERT INTO sealed(name, box) VALUES(?1, ?2)", {std::string{kDataKey}, sealed});
  }));
  data_key_ = std::move(fresh);
  return data_key_.reveal();
}

Result<Bytes> Wallet::seal(std::string_view name, ByteView record) {
  TRY_ASSIGN(const ByteView key, data_key());
  const Bytes nonce = random_.bytes(kGcmNonceSize);
  TRY_ASSIGN(const Bytes sealed, crypto::aes_gcm_seal(key, nonce, as_bytes(name), record));
  return concat({nonce, sealed});
}

Result<Bytes> Wallet::open(std::string_view name, ByteView box) {
  TRY_ASSIGN(const ByteView key, data_key());
  if (box.size() < kGcmNonceSize) return Error{Reason::WALLET_SEALED, std::string{name}};
  auto opened =
      crypto::aes_gcm_open(key, box.first(kGcmNonceSize), as_bytes(name), box.subspan(kGcmNonceSize));
  if (!opened) return Error{Reason::WALLET_SEALED, std::string{name}};
  return opened;
}

Result<void> Wallet::write(const std::function<Result<void>(Edit&)>& body) {
  TRY(data_key());  // outside the transaction: it may write
  return store_.write([this, &body](store::Transaction& transaction) {
    Edit edit{*this, transaction};
    return body(edit);
  });
}

Result<void> Wallet::Edit::put(std::string_view name, ByteView record) {
  TRY_ASSIGN(Bytes box, wallet_.seal(name, record));
  return transaction_.run(
      "INSERT INTO sealed(name, box) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET box = excluded.box",
      {std::string{name}, std::move(box)});
}

Result<void> Wallet::Edit::erase(std::string_view name) {
  return transaction_.run("DELETE FROM sealed WHERE name = ?1", {std::string{name}});
}

Result<void> Wallet::Edit::erase_all(std::string_view prefix) {
  return transaction_.run("DELETE FROM sealed WHERE name >= ?1 AND name < ?2", {std::string{prefix}, behind(prefix)});
}

Result<void> Wallet::Edit::log(const Activity& activity) {
  TRY_ASSIGN(Bytes box, wallet_.seal("activity", encode_activity(activity)));
  TRY(transaction_.run("INSERT INTO activity(box) VALUES(?1)", {std::move(box)}));
  return transaction_.run("DELETE FROM activity WHERE id <= (SELECT max(id) FROM activity) - ?1",
                          {static_cast<int64_t>(kMaxActivities)});
}

Result<void> Wallet::Edit::amend(const Activity& activity) {
  TRY_ASSIGN(Bytes box, wallet_.seal("activity", encode_activity(activity)));
  return transaction_.run("UPDATE activity SET box = ?2 WHERE id = ?1", {activity.id, std::move(box)});
}

Result<std::optional<Bytes>> Wallet::get(std::string_view name) {
  TRY(data_key());  // another phone's wallet says so even where a record is missing
  std::optional<Bytes> box;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one("SELECT box FROM sealed WHERE name = ?1", {std::string{name}}));
    if (row) box = row->blob(0);
    return {};
  }));
  if (!box) return std::optional<Bytes>{};
  TRY_ASSIGN(Bytes record, open(name, *box));
  return std::optional<Bytes>{std::move(record)};
}

Result<std::vector<Bytes>> Wallet::list(std::string_view prefix) {
  TRY(data_key());
  std::vector<store::Row> rows;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(rows, transaction.query("SELECT name, box FROM sealed WHERE name >= ?1 AND name < ?2 ORDER BY name",
                                       {std::string{prefix}, behind(prefix)}));
    return {};
  }));
  std::vector<Bytes> records;
  for (const store::Row& row : rows) {
    TRY_ASSIGN(Bytes record, open(row.text(0), row.blob(1)));
    records.push_back(std::move(record));
  }
  return records;
}

Result<std::vector<Activity>> Wallet::activities() {
  TRY(data_key());
  std::vector<store::Row> rows;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(rows, transaction.query("SELECT id, box FROM activity ORDER BY id"));
    return {};
  }));
  std::vector<Activity> activities;
  for (const store::Row& row : rows) {
    TRY_ASSIGN(const Bytes record, open("activity", row.blob(1)));
    TRY_ASSIGN(Activity activity, parse_activity(record));
    activity.id = row.integer(0);
    activities.push_back(std::move(activity));
  }
  return activities;
}

Result<std::optional<CardItem>> Wallet::card() {
  TRY_ASSIGN(const auto record, get("card"));
  if (!record) return std::optional<CardItem>{};
  TRY_ASSIGN(CardItem item, CardItem::parse(*record));
  return std::optional<CardItem>{std::move(item)};
}

Result<std::optional<Enrolment>> Wallet::enrolment() {
  TRY_ASSIGN(const auto record, get("enrolment"));
  if (!record) return std::optional<Enrolment>{};
  TRY_ASSIGN(Enrolment enrolment, Enrolment::parse(*record));
  return std::optional<Enrolment>{std::move(enrolment)};
}

Result<std::optional<PendingCall>> Wallet::call() {
  TRY_ASSIGN(const auto record, get("call"));
  if (!record) return std::optional<PendingCall>{};
  TRY_ASSIGN(PendingCall call, PendingCall::parse(*record));
  return std::optional<PendingCall>{std::move(call)};
}

Result<std::vector<MdocRecord>> Wallet::mdocs() {
  TRY_ASSIGN(const auto records, list("mdoc/"));
  std::vector<MdocRecord> mdocs;
  for (const Bytes& record : records) {
    TRY_ASSIGN(MdocRecord mdoc, MdocRecord::parse(record));
    mdocs.push_back(std::move(mdoc));
  }
  return mdocs;
}

Result<std::vector<OtherItem>> Wallet::others() {
  TRY_ASSIGN(const auto records, list("other/"));
  std::vector<OtherItem> items;
  for (const Bytes& record : records) {
    TRY_ASSIGN(OtherItem item, parse_other(record));
    items.push_back(std::move(item));
  }
  return items;
}

Result<void> Wallet::reset() {
  auto emptied = store_.write([](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("DELETE FROM activity"));
    return transaction.run("DELETE FROM sealed");
  });
  TRY(std::move(emptied));
  data_key_ = {};
  TRY(data_key());
  return {};
}

}  // namespace mitome::phone
