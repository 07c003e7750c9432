#include "protocol/jpki/reader.h"

#include <gtest/gtest.h>

#include "credential/x509/certificate.h"
#include "testing/card_in_hand.h"

namespace mitome::jpki {
namespace {

using namespace mitome::testing;

const crypto::Sha256Digest kDigest = crypto::sha256(as_bytes("message"));

class ReaderTest : public ::testing::Test {
 protected:
  CardInHand card_;
  apdu::ApduChannel& channel() { return *card_.chip; }
  void select_jpki() { CHECK(select_application(channel(), kJpkiAid).has_value()); }
};

bool signed_by(const CardSignature& made) {
  const auto certificate = x509::Certificate::parse(made.certificate).value();
  return certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, as_bytes("message"), made.signature);
}

TEST_F(ReaderTest, LoginAndSignature) {
  const auto pin = test_pin(kTestAuthPin), password = test_pin(kTestSignPin);
  const auto login = sign_with_card(channel(), kAuthKey, &pin, kDigest).value();
  const auto signature = sign_with_card(channel(), kSignKey, &password, kDigest).value();
  EXPECT_TRUE(signed_by(login));
  EXPECT_TRUE(signed_by(signature));
  EXPECT_NE(login.certificate, signature.certificate);
}

TEST_F(ReaderTest, AllFilesOfTheCard) {
  select_jpki();
  EXPECT_EQ(read_auth_ca(channel()).value(), card_maker().auth_ca().certificate().der());
  EXPECT_EQ(read_sign_ca(channel()).value(), card_maker().sign_ca().certificate().der());
  EXPECT_EQ(read_token_info(channel()).value().label, kCardLabel);
  ASSERT_TRUE(select_application(channel(), kTextAid).has_value());
  ASSERT_TRUE(verify_pin(channel(), kTextPin, test_pin(kTestTextPin)).has_value());
  const auto files = read_text_files(channel()).value();
  const auto verified = verify_text_integrity(files, card_maker().text_ca()).value();
  EXPECT_EQ(verified.attributes(), test_attributes());
  EXPECT_EQ(verified.my_number(), kTestMyNumber);
}

TEST_F(ReaderTest, WrongAndBlockedPinsHaveTheirReasons) {
  select_jpki();
  const auto wrong = test_pin("0000");
  EXPECT_EQ(pin_tries_left(channel(), kAuthPin).value(), 3U);
  const auto first = verify_pin(channel(), kAuthPin, wrong).error();
  EXPECT_EQ(first.reason, Reason::PIN_WRONG);
  EXPECT_EQ(first.detail, "tries left: 2");
  EXPECT_EQ(verify_pin(channel(), kAuthPin, wrong).error().reason, Reason::PIN_WRONG);
  EXPECT_EQ(verify_pin(channel(), kAuthPin, wrong).error().reason, Reason::PIN_BLOCKED);                    // 63C0
  EXPECT_EQ(verify_pin(channel(), kAuthPin, test_pin(kTestAuthPin)).error().reason, Reason::PIN_BLOCKED);  // 6984
  EXPECT_EQ(pin_tries_left(channel(), kAuthPin).value(), 0U);
}

TEST_F(ReaderTest, PinIsChangedAndItsFormIsTheCardsToJudge) {
  select_jpki();
  EXPECT_EQ(change_pin(channel(), kAuthPin, test_pin("9999")).error().reason, Reason::CARD_REFUSED);
  ASSERT_TRUE(verify_pin(channel(), kAuthPin, test_pin(kTestAuthPin)).has_value());
  EXPECT_EQ(change_pin(channel(), kAuthPin, test_pin("99999")).error().reason, Reason::PIN_FORMAT);
  ASSERT_TRUE(read_auth_ca(channel()).has_value());  // another file is current now
  ASSERT_TRUE(change_pin(channel(), kAuthPin, test_pin("9999")).has_value());
  EXPECT_TRUE(verify_pin(channel(), kAuthPin, test_pin("9999")).has_value());
}

TEST_F(ReaderTest, RefusalsCarryTheStatusWord) {
  select_jpki();
  const auto hidden = read_sign_certificate(channel()).error();
  EXPECT_EQ(hidden.reason, Reason::CARD_REFUSED);
  EXPECT_NE(hidden.detail.find("6982"), std::string::npos);
  EXPECT_NE(compute_signature(channel(), kAuthKey, kDigest).error().detail.find("6982"), std::string::npos);
  EXPECT_EQ(select_file(channel(), 0x0003).error().reason, Reason::CARD_REFUSED);
  EXPECT_EQ(select_application(channel(), Bytes(10)).error().reason, Reason::CARD_REFUSED);
  EXPECT_EQ(pin_tries_left(channel(), kAuthKey).error().reason, Reason::CARD_REFUSED);
  EXPECT_EQ(verify_pin(channel(), kAuthKey, test_pin("1234")).error().reason, Reason::CARD_REFUSED);
}

TEST_F(ReaderTest, PhoneSignsWithoutPinOnceAndIsToldTheEnd) {
  PhoneInHand phone{{.profile = card::TokenProfile::kPhone, .text = false}};
  EXPECT_EQ(sign_with_card(*phone.chip, kAuthKey, nullptr, kDigest).error().reason, Reason::CARD_REFUSED);
  phone.platform.agree(card::UserOperation::kAuthentication);
  EXPECT_TRUE(signed_by(sign_with_card(*phone.chip, kAuthKey, nullptr, kDigest).value()));
  EXPECT_EQ(sign_with_card(*phone.chip, kAuthKey, nullptr, kDigest).error().reason, Reason::CARD_REFUSED);
  EXPECT_TRUE(last_command(*phone.chip).has_value());
  EXPECT_EQ(phone.platform.user_operation(), card::UserOperation::kNone);
}

/// Two cards, and a hand that swaps them before the n-th command.
class SwappingReader final : public apdu::ApduChannel {
 public:
  SwappingReader(apdu::ApduChannel& first, apdu::ApduChannel& second, size_t at)
      : first_(first), second_(second), at_(at) {}
  Result<Bytes> transmit(ByteView command) override {
    return (commands_++ < at_ ? first_ : second_).transmit(command);
  }
  size_t commands() const { return commands_; }

