#include "card/jpki/jpki_applet.h"

#include <gtest/gtest.h>

#include "credential/x509/certificate.h"
#include "protocol/jpki/identifiers.h"
#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;
using namespace mitome::jpki;
using crypto::SignatureAlgorithm;

class JpkiTest : public ::testing::Test {
 protected:
  JpkiTest() { CHECK(send(kSelectJpki) == "9000"); }
  CardInHand card_;
  std::string send(std::string_view command) { return card_.send(command); }
  std::string verify(uint16_t file, std::string_view pin) { return card_.verify(file, pin); }
  crypto::PublicKey key(Slot slot) { return card_.platform.public_key(slot).value(); }
  Bytes signature(std::string_view command) {
    const auto response = apdu::ResponseApdu::parse(from_hex(send(command)).value()).value();
    EXPECT_EQ(response.sw, apdu::kSuccess);
    return response.data;
  }
};

// -- files

TEST_F(JpkiTest, FreeFilesAreReadAsReadersDo) {
  for (const auto* file : {"000a", "000b", "0002", "0006", "0008"}) {
    EXPECT_EQ(send("00a4020c02" + std::string{file}), "9000");
    EXPECT_TRUE(send("00b0000003").ends_with("9000")) << file;
  }
  EXPECT_EQ(send("00b0880003"), "8f8f009000");  // EF 0008 by its short identifier
}

TEST_F(JpkiTest, ReadBinaryAtItsEdges) {
  ASSERT_EQ(send("00a4020c020006"), "9000");  // 160 bytes
  EXPECT_EQ(send("00b00000").substr(0, 4), "6700");
  EXPECT_EQ(send("00b0000000").size(), 2 * 160U + 4);
  EXPECT_TRUE(send("00b0000000").ends_with("9000"));       // Le 00: as much as there is
  EXPECT_TRUE(send("00b00000a1").ends_with("6282"));       // one more than there is
  EXPECT_TRUE(send("00b00000a0").ends_with("9000"));
  EXPECT_EQ(send("00b0009f01").size(), 2 + 4U);
  EXPECT_EQ(send("00b000a001"), "6b00");
  EXPECT_EQ(send("00b07fff01"), "6b00");
  EXPECT_EQ(send("00b000000000a0").size(), 2 * 160U + 4);  // extended
  EXPECT_EQ(send("00b0860004"), "4a504b499000");           // EF 0006 by short identifier
  EXPECT_EQ(send("00b08600" "0101"), "6700");              // with data
  EXPECT_EQ(send("00b0c60004"), "6a86");                   // neither an offset nor an identifier
  EXPECT_EQ(send("00b09f0004"), "6a82");
}

TEST_F(JpkiTest, FilesThatAreNotTransparentOrNotThere) {
  EXPECT_EQ(send("00a4020c020003"), "6a82");
  EXPECT_EQ(send("00a4020c01" "0a"), "6700");
  EXPECT_EQ(send("00a40200020006"), "6a86");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  EXPECT_EQ(send("00b0000004"), "6981");
  ASSERT_EQ(send("00a4020c020017"), "9000");
  EXPECT_EQ(send("00b0000004"), "6981");
  EXPECT_EQ(send("00200080"), "6981");
}

TEST_F(JpkiTest, WhatNobodyHasPublishedIsThereAndNeverOpens) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  for (const uint16_t file : kJpkiUnpublishedFiles) {
    ASSERT_EQ(card_.select(file), "9000") << file;
    EXPECT_EQ(send("00b0000000"), "6982") << file;
    EXPECT_EQ(send("00200080"), "6981") << file;
    EXPECT_EQ(send("802a0080020102" "00"), "6981") << file;
  }
  ASSERT_EQ(card_.select(kTerminalCaKey), "9000");
  EXPECT_EQ(send("00b0000000"), "6981");
  CardInHand phone{{.profile = TokenProfile::kAndroid}};
  ASSERT_EQ(phone.send(kSelectJpki), "9000");
  EXPECT_EQ(phone.select(0x0005), "6a82");  // measured on cards alone
}

