#include "credential/x509/certificate.h"

#include <gtest/gtest.h>

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::x509 {
namespace {

using testing::replace_once;
using testing::TestCa;

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<uint8_t>(value));
  return out;
}

/// DER of a template signed with P-256, whether it parses or not.
Bytes signed_der(const CertificateTemplate& certificate, crypto::Signer& signer) {
  const Bytes tbs = encode_tbs(certificate, signer.algorithm());
  return assemble_signed(tbs, signer.algorithm(), *signer.sign(tbs));
}

class CertificateTest : public ::testing::Test {
 protected:
  CertificateTest() : ca_("Root"), key_(testing::test_signer()) {}
  CertificateTemplate good() { return ca_.end_entity("Kuroki", key_->public_key()); }
  std::string refusal(const CertificateTemplate& certificate) {
    const auto parsed = Certificate::parse(signed_der(certificate, ca_.signer()));
    if (parsed) return "";
    EXPECT_EQ(parsed.error().reason, Reason::CERT_MALFORMED);
    return parsed.error().detail;
  }
  TestCa ca_;
  std::unique_ptr<crypto::SoftwareSigner> key_;
};

// P-256 CA by the openssl command line: openssl req -x509 -newkey ec … -subj "/C=JP/O=JPKI-TEST/CN=Made by openssl"
// with extendedKeyUsage, certificatePolicies, authorityInfoAccess and an otherName.
constexpr std::string_view kByOpenssl = R"(
-----BEGIN CERTIFICATE-----
MIICVjCCAfygAwIBAgIETUlUTzAKBggqhkjOPQQDAjA7MQswCQYDVQQGEwJKUDES
MBAGA1UECgwJSlBLSS1URVNUMRgwFgYDVQQDDA9NYWRlIGJ5IG9wZW5zc2wwHhcN
MjYxMTI0MDIwMzU1WhcNMzYxMTIxMDIwMzU1WjA7MQswCQYDVQQGEwJKUDESMBAG
A1UECgwJSlBLSS1URVNUMRgwFgYDVQQDDA9NYWRlIGJ5IG9wZW5zc2wwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARVlH/zFOI0ERvE9P6TW9iY8QGl1cxZQcQzUT7j
dIq9CbhVNOnxyKaGYuBeTX5u+IHcph7dc3+vlcvKGvK/+swGo4HtMIHqMBIGA1Ud
EwEB/wQIMAYBAf8CAQAwDgYDVR0PAQH/BAQDAgGGMB0GA1UdDgQWBBTaD/wWqjzx
P2blsLDyQ04FiLgyJjAdBgNVHSUEFjAUBggrBgEFBQcDAgYIKwYBBQUHAwkwGAYD
VR0gBBEwDzANBgsqgwiMm1UIBQEAHjBCBggrBgEFBQcBAQQ2MDQwMgYIKwYBBQUH
MAGGJmh0dHA6Ly9hdXRob3JpdHkubG9jYWxob3N0L3N0YXR1cy9vY3NwMCgGA1Ud
EQQhMB+gHQYKKoMIjJtVCAUFAaAPDA1LVVJPS0kgSEFOQUtPMAoGCCqGSM49BAMC
A0gAMEUCIQDdvUpR1kto+RHh/1aBUBihyT4Ko4bQlsoMlXqJ8/5CwgIgLZr0Ej10
ohqDH6VFG1LuSag7iiBNJd/7lOCtVnTfptk=
-----END CERTIFICATE-----
)";

