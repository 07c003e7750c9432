// POST /forget-tokens: a holder's wish to be forgotten becomes a token that tells the service its own name for the holder and nothing
// else. The certificate stays here: its serial would be one name for all services (threats SVC-6).
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/jose/jws.h"
#include "gate/gate.h"
#include "protocol/openid/relying_party.h"

namespace mitome::gate {
namespace {

constexpr Seconds kLongestWish{300};
constexpr size_t kMinNonce = 16, kMaxNonce = 64;

}  // namespace

Result<json::Value> Gate::make_forget_token(const json::Value& body) {
  TRY_ASSIGN(const std::string id, body.string_at("client"));
  TRY_ASSIGN(const Bytes certificate, body.base64url_at("certificate"));
  TRY_ASSIGN(const Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(const int64_t expires, body.int_at("expires"));
  TRY_ASSIGN(const Bytes nonce, body.base64url_at("nonce"));
  const Client* client = client_of(id);
  if (client == nullptr) return Error{Reason::NOT_FOUND, "no such service"};
  const Instant now = clock_.now();
  if (nonce.size() < kMinNonce || nonce.size() > kMaxNonce) return Error{Reason::LIMIT_EXCEEDED, "nonce of 16 to 64 bytes"};
  if (expires > to_unix(now + kLongestWish)) return Error{Reason::LIMIT_EXCEEDED, "expires: at most 300 seconds from now"};
  const Bytes message =
      cbor::Writer{}.array(5).text("mitome-forget-1").text(config_.origin).text(id).bytes(nonce).integer(expires).take();
  const auto verified = judge_.statement({"forget", nonce, instant_from_unix(expires), message, certificate, signature});
  if (!verified.holder) return Error{verified.report.verdict, verified.report.detail};
  TRY_ASSIGN(const std::string subject, subject_of(*client, verified.holder->serial()));
  const json::Value claims = json::Value::object({{"iss", config_.origin},
                                                  {"aud", client->id},
                                                  {"sub", subject},
                                                  {"iat", to_unix(now)},
                                                  {"exp", to_unix(now + openid::kForgetTokenLife)},
                                                  {"jti", records_.fresh()}});
  TRY_ASSIGN(const std::string token, jose::sign(openid::kForgetTokenType, as_bytes(claims.dump()), signer_));
  return json::Value::object({{"token", token}});
}

http::Response Gate::forget_token(const http::Request& request) {
  const auto made = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    return make_forget_token(body);
  }();
  http::Response response = made ? http::Response::json(*made) : http::Response::error(made.error());
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace mitome::gate
