// POST /token (OpenID Connect Core 3.1.3)
#include "codec/base64url/base64url.h"
#include "credential/jose/jws.h"
#include "crypto/hash.h"
#include "gate/gate.h"
#include "protocol/openid/pkce.h"
#include "protocol/openid/relying_party.h"

namespace mitome::gate {

Result<Grant> Gate::redeemable(const Client& client, const http::Parameters& form) {
  TRY_ASSIGN(auto grant, records_.find_grant(hashed(parameter(form, "code"))));
  // A code of another client's is none for this one, and does that other no harm.
  if (!grant || grant->client != client.id) return Error{Reason::NOT_FOUND, "no such code"};
  if (clock_.now() > grant->expires) return Error{Reason::TOKEN_EXPIRED, "the code"};
  if (parameter(form, "redirect_uri") != grant->redirect_uri) return Error{Reason::REDIRECT_URI, "another than was asked with"};
  const std::string verifier = parameter(form, "code_verifier");
  if (!openid::is_code_verifier(verifier) || openid::code_challenge(verifier) != grant->code_challenge)
    return Error{Reason::PKCE_MISMATCH, "code_verifier"};
  return std::move(*grant);
}

Result<std::string> Gate::id_token(const Client& client, const Grant& grant, std::string_view access_token) {
  const auto digest = crypto::sha256(as_bytes(access_token));
  const bool phone = grant.holder == "phone";
  const Instant now = clock_.now();
  const auto claims = json::Value::object({
      {"iss", config_.origin},
      {"sub", grant.subject},
      {"aud", client.id},
      {"iat", to_unix(now)},
      {"exp", to_unix(now + kTokenLife)},
      {"auth_time", to_unix(grant.authenticated_at)},
      {"nonce", grant.nonce},
      {"acr", openid::kAcr},
      // RFC 8176: a card and its PIN; a key in a phone's hardware, used after its owner's face or finger.
      {"amr", phone ? json::Value::array({"hwk", "user"}) : json::Value::array({"sc", "pin"})},
      {"mitome_holder", grant.holder},
      {"at_hash", base64url::encode(ByteView{digest}.first(digest.size() / 2))},
  });
  return jose::sign("JWT", as_bytes(claims.dump()), signer_);
}

Result<json::Value> Gate::issue_tokens(const Client& client, const Grant& grant) {
  const std::string access_token = base64url::encode(random_.bytes(32));
  TRY_ASSIGN(const std::string identity, id_token(client, grant, access_token));
  TRY(records_.redeem(grant, access_token, clock_.now()));
  return json::Value::object({{"access_token", access_token},
                              {"token_type", "Bearer"},
                              {"expires_in", static_cast<int64_t>(kTokenLife.count())},
                              {"scope", grant.scopes.empty() ? "openid" : "openid " + join_scopes(grant.scopes)},
                              {"id_token", identity}});
}

http::Response Gate::token(const http::Request& request) {
  // What stands in the address too may be another value (threats ONL-16), and addresses are logged.
  if (!request.query().empty()) return oauth_error("invalid_request", {Reason::MALFORMED, "a query"});
  const auto form = http::form_parameters(request);
  if (!form) return oauth_error("invalid_request", form.error());
  const auto client = authenticate(parameter(*form, "client_assertion_type"), parameter(*form, "client_assertion"), "/token");
  if (!client) return oauth_error("invalid_client", client.error());
  const std::string id = parameter(*form, "client_id");
  if (!id.empty() && id != (*client)->id) return oauth_error("invalid_client", {Reason::ISSUER_MISMATCH, "client_id"});
  if (parameter(*form, "grant_type") != "authorization_code")
    return oauth_error("unsupported_grant_type", {Reason::MALFORMED, "grant_type"});
  const auto grant = redeemable(**client, *form);
  if (!grant) return oauth_error("invalid_grant", grant.error());
  const auto tokens = issue_tokens(**client, *grant);
  if (!tokens) return oauth_error("invalid_grant", tokens.error());
  http::Response response = http::Response::json(*tokens);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace mitome::gate
