#include "phone/card_reading.h"

#include <gtest/gtest.h>

#include "card/runtime/software_platform.h"
#include "credential/x509/certificate.h"
#include "protocol/jpki/identifiers.h"
#include "testing/card_maker.h"
#include "testing/card_platforms.h"
#include "testing/fakes.h"

namespace mitome::phone {
namespace {

using testing::CardMaker;
using testing::test_pin;

/// Takes the card away or puts another in its place once a command has gone by.
class SwappingChannel final : public apdu::ApduChannel {
 public:
  SwappingChannel(apdu::ApduChannel& first, apdu::ApduChannel* second) : first_(first), second_(second) {}
  Result<Bytes> transmit(ByteView command) override {
    if (command.size() > 2 && command[1] == 0xA4 && command[2] == 0x04) last_select = commands_;
    if (commands_++ < swap_at) return first_.transmit(command);
    if (command[1] == 0x20) ++pins_to_second;
    if (second_ == nullptr) return Error{Reason::CARD_SILENT, ""};
    return second_->transmit(command);
  }
  size_t commands() const { return commands_; }
  size_t swap_at = SIZE_MAX;
  size_t last_select = 0, pins_to_second = 0;

 private:
  apdu::ApduChannel& first_;
  apdu::ApduChannel* second_;
  size_t commands_ = 0;
};

/// Two cards in one field: both hear everything, and the second answers when a signature is asked for.
class TwoCards final : public apdu::ApduChannel {
 public:
  TwoCards(apdu::ApduChannel& first, apdu::ApduChannel& second) : first_(first), second_(second) {}
  Result<Bytes> transmit(ByteView command) override {
    auto from_first = first_.transmit(command), from_second = second_.transmit(command);
    return command[1] == 0x2A ? from_second : from_first;
  }

 private:
  apdu::ApduChannel& first_;
  apdu::ApduChannel& second_;
};

class CardReadingTest : public ::testing::Test {
 protected:
  std::unique_ptr<card::Chip> make(const CardMaker::Choice& choice = {}) {
    platforms.push_back(std::make_unique<card::SoftwarePlatform>(random, keys));
    maker.issue(*platforms.back(), choice);
    return card::boot(*platforms.back()).value();
  }
  Result<CardReading> read(apdu::ApduChannel& channel, std::string_view text = testing::kTestTextPin,
                           std::string_view sign = testing::kTestSignPin) {
    return read_for_enrolment(channel, test_pin(text), test_pin(sign), message, testing::FakeClock{}.now());
  }

