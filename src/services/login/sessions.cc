#include "services/login/sessions.h"

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::services {
namespace {

constexpr size_t kSecretSize = 16;

Bytes key_of(std::string_view secret) {
  const auto digest = crypto::sha256(as_bytes(secret));
  return {digest.begin(), digest.end()};
}

}  // namespace

std::vector<std::string> Sessions::schema() {
  return {"CREATE TABLE pending(key BLOB NOT NULL PRIMARY KEY, ticket TEXT NOT NULL, intent TEXT NOT NULL, expires INTEGER NOT NULL) "
          "STRICT, WITHOUT ROWID",
          "CREATE TABLE session(key BLOB NOT NULL PRIMARY KEY, subject TEXT NOT NULL, holder TEXT NOT NULL, claims TEXT NOT NULL, "
          "ends INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID",
          "CREATE INDEX session_by_subject ON session(subject)"};
}

std::vector<KeptRows> Sessions::kept() {
  return {{"pending", "logins on their way to the gate", "認証の途中の記録", "10 minutes", "10分"},
          {"session", "who is logged in, and what the gate told for it", "ログイン中の記録と、そのために受け取った項目",
           "until logout, or 30 minutes without use, at most 4 hours", "ログアウトまで（操作がなければ30分、最長4時間）"},
          {"single_use", "that a signature or a wish to be forgotten was used once (a hash or a random number)",
           "署名や削除の求めが使用済みであること（ハッシュか乱数のみ）", "15 minutes", "15分"}};
}

std::string Sessions::make_secret() { return base64url::encode(random_.bytes(kSecretSize)); }

Result<std::string> Sessions::keep_pending(const Pending& pending) {
  const std::string secret = make_secret();
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("DELETE FROM pending WHERE expires < ?1", {to_unix(clock_.now())}));
    return transaction.run("INSERT INTO pending(key, ticket, intent, expires) VALUES(?1, ?2, ?3, ?4)",
                           {key_of(secret), pending.ticket, pending.intent.dump(),
                               to_unix(clock_.now() + kPendingLife)});
  });
  TRY(written);
  return secret;
}

Result<Pending> Sessions::take_pending(std::string_view secret) {
  std::optional<Pending> found;
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row,
        transaction.query_one("SELECT ticket, intent FROM pending WHERE key = ?1 AND expires >= ?2",
                                                     {key_of(secret), to_unix(clock_.now())}));
    if (!row) return Error{Reason::SESSION_EXPIRED, "no login is under way in this browser"};
    TRY_ASSIGN(json::Value intent, json::parse(row->text(1)));
    found = Pending{row->text(0), std::move(intent)};
    return transaction.run("DELETE FROM pending WHERE key = ?1", {key_of(secret)});
  }));
  return std::move(*found);
}

Result<std::string> Sessions::open(const Arrival& arrival) {
  const std::string secret = make_secret();
  const Instant now = clock_.now();
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("DELETE FROM session WHERE expires < ?1", {to_unix(now)}));
    return transaction.run("INSERT INTO session(key, subject, holder, claims, ends, expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                           {key_of(secret), arrival.subject, arrival.holder, arrival.claims.dump(),
                            to_unix(now + kSessionLife), to_unix(now + kSessionIdle)});
  });
  TRY(written);
  return secret;
}

Result<Visitor> Sessions::find(const http::Request& request) {
  const std::string secret = http::cookie(request, kSessionCookie);
  if (secret.empty()) return Error{Reason::LOGIN_REQUIRED, ""};
  std::optional<Visitor> found;
  Instant expires;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row,
        transaction.query_one("SELECT subject, holder, claims, ends, expires FROM session WHERE key = ?1 AND expires >= ?2",
                                                     {key_of(secret), to_unix(clock_.now())}));
    if (!row) return Error{Reason::SESSION_EXPIRED, ""};
    TRY_ASSIGN(json::Value claims, json::parse(row->text(2)));
    found = Visitor{key_of(secret), row->text(0), row->text(1), std::move(claims), instant_from_unix(row->integer(3))};
    expires = instant_from_unix(row->integer(4));
    return {};
  }));
  TRY(keep_alive(*found, expires));
  return std::move(*found);
}

/// Writes at most once a minute of the town's time: most requests only read.
Result<void> Sessions::keep_alive(const Visitor& visitor, Instant expires) {
  const Instant until = std::min(clock_.now() + kSessionIdle, visitor.ends);
  if (until - expires < Seconds{60}) return {};
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    return transaction.run("UPDATE session SET expires = ?2 WHERE key = ?1", {visitor.key, to_unix(until)});
  });
}

Result<void> Sessions::close(const http::Request& request) {
  const std::string secret = http::cookie(request, kSessionCookie);
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    return transaction.run("DELETE FROM session WHERE key = ?1", {key_of(secret)});
  });
}

Result<void> Sessions::use_once(const ForgetWish& wish) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first, transaction.insert_if_absent("forget", as_bytes(wish.id), to_unix(wish.expires)));
    return first ? Result<void>{} : Result<void>{Error{Reason::REPLAY, "this wish was heard before"}};
  });
}

}  // namespace mitome::services
