#include "card/runtime/chip.h"

#include <gtest/gtest.h>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;

class ChipTest : public ::testing::Test {
 protected:
  CardInHand card_;
  std::string send(std::string_view command) { return card_.send(command); }
};

TEST_F(ChipTest, ColdStartHasNoMasterFileAndNoCurrentApplication) {
  EXPECT_EQ(send("00a40000"), "6a86");
  EXPECT_EQ(send("00a40000023f00"), "6a82");
  EXPECT_EQ(send("00a4020c02000a"), "6986");
  EXPECT_EQ(send("00b0000000"), "6986");
  EXPECT_EQ(send("0020009804" "31323334"), "6986");
  EXPECT_EQ(send("0024019804" "31323334"), "6986");
  EXPECT_EQ(send("802a0097020102" "00"), "6982");
  EXPECT_EQ(send("0084000008"), "6d00");
}

TEST_F(ChipTest, InsideAnApplicationTheMasterFileDoesNothing) {
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020006"), "9000");
  EXPECT_EQ(send("00a40000"), "9000");
  EXPECT_EQ(send("00b0000004"), to_hex(as_bytes("JPKI")) + "9000");  // the current file is as it was
  EXPECT_EQ(send("00a40000023f00"), "6a82");
  EXPECT_EQ(send("00a4080c023f00"), "6a86");
}

TEST_F(ChipTest, OnlyWholeIdentifiersSelect) {
  EXPECT_EQ(send("00a4040c05d392f00026"), "6a82");
  EXPECT_EQ(send("00a4040c0bd392f00026010000000100"), "6a82");
  EXPECT_EQ(send("00a4040c0ad392f000260100000002"), "6a82");
  EXPECT_EQ(send("00a4040c"), "6a82");
  EXPECT_EQ(send("00a404030ad392f000260100000001"), "6a86");
}

TEST_F(ChipTest, ControlInformationWhenAskedFor) {
  EXPECT_EQ(send("00a404000ad392f00026010000000100"), "6f0c840ad392f0002601000000019000");
  EXPECT_EQ(send("00a404000ad392f000260100000001"), "9000");
}

TEST_F(ChipTest, AnApplicationThatIsNotThereLeavesTheCurrentOne) {
  ASSERT_EQ(send(kSelectJpki), "9000");
  EXPECT_EQ(send("00a4040c07a0000000031010"), "6a82");
  EXPECT_EQ(send("00a4020c02000a"), "9000");
}

TEST_F(ChipTest, ProbesOfOtherDriversAreNeverAnsweredWithSuccess) {  // interop: OpenSC takes a lax card for another
  for (const auto* probe : {"00cadf3005", "00cb3fff035c017e08", "80ca9f7f00", "00a4040007a0000000030000", "00ca006e00",
                            "80f6000008", "0070000001", "80e60000", "00c0000010", "0088000008" "0102030405060708" "00"}) {
    EXPECT_FALSE(send(probe).ends_with("9000")) << probe;
  }
  ASSERT_EQ(send(kSelectJpki), "9000");
  for (const auto* probe : {"00cb3fff035c017e08", "80ca9f7f00", "80f6000008", "0070000001"}) EXPECT_EQ(send(probe), "6d00") << probe;
  EXPECT_EQ(send("00cadf3005"), "6a88");
  EXPECT_EQ(send("00c0000010"), "6985") << "nothing waits";
}

TEST_F(ChipTest, UnknownClassesAreRefused) {  // CRD-10
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(card_.verify(0x18, kTestAuthPin), "9000");
  for (const auto* command : {"01b0000004", "04b0000004", "0cb0000004", "40b0000004", "a0b0000004", "ffb0000004"})
    EXPECT_EQ(send(command), "6e00") << command;
  EXPECT_EQ(card_.sign(0x17), "signed");  // and nothing changed
}

TEST_F(ChipTest, LengthsThatDoNotAddUpChangeNothing) {  // CRD-10
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  for (const auto* command : {"", "00", "002000", "0020008005" "31323334", "002000800331323334" "3536", "00200080000004" "313233",
                              "002000800000000000"})
    EXPECT_EQ(send(command), "6700") << command;
  EXPECT_EQ(card_.tries(0x18), "63c3");
  EXPECT_EQ(card_.sign(0x17), "6982");
}

