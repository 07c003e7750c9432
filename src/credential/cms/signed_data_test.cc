#include "credential/cms/signed_data.h"

#include <gtest/gtest.h>

#include "codec/der/der.h"
#include "credential/cms/attributes.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::cms {
namespace {

using crypto::KeyType;

class SignedDataTest : public ::testing::TestWithParam<KeyType> {
 protected:
  SignedDataTest()
      : key_(testing::test_signer(GetParam(), 3)),
        certificate_(ca_.issue(ca_.end_entity("Signer", key_->public_key()))),
        other_(ca_.issue(ca_.end_entity("Other", key_->public_key()))) {}

  AttributeChoice choice() { return {digest_, &certificate_, std::nullopt}; }
  Parts parts() { return {attributes_, certificate_, {}, key_->algorithm(), signature_, {}}; }
  /// As the tax office does: the bytes to sign go away, and only a signature comes back.
  Bytes signed_elsewhere(const AttributeChoice& choice) {
    attributes_ = signed_attributes(choice);
    signature_ = key_->sign(attributes_).value();
    auto whole = assemble(parts());
    EXPECT_TRUE(whole) << to_string(whole.error());
    return whole.value_or(Bytes{});
  }
  Reason refusal(ByteView whole) {
    const auto verified = verify(whole, digest_);
    return verified ? Reason::GOOD : verified.error().reason;
  }

  testing::TestCa ca_{"Document CA", KeyType::kRsa};
  std::unique_ptr<crypto::SoftwareSigner> key_;
  x509::Certificate certificate_, other_;
  std::string content_ = "申告書 2026";
  crypto::Sha256Digest digest_ = crypto::sha256(as_bytes(content_));
  Bytes attributes_, signature_;
};

INSTANTIATE_TEST_SUITE_P(Keys, SignedDataTest, ::testing::Values(KeyType::kP256, KeyType::kRsa));

TEST_P(SignedDataTest, WhatIsAssembledVerifies) {
  const auto verified = verify(signed_elsewhere(choice()), digest_);
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->signer, certificate_);
  EXPECT_TRUE(verified->names_signer);
  EXPECT_FALSE(verified->signing_time);
  EXPECT_TRUE(verified->others.empty());
}

TEST_P(SignedDataTest, ATimeAndAChainAreCarried) {
  auto with_time = choice();
  with_time.signing_time = testing::FakeClock{}.now();
  auto whole = sign(with_time, certificate_, {other_}, *key_);
  ASSERT_TRUE(whole) << to_string(whole.error());
  const auto verified = verify(*whole, digest_);
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->signing_time, with_time.signing_time);
  EXPECT_EQ(verified->others, std::vector{other_});
}

TEST_P(SignedDataTest, ASignerThatIsKnownOnlyAfterwardsIsNotNamed) {
  const auto verified = verify(signed_elsewhere({digest_, nullptr, std::nullopt}), digest_);
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_FALSE(verified->names_signer);
}

TEST_P(SignedDataTest, AContentInsideIsHeldToTheSameDigest) {
  attributes_ = signed_attributes(choice());
  signature_ = key_->sign(attributes_).value();
  Parts with_content = parts();
  with_content.content = as_bytes(content_);
  const Bytes whole = assemble(with_content).value();
  EXPECT_EQ(refusal(whole), Reason::GOOD);
  EXPECT_EQ(refusal(testing::replace_once(whole, as_bytes("2026"), as_bytes("2027"))), Reason::VALUE_DIGEST_MISMATCH);
  with_content.content = as_bytes("another");
  EXPECT_EQ(assemble(with_content).error().reason, Reason::MALFORMED);
}

TEST_P(SignedDataTest, AnotherContentIsRefused) {
  const Bytes whole = signed_elsewhere(choice());
  const auto verified = verify(whole, crypto::sha256(as_bytes("申告書 2027")));
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().reason, Reason::VALUE_DIGEST_MISMATCH);
}