TEST_F(JpkiTest, AFileThatWasNeverWrittenIsNotThere) {
  CHECK(card_.platform.erase({AppletId::kJpki, kAvailabilityFile, Part::kContent}).has_value());
  EXPECT_EQ(send("00b0880003"), "6a82");
}

TEST_F(JpkiTest, SigningCertificateIsReadOnlyAfterItsPassword) {  // CRD-11
  ASSERT_EQ(send("00a4020c020001"), "9000");
  EXPECT_EQ(send("00b0000004"), "6982");
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  ASSERT_EQ(send("00a4020c020001"), "9000");
  EXPECT_EQ(send("00b0000004"), "6982");  // the other PIN does not open it
  EXPECT_EQ(send("00b0810004"), "6982");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_TRUE(send("00b0810004").ends_with("9000"));
}

TEST_F(JpkiTest, AChildsCardHasNoSigningFiles) {
  CardInHand child{{.signing = false}};
  ASSERT_EQ(child.send(kSelectJpki), "9000");
  for (const auto* file : {"0001", "001a", "001b"}) EXPECT_EQ(child.send("00a4020c02" + std::string{file}), "6a82");
  EXPECT_EQ(child.send("00b0880003"), "008f009000");
  ASSERT_EQ(child.verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(child.sign(kAuthKey), "signed");
}

// -- PINs

TEST_F(JpkiTest, EmptyVerifyTellsTheTriesAndNothingElse) {  // CRD-4, CVE-2023-40660
  ASSERT_EQ(send("00a4020c020018"), "9000");
  for (const auto* empty : {"00200080", "0020008000", "00200080000000", "00200098", "002000980000ff"}) {
    EXPECT_EQ(send(empty), "63c3") << empty;
    EXPECT_EQ(card_.sign(kAuthKey), "6982") << empty;
    ASSERT_EQ(send("00a4020c020018"), "9000");
  }
  EXPECT_EQ(send("0020008000000000"), "6700");
  ASSERT_EQ(send("0020008004" "31323334"), "9000");
  EXPECT_EQ(send("00200080"), "63c3");  // also after success: OpenSC asks
  EXPECT_EQ(card_.sign(kAuthKey), "signed");
}

TEST_F(JpkiTest, WrongPinsCountDownToBlocked) {  // CRD-6
  EXPECT_EQ(verify(kAuthPin, "0000"), "63c2");
  EXPECT_EQ(verify(kAuthPin, "0000"), "63c1");
  EXPECT_EQ(verify(kAuthPin, "0000"), "63c0");
  EXPECT_EQ(verify(kAuthPin, "0000"), "6984");
  EXPECT_EQ(verify(kAuthPin, kTestAuthPin), "6984");  // the right one looks no different
  EXPECT_EQ(send("00200080"), "63c0");
  EXPECT_EQ(card_.sign(kAuthKey), "6982");
  card_.power_cycle();
  ASSERT_EQ(send(kSelectJpki), "9000");
  EXPECT_EQ(verify(kAuthPin, kTestAuthPin), "6984");
}

TEST_F(JpkiTest, SigningPasswordHasFiveTriesOfItsOwn) {  // CRD-8
  for (const auto* expected : {"63c4", "63c3", "63c2", "63c1", "63c0", "6984"}) EXPECT_EQ(verify(kSignPin, "WRONG123"), expected);
  EXPECT_EQ(card_.tries(kAuthPin), "63c3");
  ASSERT_EQ(send(kSelectText), "9000");
  EXPECT_EQ(card_.tries(kTextPin), "63c3");
}

TEST_F(JpkiTest, PasswordIsComparedByteForByte) {
  EXPECT_EQ(verify(kSignPin, "sign1234"), "63c4");  // readers turn it to upper case, the card does not
  EXPECT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(card_.tries(kSignPin), "63c5");
}

TEST_F(JpkiTest, AWrongTryEndsWhatWasVerified) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(verify(kAuthPin, "0000"), "63c2");
  EXPECT_EQ(card_.sign(kAuthKey), "6982");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(verify(kSignPin, "WRONG123"), "63c4");
  EXPECT_EQ(card_.sign(kSignKey), "6982");
}

