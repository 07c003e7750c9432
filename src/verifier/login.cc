// POST /login/start, POST /login/finish
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "verifier/jpki_verifier.h"

namespace mitome::verifier {

Bytes login_message(std::string_view origin, ByteView nonce, Instant expires) {
  return cbor::Writer{}.array(4).text("mitome-login-1").text(origin).bytes(nonce).integer(to_unix(expires)).take();
}

http::Response JpkiVerifier::login_start(const http::Request&) {
  const auto challenge = challenges_.open("login", config_.origin, {}, clock_.now());
  if (!challenge) return http::Response::error(challenge.error());
  return http::Response::json(json::Value::object({{"session", challenge->id},
                                                   {"origin", config_.origin},
                                                   {"nonce", base64url::encode(challenge->nonce)},
                                                   {"expires", to_unix(challenge->expires)}}));
}

http::Response JpkiVerifier::login_finish(const http::Request& request) {
  const auto answer = read_answer(request, "login");
  if (!answer) return http::Response::error(answer.error());
  // The message is made from our own session, never from what the caller says was signed.
  const Challenge& challenge = answer->challenge;
  const Bytes message = login_message(challenge.origin, challenge.nonce, challenge.expires);
  const JpkiVerified verified = judge(*answer, Purpose::kUserAuthentication, message);
  json::Value report = mdoc::to_json(verified.report);
  if (verified.holder) {
    report.set("serial", verified.holder->serial());
    report.set("holder", verified.holder->kind());
  }
  return http::Response::json(report);
}

}  // namespace mitome::verifier