TEST_F(CertificateTest, ReadsWhatOpensslWrote) {
  const auto certificate = Certificate::from_pem(kByOpenssl);
  ASSERT_TRUE(certificate.has_value()) << to_string(certificate.error());
  EXPECT_EQ(certificate->subject_attribute("2.5.4.3"), "Made by openssl");
  EXPECT_EQ(certificate->subject_attribute("2.5.4.6"), "JP");
  EXPECT_EQ(certificate->issuer_attribute("2.5.4.10"), "JPKI-TEST");
  EXPECT_EQ(certificate->subject_attribute("2.5.4.7"), std::nullopt);
  EXPECT_EQ(certificate->serial(), bytes({0x4D, 0x49, 0x54, 0x4F}));
  EXPECT_EQ(certificate->key_usage(), kKeyCertSign | kCrlSign | kDigitalSignature);
  EXPECT_TRUE(certificate->is_ca());
  EXPECT_EQ(certificate->path_length(), 0);
  EXPECT_EQ(certificate->extended_key_usage(), (std::vector<std::string>{"1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.9"}));
  EXPECT_EQ(certificate->policies(), std::vector<std::string>{"1.2.392.200149.8.5.1.0.30"});
  EXPECT_EQ(certificate->ocsp_url(), "http://authority.localhost/status/ocsp");
  ASSERT_EQ(certificate->subject_other_names().size(), 1u);
  EXPECT_EQ(certificate->subject_other_names()[0].oid, "1.2.392.200149.8.5.5.1");
  EXPECT_EQ(certificate->subject_other_names()[0].value, der::utf8_string("KUROKI HANAKO"));
  EXPECT_EQ(certificate->public_key().type(), crypto::KeyType::kP256);
  EXPECT_TRUE(verify_issued_by(*certificate, *certificate));
  EXPECT_EQ(Certificate::from_pem(certificate->pem()).value(), *certificate);
}

TEST_F(CertificateTest, KeepsTheBytes) {
  const auto certificate = ca_.issue(good());
  const auto again = Certificate::parse(certificate.der()).value();
  EXPECT_EQ(again, certificate);
  EXPECT_EQ(again.tbs(), encode_tbs(
                             [&] {
                               auto t = good();
                               t.serial = certificate.serial();
                               return t;
                             }(),
                             crypto::SignatureAlgorithm::kEcdsaSha256));
  EXPECT_EQ(certificate.issuer_name(), ca_.certificate().subject_name());
  EXPECT_EQ(certificate.subject_name(), testing::test_name("Kuroki"));
  EXPECT_EQ(certificate.fingerprint(), crypto::sha256(certificate.der()));
  EXPECT_EQ(certificate.authority_key_identifier(), ca_.certificate().subject_key_identifier());
  EXPECT_EQ(certificate.subject_key_identifier()->size(), 20u);
  EXPECT_FALSE(certificate.is_ca());
  EXPECT_EQ(certificate.path_length(), std::nullopt);
  EXPECT_TRUE(certificate.extended_key_usage().empty());
  EXPECT_TRUE(certificate.policies().empty());
  EXPECT_EQ(certificate.ocsp_url(), std::nullopt);
  EXPECT_EQ(certificate.not_before(), testing::pki_begin());
  EXPECT_NE(certificate.extension(oid::kKeyUsage), nullptr);
  EXPECT_EQ(certificate.extension("2.5.29.99"), nullptr);
}

TEST_F(CertificateTest, SerialIsAMagnitude) {
  auto high = good();
  high.serial = bytes({0x80, 0x01});
  EXPECT_EQ(ca_.issue(high).serial(), bytes({0x80, 0x01}));
}

TEST_F(CertificateTest, RefusesEveryPrefixAndEveryExtraByte) {
  Bytes der = ca_.issue(good()).der();
  for (size_t size = 0; size < der.size(); ++size) {
    ASSERT_FALSE(Certificate::parse(ByteView{der}.first(size)).has_value()) << size;
  }
  der.push_back(0);
  EXPECT_EQ(Certificate::parse(der).error().reason, Reason::CERT_MALFORMED);
}

