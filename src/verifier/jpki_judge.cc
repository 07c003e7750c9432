#include "verifier/jpki_judge.h"

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
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

Bytes login_message(std::string_view origin, ByteView nonce, Instant expires) {
  return cbor::Writer{}.array(4).text("mitome-login-1").text(origin).bytes(nonce).integer(to_unix(expires)).take();
}

JpkiJudge::JpkiJudge(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random,
                     http::HttpClient& network)
    : config_(std::move(config)),
      clock_(clock),
      random_(random),
      outbound_(network, {http::get(config_.ocsp_url).authority}),
      authorities_(authorities_of(config_)),
      challenges_(store, random_) {}

bool JpkiJudge::answers_another_login(const Answer& answer, const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::kRsa) return false;
  const auto others = challenges_.others(answer.challenge, clock_.now());
  if (!others) return false;
  return std::any_of(others->begin(), others->end(), [&](const Challenge& other) {
    return key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256,
                      login_message(other.origin, other.nonce, other.expires), answer.signature);
  });
}

JpkiVerified JpkiJudge::login(const Answer& answer) {
  const Challenge& challenge = answer.challenge;
  const Bytes message = login_message(challenge.origin, challenge.nonce, challenge.expires);
  JpkiInput input;
  input.purpose = Purpose::kUserAuthentication;
  input.message = message;
  input.fits_another_challenge = [&](const crypto::PublicKey& key) { return answers_another_login(answer, key); };
  return judge(answer, std::move(input));
}

JpkiVerified JpkiJudge::signature(const Answer& answer) {
  JpkiInput input;
  input.purpose = Purpose::kSigning;
  input.message = answer.challenge.content;
  return judge(answer, std::move(input));
}

JpkiVerified JpkiJudge::signature_of_digest(const Answer& answer, ByteView sha256) {
  JpkiInput input;
  input.purpose = Purpose::kSigning;
  input.digest = sha256;
  return judge(answer, std::move(input));
}

JpkiVerified JpkiJudge::statement(const Statement& statement) {
  // A challenge that nobody gave out: no row of it is in the store, only the mark of its one use.
  const Challenge challenge{.id = statement.kind + " " + base64url::encode(statement.nonce),
                            .kind = statement.kind,
                            .origin = config_.origin,
                            .nonce = statement.nonce,
                            .content = {},
                            .expires = statement.expires};
  JpkiInput input;
  input.purpose = Purpose::kUserAuthentication;
  input.message = statement.message;
  return judge({challenge, statement.certificate, statement.signature}, std::move(input));
}

JpkiVerified JpkiJudge::judge(const Answer& answer, JpkiInput input) {
  const Instant now = clock_.now();
  input.certificate = answer.certificate;
  input.signature = answer.signature;
  input.now = now;
  input.authorities = authorities_;
  input.challenge = &answer.challenge;
  input.origin = config_.origin;
  const JpkiArm& arm = input.purpose == Purpose::kUserAuthentication ? config_.authentication : config_.signing;
  input.card_policy = arm.card_policy;
  input.phone_policy = arm.phone_policy;
  input.status = [&](const x509::Certificate& certificate, const JpkiAuthority& authority) {
    return ask_ocsp(outbound_, random_, now, certificate, authority.certificate, authority.ocsp_url);
  };
  input.consume = [&] { return challenges_.consume(answer.challenge, answer.effect); };
  return verify_jpki(input);
}

}  // namespace mitome::verifier
