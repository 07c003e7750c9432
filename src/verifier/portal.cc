#include "verifier/portal.h"

#include "verifier/status_client.h"

namespace mitome::verifier {

Portal::Portal(std::string origin, store::Store& store, const Clock& clock, crypto::Random& random, Outbound outbound,
               std::vector<JpkiAuthority> authorities)
    : origin_(std::move(origin)),
      clock_(clock),
      random_(random),
      outbound_(std::move(outbound)),
      authorities_(std::move(authorities)),
      challenges_(store, random) {}

Result<Portal::Answer> Portal::read_answer(const http::Request& request, std::string_view kind) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string session, body.string_at("session"));
  TRY_ASSIGN(Bytes certificate, body.base64url_at("certificate"));
  TRY_ASSIGN(Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(Challenge challenge, challenges_.find(session, kind));
  return Answer{std::move(challenge), std::move(certificate), std::move(signature)};
}

JpkiVerified Portal::judge(const Answer& answer, Purpose purpose, ByteView message,
                           const std::function<Bytes(const Challenge&)>& message_of) {
  const Instant now = clock_.now();
  JpkiInput input;
  input.purpose = purpose;
  input.certificate = answer.certificate;
  input.message = message;
  input.signature = answer.signature;
  input.now = now;
  input.authorities = authorities_;
  input.challenge = &answer.challenge;
  input.origin = origin_;
  input.fits_another_challenge = [&](const crypto::PublicKey& key) {
    const auto others = challenges_.others(answer.challenge, now);
    if (!others || key.type() != crypto::KeyType::kRsa) return false;
    for (const auto& other : *others) {
      if (key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message_of(other), answer.signature)) return true;
    }
    return false;
  };
  input.status = [&](const x509::Certificate& certificate, const JpkiAuthority& authority) {
    return ask_ocsp(outbound_, random_, now, certificate, authority.certificate, authority.ocsp_url);
  };
  input.consume = [&] { return challenges_.consume(answer.challenge); };
  return verify_jpki(input);
}

}  // namespace mitome::verifier
