#include <gtest/gtest.h>

#include "issuer/hierarchy.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::issuer {
namespace {

class HierarchyEncodingTest : public ::testing::Test {
 protected:
  HierarchyEncodingTest() : hierarchy_(Hierarchy::create(keys_, random_, instant_from_unix(1'780'000'000)).value()) {}
  crypto::SystemRandom random_;
  testing::PooledKeySource keys_{0};
  Hierarchy hierarchy_;
};

TEST_F(HierarchyEncodingTest, IsReadBackWithKeysThatSign) {
  const auto encoded = hierarchy_.encode();
  ASSERT_TRUE(encoded.has_value());
  const auto read = Hierarchy::parse(encoded->reveal());
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_TRUE(read->auth_ca.certificate == hierarchy_.auth_ca.certificate);
  EXPECT_TRUE(read->status_signer.certificate == hierarchy_.status_signer.certificate);
  EXPECT_EQ(read->text.cv_certificate, hierarchy_.text.cv_certificate);
  EXPECT_EQ(read->text.key_id, hierarchy_.text.key_id);
  EXPECT_TRUE(read->text.ca_key == hierarchy_.text.ca_key);
  EXPECT_EQ(read->surface.cv_certificate, hierarchy_.surface.cv_certificate);
  EXPECT_FALSE(read->surface.key_id == hierarchy_.text.key_id);
  const Bytes message = to_bytes("m");
  const Bytes signature = read->document_signer.signer->sign(message).value();
  EXPECT_TRUE(hierarchy_.document_signer.certificate.public_key().verify(crypto::SignatureAlgorithm::kEcdsaSha256, message, signature));
}

TEST_F(HierarchyEncodingTest, RefusesAKeyOfAnotherCertificate) {
  std::swap(hierarchy_.auth_ocsp.signer, hierarchy_.sign_ocsp.signer);
  const auto encoded = hierarchy_.encode();
  ASSERT_TRUE(encoded.has_value());
  EXPECT_EQ(Hierarchy::parse(encoded->reveal()).error().reason, Reason::BAD_SIGNATURE);
}

TEST_F(HierarchyEncodingTest, RefusesWhatIsCutOrOfAnotherVersion) {
  const auto encoded = hierarchy_.encode();
  ASSERT_TRUE(encoded.has_value());
  Bytes changed = to_bytes(encoded->reveal());
  changed[1] = 1;  // the version
  EXPECT_EQ(Hierarchy::parse(changed).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Hierarchy::parse(encoded->reveal().first(encoded->size() - 1)).error().reason, Reason::MALFORMED);
}

/// A key that nobody can copy.
class Token final : public crypto::Signer {
 public:
  explicit Token(std::unique_ptr<crypto::Signer> inner) : inner_(std::move(inner)) {}
  const crypto::PublicKey& public_key() const override { return inner_->public_key(); }
  crypto::SignatureAlgorithm algorithm() const override { return inner_->algorithm(); }
  Result<Bytes> sign(ByteView message) override { return inner_->sign(message); }

 private:
  std::unique_ptr<crypto::Signer> inner_;
};

TEST_F(HierarchyEncodingTest, AKeyInATokenIsNotWrittenDown) {
  hierarchy_.iaca.signer = std::make_unique<Token>(std::move(hierarchy_.iaca.signer));
  EXPECT_EQ(hierarchy_.encode().error().reason, Reason::BAD_KEY);
}

}  // namespace
}  // namespace mitome::issuer
