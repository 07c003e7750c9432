#include "codec/cbor/writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/hex.h"

namespace mitome::cbor {
namespace {

std::string written(Writer& writer) { return to_hex(writer.view()); }

// The expected texts are those of RFC 8949 appendix A.
TEST(CborWriter, HeadsAreMinimal) {
  const std::vector<std::pair<uint64_t, std::string>> expected = {
      {0, "00"},
      {23, "17"},
      {24, "1818"},
      {255, "18ff"},
      {256, "190100"},
      {65535, "19ffff"},
      {65536, "1a00010000"},
      {0xFFFFFFFF, "1affffffff"},
      {0x100000000, "1b0000000100000000"},
      {std::numeric_limits<uint64_t>::max(), "1bffffffffffffffff"}};
  for (const auto& [value, text] : expected) EXPECT_EQ(written(Writer{}.uint(value)), text);
}

TEST(CborWriter, Integers) {
  EXPECT_EQ(written(Writer{}.integer(-1)), "20");
  EXPECT_EQ(written(Writer{}.integer(-1000)), "3903e7");
  EXPECT_EQ(written(Writer{}.integer(10)), "0a");
  EXPECT_EQ(written(Writer{}.integer(std::numeric_limits<int64_t>::min())), "3b7fffffffffffffff");
}

TEST(CborWriter, StringsAndContainers) {
  EXPECT_EQ(written(Writer{}.bytes(from_hex("01020304").value())), "4401020304");
  EXPECT_EQ(written(Writer{}.text("IETF")), "6449455446");
  EXPECT_EQ(written(Writer{}.text("")), "60");
  EXPECT_EQ(written(Writer{}.map(1).text("a").array(2).uint(1).boolean(false)), "a161618201f4");
  EXPECT_EQ(written(Writer{}.tag(1).uint(1363896240)), "c11a514b67b0");
  EXPECT_EQ(written(Writer{}.boolean(true).null().simple(16).simple(255)), "f5f6f0f8ff");
  EXPECT_EQ(written(Writer{}.embedded(from_hex("6449455446").value())), "d818456449455446");
  EXPECT_EQ(written(Writer{}.array(1).raw(from_hex("f6").value())), "81f6");
}

TEST(CborWriter, FloatsTakeTheShortestFormThatKeepsTheValue) {
  const std::vector<std::pair<double, std::string>> expected = {{0.0, "f90000"},
                                                                {-0.0, "f98000"},
                                                                {1.0, "f93c00"},
                                                                {1.1, "fb3ff199999999999a"},
                                                                {65504.0, "f97bff"},
                                                                {65536.0, "fa47800000"},
                                                                {100000.0, "fa47c35000"},
                                                                {3.4028234663852886e+38, "fa7f7fffff"},
                                                                {1.0e+300, "fb7e37e43c8800759c"},
                                                                {5.960464477539063e-8, "f90001"},
                                                                {2.98023223876953125e-8, "fa33000000"},
                                                                {0.00006103515625, "f90400"},
                                                                {0.00006097555160522461, "f903ff"},
                                                                {-4.0, "f9c400"},
                                                                {std::numeric_limits<double>::infinity(), "f97c00"},
                                                                {-std::numeric_limits<double>::infinity(), "f9fc00"},
                                                                {std::numeric_limits<double>::quiet_NaN(), "f97e00"}};
  for (const auto& [value, text] : expected) EXPECT_EQ(written(Writer{}.floating(value)), text) << value;
}

TEST(CborWriterDeathTest, SimpleValuesThatDoNotExistAreOurBug) { EXPECT_DEATH(Writer{}.simple(24), "CHECK failed"); }

}  // namespace
}  // namespace mitome::cbor
