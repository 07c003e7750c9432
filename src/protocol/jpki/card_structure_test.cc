// What is said of a card's structure, and that nothing of its holder is in it, whatever the card answers.
#include "protocol/jpki/card_structure.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "protocol/jpki/exchange.h"
#include "testing/card_in_hand.h"

namespace mitome::jpki {
namespace {

using testing::CardInHand;

/// The questions are the same for every card.
std::string answers_of(const CardStructure& structure) {
  std::string out = structure.token + "\n";
  for (const Probe& probe : structure.probes) out += probe.answer + "\n";
  return out;
}

std::string answer(const CardStructure& structure, std::string_view question) {
  for (const Probe& probe : structure.probes)
    if (probe.question == question) return probe.answer;
  return "not asked";
}

/// Whether the text has these bytes, as they are or written down in a usual way.
bool tells(const std::string& text, ByteView bytes) {
  std::string upper = to_hex(bytes), spaced;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (size_t i = 0; i < upper.size(); i += 2) spaced += (i == 0 ? "" : " ") + upper.substr(i, 2);
  for (const std::string& form : {std::string{as_text(bytes)}, to_hex(bytes), upper, spaced, base64url::encode(bytes)})
    if (text.find(form) != std::string::npos) return true;
  return false;
}

class StructureTest : public ::testing::Test {
 protected:
  std::vector<GivenPin> all_pins() {
    return {{application_of(kJpkiAid), kAuthPin, &auth_},
            {application_of(kJpkiAid), kSignPin, &sign_},
            {application_of(kTextAid), kTextPin, &text_},
            {application_of(kJukiAid), kJukiPin, &juki_},
            {application_of(kCommonAid), kJukiPin, &juki_}};
  }
  crypto::Pin auth_ = testing::test_pin(testing::kTestAuthPin), sign_ = testing::test_pin(testing::kTestSignPin),
              text_ = testing::test_pin(testing::kTestTextPin), juki_ = testing::test_pin(testing::kTestJukiPin);
  CardInHand card_;
};

TEST_F(StructureTest, WithoutAPinWhatIsClosedIsClosed) {
  const CardStructure found = probe_card(*card_.chip, {}).value();
  EXPECT_EQ(found.token, "JPKIAPICCTOKEN2");
  EXPECT_EQ(answer(found, "jpki 0001 READ BINARY"), "6982");
  EXPECT_EQ(answer(found, "jpki 000A READ BINARY"), "9000, a DER object");
  EXPECT_EQ(answer(found, "jpki 0003 SELECT"), "6A82");
  EXPECT_EQ(answer(found, "text 0002 READ BINARY"), "6982");
  EXPECT_EQ(answer(found, "text 0011 VERIFY without data"), "63CX");
  EXPECT_EQ(answer(found, "text 0004 READ BINARY"), "9000, 7F21 { 5F4E:297 5F37:256 }");
  EXPECT_EQ(answer(found, "common 0001 READ RECORD 1"), "9000, 30 bytes");
  EXPECT_EQ(answer(found, "jpki 80 FC 00 00"), "6700");
  EXPECT_EQ(found.probes.back().question, "jpki 80 FC 00 00") << "it is the end of a phone’s operation";
}

TEST_F(StructureTest, WithPinsElementsAndTheLengthsThatTellOfNobody) {
  const CardStructure found = probe_card(*card_.chip, all_pins()).value();
  EXPECT_EQ(answer(found, "text after 0011: 0001 READ BINARY"), "9000, FF10:12");
  EXPECT_EQ(answer(found, "text after 0011: 0002 READ BINARY"), "9000, FF20 { DF21:8 DF22 DF23 DF24:8 DF25:1 }");
  EXPECT_EQ(answer(found, "surface after 0013: 0002 READ BINARY"),
            "9000, FF20 { DF21:18 DF22:8 DF23:1 DF24:265 DF25 DF26 DF27 DF28:256 DF29:8 DF2A }");
  EXPECT_EQ(answer(found, "jpki after 001B: 0001 READ BINARY"), "9000, a DER object");
  EXPECT_EQ(answer(found, "juki after 001C: 0002 READ RECORD 1"), "9000, 13 bytes");
  EXPECT_EQ(card_.send(std::string{testing::kSelectJpki}), "9000");
  EXPECT_EQ(card_.tries(kAuthPin), "63c3") << "no try is spent";
}

TEST_F(StructureTest, NoFiveBytesOfAnyFileAreInTheReport) {
  const std::string report = answers_of(probe_card(*card_.chip, all_pins()).value());
  size_t windows = 0;
  for (const auto applet : {card::AppletId::kJpki, card::AppletId::kText, card::AppletId::kSurface,
                            card::AppletId::kJuki, card::AppletId::kCommon})
    for (uint16_t file = 1; file <= 0x1F; ++file) {
      const auto content = card_.platform.read({applet, file, card::Part::kContent}).value();
      if (!content) continue;
      const bool token = applet == card::AppletId::kJpki && file == kTokenInfoFile;
      for (size_t at = token ? 32 : 0; at + 5 <= content->size();
           ++at, ++windows)  // its label is told, and nothing else of it
        ASSERT_FALSE(tells(report, ByteView{*content}.subspan(at, 5)))
            << static_cast<int>(applet) << "/" << file << " at " << at;
    }
  EXPECT_GT(windows, 5000u);
  for (const std::string_view pin : {testing::kTestAuthPin, testing::kTestSignPin, testing::kTestTextPin,
                                     testing::kTestJukiPin, testing::kTestNumberB})
    EXPECT_EQ(report.find(pin), std::string::npos) << pin;
}

/// Writes down what is said on the way.
class Told final : public apdu::ApduChannel {
 public:
  explicit Told(apdu::ApduChannel& inner) : inner_(inner) {}
  Result<Bytes> transmit(ByteView command) override {
    auto response = inner_.transmit(command);
    const Exchange told = reader_.read(command, *response);
    text += told.command + " " + told.response + "\n";
    return response;
  }
  std::string text;

