#include "card/text/text_applet.h"

#include <gtest/gtest.h>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;
using namespace mitome::jpki;

class TextTest : public ::testing::Test {
 protected:
  TextTest() { CHECK(send(kSelectText) == "9000"); }
  CardInHand card_;
  std::string send(std::string_view command) { return card_.send(command); }
};

TEST_F(TextTest, BeforeThePinOnlyCertificateAndVersion) { EXPECT_EQ(card_.readable(), "45"); }  // CRD-11

TEST_F(TextTest, EachSecretOpensItsFiles) {
  ASSERT_EQ(card_.verify(kTextPin, kTestTextPin), "9000");
  EXPECT_EQ(card_.readable(), "12345");
  ASSERT_EQ(send(kSelectText), "9000");
  ASSERT_EQ(card_.verify(kNumberAPin, kTestMyNumber), "9000");
  EXPECT_EQ(card_.readable(), "145");
  ASSERT_EQ(send(kSelectText), "9000");
  ASSERT_EQ(card_.verify(kNumberBPin, kTestNumberB), "9000");
  EXPECT_EQ(card_.readable(), "245");
}

TEST_F(TextTest, CountersAreApart) {  // CRD-8
  EXPECT_EQ(card_.verify(kTextPin, "0000"), "63c2");
  EXPECT_EQ(card_.verify(kNumberAPin, "000000000000"), "63c9");
  EXPECT_EQ(card_.tries(kNumberBPin), "63ca");
  ASSERT_EQ(send(kSelectJpki), "9000");
  EXPECT_EQ(card_.tries(kAuthPin), "63c3");
  EXPECT_EQ(card_.tries(kSignPin), "63c5");
}

TEST_F(TextTest, OneSecretIsAlwaysBlocked) {
  EXPECT_EQ(card_.tries(kTextBlockedPin), "63c0");
  EXPECT_EQ(card_.verify(kTextBlockedPin, "1234"), "6984");
}

TEST_F(TextTest, OnlyThePinCanBeChanged) {
  ASSERT_EQ(card_.verify(kTextPin, kTestTextPin), "9000");
  EXPECT_EQ(send("0024019104" "31313131"), "9000");
  EXPECT_EQ(card_.verify(kTextPin, "1111"), "9000");
  ASSERT_EQ(card_.verify(kNumberAPin, kTestMyNumber), "9000");
  EXPECT_EQ(send("0024019404" "31313131"), "6981");
}

TEST_F(TextTest, MyNumberInOneReadOfSeventeenBytes) {  // as jpki-rs reads it
  ASSERT_EQ(card_.verify(kTextPin, kTestTextPin), "9000");
  ASSERT_EQ(card_.select(kMyNumberFile), "9000");
  EXPECT_EQ(send("00b0000011"), "ff100c" + to_hex(as_bytes(kTestMyNumber)) + "ffff9000");
}

TEST_F(TextTest, FilesAsMynaReadsThem) {  // seven bytes, then the exact rest in parts
  ASSERT_EQ(card_.verify(kTextPin, kTestTextPin), "9000");
  ASSERT_EQ(card_.select(kIntegrityFile), "9000");
  EXPECT_EQ(send("00b0000007"), "ff3082014bdf319000");
  EXPECT_EQ(send("00b0000700").size(), 2 * 256U + 4);
  EXPECT_EQ(send("00b0010749").size(), 2 * 0x49U + 4);
}

TEST_F(TextTest, SecureMessagingIsNotHere) {  // decisions 24
  EXPECT_EQ(send("80ae0000020102"), "6985");
  EXPECT_EQ(send("80fc0000"), "6700");
  EXPECT_EQ(send("80a20000020102"), "6d00");
  ASSERT_EQ(card_.verify(kTextPin, kTestTextPin), "9000");
  for (const uint16_t file : {kTextSessionKeyFile, kTextSessionProofFile}) {
    ASSERT_EQ(card_.select(file), "9000");
    EXPECT_EQ(send("00b0000000"), "6982") << file;
  }
  ASSERT_EQ(card_.select(kTextSessionKey), "9000");
  EXPECT_EQ(send("00b0000000"), "6981");
  EXPECT_EQ(card_.sign(0x17), "6982");
}

}  // namespace
}  // namespace mitome::card