TEST_F(CertificateTest, RefusesSerials) {
  auto zero = good();
  zero.serial = {0};
  EXPECT_EQ(refusal(zero), "serial number is zero");
  auto long_one = good();
  long_one.serial = Bytes(21, 0x11);
  EXPECT_EQ(refusal(long_one), "serial number of wrong size");
  auto one = good();
  one.serial = {0x7F};
  const Bytes der = signed_der(one, ca_.signer());
  const Bytes version_and_serial = bytes({0xA0, 3, 2, 1, 2, 2, 1, 0x7F});
  const auto negative =
      Certificate::parse(replace_once(der, version_and_serial, bytes({0xA0, 3, 2, 1, 2, 2, 1, 0xFF})));
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().detail, "negative serial number");
  auto two = good();
  two.serial = bytes({0x7E, 0x7F});
  const auto padded = Certificate::parse(replace_once(
      signed_der(two, ca_.signer()), bytes({0xA0, 3, 2, 1, 2, 2, 2, 0x7E}), bytes({0xA0, 3, 2, 1, 2, 2, 2, 0})));
  ASSERT_FALSE(padded);
  EXPECT_EQ(padded.error().detail, "serial number is not minimal");
}

TEST_F(CertificateTest, RefusesOtherVersions) {
  auto one = good();
  one.serial = {0x7F};
  const Bytes der = signed_der(one, ca_.signer());
  const auto version2 = Certificate::parse(
      replace_once(der, bytes({0xA0, 3, 2, 1, 2, 2, 1, 0x7F}), bytes({0xA0, 3, 2, 1, 1, 2, 1, 0x7F})));
  ASSERT_FALSE(version2);
  EXPECT_EQ(version2.error().detail, "not version 3");
}

TEST_F(CertificateTest, RefusesUniqueIdentifiers) {
  auto certificate = good();
  append(certificate.spki, bytes({0x81, 2, 0, 0}));
  EXPECT_NE(refusal(certificate), "");
}

TEST_F(CertificateTest, RefusesNames) {
  auto empty = good();
  empty.issuer_name = der::sequence({});
  EXPECT_EQ(refusal(empty), "empty issuer name");
  auto empty_set = good();
  empty_set.subject_name = der::sequence({der::set({})});
  EXPECT_EQ(refusal(empty_set), "empty RelativeDistinguishedName");
  auto three = good();
  three.subject_name =
      der::sequence({der::set({der::sequence({der::oid("2.5.4.3"), der::utf8_string("a"), der::null()})})});
  EXPECT_NE(refusal(three), "");
  auto many = good();
  many.subject_name = encode_name(std::vector<NameAttribute>(33, {"2.5.4.11", "x"}));
  EXPECT_EQ(refusal(many), "name of too many attributes");
}

TEST_F(CertificateTest, RefusesKeys) {
  auto off_curve = good();
  off_curve.spki.back() ^= 1;
  EXPECT_EQ(refusal(off_curve).substr(0, 11), "public key:");
}

