#include "protocol/apdu/apdu.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "testing/card_script.h"

namespace mitome::apdu {
namespace {

using testing::ScriptedCard;

CommandApdu parsed(std::string_view hex) { return CommandApdu::parse(from_hex(hex).value()).value(); }

Reason refusal(std::string_view hex) { return CommandApdu::parse(from_hex(hex).value()).error().reason; }

TEST(CommandApdu, FourCasesShort) {
  const auto one = parsed("00200080");
  EXPECT_TRUE(one.data.empty() && !one.le && !one.extended);
  EXPECT_EQ(one.p2, 0x80);
  EXPECT_EQ(parsed("00b0000004").le, 4U);
  EXPECT_EQ(parsed("00b0000000").le, 256U);
  const auto three = parsed("00a4020c02000a");
  EXPECT_EQ(to_hex(three.data), "000a");
  EXPECT_FALSE(three.le.has_value());
  const auto four = parsed("802a0080020102ff");
  EXPECT_EQ(to_hex(four.data), "0102");
  EXPECT_EQ(four.le, 255U);
}

TEST(CommandApdu, FourCasesExtended) {
  EXPECT_EQ(parsed("00b00000000400").le, 1024U);
  EXPECT_EQ(parsed("00b00000000000").le, 65536U);
  const auto three = parsed("002000800000020102");
  EXPECT_EQ(to_hex(three.data), "0102");
  EXPECT_TRUE(three.extended && !three.le);
  EXPECT_EQ(parsed("0020008000000201020100").le, 256U);
}

TEST(CommandApdu, LengthsThatDoNotAddUpAreRefused) {
  for (const auto* hex : {"", "00a402", "00a4020c03000a", "00a4020c02000a0000", "00b000000001", "002000800000000102",
                          "0020008000000301 02", "002000800000020102010203"}) {
    std::string text{hex};
    std::erase(text, ' ');
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
  }
}

TEST(CommandApdu, EncodesWhatItParses) {
  for (const auto* hex : {"00200080", "00b0000000", "00b0000004", "00a4020c02000a", "802a0080020102ff", "00b00000000400",
                          "00b00000000000", "002000800000020102", "0020008000000201020100"})
    EXPECT_EQ(to_hex(parsed(hex).encode()), hex);
}

TEST(CommandApdu, EncodesLongDataExtendedByItself) {
  const CommandApdu command{0x00, 0xD6, 0, 0, Bytes(300, 7), std::nullopt, false};
  const auto again = CommandApdu::parse(command.encode()).value();
  EXPECT_TRUE(again.extended);
  EXPECT_EQ(again.data.size(), 300U);
}

TEST(ResponseApdu, NeedsAStatusWordAndHasALimit) {
  EXPECT_EQ(ResponseApdu::parse(Bytes{0x90}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(ResponseApdu::parse(Bytes(65539)).error().reason, Reason::MALFORMED);
  const auto response = ResponseApdu::parse(Bytes{1, 2, 0x90, 0x00}).value();
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(to_hex(response.data), "0102");
  EXPECT_EQ(to_hex(response.encode()), "01029000");
}

CommandApdu read_four() { return {0x00, 0xB0, 0, 0, {}, 4, false}; }

TEST(Transact, FollowsMoreDataAndCorrectedLength) {
  ScriptedCard card{[](ByteView, size_t number) -> Result<Bytes> {
    const char* answers[] = {"6c02", "01026103", "0304059000"};
    return from_hex(answers[number]);
  }};
  const auto response = transact(card, read_four()).value();
  EXPECT_EQ(to_hex(response.data), "0102030405");
  EXPECT_EQ(card.sent(), (std::vector<std::string>{"00b0000004", "00b0000002", "00c0000003"}));
}

TEST(Transact, CardThatAlwaysHasMoreIsStopped) {  // CRD-13, CVE-2025-49010
  ScriptedCard card{[](ByteView, size_t) -> Result<Bytes> { return from_hex("6100"); }};
  EXPECT_EQ(transact(card, read_four()).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(card.sent().size(), 64U);
}

TEST(Transact, CardThatAnswersMoreThanAskedIsStopped) {  // CRD-13
  ScriptedCard card{[](ByteView, size_t) -> Result<Bytes> { return from_hex("01020304059000"); }};
  EXPECT_EQ(transact(card, read_four()).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Transact, SixtyFourKilobytesInAllAreTheEnd) {  // CRD-13
  ScriptedCard card{[](ByteView, size_t number) -> Result<Bytes> {
    Bytes answer(number == 0 ? 65535 : 256, 0x55);
    append(answer, Bytes{0x61, 0x00});
    return answer;
  }};
  const CommandApdu command{0x00, 0xB0, 0, 0, {}, 65536, true};
  EXPECT_EQ(transact(card, command).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(card.sent().size(), 2U);
}

TEST(Transact, CardThatRefusesItsOwnLengthIsStopped) {
  ScriptedCard card{[](ByteView, size_t) -> Result<Bytes> { return from_hex("6c04"); }};
  EXPECT_EQ(transact(card, read_four()).error().reason, Reason::MALFORMED);
}

TEST(Transact, SilenceIsHandedOn) {
  ScriptedCard card{[](ByteView, size_t) -> Result<Bytes> { return Error{Reason::CARD_SILENT, ""}; }};
  EXPECT_EQ(transact(card, read_four()).error().reason, Reason::CARD_SILENT);
}

}  // namespace
}  // namespace mitome::apdu
