#include "gate/records.h"
#include "verifier/room.h"
#include "verifier/schema.h"

namespace mitome::gate {

store::Migrations gate_schema() {
  auto schema = verifier::verifier_schema();
  for (const auto* step : {
           "CREATE TABLE interaction(id TEXT NOT NULL PRIMARY KEY, browser TEXT NOT NULL, client TEXT NOT NULL, kind INTEGER NOT "
           "NULL, redirect_uri TEXT NOT NULL, state TEXT NOT NULL, nonce TEXT NOT NULL, code_challenge TEXT NOT NULL, scopes TEXT "
           "NOT NULL, document TEXT NOT NULL, purpose TEXT NOT NULL, purpose_ja TEXT NOT NULL, sha256 BLOB NOT NULL, expires "
           "INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID",
           "CREATE INDEX interaction_by_expiry ON interaction(expires)",
           "CREATE TABLE wallet_request(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, interaction TEXT NOT NULL, way TEXT "
           "NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, challenge TEXT NOT NULL, holder TEXT NOT NULL, certificate BLOB NOT "
           "NULL, signature BLOB NOT NULL, response_code BLOB NOT NULL, expires INTEGER NOT NULL) STRICT",
           "CREATE INDEX wallet_request_by_interaction ON wallet_request(interaction)",
           "CREATE TABLE login_grant(code BLOB NOT NULL PRIMARY KEY, client TEXT NOT NULL, redirect_uri TEXT NOT NULL, code_challenge "
           "TEXT NOT NULL, nonce TEXT NOT NULL, subject TEXT NOT NULL, serial TEXT NOT NULL, holder TEXT NOT NULL, scopes TEXT NOT "
           "NULL, authenticated_at INTEGER NOT NULL, expires INTEGER NOT NULL, token BLOB, token_expires INTEGER NOT NULL DEFAULT 0, "
           "revoked INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID",
           "CREATE UNIQUE INDEX login_grant_by_token ON login_grant(token)",
           // What every login deletes by; without it each looked at all logins of the last hour.
           "CREATE INDEX login_grant_by_end ON login_grant(token_expires, expires)",
       }) {
    schema.steps.emplace_back(step);
  }
  for (std::string& step : verifier::room_steps("interaction")) schema.steps.push_back(std::move(step));
  return schema;
}

}  // namespace mitome::gate
