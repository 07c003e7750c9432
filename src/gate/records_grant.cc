// Grants: codes and access tokens, kept as hashes.
#include "gate/records.h"

namespace mitome::gate {
namespace {

constexpr std::string_view kColumns =
    "SELECT code, client, redirect_uri, code_challenge, nonce, subject, serial, holder, scopes, authenticated_at, expires FROM "
    "login_grant WHERE ";

}  // namespace

Result<void> Records::add_grant(store::Transaction& transaction, const Grant& grant) {
  return transaction.run(
      "INSERT INTO login_grant(code, client, redirect_uri, code_challenge, nonce, subject, serial, holder, scopes, "
      "authenticated_at, expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {grant.code, grant.client, grant.redirect_uri, grant.code_challenge, grant.nonce, grant.subject, grant.serial,
       grant.holder, join_scopes(grant.scopes), to_unix(grant.authenticated_at), to_unix(grant.expires)});
}

Result<std::optional<Grant>> Records::grant_where(std::string_view condition, std::vector<store::Cell> values) {
  std::optional<Grant> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one(std::string{kColumns} + std::string{condition}, values));
    if (!row) return {};
    found = Grant{row->blob(0), row->text(1), row->text(2), row->text(3), row->text(4), row->text(5), row->text(6),
                  row->text(7), split_scopes(row->text(8)), instant_from_unix(row->integer(9)),
                  instant_from_unix(row->integer(10))};
    return {};
  }));
  return found;
}

Result<std::optional<Grant>> Records::find_grant(ByteView code) { return grant_where("code = ?1", {to_bytes(code)}); }

Result<void> Records::redeem(const Grant& grant, std::string_view token, Instant now) {
  bool first = false;
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(first, transaction.insert_if_absent("code", grant.code, to_unix(grant.expires + kTokenLife)));
    // The second to come may be the right one: then a thief has the token.
    if (!first) return transaction.run("UPDATE login_grant SET revoked = 1 WHERE code = ?1", {grant.code});
    return transaction.run("UPDATE login_grant SET token = ?2, token_expires = ?3 WHERE code = ?1",
                           {grant.code, hashed(token), to_unix(now + kTokenLife)});
  }));
  if (!first) return Error{Reason::REPLAY, "this code was redeemed before; its token is taken back"};
  return {};
}

Result<std::optional<Grant>> Records::grant_of_token(std::string_view token, Instant now) {
  return grant_where("token = ?1 AND token_expires >= ?2 AND revoked = 0", {hashed(token), to_unix(now)});
}

Result<void> Records::revoke(std::string_view client, std::string_view subject) {
  return store_.write([&](store::Transaction& transaction) {
    return transaction.run("UPDATE login_grant SET revoked = 1 WHERE client = ?1 AND subject = ?2",
                           {std::string{client}, std::string{subject}});
  });
}

}  // namespace mitome::gate
