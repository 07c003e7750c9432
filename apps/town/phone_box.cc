#include "apps/town/phone_box.h"

#include "credential/x509/builder.h"

namespace mitome::town {
namespace {

constexpr Days kRootLife{3650}, kPhoneLife{1825};

Result<x509::Certificate> certify(const crypto::PublicKey& key, const char* name, const char* issuer, bool root,
                                  crypto::Signer& signer, crypto::Random& random, Instant now) {
  x509::CertificateTemplate certificate;
  certificate.serial = random.bytes(16);
  certificate.serial[0] = static_cast<uint8_t>((certificate.serial[0] & 0x3F) | 0x40);
  const auto named = [](const char* text) {
    return x509::encode_name({{"2.5.4.6", "JP"}, {"2.5.4.10", "MITOME-TEST"}, {"2.5.4.3", text}});
  };
  certificate.subject_name = named(name);
  certificate.issuer_name = named(issuer);
  certificate.not_before = now - Days{1};
  certificate.not_after = certificate.not_before + (root ? kRootLife : kPhoneLife);
  certificate.spki = key.spki();
  certificate.extensions = {x509::key_usage(root ? x509::kKeyCertSign : x509::kDigitalSignature)};
  if (root) certificate.extensions.push_back(x509::basic_constraints(true, 0));
  certificate.extensions.push_back(x509::subject_key_identifier(key));
  TRY(x509::lint(certificate, now, Days{1}));
  return x509::issue(certificate, signer);
}

}  // namespace

Result<Maker> Maker::create(crypto::Random& random, crypto::KeySource& keys, Instant now) {
  auto signer = std::make_unique<crypto::SoftwareSigner>(keys.generate(crypto::KeyType::kP256));
  TRY_ASSIGN(x509::Certificate root, certify(signer->public_key(), "Mitome Test Phone Maker", "Mitome Test Phone Maker",
                                             true, *signer, random, now));
  return Maker{std::move(root), std::move(signer)};
}

Result<Maker::Attestation> Maker::attest_phone(crypto::Random& random, crypto::KeySource& keys, Instant now) const {
  crypto::PrivateKey key = keys.generate(crypto::KeyType::kP256);
  TRY_ASSIGN(const x509::Certificate certificate,
             certify(key.public_key(), "Mitome Test Phone", "Mitome Test Phone Maker", false, *signer_, random, now));
  return Attestation{std::move(key), certificate.der()};
}

}  // namespace mitome::town
