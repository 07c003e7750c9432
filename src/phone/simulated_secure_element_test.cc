#include "phone/simulated_secure_element.h"

#include <gtest/gtest.h>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "issuer/evidence.h"
#include "protocol/jpki/reader.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using card::UserOperation;
using testing::test_pin;

class SecureElementTest : public ::testing::Test {
 protected:
  SecureElementTest() {
    maker_certificate = maker.issue(maker.end_entity("Phone model", maker_key->public_key())).der();
    start();
    set_biometrics(1);
  }
  void start(card::TokenProfile profile = card::TokenProfile::kPhone) {
    element = SimulatedSecureElement::start(
                  silicon, random, keys,
                  MakerKey{crypto::PrivateKey::from_pkcs8(maker_key->key().pkcs8().reveal()).value(), maker_certificate}, profile)
                  .value();
  }
  void set_biometrics(uint8_t set) { ASSERT_TRUE(element->biometrics_changed(Biometrics::kFace, BiometricSet{set})); }
  Pass pass_for(Purpose purpose, const crypto::Sha256Digest& bound, uint8_t set = 1) {
    Pass pass{purpose, bound, element->challenge(), BiometricSet{set}, {}};
    pass.mac = pass_mac(element->pairing_key().reveal(), pass);
    return pass;
  }
  crypto::PublicKey make(std::string_view slot, crypto::KeyType type = crypto::KeyType::kP256,
                         KeyUse use = KeyUse::kUserVerified) {
    return element->generate(slot, type, use).value();
  }
  void install() {
    const auto auth = make("auth", crypto::KeyType::kRsa), sign = make("sign", crypto::KeyType::kRsa);
    certificates = {cards.auth_ca().issue(cards.auth_ca().end_entity("Auth", auth)).der(),
                    cards.sign_ca().issue(cards.sign_ca().end_entity("Sign", sign)).der(),
                    cards.auth_ca().certificate().der(), cards.sign_ca().certificate().der()};
    ASSERT_TRUE(element->stage_pins(test_pin("4321"), test_pin("PHONE999")));
    const auto installed = element->install_card(certificates, "auth", "sign");
    ASSERT_TRUE(installed.has_value()) << to_string(installed.error());
  }
  Result<jpki::CardSignature> card_sign(uint16_t key, const crypto::Sha256Digest& over) {
    return jpki::sign_with_card(element->card(), key, nullptr, over);
  }

  testing::PowerSupply power;
  testing::TestSilicon silicon{power};
  testing::SeededRandom random{1};
  testing::PooledKeySource keys{20};
  testing::TestCa maker{"Phone maker"};
  std::unique_ptr<crypto::SoftwareSigner> maker_key = testing::test_signer();
  Bytes maker_certificate;
  testing::CardMaker cards;
  CardCertificates certificates;
  std::unique_ptr<SimulatedSecureElement> element;
  const Bytes message = to_bytes(std::string_view{"what is signed"});
  const crypto::Sha256Digest digest = crypto::sha256(message);
};

// -- PHN-1: one pass, one operation

TEST_F(SecureElementTest, SignsWithAFreshPass) {
  const auto key = make("k");
  const auto signature = element->sign("k", message, pass_for(Purpose::kPresent, digest), Purpose::kPresent);
  ASSERT_TRUE(signature) << to_string(signature.error());
  EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::kEcdsaSha256, message, *signature));
}

