#include "issuer/hierarchy.h"

#include "codec/der/der.h"
#include "credential/x509/builder.h"
#include "credential/x509/oids.h"

namespace mitome::issuer {
namespace {

namespace oid = x509::oid;

constexpr Days kCaLife{3650}, kIacaLife{3650}, kDocumentSignerLife{450}, kResponderLife{400};
constexpr std::string_view kIacaPurpose = "1.0.23220.4.1.7", kDocumentSignerPurpose = "1.0.23220.4.1.2";
/// draft-ietf-oauth-status-list asks for id-kp-oauthStatusSigning, which has no number yet; ours stands under the test
/// arm.
constexpr std::string_view kStatusSignerPurpose = "1.2.392.200149.8.5.1.0.99";

constexpr std::string_view kOperator = "Mitome Test Operator";

Bytes jpki_name(std::string_view unit) {
  return x509::encode_name({{std::string{oid::kCountry}, "JP"},
                            {std::string{oid::kOrganization}, "JPKI-TEST"},
                            {std::string{oid::kOrganizationalUnit}, std::string{unit}},
                            {std::string{oid::kOrganizationalUnit}, std::string{kOperator}}});
}

Bytes mdoc_name(std::string_view common_name) {
  return x509::encode_name({{std::string{oid::kCountry}, "JP"},
                            {std::string{oid::kOrganization}, "MITOME-TEST"},
                            {std::string{oid::kCommonName}, std::string{common_name}}});
}

/// subjectAltName with the Japanese names of a CA (domain.md 2.1).
x509::Extension japanese_names(std::string_view unit) {
  const Bytes name = x509::encode_name({{std::string{oid::kCountry}, "JP"},
                                        {std::string{oid::kOrganization}, "公的個人認証サービス-TEST"},
                                        {std::string{oid::kOrganizationalUnit}, std::string{unit}}});
  return {std::string{oid::kSubjectAltName}, false, der::sequence({der::element(der::constructed(4), name)})};
}

/// A serial number of 16 octets whose first bit is clear.
Bytes fresh_serial(crypto::Random& random) {
  Bytes serial = random.bytes(16);
  serial[0] = static_cast<uint8_t>((serial[0] & 0x3F) | 0x40);
  return serial;
}

std::unique_ptr<crypto::Signer> fresh_signer(crypto::KeySource& keys, crypto::KeyType type) {
  return std::make_unique<crypto::SoftwareSigner>(keys.generate(type));
}

struct Plan {
  Bytes name;
  crypto::KeyType key;
  Days life;
  std::vector<x509::Extension> extensions;  ///< before the key identifiers
};

/// A certificate by `issuer`, or by itself when there is none.
Result<Authority> make(const Plan& plan, const Authority* issuer, crypto::KeySource& keys, crypto::Random& random,
                       Instant now) {
  std::unique_ptr<crypto::Signer> signer = fresh_signer(keys, plan.key);
  x509::CertificateTemplate certificate;
  certificate.serial = fresh_serial(random);
  certificate.subject_name = plan.name;
  certificate.issuer_name = issuer != nullptr ? issuer->certificate.subject_name() : plan.name;
  certificate.not_before = now - Days{1};
  certificate.not_after = certificate.not_before + plan.life;
  certificate.spki = signer->public_key().spki();
  certificate.extensions = plan.extensions;
  if (issuer != nullptr) certificate.extensions.push_back(x509::authority_key_identifier(issuer->certificate));
  certificate.extensions.push_back(x509::subject_key_identifier(signer->public_key()));
  TRY(x509::lint(certificate, now, Days{1}));
  crypto::Signer& by = issuer != nullptr ? *issuer->signer : *signer;
  TRY_ASSIGN(x509::Certificate made, x509::issue(certificate, by));
  return Authority{std::move(made), std::move(signer)};
}

Plan jpki_ca(std::string_view unit, std::string_view unit_ja) {
  const Bytes name = jpki_name(unit);
  return {name,
          crypto::KeyType::kRsa,
          kCaLife,
          {x509::key_usage(x509::kKeyCertSign | x509::kCrlSign), x509::basic_constraints(true, std::nullopt),
           japanese_names(unit_ja), x509::crl_distribution_point_directory(name)}};
}

Plan responder(std::string_view unit) {
  return {jpki_name(unit),
          crypto::KeyType::kP256,
          kResponderLife,
          {x509::key_usage(x509::kDigitalSignature), x509::extended_key_usage({std::string{oid::kOcspSigning}}),
           x509::ocsp_no_check()}};
}

/// A key id as those of test cards begin: 6, and 23 for the surface, 33 for the text application (domain.md 1.6).
jpki::KeyId fresh_key_id(uint8_t application, crypto::Random& random) {
  jpki::KeyId id{};
  random.fill(id);
  id[0] = 0x60;
  id[1] = id[2] = 0x00;
  id[3] = application;
  return id;
}

constexpr uint8_t kSurfaceKeys = 0x23, kTextKeys = 0x33;

Result<FileSigner> make_file_signer(uint8_t application, crypto::Signer& ca, crypto::KeySource& keys, crypto::Random& random) {
  std::unique_ptr<crypto::Signer> signer = fresh_signer(keys, crypto::KeyType::kRsa);
  const jpki::KeyId ca_id = fresh_key_id(application, random), signer_id = fresh_key_id(application, random);
  TRY_ASSIGN(Bytes certificate, jpki::encode_cv_certificate(ca_id, signer_id, signer->public_key(), ca));
  return FileSigner{std::move(signer), std::move(certificate), signer_id, ca.public_key()};
}

}  // namespace

Result<Hierarchy> Hierarchy::create(crypto::KeySource& keys, crypto::Random& random, Instant now) {
  TRY_ASSIGN(Authority auth_ca, make(jpki_ca("JPKI for user authentication", "公的個人認証サービス利用者証明用"),
                                     nullptr, keys, random, now));
  TRY_ASSIGN(Authority sign_ca,
             make(jpki_ca("JPKI for digital signature", "公的個人認証サービス署名用"), nullptr, keys, random, now));
  TRY_ASSIGN(Authority auth_ocsp, make(responder("OCSP for user authentication"), &auth_ca, keys, random, now));
  TRY_ASSIGN(Authority sign_ocsp, make(responder("OCSP for digital signature"), &sign_ca, keys, random, now));
  TRY_ASSIGN(Authority iaca,
             make({mdoc_name("Mitome Test IACA"),
                   crypto::KeyType::kP256,
                   kIacaLife,
                   {x509::key_usage(x509::kKeyCertSign | x509::kCrlSign), x509::basic_constraints(true, 0),
                    x509::extended_key_usage({std::string{kIacaPurpose}})}},
                  nullptr, keys, random, now));
  TRY_ASSIGN(Authority document_signer, make({mdoc_name("Mitome Test Document Signer"),
                                              crypto::KeyType::kP256,
                                              kDocumentSignerLife,
                                              {x509::key_usage(x509::kDigitalSignature),
                                               x509::extended_key_usage({std::string{kDocumentSignerPurpose}}, true)}},
                                             &iaca, keys, random, now));
  TRY_ASSIGN(
      Authority status_signer,
      make({mdoc_name("Mitome Test Status Signer"),
            crypto::KeyType::kP256,
            kDocumentSignerLife,
            {x509::key_usage(x509::kDigitalSignature), x509::extended_key_usage({std::string{kStatusSignerPurpose}})}},
           &iaca, keys, random, now));
  const auto cv_ca = fresh_signer(keys, crypto::KeyType::kRsa);  // signs twice, and is gone
  TRY_ASSIGN(FileSigner text, make_file_signer(kTextKeys, *cv_ca, keys, random));
  TRY_ASSIGN(FileSigner surface, make_file_signer(kSurfaceKeys, *cv_ca, keys, random));
  return Hierarchy{std::move(auth_ca), std::move(sign_ca),         std::move(auth_ocsp),     std::move(sign_ocsp),
                   std::move(iaca),    std::move(document_signer), std::move(status_signer), std::move(text),
                   std::move(surface)};
}

}  // namespace mitome::issuer
