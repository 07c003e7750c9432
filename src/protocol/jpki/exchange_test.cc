// What a log says of a conversation with a card, and above all what it never says.
#include "protocol/jpki/exchange.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace mitome::jpki {
namespace {

class ExchangeTest : public ::testing::Test {
 protected:
  Exchange read(std::string_view command, std::string_view response) {
    return reader_.read(from_hex(command).value(), from_hex(response).value());
  }
  void select_jpki() { read("00a4040c0ad392f000260100000001", "9000"); }
  ExchangeReader reader_;
};

TEST_F(ExchangeTest, ASelectIsToldWhole) {
  const Exchange told = read("00a4040c0ad392f000260100000001", "9000");
  EXPECT_EQ(told.command, "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01");
  EXPECT_EQ(told.instruction, "SELECT");
  ASSERT_NE(told.application, nullptr);
  EXPECT_EQ(told.application->name, "jpki");
  EXPECT_EQ(told.sw, 0x9000);
}

TEST_F(ExchangeTest, NoByteOfAPinIsTold) {
  select_jpki();
  for (const char* command : {"0020009804"
                              "31323334",
                              "0024019804"
                              "31323334",
                              "8032009804"
                              "31323334",
                              "1020009804"
                              "31323334",
                              "002c009804"
                              "31323334",
                              "00200098000004"
                              "31323334",
                              "0020009804"
                              "31323334"
                              "00"}) {
    const Exchange told = read(command, "63c2");
    EXPECT_NE(told.command.find("** ** ** **"), std::string::npos) << told.command;
    EXPECT_EQ(told.command.find("31"), std::string::npos) << told.command;
    EXPECT_EQ(told.file, 0x0018) << command;
    EXPECT_EQ(told.tries_left(), 2u);
  }
}

TEST_F(ExchangeTest, WhatIsNoCommandMayBeAPinInTheWrongPlace) {
  for (const char* command : {"31323334", "002000980531323334",
                              "8020009804"
                              "31323334",
                              "", "5349474e31323334"}) {
    const Exchange told = read(command, "6700");
    EXPECT_EQ(told.instruction, "") << command;
    EXPECT_EQ(told.command, "(" + std::to_string(std::string_view{command}.size() / 2) + " bytes)");
  }
}

TEST_F(ExchangeTest, NothingOfTheHolderIsTold) {
  select_jpki();
  EXPECT_EQ(read("00b08a0000",
                 "30820102"
                 "9000")
                .response,
            "")
      << "a certificate has a name";
  EXPECT_EQ(read("00b0860000",
                 "4a504b49"
                 "9000")
                .response,
            "")
      << "the token has a number";
  EXPECT_EQ(read("00b0880003",
                 "008f00"
                 "9000")
                .response,
            "")
      << "a child’s card has one certificate";
  EXPECT_EQ(read("00b08b0000",
                 "30820102"
                 "9000")
                .response,
            "30 82 01 02")
      << "a CA is nobody";
  EXPECT_EQ(read("0084000004",
                 "01020304"
                 "9000")
                .response,
            "");
  EXPECT_EQ(read("802a0097020102"
                 "00",
                 "aabb"
                 "9000")
                .command,
            "80 2A 00 97 02 .. .. 00")
      << "nor what is signed";
  read("00a4040c0ad3921000310001010408", "9000");
  EXPECT_EQ(read("00b0810000",
                 "ff100c313233343536373839303132"
                 "ffff"
                 "9000")
                .response,
            "");
  EXPECT_EQ(read("00b0840000",
                 "7f21"
                 "9000")
                .response,
            "7F 21");
}

TEST_F(ExchangeTest, WhatIsSignedIsToldByItsForm) {
  select_jpki();
  const std::string digest(64, '0');
  EXPECT_EQ(read("802a009733"
                 "3031300d060960864801650304020105000420" +
                     digest + "00",
                 "6982")
                .signs,
            SignedForm::kDigestInfo);
  EXPECT_EQ(read("802a009720" + digest + "00", "9000").signs, SignedForm::kDigest);
  EXPECT_EQ(read("802a009702"
                 "0102"
                 "00",
                 "9000")
                .signs,
            SignedForm::kOther);
}

TEST_F(ExchangeTest, FollowsWhatIsCurrent) {
  read("00a4020c02000a", "6986");  // before any application
  EXPECT_EQ(read("00b0000000", "6986").file, std::nullopt);
  select_jpki();
  EXPECT_EQ(read("00a4020c02000a", "9000").file, 0x000A);
  const Exchange told = read("00b0010000", "9000");
  ASSERT_NE(told.entry(), nullptr);
  EXPECT_EQ(told.entry()->en, "user authentication certificate");
  EXPECT_EQ(read("00a4020c020003", "6a82").file, 0x0003) << "the one that was asked for";
  EXPECT_EQ(read("00b0000000", "9000").file, 0x000A) << "the current one stays";
  EXPECT_EQ(read("00b0860000", "9000").file, 0x0006) << "a short identifier selects";
  EXPECT_EQ(read("00b0000000", "9000").file, 0x0006);
  EXPECT_EQ(read("00a4040c0a"
                 "00000000000000000000",
                 "6a82")
                .application->name,
            "jpki")
      << "an application that is not there changes nothing";
  reader_.reset();
  EXPECT_EQ(read("00b0000000", "6986").application, nullptr);
}

TEST_F(ExchangeTest, NoAnswerIsToldAsNone) {
  select_jpki();
  const Exchange told = reader_.read(from_hex("0020009804"
                                              "31323334")
                                         .value(),
                                     {});
  EXPECT_EQ(told.sw, 0);
  EXPECT_EQ(told.tries_left(), std::nullopt);
}

}  // namespace
}  // namespace mitome::jpki