TEST_F(SecureElementTest, PHN1_ThePassIsUsedUp) {
  make("k");
  const Pass pass = pass_for(Purpose::kPresent, digest);
  ASSERT_TRUE(element->sign("k", message, pass, Purpose::kPresent));
  EXPECT_EQ(element->sign("k", message, pass, Purpose::kPresent).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, PHN1_NoPassNoSignature) {
  make("k");
  EXPECT_EQ(element->sign("k", message).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, PHN1_APassOfAnEarlierChallenge) {
  make("k");
  const Pass old = pass_for(Purpose::kPresent, digest);
  element->challenge();
  EXPECT_EQ(element->sign("k", message, old, Purpose::kPresent).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, PHN1_APassFromBeforeTheRestart) {
  make("k");
  const Pass old = pass_for(Purpose::kPresent, digest);
  start();
  EXPECT_EQ(element->sign("k", message, old, Purpose::kPresent).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, PHN1_APassForSomethingElse) {
  make("k");
  EXPECT_EQ(element->sign("k", message, pass_for(Purpose::kLogin, digest), Purpose::kPresent).error().reason,
            Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(element->sign("k", message, pass_for(Purpose::kPresent, {}), Purpose::kPresent).error().reason,
            Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, PHN1_APassThatTheSensorDidNotMake) {
  make("k");
  Pass forged = pass_for(Purpose::kPresent, digest);
  forged.mac[0] ^= 1;
  EXPECT_EQ(element->sign("k", message, forged, Purpose::kPresent).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, AWrongPassUsesTheChallengeUp) {
  make("k");
  const Pass good = pass_for(Purpose::kPresent, digest);
  Pass forged = good;
  forged.mac[0] ^= 1;
  EXPECT_FALSE(element->confirm(forged, Purpose::kPresent, digest).has_value());
  EXPECT_EQ(element->confirm(good, Purpose::kPresent, digest).error().reason, Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, BackgroundKeysNeedNobody) {
  const auto key = make("instance", crypto::KeyType::kP256, KeyUse::kBackground);
  const auto signature = element->sign("instance", message);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::kEcdsaSha256, message, *signature));
  EXPECT_EQ(element->sign("absent", message).error().reason, Reason::NOT_FOUND);
}

// -- PHN-3: another face, dead keys

TEST_F(SecureElementTest, PHN3_KeysDieWithTheirBiometricSet) {
  make("k");
  make("instance", crypto::KeyType::kP256, KeyUse::kBackground);
  install();
  set_biometrics(2);
  EXPECT_EQ(element->public_key("k").error().reason, Reason::NEEDS_REPROOF);
  EXPECT_EQ(element->sign("k", message, pass_for(Purpose::kPresent, digest, 2), Purpose::kPresent).error().reason,
            Reason::NEEDS_REPROOF);
  EXPECT_EQ(element->open_operation(pass_for(Purpose::kLogin, digest, 2), Purpose::kLogin,
                                    UserOperation::kAuthentication, &digest).error().reason,
            Reason::NEEDS_REPROOF);
  EXPECT_TRUE(element->sign("instance", message)) << "the phone can still ask the authority";
  set_biometrics(1);
  start();
  EXPECT_EQ(element->public_key("k").error().reason, Reason::NEEDS_REPROOF) << "and they stay dead";
}

TEST_F(SecureElementTest, PHN3_APassOfTheFormerSet) {
  make("k");
  const Pass old = pass_for(Purpose::kPresent, digest, 1);
  EXPECT_EQ(element->confirm(pass_for(Purpose::kPresent, digest, 7), Purpose::kPresent, digest).error().reason,
            Reason::NEEDS_REPROOF);
  EXPECT_FALSE(element->confirm(old, Purpose::kPresent, digest).has_value());
}

TEST_F(SecureElementTest, TheSameSetAgainKillsNothing) {
  make("k");
  set_biometrics(1);
  EXPECT_TRUE(element->public_key("k"));
}

TEST_F(SecureElementTest, NoKeyForAHolderWithoutBiometrics) {
  ASSERT_TRUE(element->biometrics_changed(Biometrics::kNone, BiometricSet{5}));
  EXPECT_EQ(element->generate("k", crypto::KeyType::kP256, KeyUse::kUserVerified).error().reason,
            Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_TRUE(element->generate("instance", crypto::KeyType::kP256, KeyUse::kBackground));
  EXPECT_EQ(element->attest(message, cbor::Writer{}.array(0).view()).error().reason, Reason::BIOMETRICS_NOT_SET_UP);
}

// -- slots

TEST_F(SecureElementTest, SlotsAreListedAndErased) {
  make("a");
  make("b");
  ASSERT_TRUE(element->erase({"a", "never there"}));
  start();
  EXPECT_EQ(element->slots(), std::vector<std::string>{"b"});
  EXPECT_EQ(element->public_key("a").error().reason, Reason::NOT_FOUND);
}

TEST_F(SecureElementTest, SlotsHaveALimit) {
  for (size_t i = 0; i < SecureElement::kMaxSlots; ++i) make("k" + std::to_string(i));
  EXPECT_EQ(element->generate("more", crypto::KeyType::kP256, KeyUse::kUserVerified).error().reason,
            Reason::LIMIT_EXCEEDED);
  EXPECT_TRUE(element->generate("k0", crypto::KeyType::kP256, KeyUse::kUserVerified)) << "in place of another is no more";
}

TEST_F(SecureElementTest, AKeyThatCouldNotBeKeptIsNotThere) {
  power.cut_at(0, testing::PowerSupply::Moment::kBefore);
  EXPECT_EQ(element->generate("k", crypto::KeyType::kP256, KeyUse::kUserVerified).error().reason,
            Reason::STORAGE_FAILED);
  EXPECT_EQ(element->public_key("k").error().reason, Reason::NOT_FOUND);
}

// -- sealing

TEST_F(SecureElementTest, SealsForItselfAlone) {
  const Bytes sealed = element->seal("data-key", message).value();
  EXPECT_TRUE(equal(element->open("data-key", sealed).value().reveal(), message));
  EXPECT_EQ(element->open("another name", sealed).error().reason, Reason::WALLET_SEALED);
  EXPECT_EQ(element->open("data-key", ByteView{sealed}.first(11)).error().reason, Reason::WALLET_SEALED);
  Bytes changed = sealed;
  changed.back() ^= 1;
  EXPECT_EQ(element->open("data-key", changed).error().reason, Reason::WALLET_SEALED);
  testing::TestSilicon other_silicon{power};
  testing::SeededRandom other_random{2};
  const auto other = SimulatedSecureElement::start(
      other_silicon, other_random, keys,
      MakerKey{crypto::PrivateKey::from_pkcs8(maker_key->key().pkcs8().reveal()).value(), maker_certificate}).value();
  EXPECT_EQ(other->open("data-key", sealed).error().reason, Reason::WALLET_SEALED);
}

// -- attestation

TEST_F(SecureElementTest, AttestsKeysThatLiveHere) {
  const auto one = make("one"), two = make("two");
  const Bytes list = cbor::Writer{}.array(2).bytes(one.spki()).bytes(two.spki()).take();
  const auto attestation = element->attest(message, list);
  ASSERT_TRUE(attestation) << to_string(attestation.error());
  const auto attested = issuer::verify_attestation(*attestation, message, crypto::sha256(list), {maker.certificate()},
                                                   testing::FakeClock{}.now());
  ASSERT_TRUE(attested) << to_string(attested.error());
  EXPECT_EQ(attested->biometrics, "face");
  EXPECT_TRUE(attested->keeps_mdocs);
}

TEST_F(SecureElementTest, AttestsThatItsCertificatesAreBehindPins) {
  start(card::TokenProfile::kAndroid);
  const Bytes list = cbor::Writer{}.array(1).bytes(make("one").spki()).take();
  const auto attested = issuer::verify_attestation(element->attest(message, list).value(), message, crypto::sha256(list),
                                                   {maker.certificate()}, testing::FakeClock{}.now());
  ASSERT_TRUE(attested) << to_string(attested.error());
  EXPECT_FALSE(attested->keeps_mdocs);
}

TEST_F(SecureElementTest, AttestsNoOtherKeys) {
  const auto mine = make("one");
  const auto foreign = keys.generate(crypto::KeyType::kP256).public_key();
  const auto reason = [&](ByteView list) { return element->attest(message, list).error().reason; };
  EXPECT_EQ(reason(cbor::Writer{}.array(2).bytes(mine.spki()).bytes(foreign.spki()).view()), Reason::BAD_KEY);
  EXPECT_EQ(reason(cbor::Writer{}.map(1).text("mdoc").array(1).bytes(foreign.spki()).view()), Reason::BAD_KEY);
  EXPECT_EQ(reason(cbor::Writer{}.array(0).view()), Reason::BAD_KEY);
  EXPECT_EQ(reason(message), Reason::MALFORMED);
  const Bytes list = cbor::Writer{}.array(1).bytes(mine.spki()).take();
  set_biometrics(2);
  EXPECT_EQ(reason(list), Reason::BAD_KEY) << "a dead key is none";
}

// -- the card application

TEST_F(SecureElementTest, AReaderSeesNothingBeforeTheHolderActs) {
  EXPECT_EQ(jpki::select_application(element->card(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED) << "no card";
  install();
  EXPECT_EQ(jpki::select_application(element->card(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED) << "dark";
  EXPECT_EQ(card_sign(jpki::kAuthKey, digest).error().reason, Reason::CARD_REFUSED);
}

TEST_F(SecureElementTest, OneOperationOneSignature) {
  install();
  ASSERT_TRUE(element->open_operation(pass_for(Purpose::kLogin, digest), Purpose::kLogin,
                                      UserOperation::kAuthentication, &digest));
  const auto signed_once = card_sign(jpki::kAuthKey, digest);
  ASSERT_TRUE(signed_once) << to_string(signed_once.error());
  EXPECT_EQ(signed_once->certificate, certificates.auth_certificate);
  EXPECT_TRUE(element->public_key("auth").value().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message,
                                                          signed_once->signature));
  EXPECT_EQ(card_sign(jpki::kAuthKey, digest).error().reason, Reason::CARD_REFUSED);
}

TEST_F(SecureElementTest, TheOperationIsForOneKeyAndOneDigest) {
  install();
  const auto open = [&] {
    ASSERT_TRUE(element->open_operation(pass_for(Purpose::kLogin, digest), Purpose::kLogin,
                                        UserOperation::kAuthentication, &digest));
  };
  open();
  EXPECT_EQ(card_sign(jpki::kSignKey, digest).error().reason, Reason::CARD_REFUSED);
  open();
  EXPECT_EQ(card_sign(jpki::kAuthKey, crypto::sha256(as_bytes("something else"))).error().reason, Reason::CARD_REFUSED);
  open();
  element->field_off();
  EXPECT_EQ(card_sign(jpki::kAuthKey, digest).error().reason, Reason::CARD_REFUSED);
}

TEST_F(SecureElementTest, AnOperationNeedsAPassForIt) {
  install();
  const auto reason = [&](const Pass& pass, const crypto::Sha256Digest* bound) {
    return element->open_operation(pass, Purpose::kLogin, UserOperation::kAuthentication, bound).error().reason;
  };
  EXPECT_EQ(reason(pass_for(Purpose::kSign, digest), &digest), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(reason(pass_for(Purpose::kLogin, digest), nullptr), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(reason(pass_for(Purpose::kLogin, contactless_binding()), &digest), Reason::USER_AUTH_REQUIRED);
}

TEST_F(SecureElementTest, NoCardWithoutPinsOrKeys) {
  EXPECT_EQ(element->install_card(certificates, "auth", "sign").error().reason, Reason::TRANSITION_REFUSED);
  ASSERT_TRUE(element->stage_pins(test_pin("4321"), test_pin("PHONE999")));
  EXPECT_EQ(element->install_card(certificates, "auth", "sign").error().reason, Reason::NOT_FOUND);
  ASSERT_TRUE(element->drop_staged_pins());
  EXPECT_EQ(element->install_card(certificates, "auth", "sign").error().reason, Reason::TRANSITION_REFUSED);
  EXPECT_EQ(element->replace_signing(message, "sign").error().reason, Reason::TRANSITION_REFUSED);
}

TEST_F(SecureElementTest, AnImageThatDoesNotFitLeavesTheFormerCard) {
  install();
  make("auth2", crypto::KeyType::kRsa);
  ASSERT_TRUE(element->stage_pins(test_pin("1111"), test_pin("OTHER111")));
  CardCertificates broken = certificates;
  broken.auth_ca.clear();
  EXPECT_EQ(element->install_card(broken, "auth2", "sign").error().reason, Reason::MALFORMED);
  ASSERT_TRUE(element->open_operation(pass_for(Purpose::kLogin, digest), Purpose::kLogin,
                                      UserOperation::kAuthentication, &digest));
  EXPECT_TRUE(card_sign(jpki::kAuthKey, digest)) << "still with the key of before";
}

TEST_F(SecureElementTest, TheCardSurvivesARestartAndIsTakenOut) {
  install();
  start();
  ASSERT_TRUE(element->open_operation(pass_for(Purpose::kSign, digest), Purpose::kSign, UserOperation::kSigning, &digest));
  EXPECT_EQ(card_sign(jpki::kSignKey, digest).value().certificate, certificates.sign_certificate);
  ASSERT_TRUE(element->remove_card());
  start();
  EXPECT_EQ(element->open_operation(pass_for(Purpose::kSign, digest), Purpose::kSign, UserOperation::kSigning, &digest)
                .error().reason,
            Reason::NOT_FOUND);
}

TEST_F(SecureElementTest, ANewSigningCertificateComesWithItsKey) {
  install();
  const auto fresh = make("sign2", crypto::KeyType::kRsa);
  const auto certificate = cards.sign_ca().issue(cards.sign_ca().end_entity("Sign 2", fresh)).der();
  ASSERT_TRUE(element->replace_signing(certificate, "sign2"));
  ASSERT_TRUE(element->open_operation(pass_for(Purpose::kSign, digest), Purpose::kSign, UserOperation::kSigning, &digest));
  const auto signed_now = card_sign(jpki::kSignKey, digest);
  ASSERT_TRUE(signed_now) << to_string(signed_now.error());
  EXPECT_EQ(signed_now->certificate, certificate);
  EXPECT_TRUE(fresh.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message, signed_now->signature));
}

TEST_F(SecureElementTest, BrokenSiliconIsRefused) {
  silicon.areas["se"] = to_bytes(std::string_view{"\x81\x01"});
  EXPECT_EQ(SimulatedSecureElement::start(
                silicon, random, keys,
                MakerKey{crypto::PrivateKey::from_pkcs8(maker_key->key().pkcs8().reveal()).value(), maker_certificate})
                .error().reason,
            Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::phone