TEST_F(JpkiTest, VerifyAtItsEdges) {
  EXPECT_EQ(send("00200080"), "6986");                                                 // nothing selected
  EXPECT_EQ(send("0020019804" "31323334"), "6a86");
  EXPECT_EQ(send("0020001804" "31323334"), "6a86");
  EXPECT_EQ(send("0020009f04" "31323334"), "6a82");
  EXPECT_EQ(send("002000d804" "31323334"), "6a86");
  EXPECT_EQ(send("0020008a04" "31323334"), "6981");                                    // a certificate is no PIN
  EXPECT_EQ(send("0020009811" + std::string(34, '3')), "6700");                        // longer than any PIN: no try
  EXPECT_EQ(card_.tries(kAuthPin), "63c3");
  EXPECT_EQ(send("0020009804" "31323334"), "9000");
}

TEST_F(JpkiTest, ChangeNeedsTheOldPinFirst) {  // CRD-9
  const std::string change = "0024019804" "34333231";
  EXPECT_EQ(send(change), "6982");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(send(change), "6982");  // another PIN's right does not do
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(send(change), "9000");
  card_.power_cycle();
  ASSERT_EQ(send(kSelectJpki), "9000");
  EXPECT_EQ(verify(kAuthPin, kTestAuthPin), "63c2");
  EXPECT_EQ(verify(kAuthPin, "4321"), "9000");
}

TEST_F(JpkiTest, ChangeTakesOnlyWhatAPinMayBe) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(send("0024019803" "313233"), "6a80");
  EXPECT_EQ(send("0024019804" "3132334a"), "6a80");
  EXPECT_EQ(send("00240198"), "6700");
  EXPECT_EQ(send("0024009804" "31323335"), "6a86");
  EXPECT_EQ(send("0024011804" "31323335"), "6a86");
  EXPECT_EQ(send("0024018a04" "31323335"), "6981");
  EXPECT_EQ(send("0024019f04" "31323335"), "6a82");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(send("0024019b05" "4142434431"), "6a80");                       // five characters
  EXPECT_EQ(send("0024019b06" "616263643132"), "6a80");                     // lower case
  EXPECT_EQ(send("0024019b06" "414243443132"), "9000");
  EXPECT_EQ(verify(kSignPin, "ABCD12"), "9000");
}

TEST_F(JpkiTest, CounterResetIsForNobodyHere) {  // CRD-9
  for (int i = 0; i < 3; ++i) (void)verify(kAuthPin, "0000");
  EXPECT_EQ(send("002c0098"), "6982");
  EXPECT_EQ(send("002c029804" "31323334"), "6982");
  EXPECT_EQ(card_.tries(kAuthPin), "63c0");
}

// -- signatures

TEST_F(JpkiTest, SchemesOfComputeDigitalSignature) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  const auto auth = key(kAuthKeySlot);
  const std::string message = to_hex(as_bytes("message"));
  const auto digest = crypto::sha256(as_bytes("message"));
  const std::string info = to_hex(crypto::sha256_digest_info(digest));
  const auto good = [&](SignatureAlgorithm algorithm, std::string_view command) {
    return auth.verify(algorithm, as_bytes("message"), signature(command));
  };
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPkcs1Sha256, "802a009733" + info + "00"));
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPkcs1Sha256, "802a029720" + to_hex(digest) + "00"));
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPkcs1Sha256, "802a039707" + message + "00"));
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPssSha256, "802a049720" + to_hex(digest) + "00"));
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPssSha256, "802a059707" + message + "00"));
  EXPECT_TRUE(good(SignatureAlgorithm::kRsaPkcs1Sha256, "802a000033" + info + "00"));  // P2 00: the default key
  // 01: the bare hash, padded; it is what 00 makes of the hash.
  EXPECT_EQ(signature("802a019707" + message + "00"), signature("802a009720" + to_hex(digest) + "00"));
  EXPECT_FALSE(good(SignatureAlgorithm::kRsaPkcs1Sha256, "802a019707" + message + "00"));
}