  testing::SeededRandom random{1};
  testing::PooledKeySource keys;
  CardMaker maker;
  std::vector<std::unique_ptr<card::SoftwarePlatform>> platforms;
  const Bytes message = to_bytes(std::string_view{"evidence"});
};

TEST_F(CardReadingTest, ReadsAndSignsInOneTap) {
  const auto chip = make();
  const auto reading = read(*chip);
  ASSERT_TRUE(reading) << to_string(reading.error());
  EXPECT_EQ(reading->name, testing::test_attributes().name);
  const auto sign = x509::Certificate::parse(reading->sign_certificate).value();
  EXPECT_TRUE(sign.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message, reading->signature));
  EXPECT_TRUE(jpki::verify_text_integrity(reading->text, maker.text_ca()));
  EXPECT_TRUE(x509::Certificate::parse(reading->auth_certificate));
}

TEST_F(CardReadingTest, WrongPinsAreNamedWithTheTriesThatAreLeft) {
  const auto chip = make();
  auto wrong = read(*chip, "0000");
  EXPECT_EQ(wrong.error().reason, Reason::PIN_WRONG);
  EXPECT_NE(wrong.error().detail.find("card-surface PIN"), std::string::npos);
  wrong = read(*chip, testing::kTestTextPin, "WRONG123");
  EXPECT_EQ(wrong.error().reason, Reason::PIN_WRONG);
  EXPECT_NE(wrong.error().detail.find("signing password"), std::string::npos);
  EXPECT_NE(wrong.error().detail.find("4"), std::string::npos);
  EXPECT_TRUE(read(*chip));
}

TEST_F(CardReadingTest, ABlockedPin) {
  const auto chip = make();
  for (int i = 0; i < 3; ++i) static_cast<void>(read(*chip, "0000"));
  EXPECT_EQ(read(*chip).error().reason, Reason::PIN_BLOCKED);
}

TEST_F(CardReadingTest, AChildsCardHasNoSigningCertificate) {
  const auto chip = make({card::TokenProfile::kCard, false, true});
  EXPECT_EQ(read(*chip).error().reason, Reason::NO_SIGNING_CERTIFICATE);
}

TEST_F(CardReadingTest, UnderFifteenIsSaidBeforeTheMissingCertificate) {
  const auto chip = make({card::TokenProfile::kCard, false, true});
  const Date birth = testing::test_attributes().birth_date;
  const Date fifteenth{birth.year() + std::chrono::years{15}, birth.month(), birth.day()};
  const Instant birthday = japan_instant(fifteenth, 0, 0, 0);
  const auto read_at = [&](Instant now) {
    return read_for_enrolment(*chip, test_pin(testing::kTestTextPin), test_pin(testing::kTestSignPin), message, now);
  };
  EXPECT_EQ(read_at(birthday - Seconds{1}).error().reason, Reason::UNDER_AGE);
  EXPECT_EQ(read_at(birthday).error().reason, Reason::NO_SIGNING_CERTIFICATE);
}

TEST_F(CardReadingTest, APhoneIsNotThePhysicalCard) {
  const auto chip = make({card::TokenProfile::kAndroid, true, true});
  EXPECT_EQ(read(*chip).error().reason, Reason::CARD_REFUSED);
}

TEST_F(CardReadingTest, CRD14_AnotherCardAtAnyMomentIsNoticed) {
  const auto count = make();
  SwappingChannel counting{*count, nullptr};
  ASSERT_TRUE(read(counting));
  size_t noticed = 0;
  for (size_t at = 1; at < counting.commands(); ++at) {
    const auto first = make(), second = make();
    SwappingChannel swapped{*first, second.get()};
    swapped.swap_at = at;
    const auto reading = read(swapped);
    if (reading) {
      // Only before anything personal was read is a swap the same as another card from the beginning.
      EXPECT_LE(at, 3u) << "after command " << at;
      continue;
    }
    noticed += reading.error().reason == Reason::CARD_CHANGED ? 1 : 0;
  }
  EXPECT_GE(noticed, 2u) << "before and after the signature";
}

TEST_F(CardReadingTest, CRD14_AnotherCardIsNotGivenTheSigningPassword) {
  const auto count = make();
  SwappingChannel counting{*count, nullptr};
  ASSERT_TRUE(read(counting));
  const auto first = make(), second = make();
  SwappingChannel swapped{*first, second.get()};
  swapped.swap_at = counting.last_select;  // the JPKI application for the second time
  EXPECT_EQ(read(swapped).error().reason, Reason::CARD_CHANGED);
  EXPECT_EQ(swapped.pins_to_second, 0u);
}

TEST_F(CardReadingTest, CRD14_ASignatureByAnotherCard) {
  const auto first = make(), second = make();
  TwoCards both{*first, *second};
  EXPECT_EQ(read(both).error().reason, Reason::CARD_CHANGED);
}

TEST_F(CardReadingTest, ACardThatSlipsAwayIsSilent) {
  const auto count = make();
  SwappingChannel counting{*count, nullptr};
  ASSERT_TRUE(read(counting));
  for (size_t at = 0; at < counting.commands(); ++at) {
    const auto chip = make();
    SwappingChannel slipped{*chip, nullptr};
    slipped.swap_at = at;
    EXPECT_EQ(read(slipped).error().reason, Reason::CARD_SILENT) << "after command " << at;
  }
}

}  // namespace
}  // namespace mitome::phone