TEST_F(CertificateTest, RefusesExtensions) {
  const auto with = [&](Extension extension) {
    auto certificate = good();
    certificate.extensions.push_back(std::move(extension));
    return refusal(certificate);
  };
  const auto raw = [&](std::string_view oid, Bytes value) { return with({std::string{oid}, false, std::move(value)}); };
  EXPECT_EQ(with({"1.2.3", false, der::null()}), "");
  EXPECT_EQ(with(key_usage(kDigitalSignature)), "extension 2.5.29.15 occurs twice");
  auto no_usage = good();
  no_usage.extensions = {{std::string{oid::kKeyUsage}, true, bytes({3, 2, 6, 0x80})}};
  EXPECT_EQ(refusal(no_usage), "keyUsage has trailing zero bits");
  no_usage.extensions = {{std::string{oid::kKeyUsage}, true, bytes({3, 1, 0})}};
  EXPECT_EQ(refusal(no_usage), "keyUsage");
  no_usage.extensions = {{std::string{oid::kKeyUsage}, true, bytes({3, 2, 8, 0x80})}};
  EXPECT_EQ(refusal(no_usage), "keyUsage");
  EXPECT_EQ(raw(oid::kBasicConstraints, der::sequence({der::integer(0)})), "pathLenConstraint");
  EXPECT_EQ(raw(oid::kBasicConstraints, der::sequence({der::boolean(true), der::integer(-1)})), "pathLenConstraint");
  EXPECT_EQ(raw(oid::kBasicConstraints, der::sequence({der::boolean(false)})), "DEFAULT FALSE is encoded");
  EXPECT_NE(raw(oid::kBasicConstraints, der::sequence({der::boolean(true), der::null()})), "");
  EXPECT_EQ(raw(oid::kExtendedKeyUsage, der::sequence({})), "empty list");
  EXPECT_EQ(raw(oid::kExtendedKeyUsage, der::sequence({der::null()})), "extKeyUsage");
  EXPECT_EQ(raw(oid::kExtendedKeyUsage, extended_key_usage(std::vector<std::string>(65, "1.2.3")).value),
            "list of too many items");
  EXPECT_EQ(raw(oid::kCertificatePolicies, der::sequence({der::null()})), "certificatePolicies");
  EXPECT_EQ(raw(oid::kAuthorityInfoAccess, der::sequence({der::null()})), "authorityInfoAccess");
  EXPECT_NE(raw(oid::kSubjectAltName, der::sequence({der::element(der::constructed(0), der::null())})), "");
  auto no_identifier = good();
  no_identifier.extensions = {
      {std::string{oid::kAuthorityKeyIdentifier}, false, der::sequence({der::element(der::context(2), bytes({1}))})}};
  EXPECT_NE(refusal(no_identifier), "");
  auto many = good();
  for (int i = 0; i < 32; ++i) many.extensions.push_back({"1.2." + std::to_string(i), false, der::null()});
  EXPECT_EQ(refusal(many), "too many extensions");
}

TEST_F(CertificateTest, RefusesHintsThatAreCritical) {
  for (size_t i = 1; i <= 2; ++i) {  // AKI, SKI
    auto certificate = good();
    certificate.extensions[i].critical = true;
    EXPECT_EQ(refusal(certificate), "extension " + certificate.extensions[i].oid + " is critical");
  }
  auto certificate = good();
  certificate.extensions.push_back(ocsp_access("http://authority.localhost/status/ocsp"));
  EXPECT_EQ(refusal(certificate), "");
  certificate.extensions.back().critical = true;
  EXPECT_EQ(refusal(certificate), "extension 1.3.6.1.5.5.7.1.1 is critical");
}

TEST_F(CertificateTest, RefusesAnEncodedDefault) {
  auto certificate = good();
  certificate.extensions = {key_usage(kDigitalSignature)};
  const Bytes critical = bytes({0x55, 0x1D, 0x0F, 1, 1, 0xFF});
  const auto parsed = Certificate::parse(
      replace_once(signed_der(certificate, ca_.signer()), critical, bytes({0x55, 0x1D, 0x0F, 1, 1, 0})));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().detail, "DEFAULT FALSE is encoded");
}

TEST_F(CertificateTest, RefusesSignaturesOfOddBits) {
  const auto certificate = ca_.issue(good());
  const Bytes& algorithm = algorithm_identifier(crypto::SignatureAlgorithm::kEcdsaSha256);
  const auto with = [&](const Bytes& bits) {
    return Certificate::parse(der::sequence({certificate.tbs(), algorithm, bits}));
  };
  EXPECT_TRUE(with(der::bit_string(Bytes{0x80})));
  EXPECT_EQ(with(der::bit_string(Bytes{0x80}, 1)).error().detail, "BIT STRING is not whole bytes");
  EXPECT_EQ(with(der::element(der::kBitString, {})).error().detail, "BIT STRING is not whole bytes");
}

TEST_F(CertificateTest, RefusesSizeAndPem) {
  EXPECT_EQ(Certificate::parse(Bytes(kMaxCertificateSize + 1)).error().detail, "larger than 64 KiB");
  EXPECT_EQ(Certificate::from_pem("nothing").error().reason, Reason::CERT_MALFORMED);
}