TEST_F(JpkiTest, SignatureInputAtItsEdges) {
  EXPECT_EQ(send("802a0080020102" "00"), "6986");                        // no key selected
  EXPECT_EQ(send("802a009733" + std::string(102, '0') + "00"), "6982");  // before the PIN
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(send("802a0097f6" + std::string(2 * 246, '5') + "00"), "6985");
  EXPECT_EQ(send("802a0097f5" + std::string(2 * 245, '5') + "00").size(), 2 * 256U + 4);
  EXPECT_EQ(send("802a02971f" + std::string(2 * 31, '5') + "00"), "6985");
  EXPECT_EQ(send("802a049721" + std::string(2 * 33, '5') + "00"), "6985");
  EXPECT_EQ(send("802a009700"), "6700");
  EXPECT_EQ(send("802a0697020102" "00"), "6a86");
  EXPECT_EQ(send("802a0017020102" "00"), "6a86");
  EXPECT_EQ(send("802a00d7020102" "00"), "6a86");
  EXPECT_EQ(send("802a009f020102" "00"), "6a82");
  EXPECT_EQ(send("802a0098020102" "00"), "6981");
  EXPECT_EQ(send("802a0097020102"), "6700");        // no Le
  EXPECT_EQ(send("802a0097020102" "80"), "6c00");   // too small an Le: 256 is meant
  EXPECT_EQ(send("002a9e9a020102" "00"), "6d00");   // ISO's own PSO is not this card's
}

TEST_F(JpkiTest, SigningKeyWorksOnceForEachVerify) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(card_.sign(kSignKey), "6982");
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(send("802a009a00"), "6700");  // a command that cannot sign does not use it up
  EXPECT_EQ(send("802a009af6" + std::string(2 * 246, '5') + "00"), "6985");
  EXPECT_EQ(card_.sign(kSignKey), "signed");
  EXPECT_EQ(card_.sign(kSignKey), "6982");
  EXPECT_TRUE(send("00b0810004").ends_with("9000"));  // the certificate stays readable
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(card_.sign(kSignKey), "signed");
}

TEST_F(JpkiTest, SigningKeyIsTheOneOfTheSigningCertificate) {
  ASSERT_EQ(verify(kSignPin, kTestSignPin), "9000");
  const auto info = to_hex(crypto::sha256_digest_info(crypto::sha256(as_bytes("message"))));
  const Bytes made = signature("802a009a33" + info + "00");
  const Bytes der = read_sign_certificate(*card_.chip).value();
  EXPECT_TRUE(x509::Certificate::parse(der).value().public_key().verify(SignatureAlgorithm::kRsaPkcs1Sha256,
                                                                        as_bytes("message"), made));
}