 private:
  apdu::ApduChannel& inner_;
  ExchangeReader reader_;
};

TEST_F(StructureTest, ALogOfTheSameConversationHasNoneOfItEither) {
  Told told{*card_.chip};
  ASSERT_TRUE(probe_card(told, all_pins()));
  const Attributes person = testing::test_attributes();
  for (const std::string_view canary :
       {std::string_view{person.name}, std::string_view{person.address}, std::string_view{"19800217"},
        testing::kTestMyNumber, testing::kTestAuthPin, testing::kTestSignPin, testing::kTestTextPin,
        testing::kTestJukiPin, testing::kTestNumberB, testing::kTestBirthPin, std::string_view{"12345678901"},
        std::string_view{"400000012719843"}, std::string_view{"Auth 1"}, std::string_view{"Sign 1"},
        std::string_view{"0000000000000001"}})
    EXPECT_FALSE(tells(told.text, as_bytes(canary))) << canary;
}

/// A card that says somebody's name wherever it can.
class Talkative final : public apdu::ApduChannel {
 public:
  explicit Talkative(Bytes says) : says_(std::move(says)) {}
  Result<Bytes> transmit(ByteView command) override {
    const bool reads =
        command.size() >= 2 && (command[1] == 0xB0 || command[1] == 0xB2 || command[1] == 0xCA || command[1] == 0x84);
    Bytes out;
    if (reads) {
      const size_t offset = command[1] == 0xB0 ? static_cast<size_t>(command[2] << 8 | command[3]) : 0;
      const size_t le = command.back() == 0 ? 256 : command.back();
      for (size_t i = 0; i < le; ++i) out.push_back(says_[(offset + i) % says_.size()]);
    }
    append(out, Bytes{0x90, 0x00});
    return out;
  }

 private:
  Bytes says_;
};

TEST_F(StructureTest, WhateverACardAnswersIsNotPassedOn) {
  const std::string name = "水無月みつきQUXZJV";
  const Bytes bare = to_bytes(name);
  // Where elements should be: the name is read as tags and lengths.
  Bytes inside{0xFF, 0x20, static_cast<uint8_t>(bare.size())}, record{0x01, static_cast<uint8_t>(bare.size())},
      certificate{0x30, 0x82, 0x01, 0x00};
  for (Bytes* form : {&inside, &record, &certificate}) append(*form, bare);
  for (const Bytes& says : {bare, inside, record, certificate}) {
    Talkative card{says};
    const std::string report = answers_of(probe_card(card, all_pins()).value());
    for (size_t at = 0; at + 3 <= bare.size(); ++at) EXPECT_FALSE(tells(report, ByteView{bare}.subspan(at, 3))) << at;
  }
  Talkative ascii{to_bytes("QUXZJV")};
  EXPECT_EQ(probe_card(ascii, {})->token, "other");
}

TEST_F(StructureTest, AWrongPinEndsIt) {
  const crypto::Pin wrong = testing::test_pin("0000");
  const auto found = probe_card(*card_.chip, {{application_of(kTextAid), kTextPin, &wrong}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::PIN_WRONG);
}

TEST_F(StructureTest, DifferencesInBothDirections) {
  CardInHand child{{.signing = false}};
  const CardStructure theirs = probe_card(*child.chip, {}).value(), ours = probe_card(*card_.chip, {}).value();
  EXPECT_TRUE(differences(ours, ours).empty());
  const auto found = differences(theirs, ours);
  const auto of = [&](std::string_view question) {
    for (const Difference& one : found)
      if (one.question == question) return one.theirs + "|" + one.ours;
    return std::string{"none"};
  };
  EXPECT_EQ(of("jpki 0001 SELECT"), "6A82|9000");
  EXPECT_EQ(of("jpki 0001 READ BINARY"), "|6982");
  EXPECT_EQ(of("jpki 000A SELECT"), "none");
}

TEST_F(StructureTest, APhoneShowsItsOneApplication) {
  testing::PhoneInHand phone{{.profile = card::TokenProfile::kPhone, .text = false}};
  const CardStructure dark = probe_card(*phone.chip, {}).value();
  EXPECT_EQ(dark.token, "");
  EXPECT_EQ(answer(dark, "jpki SELECT"), "6A82");
  phone.platform.agree(card::UserOperation::kAuthentication);
  const CardStructure lit = probe_card(*phone.chip, {}).value();
  EXPECT_EQ(lit.token, "JPKIAPIOSTOKEN");
  EXPECT_EQ(answer(lit, "text SELECT"), "6A82");
  EXPECT_EQ(answer(lit, "jpki 80 FC 00 00"), "9000");
}

}  // namespace
}  // namespace mitome::jpki
