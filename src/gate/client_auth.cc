// private_key_jwt (OpenID Connect Core 9, RFC 7523 3).
#include <algorithm>

#include "credential/jose/claims.h"
#include "credential/jose/jws.h"
#include "gate/gate.h"
#include "protocol/openid/client_assertion.h"

namespace mitome::gate {
namespace {

constexpr size_t kMaxJti = 256;
constexpr Seconds kLongestAssertion{300};

}  // namespace

Result<const Client*> Gate::authenticate(std::string_view type, std::string_view assertion, std::string_view endpoint) {
  if (type != openid::kAssertionType) return Error{Reason::MALFORMED, "client_assertion_type"};
  TRY_ASSIGN(const jose::Jws message, jose::Jws::parse(assertion));
  TRY_ASSIGN(const json::Value claims, json::parse(as_text(message.payload)));
  // Who it says it is only chooses the keys to try.
  TRY_ASSIGN(const std::string id, claims.string_at("iss"));
  const Client* client = client_of(id);
  if (client == nullptr) return Error{Reason::NOT_FOUND, "no such client"};
  const bool signed_by_it = std::any_of(client->keys.begin(), client->keys.end(),
                                        [&](const crypto::PublicKey& key) { return jose::verify(message, key).has_value(); });
  if (!signed_by_it) return Error{Reason::BAD_SIGNATURE, "of the client assertion"};
  const Instant now = clock_.now();
  TRY(jose::check_claims(claims, {.issuer = client->id,
                                  .audiences = {config_.origin, config_.origin + std::string{endpoint}},
                                  .now = now,
                                  .longest_life = kLongestAssertion}));
  if (claims.string_or("sub", "") != client->id) return Error{Reason::ISSUER_MISMATCH, "sub"};
  TRY_ASSIGN(const std::string jti, claims.string_at("jti"));
  if (jti.empty() || jti.size() > kMaxJti) return Error{Reason::LIMIT_EXCEEDED, "jti"};
  TRY(records_.use_once("jti", client->id + " " + jti, now + kLongestAssertion + 2 * jose::kClockSkew));
  return client;
}

}  // namespace mitome::gate
