#include "issuer/evidence.h"

#include <gtest/gtest.h>

#include <map>

#include "codec/cbor/writer.h"
#include "credential/x509/builder.h"
#include "testing/fakes.h"

namespace mitome::issuer {
namespace {

using testing::FakeClock;
using testing::PooledKeySource;

/// A maker, a phone's attestation key, and a payload that can be changed before it is signed.
struct Maker {
  FakeClock clock;
  PooledKeySource keys;
  crypto::SoftwareSigner root_signer{keys.generate(crypto::KeyType::kP256)};
  crypto::PrivateKey key = keys.generate(crypto::KeyType::kP256);
  x509::Certificate root = certificate(root_signer.public_key(), "Maker", "Maker", true);
  x509::Certificate leaf = certificate(key.public_key(), "Phone", "Maker", false);
  Bytes challenge = to_bytes("challenge");
  crypto::Sha256Digest digest = crypto::sha256(as_bytes("keys"));
  std::map<std::string, std::string> words{
      {"level", "secure-element"}, {"boot", "verified"}, {"app", "mitome"}, {"token", "JPKIAPIOSTOKEN"}, {"biometrics", "face"}};

  x509::Certificate certificate(const crypto::PublicKey& subject_key, const char* subject, const char* issuer,
                                bool ca) {
    x509::CertificateTemplate made;
    made.serial = Bytes{1};
    made.subject_name = x509::encode_name({{"2.5.4.3", subject}});
    made.issuer_name = x509::encode_name({{"2.5.4.3", issuer}});
    made.not_before = clock.now() - Days{1};
    made.not_after = clock.now() + Days{100};
    made.spki = subject_key.spki();
    made.extensions = {x509::key_usage(ca ? x509::kKeyCertSign : x509::kDigitalSignature),
                       x509::basic_constraints(ca, std::nullopt), x509::subject_key_identifier(subject_key)};
    return x509::issue(made, root_signer).value();
  }

  Bytes attest() {
    cbor::Writer payload;
    payload.map(2 + words.size()).text("challenge").bytes(challenge).text("keys").bytes(digest);
    for (const auto& [name, value] : words) payload.text(name).text(value);
    const Bytes signature = key.sign(crypto::SignatureAlgorithm::kEcdsaSha256, payload.view()).value();
    cbor::Writer out;
    out.array(3).bytes(payload.view()).bytes(signature).bytes(leaf.der());
    return out.take();
  }

  Result<Attested> verify(ByteView attestation) {
    return verify_attestation(attestation, as_bytes("challenge"), crypto::sha256(as_bytes("keys")), {root},
                              clock.now());
  }
};

TEST(Attestation, GoodOne) {
  Maker maker;
  const auto attested = maker.verify(maker.attest());
  ASSERT_TRUE(attested.has_value()) << to_string(attested.error());
  EXPECT_EQ(attested->biometrics, "face");
  EXPECT_TRUE(attested->keeps_mdocs);
}

TEST(Attestation, ThePhoneBehindPinsKeepsNoMdoc) {
  Maker maker;
  maker.words["token"] = "JPKIAPGPSETOKEN";
  const auto attested = maker.verify(maker.attest());
  ASSERT_TRUE(attested.has_value()) << to_string(attested.error());
  EXPECT_FALSE(attested->keeps_mdocs);
  maker.words.erase("token");
  EXPECT_EQ(maker.verify(maker.attest()).error().reason, Reason::MALFORMED) << "a phone that does not say";
}

TEST(Attestation, EachWordCounts) {
  for (const auto& [name, value, detail] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"level", "software", "the keys are not in a secure element"},
           {"boot", "unlocked", "the phone's boot is not verified"},
           {"app", "other", "another app"},
           {"token", "JPKIAPICCTOKEN2", "not a phone's card application"}}) {
    Maker maker;
    maker.words[name] = value;
    const auto refused = maker.verify(maker.attest());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().reason, Reason::ATTESTATION_INVALID);
    EXPECT_EQ(refused.error().detail, detail);
  }
}

TEST(Attestation, NoBiometricsHasItsOwnReason) {
  Maker maker;
  maker.words["biometrics"] = "none";
  EXPECT_EQ(maker.verify(maker.attest()).error().reason, Reason::BIOMETRICS_NOT_SET_UP);
}

TEST(Attestation, OldChallengeOtherKeysOtherMakerAndExpiry) {
  Maker maker;
  maker.challenge = to_bytes("yesterday");
  EXPECT_EQ(maker.verify(maker.attest()).error().detail, "made for another challenge");
  Maker keys;
  keys.digest = crypto::sha256(as_bytes("others"));
  EXPECT_EQ(keys.verify(keys.attest()).error().detail, "made for other keys");
  Maker stranger;
  Maker known;
  EXPECT_EQ(known.verify(stranger.attest()).error().detail, "no known maker");
  Maker late;
  const Bytes attestation = late.attest();
  late.clock.advance(Days{101});
  EXPECT_EQ(late.verify(attestation).error().detail, "its certificate is not valid now");
}

TEST(Attestation, AChangedPayloadBreaksTheSignature) {
  Maker maker;
  Bytes attestation = maker.attest();
  const size_t at = as_text(attestation).find("verified");
  attestation[at] ^= 0x01;
  EXPECT_EQ(maker.verify(attestation).error().detail, "its signature does not verify");
}

TEST(DeviceKeys, LimitsAndDoubles) {
  PooledKeySource keys;
  const Bytes spki = keys.generate(crypto::KeyType::kP256).public_key().spki();
  const auto parse = [](const Bytes& bytes) {
    const auto document = cbor::Document::parse(bytes);
    return parse_device_keys(document->root());
  };
  EXPECT_TRUE(parse(key_list({spki})).has_value());
  EXPECT_EQ(parse(key_list({spki, spki})).error().reason, Reason::BAD_KEY);
  EXPECT_TRUE(parse(key_list({})).value().empty());
  EXPECT_EQ(parse(cbor::Writer{}.text("none").take()).error().reason, Reason::MALFORMED);
  EXPECT_EQ(parse(key_list(std::vector<ByteView>(kMaxBatch + 1, spki))).error().reason, Reason::LIMIT_EXCEEDED);
  const Bytes rsa = keys.generate(crypto::KeyType::kRsa).public_key().spki();
  EXPECT_EQ(parse(key_list({rsa})).error().reason, Reason::BAD_KEY);
}

TEST(DeviceKeys, AsManyAsThePhoneKeepsMdocsFor) {
  PooledKeySource keys;
  const std::vector<crypto::PublicKey> one{keys.generate(crypto::KeyType::kP256).public_key()};
  EXPECT_TRUE(check_batch({"face", true}, one).has_value());
  EXPECT_TRUE(check_batch({"face", false}, {}).has_value());
  EXPECT_EQ(to_string(check_batch({"face", true}, {}).error()), "MALFORMED: no device keys");
  EXPECT_EQ(to_string(check_batch({"face", false}, one).error()), "MALFORMED: device keys of a phone that keeps no mdoc");
}

}  // namespace
}  // namespace mitome::issuer