 private:
  apdu::ApduChannel& first_;
  apdu::ApduChannel& second_;
  size_t at_;
  size_t commands_ = 0;
};

TEST_F(ReaderTest, CardSwappedBetweenVerifyAndSignIsFound) {  // CRD-14
  const auto pin = test_pin(kTestAuthPin);
  SwappingReader whole{channel(), channel(), 0};
  ASSERT_TRUE(sign_with_card(whole, kAuthKey, &pin, kDigest).has_value());
  size_t changed = 0;
  for (size_t at = 1; at < whole.commands(); ++at) {
    CardInHand other;
    // The other card is as far as a reader can bring it: its own PIN verified.
    ASSERT_EQ(other.send(kSelectJpki), "9000");
    ASSERT_EQ(other.verify(kAuthPin, kTestAuthPin), "9000");
    ASSERT_EQ(other.select(kAuthKey), "9000");
    SwappingReader reader{channel(), *other.chip, at};
    const auto made = sign_with_card(reader, kAuthKey, &pin, kDigest);
    if (made) {
      EXPECT_TRUE(signed_by(*made)) << at;  // swapped so early that all came from the other card
    } else if (made.error().reason == Reason::CARD_CHANGED) {
      ++changed;
    }
  }
  EXPECT_GE(changed, 3U);
}

TEST_F(ReaderTest, AnotherCardInFrontIsNotTheSame) {  // CRD-14
  select_jpki();
  const Bytes certificate = read_auth_certificate(channel()).value();
  EXPECT_TRUE(expect_same_card(channel(), certificate).has_value());
  CardInHand other;
  card_maker().issue(other.platform);
  other.power_cycle();
  ASSERT_EQ(other.send(kSelectJpki), "9000");
  EXPECT_EQ(expect_same_card(*other.chip, certificate).error().reason, Reason::CARD_CHANGED);
}

// -- cards that lie

Result<Bytes> read_lying(const std::function<std::string(size_t)>& reads) {
  size_t read = 0;
  ScriptedCard card{[&](ByteView command, size_t) -> Result<Bytes> {
    return from_hex(command[1] == 0xB0 ? reads(read++) : "9000");
  }};
  return read_file(card, 0x000A);
}

TEST(LyingCard, FilesAreReadByTheirOwnSizeAndNoFurther) {
  EXPECT_EQ(read_lying([](size_t) { return "3003010203ffff9000"; }).value().size(), 5U);
  const auto two_parts = read_lying([](size_t n) { return n == 0 ? "300a01020304056282" : "060708090a9000"; });
  EXPECT_EQ(to_hex(two_parts.value()), "300a0102030405060708090a");
}

TEST(LyingCard, HeadsThatPromiseNoObject) {
  for (const auto* head : {"9000", "00000000000000" "9000", "30" "9000", "30800102030405" "9000", "30850102030405" "9000",
                           "3082019000", "7f9000", "7f81219000", "6b00"})
    EXPECT_EQ(read_lying([&](size_t) { return head; }).error().reason, Reason::MALFORMED) << head;
}

TEST(LyingCard, FileLargerThanAnyFile) {
  EXPECT_EQ(read_lying([](size_t) { return "30824001000000" "9000"; }).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(read_lying([](size_t) { return "3084ffffffff00" "9000"; }).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(LyingCard, FileThatEndsTooEarly) {
  EXPECT_EQ(read_lying([](size_t n) { return n == 0 ? "300a0102030405" "9000" : "6b00"; }).error().reason, Reason::MALFORMED);
  EXPECT_EQ(read_lying([](size_t n) { return n == 0 ? "300a0102030405" "9000" : "9000"; }).error().reason, Reason::MALFORMED);
}

TEST(LyingCard, SignatureOfAnotherSize) {
  ScriptedCard card{[](ByteView command, size_t) -> Result<Bytes> {
    return from_hex(command[1] == 0x2A ? std::string(510, '0') + "9000" : "9000");
  }};
  EXPECT_EQ(compute_signature(card, kAuthKey, kDigest).error().reason, Reason::MALFORMED);
}

TEST(LyingCard, OldBlockedWord) {
  ScriptedCard card{[](ByteView command, size_t) -> Result<Bytes> { return from_hex(command[1] == 0x20 ? "6983" : "9000"); }};
  EXPECT_EQ(pin_tries_left(card, kAuthPin).value(), 0U);
  EXPECT_EQ(verify_pin(card, kAuthPin, test_pin("1234")).error().reason, Reason::PIN_BLOCKED);
}

TEST(LyingCard, SilenceIsNotARefusal) {
  ScriptedCard card{[](ByteView, size_t) -> Result<Bytes> { return Error{Reason::CARD_SILENT, ""}; }};
  EXPECT_EQ(select_application(card, kJpkiAid).error().reason, Reason::CARD_SILENT);
  const auto pin = test_pin("1234");
  EXPECT_EQ(sign_with_card(card, kAuthKey, &pin, kDigest).error().reason, Reason::CARD_SILENT);
}

}  // namespace
}  // namespace mitome::jpki