TEST_F(ChipTest, LongestCommandsAreAnswered) {  // CRD-10: 64 KiB
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  EXPECT_EQ(send("0020008000ffff" + std::string(2 * 65535, '3')), "6700");
  EXPECT_EQ(send("0020008000ffff" + std::string(2 * 65536 * 2, '3')), "6700");
  EXPECT_EQ(card_.tries(0x18), "63c3");
}

TEST_F(ChipTest, AChainIsOneCommand) {
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  EXPECT_EQ(send("1020008002" "3132"), "9000");
  EXPECT_EQ(send("0020008002" "3334"), "9000");
  EXPECT_EQ(card_.sign(0x17), "signed");
}

TEST_F(ChipTest, ABrokenChainIsDroppedAndChangesNothing) {  // CRD-10
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  ASSERT_EQ(send("1020008002" "3132"), "9000");
  EXPECT_EQ(send("00a4020c02000a"), "6883");       // another command
  EXPECT_EQ(send("0020008002" "3334"), "63c2");    // the first half is forgotten: a try with two bytes
  ASSERT_EQ(send("1020008002" "3132"), "9000");
  EXPECT_EQ(send("ff20008002" "3334"), "6e00");
  EXPECT_EQ(send("00a4020c020018"), "9000");       // no chain is waited for any more
  EXPECT_EQ(send("0020008002" "3334"), "63c1");
  ASSERT_EQ(send("1020008002" "3132"), "9000");
  EXPECT_EQ(send("002000"), "6700");
  EXPECT_EQ(send("00a4020c020018"), "9000");
  EXPECT_EQ(send("0020008002" "3334"), "63c0");
}

TEST_F(ChipTest, AChainHasALimit) {
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(send("00a4020c020018"), "9000");
  const std::string half = "10200080008000" + std::string(2 * 0x8000, '3');
  EXPECT_EQ(send(half), "9000");
  EXPECT_EQ(send(half), "6700");
  EXPECT_EQ(send("00200080"), "63c3");  // and the chain is over
}

TEST_F(ChipTest, ResetForgetsApplicationPinAndChain) {  // CRD-5
  ASSERT_EQ(send(kSelectJpki), "9000");
  ASSERT_EQ(card_.verify(0x18, kTestAuthPin), "9000");
  ASSERT_EQ(send("1020008002" "3132"), "9000");
  card_.chip->reset();
  EXPECT_EQ(card_.sign(0x17), "6982");
  EXPECT_EQ(send("00a4020c020018"), "6986");
  ASSERT_EQ(send(kSelectJpki), "9000");
  EXPECT_EQ(card_.sign(0x17), "6982");
}

TEST_F(ChipTest, SelectingAnyApplicationForgetsPins) {  // CRD-5
  for (const auto other : {kSelectText, kSelectJpki}) {
    ASSERT_EQ(send(kSelectJpki), "9000");
    ASSERT_EQ(card_.verify(0x18, kTestAuthPin), "9000");
    ASSERT_EQ(card_.sign(0x17), "signed");
    ASSERT_EQ(card_.verify(0x1B, kTestSignPin), "9000");
    ASSERT_EQ(send(other), "9000");
    EXPECT_EQ(card_.sign(0x17), "6982");
    ASSERT_EQ(send(kSelectJpki), "9000");
    EXPECT_EQ(card_.sign(0x17), "6982");
    EXPECT_EQ(card_.sign(0x1A), "6982");
    EXPECT_EQ(send("00b0810004"), "6982");
  }
}

TEST_F(ChipTest, EveryShortCommandGetsAStatusWord) {
  for (const std::string& application : {std::string{}, std::string{kSelectJpki}, std::string{kSelectText}}) {
    if (!application.empty()) {
      ASSERT_EQ(send(application), "9000");
    }
    for (unsigned ins = 0; ins < 256; ++ins) {
      for (const uint8_t cla : {uint8_t{0x00}, uint8_t{0x80}}) {
        const Bytes command{cla, static_cast<uint8_t>(ins), 0, 0, 0};
        const auto response = apdu::ResponseApdu::parse(card_.chip->transmit(command).value()).value();
        EXPECT_TRUE(response.ok() || response.data.empty());
        EXPECT_TRUE(response.sw >= 0x6282 && response.sw <= 0x9000) << to_hex(command);
      }
    }
  }
}

}  // namespace
}  // namespace mitome::card