TEST_F(CertificateTest, IssuedByItsRootInEveryAlgorithm) {
  for (const auto type : {crypto::KeyType::kP256, crypto::KeyType::kP384, crypto::KeyType::kRsa}) {
    TestCa ca{"Any", type};
    const auto certificate = ca.issue(ca.end_entity("Kuroki", key_->public_key()));
    EXPECT_TRUE(verify_issued_by(certificate, ca.certificate()));
    EXPECT_TRUE(verify_issued_by(ca.certificate(), ca.certificate()));
  }
}

/// verify_issued_by() says CERT_UNTRUSTED with this detail.
void expect_untrusted(const Certificate& certificate, const Certificate& issuer, std::string_view detail) {
  const auto result = verify_issued_by(certificate, issuer);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().reason, Reason::CERT_UNTRUSTED);
  EXPECT_EQ(result.error().detail, detail);
}

TEST_F(CertificateTest, EachConditionOfIssuance) {
  const auto certificate = ca_.issue(good());
  const auto root_with = [&](auto change) {
    auto root = ca_.root_template();
    change(root);
    return ca_.issue(root);
  };
  ASSERT_TRUE(verify_issued_by(certificate, ca_.certificate()));
  expect_untrusted(certificate, root_with([](auto& root) { root.extensions.erase(root.extensions.begin() + 1); }),
                   "issuer is not a CA");
  expect_untrusted(certificate, root_with([](auto& root) { root.extensions[0] = key_usage(kCrlSign); }),
                   "issuer may not sign certificates");
  expect_untrusted(certificate, root_with([](auto& root) { root.extensions.erase(root.extensions.begin()); }),
                   "issuer may not sign certificates");
  expect_untrusted(certificate, root_with([](auto& root) { root.subject_name = testing::test_name("Other"); }),
                   "issuer name differs");
  expect_untrusted(certificate,
                   root_with([&](auto& root) { root.extensions[2] = subject_key_identifier(key_->public_key()); }),
                   "key identifier differs");
  expect_untrusted(certificate, root_with([](auto& root) {
                     root.extensions.push_back({"1.2.3", true, der::null()});
                   }),
                   "critical extension 1.2.3 is not understood");
  auto critical = good();
  critical.extensions.push_back({"1.2.4", true, der::null()});
  expect_untrusted(ca_.issue(critical), ca_.certificate(), "critical extension 1.2.4 is not understood");
  auto constrained = good();
  constrained.extensions.push_back({std::string{oid::kNameConstraints}, false, der::sequence({})});
  expect_untrusted(ca_.issue(constrained), ca_.certificate(), "name constraints are not understood");
  auto signs = good();
  signs.extensions[0] = key_usage(kDigitalSignature | kKeyCertSign);
  expect_untrusted(ca_.issue(signs), ca_.certificate(), "keyCertSign without cA");
  expect_untrusted(certificate, root_with([](auto& root) { root.extensions[1].critical = false; }),
                   "basic constraints of a CA are not critical");
  auto below = good();
  below.extensions = {key_usage(kKeyCertSign), basic_constraints(true, std::nullopt)};
  expect_untrusted(ca_.issue(below), ca_.certificate(), "issuer may not certify another CA");
  const auto unlimited = root_with([](auto& root) { root.extensions[1] = basic_constraints(true, std::nullopt); });
  EXPECT_TRUE(verify_issued_by(ca_.issue(below), unlimited));
}

