#include "apps/town/identity.h"

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "credential/x509/builder.h"

namespace mitome::town {
namespace {

Bytes named(std::string_view common_name) {
  return x509::encode_name({{"2.5.4.6", "JP"}, {"2.5.4.10", "MITOME-TEST"}, {"2.5.4.3", std::string{common_name}}});
}

Result<Identity> parse_identity(ByteView bytes) {
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(bytes));
  TRY_ASSIGN(const cbor::Value first, document.root().at(0));
  TRY_ASSIGN(const cbor::Value second, document.root().at(1));
  TRY_ASSIGN(const ByteView der, first.as_bytes());
  TRY_ASSIGN(const ByteView pkcs8, second.as_bytes());
  TRY_ASSIGN(x509::Certificate certificate, x509::Certificate::parse(der));
  TRY_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::from_pkcs8(pkcs8));
  return Identity{std::move(certificate), std::make_unique<crypto::SoftwareSigner>(std::move(key))};
}

}  // namespace

Result<Identity> make_identity(const IdentityPlan& plan, const Identity* issuer, crypto::Random& random, crypto::KeySource& keys,
                               Instant now) {
  auto signer = std::make_unique<crypto::SoftwareSigner>(keys.generate(crypto::KeyType::kP256));
  x509::CertificateTemplate certificate;
  certificate.serial = random.bytes(16);
  certificate.serial[0] = static_cast<uint8_t>((certificate.serial[0] & 0x3F) | 0x40);
  certificate.subject_name = named(plan.common_name);
  certificate.issuer_name = issuer != nullptr ? issuer->certificate.subject_name() : certificate.subject_name;
  certificate.not_before = now - Days{1};
  certificate.not_after = certificate.not_before + plan.life;
  certificate.spki = signer->public_key().spki();
  certificate.extensions = {x509::key_usage(plan.ca ? x509::kKeyCertSign | x509::kCrlSign : x509::kDigitalSignature)};
  if (plan.ca) certificate.extensions.push_back(x509::basic_constraints(true, 0));
  if (!plan.purpose.empty()) certificate.extensions.push_back(x509::extended_key_usage({plan.purpose}, true));
  if (!plan.hosts.empty())
    certificate.extensions.push_back(plan.ca ? x509::name_constraints_dns(plan.hosts) : x509::subject_alt_dns(plan.hosts));
  if (issuer != nullptr) certificate.extensions.push_back(x509::authority_key_identifier(issuer->certificate));
  certificate.extensions.push_back(x509::subject_key_identifier(signer->public_key()));
  TRY(x509::lint(certificate, now, Days{1}));
  TRY_ASSIGN(x509::Certificate made, x509::issue(certificate, issuer != nullptr ? *issuer->signer : *signer));
  return Identity{std::move(made), std::move(signer)};
}

Result<Identity> kept_identity(Storage& storage, const std::string& name, const IdentityPlan& plan, const Identity* issuer,
                               crypto::Random& random, crypto::KeySource& keys, Instant now) {
  TRY_ASSIGN(const auto saved, storage.load(name));
  if (saved) return parse_identity(saved->reveal());
  TRY_ASSIGN(Identity made, make_identity(plan, issuer, random, keys, now));
  const crypto::SecretBytes key = made.signer->key().pkcs8();
  const crypto::SecretBytes encoded{cbor::Writer{}.array(2).bytes(made.certificate.der()).bytes(key.reveal()).take()};
  TRY(storage.save(name, encoded.reveal()));
  return made;
}

Result<crypto::SecretBytes> kept_secret(Storage& storage, const std::string& name, size_t size, crypto::Random& random) {
  TRY_ASSIGN(auto saved, storage.load(name));
  if (saved && saved->size() == size) return std::move(*saved);
  if (saved) return Error{Reason::STORAGE_FAILED, name + " is damaged"};
  crypto::SecretBytes made{random.bytes(size)};
  TRY(storage.save(name, made.reveal()));
  return made;
}

}  // namespace mitome::town
