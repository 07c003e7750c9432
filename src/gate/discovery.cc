// GET /.well-known/openid-configuration, GET /jwks
#include "credential/jose/jwk.h"
#include "gate/gate.h"
#include "protocol/openid/relying_party.h"

namespace mitome::gate {

http::Response Gate::discovery(const http::Request&) {
  const auto at = [&](std::string_view path) { return json::Value{config_.origin + std::string{path}}; };
  const auto list = [](std::initializer_list<json::Value> items) { return json::Value::array(items); };
  return http::Response::json(json::Value::object({
      {"issuer", config_.origin},
      {"authorization_endpoint", at("/authorize")},
      {"token_endpoint", at("/token")},
      {"userinfo_endpoint", at("/userinfo")},
      {"end_session_endpoint", at("/end-session")},
      {"jwks_uri", at("/jwks")},
      {"mitome_sign_endpoint", at("/sign-transactions")},
      {"mitome_sign_result_endpoint", at("/sign-transactions/result")},
      {"scopes_supported", list({"openid", "name", "address", "birthdate", "gender", "insurance"})},
      {"response_types_supported", list({"code"})},
      {"response_modes_supported", list({"query"})},
      {"grant_types_supported", list({"authorization_code"})},
      {"subject_types_supported", list({"pairwise"})},
      {"acr_values_supported", list({openid::kAcr})},
      {"id_token_signing_alg_values_supported", list({"ES256"})},
      {"token_endpoint_auth_methods_supported", list({"private_key_jwt"})},
      {"token_endpoint_auth_signing_alg_values_supported", list({"ES256"})},
      {"code_challenge_methods_supported", list({"S256"})},
      {"claims_supported", list({"sub", "name", "address", "birthdate", "gender", "jpki_serial", "acr", "amr", "auth_time"})},
      {"ui_locales_supported", list({"ja", "en"})},
      {"claims_parameter_supported", false},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
      {"authorization_response_iss_parameter_supported", true},
  }));
}

http::Response Gate::keys(const http::Request&) {
  return http::Response::json(
      json::Value::object({{"keys", json::Value::array({jose::to_jwk(signer_.public_key())})}}));
}

}  // namespace mitome::gate
