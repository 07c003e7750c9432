#include "verifier/jpki_verifier.h"

#include <algorithm>

#include "verifier/status_client.h"

namespace mitome::verifier {

namespace {

std::vector<JpkiAuthority> authorities_of(const JpkiConfig& config) {
  std::vector<JpkiAuthority> all;
  for (const auto& each : config.authentication.authorities)
    all.push_back({each, Purpose::kUserAuthentication, config.ocsp_url});
  for (const auto& each : config.signing.authorities) all.push_back({each, Purpose::kSigning, config.ocsp_url});
  return all;
}

}  // namespace

JpkiVerifier::JpkiVerifier(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random,
                           http::HttpClient& network)
    : config_(std::move(config)),
      clock_(clock),
      random_(random),
      outbound_(network, {http::get(config_.ocsp_url).authority}),
      authorities_(authorities_of(config_)),
      challenges_(store, random_) {}

Result<JpkiVerifier::Answer> JpkiVerifier::read_answer(const http::Request& request, std::string_view kind) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string session, body.string_at("session"));
  TRY_ASSIGN(Bytes certificate, body.base64url_at("certificate"));
  TRY_ASSIGN(Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(Challenge challenge, challenges_.find(session, kind));
  return Answer{std::move(challenge), std::move(certificate), std::move(signature)};
}

bool JpkiVerifier::answers_another_login(const Answer& answer, const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::kRsa) return false;
  const auto others = challenges_.others(answer.challenge, clock_.now());
  if (!others) return false;
  return std::any_of(others->begin(), others->end(), [&](const Challenge& other) {
    return key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256,
                      login_message(other.origin, other.nonce, other.expires), answer.signature);
  });
}

JpkiVerified JpkiVerifier::judge(const Answer& answer, Purpose purpose, ByteView message) {
  const Instant now = clock_.now();
  JpkiInput input;
  input.purpose = purpose;
  input.certificate = answer.certificate;
  input.message = message;
  input.signature = answer.signature;
  input.now = now;
  input.authorities = authorities_;
  input.challenge = &answer.challenge;
  input.origin = config_.origin;
  const JpkiArm& arm = purpose == Purpose::kUserAuthentication ? config_.authentication : config_.signing;
  input.card_policy = arm.card_policy;
  input.phone_policy = arm.phone_policy;
  if (purpose == Purpose::kUserAuthentication) {
    input.fits_another_challenge = [&](const crypto::PublicKey& key) { return answers_another_login(answer, key); };
  }
  input.status = [&](const x509::Certificate& certificate, const JpkiAuthority& authority) {
    return ask_ocsp(outbound_, random_, now, certificate, authority.certificate, authority.ocsp_url);
  };
  input.consume = [&] { return challenges_.consume(answer.challenge); };
  return verify_jpki(input);
}

}  // namespace mitome::verifier
