#include "credential/x509/builder.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/der/der.h"
#include "credential/x509/oids.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::x509 {
namespace {

using testing::TestCa;

TEST(Name, OneAttributeASet) {
  EXPECT_EQ(to_hex(encode_name({{"2.5.4.6", "JP"}, {"2.5.4.3", "認"}})),
            "301b310b3009060355040613024a50310c300a06035504030c03e8aa8d");
}

TEST(Extensions, AreWrittenAsJpkiWritesThem) {
  EXPECT_EQ(to_hex(key_usage(kDigitalSignature).value), "03020780");
  EXPECT_EQ(to_hex(key_usage(kDigitalSignature | kNonRepudiation).value), "030206c0");
  EXPECT_EQ(to_hex(key_usage(kKeyCertSign | kCrlSign).value), "03020106");
  EXPECT_EQ(to_hex(key_usage(1u << 8).value), "0303070080");
  EXPECT_TRUE(key_usage(kDigitalSignature).critical);
  EXPECT_EQ(to_hex(basic_constraints(true, std::nullopt).value), "30030101ff");
  EXPECT_EQ(to_hex(basic_constraints(true, 0).value), "30060101ff020100");
  EXPECT_EQ(to_hex(basic_constraints(false, std::nullopt).value), "3000");
  EXPECT_EQ(to_hex(extended_key_usage({std::string{oid::kClientAuth}}).value), "300a06082b06010505070302");
  EXPECT_FALSE(extended_key_usage({"1.2"}).critical);
  EXPECT_TRUE(extended_key_usage({"1.2"}, true).critical);
  EXPECT_EQ(to_hex(ocsp_no_check().value), "0500");
  EXPECT_EQ(to_hex(ocsp_access("a").value), "300f300d06082b06010505073001860161");
  EXPECT_EQ(to_hex(certificate_policy("1.2.3", "b", true).value), "3017301506022a03300f300d06082b06010505070201160162");
  EXPECT_TRUE(certificate_policy("1.2.3", "b", true).critical);
  EXPECT_EQ(to_hex(certificate_policy("1.2.3", "", true).value), "3006300406022a03");
  const Bytes name = encode_name({{"2.5.4.6", "JP"}});
  EXPECT_EQ(to_hex(issuer_alt_name_directory(name).value), "3011a40f300d310b3009060355040613024a50");
  EXPECT_EQ(to_hex(crl_distribution_point_directory(name).value), "30173015a013a011a40f300d310b3009060355040613024a50");
  EXPECT_EQ(to_hex(crl_distribution_point_uri("c").value), "30093007a005a003860163");
  EXPECT_EQ(to_hex(subject_alt_other_names({{"1.2.3", "字"}}).value), "300da00b06022a03a0050c03e5ad97");
}

TEST(Extensions, KeyIdentifiers) {
  TestCa ca{"Root"};
  const auto identifier = crypto::sha1(subject_public_key(ca.signer().public_key()));
  EXPECT_EQ(subject_public_key(ca.signer().public_key()), ca.signer().public_key().point());
  EXPECT_EQ(ca.certificate().subject_key_identifier(), identifier);
  EXPECT_EQ(authority_key_identifier(ca.certificate()).value,
            der::sequence({der::element(der::context(0), identifier)}));
  const Bytes names = der::element(der::constructed(4), ca.certificate().issuer_name());
  EXPECT_EQ(authority_key_identifier_full(ca.certificate()).value,
            der::sequence({der::element(der::context(0), identifier), der::element(der::constructed(1), names),
                           der::element(der::context(2), Bytes{1})}));
  auto bare = ca.root_template();
  bare.extensions.pop_back();
  EXPECT_EQ(authority_key_identifier(ca.issue(bare)).value, authority_key_identifier(ca.certificate()).value);
}

TEST(Issue, SignsWhatWasEncodedAndFailsWithItsSigner) {
  class Failing final : public crypto::Signer {
   public:
    explicit Failing(crypto::Signer& inner) : inner_(inner) {}
    const crypto::PublicKey& public_key() const override { return inner_.public_key(); }
    crypto::SignatureAlgorithm algorithm() const override { return inner_.algorithm(); }
    Result<Bytes> sign(ByteView) override { return Error{Reason::CRYPTO_FAILED, "token gone"}; }

   private:
    crypto::Signer& inner_;
  };
  TestCa ca{"Root"};
  const auto certificate = ca.end_entity("Kuroki", ca.signer().public_key());
  EXPECT_EQ(issue(certificate, ca.signer())->tbs(), encode_tbs(certificate, ca.signer().algorithm()));
  Failing failing{ca.signer()};
  EXPECT_EQ(issue(certificate, failing).error().reason, Reason::CRYPTO_FAILED);
  EXPECT_EQ(issue_crl(ca.certificate(), failing, testing::pki_begin(), testing::pki_begin(), 1, {}).error().reason,
            Reason::CRYPTO_FAILED);
}

class LintTest : public ::testing::Test {
 protected:
  LintTest() : ca_("Root"), key_(testing::test_signer()) {
    good_ = ca_.end_entity("Kuroki", key_->public_key());
    good_.not_before = clock_.now();
  }
  std::string refusal(const CertificateTemplate& certificate) {
    const auto result = lint(certificate, clock_.now(), Seconds{60});
    if (result) return "";
    EXPECT_EQ(result.error().reason, Reason::PROFILE_LINT);
    return result.error().detail;
  }
  testing::FakeClock clock_;
  TestCa ca_;
  std::unique_ptr<crypto::SoftwareSigner> key_;
  CertificateTemplate good_;
};

TEST_F(LintTest, Good) {
  EXPECT_EQ(refusal(good_), "");
  auto root = ca_.root_template();
  root.not_before = clock_.now();
  EXPECT_EQ(refusal(root), "");
  root.extensions[0] = key_usage(kKeyCertSign);
  EXPECT_EQ(refusal(root), "");
}

TEST_F(LintTest, Serial) {
  good_.serial = {};
  EXPECT_EQ(refusal(good_), "serial number is not positive");
  good_.serial = {0, 0};
  EXPECT_EQ(refusal(good_), "serial number is not positive");
  good_.serial = Bytes(20, 0x7F);
  EXPECT_EQ(refusal(good_), "");
  good_.serial[0] = 0x80;  // a leading zero makes it 21
  EXPECT_EQ(refusal(good_), "serial number is over 20 octets");
  good_.serial = Bytes(21, 0x01);
  EXPECT_EQ(refusal(good_), "serial number is over 20 octets");
}

TEST_F(LintTest, Dates) {
  good_.not_before = clock_.now() - Seconds{60};
  EXPECT_EQ(refusal(good_), "");
  good_.not_before -= Seconds{1};
  EXPECT_EQ(refusal(good_), "validity is backdated");
  good_.not_before = clock_.now();
  good_.not_after = good_.not_before;
  EXPECT_EQ(refusal(good_), "validity ends before it begins");
}

TEST_F(LintTest, DuplicateExtension) {
  good_.extensions.push_back(good_.extensions[1]);
  EXPECT_EQ(refusal(good_), "extension 2.5.29.35 occurs twice");
}

TEST_F(LintTest, Key) {
  good_.spki.back() ^= 1;
  EXPECT_EQ(refusal(good_).substr(0, 5), "key: ");
}

TEST_F(LintTest, EndEntityNeverACa) {
  auto certificate = good_;
  certificate.extensions[0] = key_usage(kKeyCertSign);
  certificate.extensions.push_back(basic_constraints(true, std::nullopt));
  EXPECT_EQ(refusal(certificate), "an end entity may not be a CA");
  certificate.extensions.back() = basic_constraints(false, std::nullopt);
  EXPECT_EQ(refusal(certificate), "key usage does not fit the basic constraints");
  certificate.extensions[0] = key_usage(kDigitalSignature);
  EXPECT_EQ(refusal(certificate), "");
  auto root = ca_.root_template();
  root.not_before = clock_.now();
  root.extensions[0] = key_usage(kDigitalSignature);
  EXPECT_EQ(refusal(root), "key usage does not fit the basic constraints");
}

TEST_F(LintTest, KeyUsage) {
  good_.extensions[0].critical = false;
  EXPECT_EQ(refusal(good_), "key usage is not critical");
  good_.extensions.erase(good_.extensions.begin());
  EXPECT_EQ(refusal(good_), "key usage is missing");
}

}  // namespace
}  // namespace mitome::x509
