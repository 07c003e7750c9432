#include "gate/records.h"

#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "verifier/room.h"

namespace mitome::gate {
namespace {

/// Kept this long after their end, so that who comes late is told so; what was used once is remembered longer than it lives.
constexpr Seconds kKeptAfterEnd{3600};

Result<void> forget(store::Transaction& transaction, Instant now) {
  const int64_t before = to_unix(now - kKeptAfterEnd);
  TRY(transaction.run("DELETE FROM wallet_request WHERE interaction IN (SELECT id FROM interaction WHERE expires < ?1)", {before}));
  TRY(transaction.run("DELETE FROM login_grant WHERE expires < ?1 AND token_expires < ?1", {to_unix(now)}));
  TRY(transaction.run("DELETE FROM single_use WHERE expires < ?1", {before}));
  return verifier::make_room(transaction, "interaction", now, now - kKeptAfterEnd);
}

Interaction interaction_from(const store::Row& row) {
  Interaction out;
  out.id = row.text(0);
  out.browser = row.text(1);
  out.client = row.text(2);
  out.kind = row.integer(3) == 0 ? Kind::kLogin : Kind::kSign;
  out.redirect_uri = row.text(4);
  out.state = row.text(5);
  out.nonce = row.text(6);
  out.code_challenge = row.text(7);
  out.scopes = split_scopes(row.text(8));
  out.document = row.text(9);
  out.purpose = row.text(10);
  out.purpose_ja = row.text(11);
  out.sha256 = row.blob(12);
  out.expires = instant_from_unix(row.integer(13));
  out.ended = row.integer(14) == 0;
  return out;
}

}  // namespace

Bytes hashed(std::string_view secret) {
  const auto digest = crypto::sha256(as_bytes(secret));
  return {digest.begin(), digest.end()};
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& each : scopes) text += (text.empty() ? "" : " ") + each;
  return text;
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

std::string Records::fresh() { return base64url::encode(random_.bytes(16)); }

Result<Interaction> Records::open(Interaction interaction, Instant now) {
  interaction.id = fresh();
  interaction.expires = now + kInteractionLife;
  const Interaction& it = interaction;
  const auto opened = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(forget(transaction, now));
    return transaction.run(
        "INSERT INTO interaction VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)",
        {it.id, it.browser, it.client, static_cast<int64_t>(it.kind == Kind::kSign), it.redirect_uri, it.state, it.nonce,
         it.code_challenge, join_scopes(it.scopes), it.document, it.purpose, it.purpose_ja, it.sha256, to_unix(it.expires)});
  });
  if (!opened) return opened.error();
  return interaction;
}

Result<Interaction> Records::read(std::string_view id) {
  std::optional<Interaction> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row,
               transaction.query_one("SELECT * FROM interaction WHERE id = ?1", {std::string{id}}));
    if (row) found = interaction_from(*row);
    return {};
  }));
  if (!found) return Error{Reason::NOT_FOUND, "no such login"};
  return std::move(*found);
}

Result<Interaction> Records::find(std::string_view id, Instant now) {
  TRY_ASSIGN(Interaction found, read(id));
  if (found.ended) return Error{Reason::REPLAY, "this login has come to its end"};
  if (now > found.expires) return Error{Reason::SESSION_EXPIRED, to_rfc3339(found.expires)};
  return found;
}

Result<void> Records::bind(const Interaction& interaction, std::string_view browser) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("UPDATE interaction SET browser = ?2 WHERE id = ?1 AND browser = ''",
                        {interaction.id, std::string{browser}}));
    if (transaction.changes() != 1) return Error{Reason::SESSION_BINDING, "begun in another browser"};
    return {};
  });
}

Result<void> Records::end(const Interaction& interaction, const std::function<Result<void>(store::Transaction&)>& effect) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first,
               transaction.insert_if_absent("interaction", as_bytes(interaction.id), to_unix(interaction.expires)));
    if (!first) return Error{Reason::REPLAY, "this login has come to its end"};
    TRY(transaction.run("UPDATE interaction SET open = 0 WHERE id = ?1", {interaction.id}));
    return effect ? effect(transaction) : Result<void>{};
  });
}

Result<void> Records::use_once(std::string_view kind, std::string_view key, Instant expires) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first, transaction.insert_if_absent(kind, as_bytes(key), to_unix(expires)));
    if (!first) return Error{Reason::REPLAY, std::string{kind}};
    return {};
  });
}

}  // namespace mitome::gate
