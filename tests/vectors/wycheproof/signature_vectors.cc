#include <gtest/gtest.h>

#include "crypto/key.h"
#include "tests/vectors/ledger.h"
#include "tests/vectors/wycheproof/wycheproof.h"

namespace mitome::vectors {
namespace {

using crypto::PublicKey;
using crypto::SignatureAlgorithm;

struct SignatureFile {
  const char* file;
  SignatureAlgorithm algorithm;
  bool der;  ///< signatures as Ecdsa-Sig-Value: converted as X.509 and CMS do
  size_t tests;
};

std::ostream& operator<<(std::ostream& out, const SignatureFile& file) { return out << file.file; }

/// The group's key is parsed again for every test, so that from_spki meets each of them too.
Answer verify(const SignatureFile& file, const json::Value& group, const json::Value& test) {
  const auto key = PublicKey::from_spki(hex_at(group, "publicKeyDer"));
  EXPECT_TRUE(key.has_value());
  Bytes signature = hex_at(test, "sig");
  if (file.der) {
    auto raw = crypto::ecdsa_der_to_raw(signature, crypto::coordinate_size(key->type()));
    if (!raw) return Answer::kRefused;
    signature = std::move(*raw);
  }
  return key->verify(file.algorithm, hex_at(test, "msg"), signature) ? Answer::kAccepted : Answer::kRefused;
}

class WycheproofSignature : public ::testing::TestWithParam<SignatureFile> {};

TEST_P(WycheproofSignature, ValidOnesVerifyInvalidOnesDoNot) {
  const SignatureFile& file = GetParam();
  REQUIRE_VECTORS(std::string{"wycheproof/"} + file.file, file.tests);
  const Tally tally =
      run_wycheproof(file.file, [&](const auto& group, const auto& test) { return verify(file, group, test); });
  EXPECT_EQ(tally.total(), file.tests);
  EXPECT_GT(tally.valid, 0U);
  EXPECT_GT(tally.invalid, 0U);
  EXPECT_EQ(tally.unsupported, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Files, WycheproofSignature,
    ::testing::Values(
        SignatureFile{"ecdsa_secp256r1_sha256_test.json", SignatureAlgorithm::kEcdsaSha256, true, 484},
        SignatureFile{"ecdsa_secp256r1_sha256_p1363_test.json", SignatureAlgorithm::kEcdsaSha256, false, 262},
        SignatureFile{"ecdsa_secp384r1_sha384_test.json", SignatureAlgorithm::kEcdsaSha384, true, 504},
        SignatureFile{"ecdsa_secp384r1_sha384_p1363_test.json", SignatureAlgorithm::kEcdsaSha384, false, 280},
        SignatureFile{"rsa_signature_2048_sha256_test.json", SignatureAlgorithm::kRsaPkcs1Sha256, false, 259},
        SignatureFile{"rsa_signature_3072_sha256_test.json", SignatureAlgorithm::kRsaPkcs1Sha256, false, 259},
        SignatureFile{"rsa_signature_4096_sha256_test.json", SignatureAlgorithm::kRsaPkcs1Sha256, false, 258},
        SignatureFile{"rsa_pss_2048_sha256_mgf1_32_test.json", SignatureAlgorithm::kRsaPssSha256, false, 108},
        SignatureFile{"rsa_pss_3072_sha256_mgf1_32_test.json", SignatureAlgorithm::kRsaPssSha256, false, 108},
        SignatureFile{"rsa_pss_4096_sha256_mgf1_32_test.json", SignatureAlgorithm::kRsaPssSha256, false, 108}));

}  // namespace
}  // namespace mitome::vectors
