#include "codec/tlv/tlv.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace mitome::tlv {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Reason refusal(std::string_view text) {
  const Bytes bytes = hex(text);
  const auto elements = read_all(bytes);
  return elements ? Reason::GOOD : elements.error().reason;
}

TEST(Tlv, ReadsTagsOfOneTwoAndThreeBytes) {
  const Bytes bytes = hex("4101aadf220102bbccff81010000");
  ByteView rest = bytes;
  const Element one = read(rest).value();
  EXPECT_EQ(one.tag, 0x41U);
  EXPECT_EQ(to_hex(one.value), "aa");
  EXPECT_EQ(to_hex(one.encoded), "4101aa");
  EXPECT_EQ(rest.size(), bytes.size() - 3);
  const Bytes three = hex("df812202bbcc");
  rest = three;
  EXPECT_EQ(read(rest)->tag, 0xDF8122U);
  EXPECT_TRUE(rest.empty());
}

TEST(Tlv, ReadsAllAndFindsByTag) {
  const Bytes bytes = hex("df2101aadf220102bb");
  EXPECT_EQ(refusal("df2101aadf220102bb"), Reason::MALFORMED);  // the last value is cut
  const Bytes good = hex("df2101aadf2202bbcc");
  const auto elements = read_all(good).value();
  ASSERT_EQ(elements.size(), 2U);
  EXPECT_EQ(to_hex(get(elements, 0xDF22)->value), "bbcc");
  EXPECT_EQ(get(elements, 0xDF23).error().reason, Reason::MALFORMED);
  EXPECT_NE(get(elements, 0xDF23).error().detail.find("DF23"), std::string::npos);
  const Bytes twice = hex("df2101aadf2101aa");
  EXPECT_EQ(get(read_all(twice).value(), 0xDF21).error().reason, Reason::MALFORMED);
}

TEST(Tlv, StopsAtFiller) {
  for (const char* filler : {"", "00", "0000", "ffff", "ffffffff", "ff"}) {
    const Bytes bytes = concat({hex("ff2003410101"), hex(filler)});
    const auto elements = read_all(bytes).value();
    ASSERT_EQ(elements.size(), 1U) << filler;
    EXPECT_EQ(elements[0].tag, 0xFF20U);
  }
}

TEST(Tlv, LengthsOfUpToFourBytesNeedNotBeMinimal) {
  for (const char* text : {"4101aa", "418101aa", "41820001aa", "4183000001aa", "418400000001aa"})
    EXPECT_EQ(refusal(text), Reason::GOOD) << text;
  EXPECT_EQ(refusal("41850000000001aa"), Reason::MALFORMED);
}

TEST(Tlv, RefusesWhatDoesNotAddUp) {
  for (const char* text : {"41", "4180aa0000", "4102aa", "4181", "418200", "4184ffffffffaa", "df", "df22", "df81",
                           "df8181"
                           "0100",
                           "df81810100", "418000"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
}

TEST(Tlv, TheNumberOfElementsIsLimited) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) append(bytes, hex("4100"));
  EXPECT_EQ(read_all(bytes)->size(), 256U);
  append(bytes, hex("4100"));
  EXPECT_EQ(read_all(bytes).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Tlv, EncodesMinimalLengthsThatReadBack) {
  EXPECT_EQ(to_hex(encode(0x41, hex("aa"))), "4101aa");
  EXPECT_EQ(to_hex(encode(0xDF8122, {})), "df812200");
  for (const size_t size : {0U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    const Bytes value(size, 7);
    const Bytes encoded = encode(0xDF22, value);
    const size_t head = size < 128 ? 1 : size < 256 ? 2 : size < 65536 ? 3 : 4;
    EXPECT_EQ(encoded.size(), 2 + head + size);
    ByteView rest = encoded;
    EXPECT_EQ(to_bytes(read(rest)->value), value);
    EXPECT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace mitome::tlv
