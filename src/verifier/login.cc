// POST /login/start, POST /login/finish
#include "codec/base64url/base64url.h"
#include "verifier/jpki_verifier.h"

namespace mitome::verifier {

http::Response JpkiVerifier::login_start(const http::Request&) {
  const auto challenge = judge_.challenges().open("login", judge_.config().origin, {}, clock_.now());
  if (!challenge) return http::Response::error(challenge.error());
  return http::Response::json(json::Value::object({{"session", challenge->id},
                                                   {"origin", challenge->origin},
                                                   {"nonce", base64url::encode(challenge->nonce)},
                                                   {"expires", to_unix(challenge->expires)}}));
}

http::Response JpkiVerifier::login_finish(const http::Request& request) {
  const auto answer = read_answer(request, "login");
  if (!answer) return http::Response::error(answer.error());
  // The message is made from our own session, never from what the caller says was signed.
  const JpkiVerified verified = judge_.login({answer->challenge, answer->certificate, answer->signature});
  json::Value report = mdoc::to_json(verified.report);
  if (verified.holder) {
    report.set("serial", verified.holder->serial());
    report.set("holder", verified.holder->kind());
  }
  return http::Response::json(report);
}

}  // namespace mitome::verifier
