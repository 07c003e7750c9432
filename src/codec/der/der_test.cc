#include "codec/der/der.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/hex.h"

namespace mitome::der {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Reason refusal(std::string_view text) {
  const Bytes bytes = hex(text);
  Reader reader{bytes};
  const auto element = reader.next();
  return element ? Reason::GOOD : element.error().reason;
}

/// The first element of some DER; the bytes must outlive it.
Element only(const Bytes& bytes) {
  Reader reader{bytes};
  const Element element = reader.next().value();
  CHECK(reader.finish().has_value());
  return element;
}

TEST(DerWriter, IntegersAreMinimal) {
  const std::vector<std::pair<int64_t, std::string>> expected = {
      {0, "020100"},      {127, "02017f"},       {128, "02020080"},
      {256, "02020100"},  {-1, "0201ff"},        {-128, "020180"},
      {-129, "0202ff7f"}, {65537, "0203010001"}, {std::numeric_limits<int64_t>::min(), "02088000000000000000"}};
  for (const auto& [value, text] : expected) {
    const Bytes encoded = integer(value);
    EXPECT_EQ(to_hex(encoded), text);
    EXPECT_EQ(small_integer(only(encoded)).value(), value);
  }
  EXPECT_EQ(to_hex(integer(hex("0000"))), "020100");
  EXPECT_EQ(to_hex(integer(ByteView{})), "020100");
  EXPECT_EQ(to_hex(integer(hex("0080"))), "02020080");
  EXPECT_EQ(to_hex(integer(hex("80"))), "02020080");
  EXPECT_EQ(to_hex(integer(hex("007f"))), "02017f");
}

TEST(DerWriter, ObjectIdentifiers) {
  for (const auto& [dotted, text] :
       std::vector<std::pair<std::string, std::string>>{{"1.2.840.10045.3.1.7", "06082a8648ce3d030107"},
                                                        {"2.5.29.15", "0603551d0f"},
                                                        {"2.999", "06028837"},
                                                        {"0.39", "060127"}}) {
    const Bytes encoded = oid(dotted);
    EXPECT_EQ(to_hex(encoded), text);
    EXPECT_EQ(oid_text(only(encoded).content).value(), dotted);
  }
}

TEST(DerWriterDeathTest, AWrongObjectIdentifierIsOurBug) {
  EXPECT_DEATH(oid("1"), "CHECK failed");
  EXPECT_DEATH(oid("3.1"), "CHECK failed");
  EXPECT_DEATH(oid("1.40"), "CHECK failed");
  EXPECT_DEATH(oid("1..2"), "CHECK failed");
  EXPECT_DEATH(oid("1.2."), "CHECK failed");
  EXPECT_DEATH(oid("1.a"), "CHECK failed");
}

TEST(DerWriter, OtherTypes) {
  EXPECT_EQ(to_hex(sequence({boolean(true), null()})), "30050101ff0500");
  EXPECT_EQ(to_hex(set({integer(2), integer(1), boolean(false)})), "3109010100020101020102");
  EXPECT_EQ(to_hex(enumerated(3)), "0a0103");
  EXPECT_EQ(to_hex(octet_string(hex("0102"))), "04020102");
  EXPECT_EQ(to_hex(bit_string(hex("80"), 7)), "03020780");
  EXPECT_EQ(to_hex(bit_string({})), "030100");
  EXPECT_EQ(to_hex(utf8_string("水")), "0c03e6b0b4");
  EXPECT_EQ(to_hex(printable_string("JP")), "13024a50");
  EXPECT_EQ(to_hex(ia5_string("a")), "160161");
  EXPECT_EQ(to_hex(element(constructed(0), {integer(2)})), "a003020102");
  EXPECT_EQ(to_hex(element(context(2), hex("ff"))), "8201ff");
}

TEST(DerWriter, LengthsReadBackAtEveryWidth) {
  for (const size_t size : {0U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    const Bytes value(size, 1);
    const Bytes encoded = octet_string(value);
    EXPECT_EQ(to_bytes(only(encoded).content), value);
    EXPECT_EQ(to_bytes(only(encoded).encoded), encoded);
  }
}

TEST(DerTime, UtcTimeThrough2049ThenGeneralizedTime) {
  const auto at = [](std::string_view text) { return instant_from_rfc3339(text).value(); };
  EXPECT_EQ(as_text(only(time(at("2049-12-31T23:59:59Z"))).content), "491231235959Z");
  EXPECT_EQ(as_text(only(time(at("2050-01-01T00:00:00Z"))).content), "20500101000000Z");
  EXPECT_EQ(as_text(only(time(at("1950-01-01T00:00:00Z"))).content), "500101000000Z");
  EXPECT_EQ(as_text(only(time(at("1949-12-31T23:59:59Z"))).content), "19491231235959Z");
  EXPECT_EQ(as_text(only(generalized_time(at("2026-11-24T10:00:00Z"))).content), "20261124100000Z");
  for (const char* text :
       {"1950-01-01T00:00:00Z", "2026-11-24T10:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"}) {
    const Bytes encoded = time(at(text));
    EXPECT_EQ(time_value(only(encoded)).value(), at(text));
  }
}

TEST(DerTime, RefusesOtherForms) {
  const auto reason = [](uint8_t tag, std::string_view text) {
    const Bytes encoded = element(tag, as_bytes(text));
    const auto value = time_value(only(encoded));
    return value ? Reason::GOOD : value.error().reason;
  };
  EXPECT_EQ(reason(kUtcTime, "261124100000Z"), Reason::GOOD);
  EXPECT_EQ(reason(kGeneralizedTime, "20261124100000Z"), Reason::GOOD);
  for (const char* text :
       {"2611241000Z", "261124100000", "261124100000+0900", "261324100000Z", "26112410000aZ", "", "261124100060Z"})
    EXPECT_EQ(reason(kUtcTime, text), Reason::MALFORMED) << text;
  for (const char* text :
       {"20261124100000", "20261124100000.5Z", "2026112410Z", "20261124100000+0900", "20260230000000Z"})
    EXPECT_EQ(reason(kGeneralizedTime, text), Reason::MALFORMED) << text;
  EXPECT_EQ(reason(kUtf8String, "20261124100000Z"), Reason::MALFORMED);
  EXPECT_EQ(reason(kUtcTime, "20261124100000Z"), Reason::MALFORMED);
}

TEST(DerReader, WalksElementsAndRefusesLeftovers) {
  const Bytes bytes = hex("0201010500");
  Reader reader{bytes};
  EXPECT_EQ(reader.peek(), kInteger);
  EXPECT_EQ(reader.finish().error().reason, Reason::MALFORMED);
  EXPECT_EQ(reader.expect(kNull).error().reason, Reason::MALFORMED);
  EXPECT_EQ(to_hex(reader.expect(kInteger)->content), "01");
  EXPECT_EQ(to_hex(reader.next()->encoded), "0500");
  EXPECT_TRUE(reader.empty());
  EXPECT_EQ(reader.peek(), 0);
  EXPECT_TRUE(reader.finish().has_value());
  EXPECT_EQ(reader.next().error().reason, Reason::MALFORMED);
}

TEST(DerReader, OnlyDefiniteMinimalLengthsWithinTheView) {
  for (const char* text : {"", "02", "0202ff", "3080", "30800000", "02810100", "0281", "0282", "028200", "0282007f",
                           "02820001"
                           "00",
                           "0285000000000100", "0284ffffffff00", "0000", "1f010100", "3f810100", "bf2001"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
  EXPECT_EQ(refusal("0500"), Reason::GOOD);
}

TEST(DerReader, ValuesOfElements) {
  const auto integer_reason = [](std::string_view text) {
    const Bytes bytes = hex(text);
    const auto value = small_integer(only(bytes));
    return value ? Reason::GOOD : value.error().reason;
  };
  EXPECT_EQ(integer_reason("0a0101"), Reason::GOOD);
  for (const char* text : {"0200", "02020001", "0202ff80", "0209010000000000000000", "040101"})
    EXPECT_EQ(integer_reason(text), Reason::MALFORMED) << text;
  const auto boolean_reason = [](std::string_view text) {
    const Bytes bytes = hex(text);
    const auto value = boolean_value(only(bytes));
    return value ? Reason::GOOD : value.error().reason;
  };
  EXPECT_TRUE(boolean_value(only(hex("0101ff"))).value());
  EXPECT_EQ(boolean_reason("010100"), Reason::GOOD);
  for (const char* text : {"010101", "0100", "0102ffff", "0201ff"})
    EXPECT_EQ(boolean_reason(text), Reason::MALFORMED) << text;
  for (const char* text : {"", "80", "2a80", "2a8001", "2affffffffffffffffff7f"})
    EXPECT_EQ(oid_text(hex(text)).error().reason, Reason::MALFORMED) << text;
  EXPECT_EQ(oid_text(hex("2a81ffffffffffffffff7f")).value(), "1.2.18446744073709551615");
}

}  // namespace
}  // namespace mitome::der