TEST_F(JpkiTest, AuthenticationKeyWorksAsLongAsItsPinIsVerified) {
  ASSERT_EQ(verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(card_.sign(kAuthKey), "signed");
  EXPECT_EQ(card_.sign(kAuthKey), "signed");
}

TEST_F(JpkiTest, ChallengeIsOfTheLengthAsked) {
  EXPECT_EQ(send("0084000008").size(), 16 + 4U);
  EXPECT_NE(send("0084000008"), send("0084000008"));
  EXPECT_EQ(send("0084000000").size(), 2 * 256U + 4);
  EXPECT_EQ(send("00840000"), "6700");
  EXPECT_EQ(send("0084010008"), "6a86");
  EXPECT_EQ(send("00840000000101"), "6700");
}

TEST_F(JpkiTest, TerminalAuthenticationIsAnsweredAsToAWrongCertificate) {
  EXPECT_EQ(send("80a20000020102"), "6700");
  EXPECT_EQ(send("80a20000000133" + std::string(2 * 307, '0')), "6a86");
  EXPECT_EQ(send("80ae0000020102"), "6d00");
  EXPECT_EQ(send("80fc0000"), "6700");  // the phones' last command
}

TEST_F(JpkiTest, MemoryThatFailsIsToldAndVerifiesNothing) {
  TearingPlatform torn{card_.platform};
  auto chip = boot(torn).value();
  ASSERT_EQ(converse(*chip, kSelectJpki), "9000");
  torn.tear_at(0, TearingPlatform::Moment::kBeforeWrite);
  EXPECT_EQ(converse(*chip, "0020009804" "31323334"), "6581");
  EXPECT_EQ(converse(*chip, "00200098"), "6581");
  EXPECT_EQ(converse(*chip, "00b08a0004"), "6581");
  EXPECT_EQ(converse(*chip, "802a0097020102" "00"), "6982");
}

TEST_F(JpkiTest, TornChangeLeavesTheOldPinOrTheNew) {
  for (size_t at = 0; at < 2; ++at) {
    for (const auto moment : {TearingPlatform::Moment::kBeforeWrite, TearingPlatform::Moment::kAfterWrite}) {
      CardInHand card;
      TearingPlatform torn{card.platform};
      auto chip = boot(torn).value();
      ASSERT_EQ(converse(*chip, kSelectJpki), "9000");
      ASSERT_EQ(converse(*chip, "0020009804" "31323334"), "9000");
      torn.tear_at(at, moment);
      EXPECT_EQ(converse(*chip, "0024019804" "34333231"), "6581");
      card.power_cycle();
      ASSERT_EQ(card.send(kSelectJpki), "9000");
      const bool changed = at == 1 || moment == TearingPlatform::Moment::kAfterWrite;
      EXPECT_EQ(card.verify(kAuthPin, changed ? "4321" : "1234"), "9000");
    }
  }
}

/// A chip whose key refuses, as a phone's does when the holder agreed to sign something else.
class RefusingPlatform final : public SoftwarePlatform {
 public:
  using SoftwarePlatform::SoftwarePlatform;
  Result<Bytes> sign(Slot, RsaPadding, ByteView) override { return Error{refusal, ""}; }
  Reason refusal = Reason::USER_AUTH_REQUIRED;
};

TEST(RefusingKey, EachRefusalHasItsStatusWord) {
  InHand<RefusingPlatform> card;
  ASSERT_EQ(card.send(kSelectJpki), "9000");
  ASSERT_EQ(card.verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(card.sign(kAuthKey), "6982");
  card.platform.refusal = Reason::STORAGE_FAILED;
  EXPECT_EQ(card.sign(kAuthKey), "6581");
  card.platform.refusal = Reason::CRYPTO_FAILED;
  EXPECT_EQ(card.sign(kAuthKey), "6985");
}

// -- the token of an Android phone

TEST(AndroidToken, AuthenticationCertificateOnlyAfterItsPin) {
  CardInHand phone{{.profile = TokenProfile::kAndroid, .text = false}};
  ASSERT_EQ(phone.send(kSelectJpki), "9000");
  EXPECT_EQ(read_token_info(*phone.chip).value().label, kAndroidLabel);
  EXPECT_EQ(phone.send("00b08a0004"), "6982");
  EXPECT_TRUE(phone.send("00b08b0004").ends_with("9000"));  // the CA's is free
  ASSERT_EQ(phone.verify(kSignPin, kTestSignPin), "9000");
  EXPECT_EQ(phone.send("00b08a0004"), "6982");
  ASSERT_EQ(phone.verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_TRUE(phone.send("00b08a0004").ends_with("9000"));
  EXPECT_EQ(phone.sign(kAuthKey), "signed");
  EXPECT_EQ(phone.send("80fc0000"), "6700");
  EXPECT_EQ(phone.send(kSelectText), "6a82");
}

// -- the token of an iPhone

class PhoneTokenTest : public ::testing::Test {
 protected:
  PhoneInHand phone_{{.profile = TokenProfile::kPhone, .text = false}};
  std::string send(std::string_view command) { return phone_.send(command); }
  void agree(UserOperation operation) {
    phone_.platform.agree(operation);
    ASSERT_EQ(send(kSelectJpki), "9000");
  }
};

TEST_F(PhoneTokenTest, DarkUntilTheHolderAgrees) {  // PHN-1
  EXPECT_EQ(send(kSelectJpki), "6a82");
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
  EXPECT_EQ(send("00b08a0004"), "6986");
  agree(UserOperation::kAuthentication);
  EXPECT_EQ(read_token_info(*phone_.chip).value().label, kPhoneLabel);
  EXPECT_TRUE(send("00b08a0004").ends_with("9000"));
}

TEST_F(PhoneTokenTest, OneOperationIsOneSignatureWithoutPin) {  // PHN-1
  agree(UserOperation::kAuthentication);
  EXPECT_EQ(phone_.sign(kAuthKey), "signed");
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
  ASSERT_EQ(phone_.verify(kAuthPin, kTestAuthPin), "9000");
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");  // a PIN is no second operation
}

TEST_F(PhoneTokenTest, AgreementIsForOneKey) {
  agree(UserOperation::kAuthentication);
  EXPECT_EQ(send("00b0810004"), "6982");
  EXPECT_EQ(phone_.sign(kSignKey), "6982");
  agree(UserOperation::kSigning);
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
  EXPECT_TRUE(send("00b0810004").ends_with("9000"));
  EXPECT_EQ(phone_.sign(kSignKey), "signed");
  EXPECT_EQ(phone_.sign(kSignKey), "6982");
}

TEST_F(PhoneTokenTest, PasswordWithinAnOperationOpensTheOtherKeyForItsOneSignature) {
  agree(UserOperation::kAuthentication);
  ASSERT_EQ(phone_.verify(kSignPin, kTestSignPin), "9000");
  EXPECT_TRUE(send("00b0810004").ends_with("9000"));
  EXPECT_EQ(phone_.sign(kSignKey), "signed");
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
}

TEST_F(PhoneTokenTest, LastCommandEndsTheOperation) {
  agree(UserOperation::kAuthentication);
  EXPECT_EQ(send("80fc0100"), "6a86");
  EXPECT_EQ(send("80fc0000"), "9000");
  EXPECT_EQ(send("00b08a0004"), "6982");
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
  EXPECT_EQ(send(kSelectJpki), "6a82");
}

TEST_F(PhoneTokenTest, WhenTheOperationEndsWhatWasVerifiedInItEndsToo) {
  agree(UserOperation::kAuthentication);
  ASSERT_EQ(phone_.verify(kAuthPin, kTestAuthPin), "9000");
  phone_.platform.operation_ended();
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");
  phone_.platform.agree(UserOperation::kSigning);
  EXPECT_EQ(phone_.sign(kAuthKey), "6982");  // the PIN was of the operation before
}

TEST_F(PhoneTokenTest, ResetEndsTheOperation) {
  agree(UserOperation::kAuthentication);
  phone_.chip->reset();
  EXPECT_EQ(phone_.platform.user_operation(), UserOperation::kNone);
  EXPECT_EQ(send(kSelectJpki), "6a82");
}

TEST_F(PhoneTokenTest, WrongPinsCountOnAPhoneToo) {
  agree(UserOperation::kAuthentication);
  EXPECT_EQ(phone_.verify(kAuthPin, "0000"), "63c2");
  EXPECT_EQ(phone_.sign(kAuthKey), "signed");  // the holder's face stands for itself
}

}  // namespace
}  // namespace mitome::card