TEST_P(SignedDataTest, AChangedDigestAttributeDoesNotCarryTheSignature) {
  const Bytes whole = signed_elsewhere(choice());
  const auto other = crypto::sha256(as_bytes("another"));
  const auto verified = verify(testing::replace_once(whole, digest_, other), other);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().reason, Reason::BAD_SIGNATURE);
}

TEST_P(SignedDataTest, NothingIsAssembledFromASignatureOfSomebodyElse) {
  signed_elsewhere(choice());
  signature_.back() ^= 1;
  EXPECT_EQ(assemble(parts()).error().reason, Reason::BAD_SIGNATURE);
  const auto stranger = testing::test_signer(GetParam(), 4);
  signature_ = stranger->sign(attributes_).value();
  EXPECT_EQ(assemble(parts()).error().reason, Reason::BAD_SIGNATURE);
  signature_.clear();
  EXPECT_EQ(assemble(parts()).error().reason, Reason::BAD_SIGNATURE);
}

TEST_P(SignedDataTest, AttributesThatNameAnotherCertificateAreRefused) {
  attributes_ = signed_attributes({digest_, &other_, std::nullopt});
  signature_ = key_->sign(attributes_).value();
  EXPECT_EQ(assemble(parts()).error().reason, Reason::MALFORMED);
}

/// Two certificates for one key: without signing-certificate-v2 one could stand for the other (RFC 5035 5).
TEST_P(SignedDataTest, ASubstitutedCertificateIsFound) {
  const auto same_length = ca_.issue(ca_.end_entity("Singer", key_->public_key()));
  const auto substituted = [&](const AttributeChoice& which) {
    Bytes whole = signed_elsewhere(which);
    const auto id = [](const x509::Certificate& c) { return der::sequence({c.issuer_name(), der::integer(ByteView{c.serial()})}); };
    Bytes swapped = testing::replace_once(whole, id(certificate_), id(same_length));
    swapped = testing::replace_once(swapped, certificate_.der(), same_length.der());
    return refusal(swapped);
  };
  ASSERT_EQ(same_length.der().size(), certificate_.der().size()) << "an RSA signature above has one length";
  EXPECT_EQ(substituted({digest_, nullptr, std::nullopt}), Reason::GOOD);
  EXPECT_EQ(substituted(choice()), Reason::BAD_SIGNATURE);
}

TEST_P(SignedDataTest, EveryCutAndEveryByteBehindIsRefused) {
  Bytes whole = signed_elsewhere(choice());
  for (size_t size = 0; size < whole.size(); size += size < 64 ? 1 : 29) {
    ASSERT_NE(refusal(ByteView{whole}.first(size)), Reason::GOOD) << size;
  }
  whole.push_back(0);
  EXPECT_EQ(refusal(whole), Reason::MALFORMED);
  EXPECT_EQ(refusal(Bytes(kMaxSignedData + 1)), Reason::LIMIT_EXCEEDED);
}

TEST_P(SignedDataTest, AlgorithmsWithAnotherHashAreRefused) {
  signed_elsewhere(choice());
  Parts wrong = parts();
  wrong.algorithm = crypto::SignatureAlgorithm::kEcdsaSha384;
  EXPECT_EQ(assemble(wrong).error().reason, Reason::BAD_KEY);
}

TEST(Attributes, NeedTheirContentTypeAndDigestOnce) {
  const auto digest = crypto::sha256(as_bytes("x"));
  const Bytes good = signed_attributes({digest, nullptr, std::nullopt});
  EXPECT_EQ(parse_attributes(good)->digest, digest);
  EXPECT_EQ(parse_attributes(der::set({})).error().reason, Reason::MALFORMED);
  der::Reader reader{good};
  der::Reader inside{reader.next()->content};
  const Bytes first = to_bytes(inside.next()->encoded), second = to_bytes(inside.next()->encoded);
  EXPECT_EQ(parse_attributes(der::set({first})).error().reason, Reason::MALFORMED);
  EXPECT_EQ(parse_attributes(der::set({second})).error().reason, Reason::MALFORMED);
  EXPECT_EQ(parse_attributes(der::set({first, second, second})).error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::cms
