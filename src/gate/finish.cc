// GET /continue, GET /complete: the holder was verified; back to the service.
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "gate/gate.h"

namespace mitome::gate {

Result<json::Value> Gate::ask_authority(std::string_view path, std::string_view token, std::string_view serial) {
  auto request = http::post_json(config_.authority + std::string{path}, json::Value::object({{"serial", serial}}));
  request.headers.emplace_back("Authorization", "Bearer " + std::string{token});
  return http::call_json(network_, request);
}

Result<std::string> Gate::subject_of(const Client& client, std::string_view serial) {
  TRY_ASSIGN(const json::Value answer, ask_authority("/holders", config_.verifier_token, serial));
  TRY_ASSIGN(const std::string holder, answer.string_at("holder"));
  // Another name at each service (Core 8.1, threats SVC-6); the byte between keeps ("a", "bc") from ("ab", "c").
  const Bytes input = concat({as_bytes(client.id), Bytes{0}, as_bytes(holder)});
  return base64url::encode(crypto::hmac_sha256(pairwise_key_.reveal(), input));
}

Result<std::string> Gate::finish_login(const Interaction& interaction, const WalletRequest& request) {
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(request.certificate));
  Grant grant;
  grant.serial = to_hex(certificate.serial());
  TRY_ASSIGN(grant.subject, subject_of(client_named(interaction.client), grant.serial));
  const std::string code = base64url::encode(random_.bytes(32));
  const Instant now = clock_.now();
  grant.code = hashed(code);
  grant.client = interaction.client;
  grant.redirect_uri = interaction.redirect_uri;
  grant.code_challenge = interaction.code_challenge;
  grant.nonce = interaction.nonce;
  grant.holder = request.holder;
  grant.scopes = interaction.scopes;
  grant.authenticated_at = now;
  grant.expires = now + kCodeLife;
  const auto granted = records_.end(interaction, [&](store::Transaction& transaction) -> Result<void> {
    TRY(Records::drop_requests(transaction, interaction));
    return Records::add_grant(transaction, grant);
  });
  if (!granted) return granted.error();
  return return_url(interaction, {{"code", code}});
}

Result<std::string> Gate::finish_sign(const Interaction& interaction, const WalletRequest&) {
  TRY(records_.end(interaction));
  return return_url(interaction, {});
}

Result<std::string> Gate::finish(const Interaction& interaction, const WalletRequest& request) {
  if (request.state != "good") return Error{Reason::SESSION_BINDING, "no wallet has answered"};
  return interaction.kind == Kind::kLogin ? finish_login(interaction, request) : finish_sign(interaction, request);
}

http::Response Gate::carry_on(const http::Request& request) {
  const auto go = [&]() -> Result<std::string> {
    TRY_ASSIGN(const auto query, http::query_parameters(request));
    TRY_ASSIGN(const WalletRequest wallet, records_.request_of_response_code(parameter(query, "response_code")));
    auto interaction = own_interaction(request, wallet.interaction);
    if (!interaction && interaction.error().reason == Reason::REPLAY)
      return Error{Reason::SESSION_BINDING, "this response code was used before"};
    if (!interaction) return interaction.error();
    return finish(*interaction, wallet);
  };
  const auto url = go();
  return url ? http::redirect(*url) : refusal_page(url.error());
}

http::Response Gate::complete(const http::Request& request) {
  const auto go = [&]() -> Result<std::string> {
    TRY_ASSIGN(const auto query, http::query_parameters(request));
    TRY_ASSIGN(const Interaction interaction, own_interaction(request, parameter(query, "id")));
    TRY_ASSIGN(const auto latest, records_.latest_request(interaction.id));
    // A wallet on this device hands over a response code; without it the answer may have been another browser's (threats ONL-9).
    if (!latest || latest->way != "qr") return Error{Reason::SESSION_BINDING, "the response code is missing"};
    return finish(interaction, *latest);
  };
  const auto url = go();
  return url ? http::redirect(*url) : refusal_page(url.error());
}

}  // namespace mitome::gate
