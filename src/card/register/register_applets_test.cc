#include "card/register/register_applets.h"

#include <gtest/gtest.h>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;
using namespace mitome::jpki;

class RegisterTest : public ::testing::Test {
 protected:
  CardInHand card_;
  std::string send(std::string_view command) { return card_.send(command); }
};

TEST_F(RegisterTest, TheSerialNumberIsARecordThatAnybodyReads) {
  ASSERT_EQ(send(kSelectCommon), "9000");
  const std::string record = "011c" + to_hex(as_bytes("4000000127198431322120350217")) + "9000";
  EXPECT_EQ(send("00b2010c00"), record) << "by its short identifier";
  EXPECT_EQ(send("00b2010400"), record) << "of the file that is current now";
  EXPECT_EQ(send("00b2010404"), "011c" "3430" "9000") << "no more than Le";
  EXPECT_EQ(send("00b2020400"), "6a83");
  EXPECT_EQ(send("00b2000400"), "6a83");
  EXPECT_EQ(send("00b2010500"), "6a86");
  EXPECT_EQ(send("00b20104"), "6700");
  EXPECT_EQ(send("00b0810000"), "6981") << "records are not read by offset";
  EXPECT_EQ(send("00b2011400"), "6981") << "and bytes not by record";
  EXPECT_EQ(send("00b201f400"), "6a82");
}

TEST_F(RegisterTest, ThereIsNoRecordBeforeAnApplicationOrAFile) {
  EXPECT_EQ(send("00b2010400"), "6986");
  ASSERT_EQ(send(kSelectCommon), "9000");
  EXPECT_EQ(send("00b2010400"), "6986");
}

TEST_F(RegisterTest, TheResidentCodeNeedsItsPin) {  // CRD-11
  ASSERT_EQ(send(kSelectJuki), "9000");
  EXPECT_EQ(send("00b2011400"), "6982");
  ASSERT_EQ(card_.verify(kJukiPin, kTestJukiPin), "9000");
  EXPECT_EQ(send("00b2011400"), "010b" + to_hex(as_bytes("12345678901")) + "9000");
  ASSERT_EQ(send(kSelectJuki), "9000");
  EXPECT_EQ(send("00b2011400"), "6982") << "CRD-5: the selection ends it";
}

TEST_F(RegisterTest, ThePinsAreChangedByChangeKeyAndCountedApart) {
  ASSERT_EQ(send(kSelectJuki), "9000");
  EXPECT_EQ(send("8032009c0431313131"), "6982") << "CRD-9: not before its VERIFY";
  ASSERT_EQ(card_.verify(kJukiPin, kTestJukiPin), "9000");
  EXPECT_EQ(send("8032009c0431316131"), "6a80") << "four digits";
  EXPECT_EQ(send("8032019c0431313131"), "6a86");
  EXPECT_EQ(send("8032009c0431313131"), "9000");
  EXPECT_EQ(card_.verify(kJukiPin, kTestJukiPin), "63c2");
  EXPECT_EQ(card_.verify(kJukiPin, "1111"), "9000");
  ASSERT_EQ(send(kSelectCommon), "9000");
  EXPECT_EQ(card_.tries(kJukiPin), "63c3");
  EXPECT_EQ(card_.verify(kJukiPin, kTestJukiPin), "9000") << "the other application keeps its own";
}

TEST_F(RegisterTest, TheCardProvesItsKey) {
  ASSERT_EQ(send(kSelectCommon), "9000");
  const Bytes challenge = concat({to_bytes(ByteView{crypto::sha256_digest_info(crypto::sha256(as_bytes("challenge")))})});
  const std::string answer = send("00880099" + to_hex(Bytes{static_cast<uint8_t>(challenge.size())}) + to_hex(challenge) + "00");
  ASSERT_EQ(answer.size(), 2 * 256U + 4);
  const auto key = card_.platform.public_key(kCommonKeySlot).value();
  EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, as_bytes("challenge"), from_hex(answer.substr(0, 512)).value()));
  EXPECT_EQ(send("0088009900"), "6700");
  EXPECT_EQ(send("0088019904" "01020304" "00"), "6a86");
  EXPECT_EQ(send("0088009c04" "01020304" "00"), "6981");
  ASSERT_EQ(send(kSelectJuki), "9000");
  EXPECT_EQ(send("0088009904" "01020304" "00"), "6d00") << "the register has no key";
}

TEST_F(RegisterTest, APhoneHasNeither) {
  PhoneInHand phone{{.profile = TokenProfile::kPhone, .text = false}};
  EXPECT_EQ(phone.send(kSelectCommon), "6a82");
  EXPECT_EQ(phone.send(kSelectJuki), "6a82");
  EXPECT_EQ(phone.send(kSelectSurface), "6a82");
}

}  // namespace
}  // namespace mitome::card
