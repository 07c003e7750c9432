#include "card/surface/surface_applet.h"

#include <gtest/gtest.h>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;
using namespace mitome::jpki;

class SurfaceTest : public ::testing::Test {
 protected:
  SurfaceTest() { CHECK(send(kSelectSurface) == "9000"); }
  CardInHand card_;
  std::string send(std::string_view command) { return card_.send(command); }
};

TEST_F(SurfaceTest, WhatIsPrintedOpensWhatIsPrinted) {  // CRD-11
  EXPECT_EQ(card_.readable(), "34");
  ASSERT_EQ(card_.verify(kSurfaceBirthPin, kTestBirthPin), "9000");
  EXPECT_EQ(card_.readable(), "134");
  ASSERT_EQ(send(kSelectSurface), "9000");
  ASSERT_EQ(card_.verify(kSurfaceNumberBPin, kTestNumberB), "9000");
  EXPECT_EQ(card_.readable(), "234");
  ASSERT_EQ(send(kSelectSurface), "9000");
  ASSERT_EQ(card_.verify(kSurfaceNumberAPin, kTestMyNumber), "9000");
  EXPECT_EQ(card_.readable(), "2345");
}

TEST_F(SurfaceTest, SecretsAreCountedApartAndNotChanged) {  // CRD-8
  EXPECT_EQ(card_.verify(kSurfaceNumberBPin, "00000000000000"), "63c9");
  EXPECT_EQ(card_.tries(kSurfaceNumberAPin), "63ca");
  EXPECT_EQ(card_.tries(kSurfaceBirthPin), "63ca");
  ASSERT_EQ(send(kSelectText), "9000");
  EXPECT_EQ(card_.tries(kNumberBPin), "63ca") << "the text application has a counter of its own";
  ASSERT_EQ(send(kSelectSurface), "9000");
  ASSERT_EQ(card_.verify(kSurfaceNumberBPin, kTestNumberB), "9000");
  EXPECT_EQ(send("0024019204" "31313131"), "6981");
}

TEST_F(SurfaceTest, AReaderGetsTheFacesAndChecksThemWithoutANetwork) {
  ASSERT_EQ(card_.verify(kSurfaceNumberAPin, kTestMyNumber), "9000");
  const SurfaceFiles files = read_surface_files(*card_.chip).value();
  EXPECT_EQ(verify_surface_face(files, card_maker().surface_ca()).value(), test_surface());
  EXPECT_EQ(as_text(verify_surface_number(files, card_maker().surface_ca()).value()), "number");
}

TEST_F(SurfaceTest, NothingElseIsHere) {
  EXPECT_EQ(send("00a4020c020006"), "6a82");
  EXPECT_EQ(card_.sign(0x17), "6982");
  EXPECT_EQ(send("80fc0000"), "6700");
  EXPECT_EQ(send("80ae0000020102"), "6d00");
}

TEST_F(SurfaceTest, GetDataGivesTheCertificateInParts) {
  ASSERT_EQ(card_.select(kSurfaceCertificateFile), "9000");
  const Bytes whole = jpki::read_file(*card_.chip, kSurfaceCertificateFile).value();
  const auto got = apdu::transact(*card_.chip, {.cla = 0x00, .ins = 0xCA, .p1 = 0x7F, .p2 = 0x21, .data = {}, .le = 256});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->data, whole);
  const std::string first = send("00ca7f2100");
  EXPECT_EQ(first.size(), 2 * 256U + 4);
  EXPECT_EQ(first.substr(512), "6100") << "more than 255 bytes wait";
  const std::string second = send("00c0000000");
  const size_t left = whole.size() - 512;
  EXPECT_EQ(second.substr(512), "61" + to_hex(Bytes{static_cast<uint8_t>(left)}));
  EXPECT_EQ(send("00c0000001").size(), 2U + 4);
  EXPECT_EQ(send("00b0840001").size(), 2U + 4);
  EXPECT_EQ(send("00c0000001"), "6985") << "another command drops what waits";
  EXPECT_EQ(send("00ca5f5100"), "3be000ff8131fe45149000");
  EXPECT_EQ(send("00ca5f5200"), "6a88");
  EXPECT_EQ(send("00ca7f21"), "6700");
}

}  // namespace
}  // namespace mitome::card