TEST_F(CertificateTest, SignatureAndAlgorithms) {
  auto& signer = ca_.signer();
  Bytes der = ca_.issue(good()).der();
  der.back() ^= 1;
  expect_untrusted(Certificate::parse(der).value(), ca_.certificate(), "signature does not verify");
  const Bytes other_inner = encode_tbs(good(), crypto::SignatureAlgorithm::kRsaPkcs1Sha256);
  const auto mixed = Certificate::parse(assemble_signed(other_inner, signer.algorithm(), *signer.sign(other_inner)));
  expect_untrusted(mixed.value(), ca_.certificate(), "inner and outer signature algorithms differ");
  const Bytes rsa = encode_tbs(good(), crypto::SignatureAlgorithm::kRsaPkcs1Sha256);
  const auto unfit =
      Certificate::parse(assemble_signed(rsa, crypto::SignatureAlgorithm::kRsaPkcs1Sha256, *signer.sign(rsa)));
  expect_untrusted(unfit.value(), ca_.certificate(), "signature algorithm does not fit the key");
  TestCa same_name{"Root"};
  auto no_identifier = good();
  no_identifier.extensions.erase(no_identifier.extensions.begin() + 1);
  expect_untrusted(ca_.issue(no_identifier), same_name.certificate(), "signature does not verify");
}

TEST_F(CertificateTest, AlgorithmsHaveOneEncoding) {
  using crypto::SignatureAlgorithm;
  for (const auto each : {SignatureAlgorithm::kEcdsaSha256, SignatureAlgorithm::kEcdsaSha384,
                          SignatureAlgorithm::kRsaPkcs1Sha256, SignatureAlgorithm::kRsaPssSha256}) {
    EXPECT_EQ(algorithm_from_identifier(algorithm_identifier(each)).value(), each);
  }
  const Bytes sha1_rsa = der::sequence({der::oid("1.2.840.113549.1.1.5"), der::null()});
  EXPECT_EQ(algorithm_from_identifier(sha1_rsa).error().reason, Reason::BAD_SIGNATURE);
  const Bytes with_null = der::sequence({der::oid("1.2.840.10045.4.3.2"), der::null()});
  EXPECT_EQ(algorithm_from_identifier(with_null).error().reason, Reason::BAD_SIGNATURE);
  EXPECT_EQ(verify_bits(ca_.signer().public_key(), algorithm_identifier(SignatureAlgorithm::kEcdsaSha256), {},
                        bytes({1, 2, 3}))
                .error()
                .detail,
            "ECDSA signature is not DER");
  // RSA-PSS as openssl writes it for sha256, mgf1 sha256, salt length 32.
  EXPECT_EQ(algorithm_identifier(SignatureAlgorithm::kRsaPssSha256).size(), 67u);
}

TEST_F(CertificateTest, FindsTheIssuerAmongGenerationsOfOneName) {
  TestCa first{"Generations"}, second{"Generations"}, third{"Generations"};
  const std::vector<Certificate> all{first.certificate(), second.certificate(), third.certificate()};
  const auto certificate = third.issue(third.end_entity("Kuroki", key_->public_key()));
  EXPECT_EQ(find_issuer(certificate, all).value(), third.certificate());
  auto without_identifier = second.end_entity("Kuroki", key_->public_key());
  without_identifier.extensions.erase(without_identifier.extensions.begin() + 1);
  EXPECT_EQ(find_issuer(second.issue(without_identifier), all).value(), second.certificate());
  const auto stranger = find_issuer(ca_.issue(good()), all);
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().reason, Reason::CERT_UNTRUSTED);
  EXPECT_EQ(stranger.error().detail, "no issuer among the trusted certificates");
}

TEST_F(CertificateTest, ValidityToTheSecond) {
  const auto certificate = ca_.issue(good());
  const auto reason = [&](Instant at) {
    const auto result = check_validity(certificate, at);
    return result ? Reason::GOOD : result.error().reason;
  };
  EXPECT_EQ(reason(certificate.not_before() - Seconds{1}), Reason::CERT_NOT_YET_VALID);
  EXPECT_EQ(reason(certificate.not_before()), Reason::GOOD);
  EXPECT_EQ(reason(certificate.not_after()), Reason::GOOD);
  EXPECT_EQ(reason(certificate.not_after() + Seconds{1}), Reason::CERT_EXPIRED);
  EXPECT_TRUE(certificate.valid_at(certificate.not_after()));
  EXPECT_FALSE(certificate.valid_at(certificate.not_before() - Seconds{1}));
}

}  // namespace
}  // namespace mitome::x509
