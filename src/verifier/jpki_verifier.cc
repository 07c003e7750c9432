#include "verifier/jpki_verifier.h"

namespace mitome::verifier {

JpkiVerifier::JpkiVerifier(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random,
                           http::HttpClient& network)
    : clock_(clock), judge_(std::move(config), store, clock, random, network) {}

Result<JpkiVerifier::Answer> JpkiVerifier::read_answer(const http::Request& request, std::string_view kind) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string session, body.string_at("session"));
  TRY_ASSIGN(Bytes certificate, body.base64url_at("certificate"));
  TRY_ASSIGN(Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(Challenge challenge, judge_.challenges().find(session, kind));
  return Answer{std::move(challenge), std::move(certificate), std::move(signature)};
}

}  // namespace mitome::verifier
