#include "codec/cbor/reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/hex.h"
#include "codec/cbor/writer.h"

namespace mitome::cbor {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

/// The reason with which these bytes are refused, GOOD when they are not.
Reason refusal(const Bytes& bytes, Options options = {}) {
  const auto document = Document::parse(bytes, options);
  return document ? Reason::GOOD : document.error().reason;
}
Reason refusal(std::string_view text, Options options = {}) { return refusal(hex(text), options); }

Bytes nested_arrays(size_t depth) {
  Bytes out(depth, 0x81);
  out.push_back(0x00);
  return out;
}

TEST(CborReader, ReadsEveryType) {
  const Bytes bytes = Writer{}
                          .array(11)
                          .uint(1000000)
                          .integer(-500)
                          .bytes(hex("0102"))
                          .text("水")
                          .map(1)
                          .text("a")
                          .uint(1)
                          .tag(1004)
                          .text("1980-02-17")
                          .boolean(true)
                          .null()
                          .simple(23)
                          .simple(255)
                          .floating(1.5)
                          .take();
  const auto document = Document::parse(bytes).value();
  const Value root = document.root();
  ASSERT_EQ(root.size(), 11U);
  EXPECT_EQ(root.at(0)->as_uint().value(), 1000000U);
  EXPECT_EQ(root.at(0)->as_int().value(), 1000000);
  EXPECT_EQ(root.at(1)->as_int().value(), -500);
  EXPECT_EQ(to_bytes(root.at(2)->as_bytes().value()), hex("0102"));
  EXPECT_EQ(root.at(3)->as_text().value(), "水");
  EXPECT_EQ(root.at(4)->get("a")->as_uint().value(), 1U);
  EXPECT_EQ(root.at(5)->tag_number().value(), 1004U);
  EXPECT_EQ(root.at(5)->as_tag(1004)->as_text().value(), "1980-02-17");
  EXPECT_TRUE(root.at(6)->as_bool().value());
  EXPECT_TRUE(root.at(7)->is_null());
  EXPECT_EQ(root.at(8)->type(), Type::kUndefined);
  EXPECT_EQ(root.at(9)->as_simple().value(), 255);
  EXPECT_EQ(root.at(10)->as_float().value(), 1.5);
}

TEST(CborReader, AnotherTypeIsMalformed) {
  const Bytes bytes = hex("820a6161");  // [10, "a"]
  const auto document = Document::parse(bytes).value();
  const Value number = document.root().at(0).value();
  const Value text = document.root().at(1).value();
  EXPECT_EQ(text.as_uint().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_int().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_bytes().error().reason, Reason::MALFORMED);
  EXPECT_EQ(number.as_text().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_bool().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_float().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_simple().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_tag(24).error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.tag_number().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.as_embedded().error().reason, Reason::MALFORMED);
  EXPECT_EQ(text.at(0).error().reason, Reason::MALFORMED);
  EXPECT_EQ(document.root().at(2).error().reason, Reason::MALFORMED);
  EXPECT_EQ(document.root().get("a").error().reason, Reason::MALFORMED);
  EXPECT_EQ(document.root().get(10).error().reason, Reason::MALFORMED);
  EXPECT_FALSE(document.root().find("a").has_value());
}

TEST(CborReader, NegativeIntegersUpToTheSmallestInt64) {
  const Bytes smallest = hex("3b7fffffffffffffff");
  EXPECT_EQ(Document::parse(smallest)->root().as_int().value(), std::numeric_limits<int64_t>::min());
  const Bytes beyond = hex("3b8000000000000000");
  const auto document = Document::parse(beyond).value();
  EXPECT_EQ(document.root().as_int().error().reason, Reason::MALFORMED);
  const Bytes large = hex("1b8000000000000000");
  const auto positive = Document::parse(large).value();
  EXPECT_EQ(positive.root().as_int().error().reason, Reason::MALFORMED);
  EXPECT_EQ(positive.root().as_uint().value(), 0x8000000000000000U);
}

TEST(CborReader, MapsAreSearchedByTextAndByNumber) {
  const Bytes bytes =
      Writer{}.map(4).integer(-1).uint(2).uint(1).uint(3).text("1").uint(4).bytes(hex("31")).uint(5).take();
  const auto document = Document::parse(bytes).value();
  const Value map = document.root();
  EXPECT_EQ(map.find(-1)->as_uint().value(), 2U);
  EXPECT_EQ(map.find(1)->as_uint().value(), 3U);
  EXPECT_EQ(map.find("1")->as_uint().value(), 4U);
  EXPECT_FALSE(map.find(0).has_value());
  EXPECT_FALSE(map.find("2").has_value());
}

TEST(CborReader, EncodedIsTheExactReceivedRange) {
  const Bytes bytes = hex("a2016161d8184342ff00f6");  // {1: "a", 24(h'42ff00'): null}
  const auto document = Document::parse(bytes).value();
  const Value root = document.root();
  EXPECT_EQ(to_bytes(root.encoded()), bytes);
  const Value key = root.first_child().value();
  EXPECT_EQ(to_hex(key.encoded()), "01");
  const Value value = key.next_sibling().value();
  EXPECT_EQ(to_hex(value.encoded()), "6161");
  const Value tag = value.next_sibling().value();
  EXPECT_EQ(to_hex(tag.encoded()), "d8184342ff00");
  EXPECT_EQ(to_hex(tag.as_embedded().value()), "42ff00");
  EXPECT_TRUE(tag.next_sibling()->is_null());
  EXPECT_FALSE(tag.next_sibling()->next_sibling().has_value());
  EXPECT_EQ(to_hex(tag.first_child()->encoded()), "4342ff00");
  EXPECT_FALSE(tag.first_child()->next_sibling().has_value());
  EXPECT_FALSE(root.next_sibling().has_value());
}

TEST(CborReader, EmbeddedMustBeABytesString) {
  const Bytes text = hex("d8186161");
  EXPECT_EQ(Document::parse(text)->root().as_embedded().error().reason, Reason::MALFORMED);
  const Bytes other = hex("d8194101");
  EXPECT_EQ(Document::parse(other)->root().as_embedded().error().reason, Reason::MALFORMED);
}

TEST(CborReader, ADocumentMayBeMovedAndAskedForItsRootAgain) {
  const Bytes bytes = hex("8101");
  auto first = Document::parse(bytes).value();
  const Document second = std::move(first);
  EXPECT_EQ(second.root().at(0)->as_uint().value(), 1U);
  auto owned = OwnedDocument::parse(bytes).value();
  const OwnedDocument moved = std::move(owned);
  EXPECT_EQ(moved.root().at(0)->as_uint().value(), 1U);
  EXPECT_EQ(moved.bytes(), bytes);
  EXPECT_EQ(OwnedDocument::parse(hex("81")).error().reason, Reason::MALFORMED);
}

TEST(CborReader, DepthIsLimited) {
  EXPECT_EQ(refusal(nested_arrays(kMaxDepth)), Reason::GOOD);
  EXPECT_EQ(refusal(nested_arrays(kMaxDepth + 1)), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal(nested_arrays(1'000'000)), Reason::LIMIT_EXCEEDED);  // CVE-2026-26209
  EXPECT_EQ(refusal(Bytes(kMaxDepth + 1, 0xC1)), Reason::LIMIT_EXCEEDED);
  Bytes maps;
  for (size_t i = 0; i <= kMaxDepth; ++i) append(maps, hex("a100"));
  EXPECT_EQ(refusal(maps), Reason::LIMIT_EXCEEDED);
}

TEST(CborReader, TheNumberOfItemsIsLimited) {
  const auto array_of = [](size_t count) {
    Bytes bytes = Writer{}.array(count).take();
    bytes.resize(bytes.size() + count);
    return bytes;
  };
  EXPECT_EQ(refusal(array_of(kMaxItems - 1)), Reason::GOOD);
  EXPECT_EQ(refusal(array_of(kMaxItems)), Reason::LIMIT_EXCEEDED);
}

TEST(CborReader, ADeclaredLengthOverTheRestIsRefused) {
  for (const char* text :
       {"5bffffffffffffffff00", "7bffffffffffffffff00", "9bffffffffffffffff00", "bbffffffffffffffff00",
        "bb800000000000000000", "4201", "6261", "8201", "a1", "a2010203", "c1", "d818"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
}

TEST(CborReader, TruncatedHeadsAreRefused) {
  EXPECT_EQ(refusal(""), Reason::MALFORMED);
  for (const char* text : {"18", "19", "1901", "1a", "1a010203", "1b", "1b01020304050607", "f8", "f9", "f97c", "fa",
                           "fb01020304050607", "58", "78", "98", "b8", "d8"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
}

TEST(CborReader, TrailingBytesAreRefused) {
  EXPECT_EQ(refusal("00"), Reason::GOOD);
  EXPECT_EQ(refusal("0000"), Reason::MALFORMED);
  EXPECT_EQ(refusal("80f6"), Reason::MALFORMED);
}

TEST(CborReader, WideCountsAreTakenOnlyWhereAskedFor) {
  const Options wide{.wide_counts = true};
  const auto parses = [](const Bytes& bytes, Options options) { return Document::parse(bytes, options).has_value(); };
  for (const Bytes& bytes : {Bytes{0xB9, 0x00, 0x01, 0x61, 'a', 0x01}, Bytes{0x98, 0x01, 0x01}, Bytes{0xBA, 0, 0, 0, 0}}) {
    EXPECT_TRUE(parses(bytes, wide));
    EXPECT_FALSE(parses(bytes, {}));
  }
  // Texts, byte strings, integers and tags keep their one form, so that equal keys are equal bytes; so do definite lengths.
  for (const Bytes& bytes : {Bytes{0x78, 0x01, 'a'}, Bytes{0x58, 0x01, 0x00}, Bytes{0x18, 0x01}, Bytes{0x38, 0x01}, Bytes{0xD8, 0x01, 0x00},
                             Bytes{0xB9, 0x00, 0x02, 0x01, 0x00, 0x18, 0x01, 0x00}, Bytes{0xBF, 0xFF}, Bytes{0x9F, 0xFF}}) {
    EXPECT_FALSE(parses(bytes, wide));
  }
  EXPECT_FALSE(parses(Bytes{0xB9, 0x00, 0x02, 0x01, 0x00, 0x01, 0x00}, wide));
  EXPECT_FALSE(parses(Bytes{0x9B, 0x10, 0, 0, 0, 0, 0, 0, 0}, wide));
}

TEST(CborReader, OnlyTheMinimalFormOfAHead) {
  for (const char* text : {"1800", "1817", "190000", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "580100",
                           "780161", "980100", "b8010000", "d80100"}) {
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
    EXPECT_EQ(refusal(text, {.lenient = true}), Reason::GOOD) << text;
  }
  for (const char* text : {"17", "1818", "18ff", "190100", "19ffff", "1a00010000", "1affffffff", "1b0000000100000000"})
    EXPECT_EQ(refusal(text), Reason::GOOD) << text;
}

TEST(CborReader, IndefiniteLengthsOnlyInLenientMode) {
  for (const char* text : {"5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "9f01ff", "bfff",
                           "bf6161019f"
                           "ff02ff"}) {
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
    EXPECT_EQ(refusal(text, {.lenient = true}), Reason::GOOD) << text;
  }
  for (const char* text : {"ff", "1f", "3f", "df00ff", "9f01", "bf01ff", "5f01ff", "5f6161ff", "5f5f4101ffff",
                           "7f4161ff", "8101ff", "81ff", "a1ff", "5f", "5f42", "5f4201"})
    EXPECT_EQ(refusal(text, {.lenient = true}), Reason::MALFORMED) << text;
}

TEST(CborReader, ChunksAreJoinedInLenientMode) {
  const Bytes bytes = hex("825f42010243030405ff7f657374726561646d696e67ff");
  const auto document = Document::parse(bytes, {.lenient = true}).value();
  EXPECT_EQ(to_hex(document.root().at(0)->as_bytes().value()), "0102030405");
  EXPECT_EQ(document.root().at(1)->as_text().value(), "streaming");
  EXPECT_EQ(document.root().at(1)->size(), 0U);
}

TEST(CborReader, DuplicateKeysAreRefused) {
  EXPECT_EQ(refusal("a201000200"), Reason::GOOD);
  EXPECT_EQ(refusal("a202000100"), Reason::GOOD);  // any order
  EXPECT_EQ(refusal("a201000101"), Reason::MALFORMED);
  EXPECT_EQ(refusal("a3616100026161616100"), Reason::MALFORMED);
  EXPECT_EQ(refusal("a1a201000101f6"), Reason::MALFORMED);  // inside a key
  EXPECT_EQ(refusal("a20100613100"), Reason::GOOD);         // 1 and "1" are two keys
}

TEST(CborReader, DuplicateKeysAreFoundInLargeMapsAndInAnyOrder) {
  for (const size_t count : {16U, 17U, 500U}) {
    for (const bool duplicate : {false, true}) {
      Writer writer;
      writer.map(count);
      for (size_t i = count; i > 0; --i) writer.uint(duplicate && i == 1 ? count : i).null();
      EXPECT_EQ(refusal(writer.take()), duplicate ? Reason::MALFORMED : Reason::GOOD) << count;
    }
  }
}

TEST(CborReader, TextMustBeUtf8) {
  EXPECT_EQ(refusal("63e6b0b4"), Reason::GOOD);
  for (const char* text :
       {"61ff", "6180", "62c080", "63eda080", "64f4908080", "62e6b0", "64f0808080", "63e08080", "64f5808080"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
  EXPECT_EQ(refusal("41ff"), Reason::GOOD);
}

TEST(CborReader, ReservedAndUnassignedFormsAreRefused) {
  for (const char* text :
       {"1c", "1d", "1e", "3c", "5c", "7d", "9e", "bc", "dc", "fc", "fd", "fe", "f800", "f814", "f81f"})
    EXPECT_EQ(refusal(text, {.lenient = true}), Reason::MALFORMED) << text;
  EXPECT_EQ(refusal("f820"), Reason::GOOD);
  EXPECT_EQ(refusal("e0"), Reason::GOOD);
}

TEST(CborReader, Floats) {
  const auto read = [](std::string_view text) {
    const Bytes bytes = hex(text);
    return Document::parse(bytes)->root().as_float().value();
  };
  EXPECT_EQ(read("f90001"), std::ldexp(1.0, -24));
  EXPECT_EQ(read("f97bff"), 65504.0);
  EXPECT_EQ(read("f9c400"), -4.0);
  EXPECT_TRUE(std::isinf(read("f97c00")));
  EXPECT_TRUE(std::isnan(read("f97e00")));
  EXPECT_EQ(read("fa47c35000"), 100000.0);
  EXPECT_EQ(read("fb3ff199999999999a"), 1.1);
}

TEST(CborReader, EveryPrefixAndEveryFlippedBitIsReadSafely) {
  const Bytes good = Writer{}
                         .map(3)
                         .text("水")
                         .bytes(Bytes(30))
                         .uint(7)
                         .array(2)
                         .null()
                         .floating(0.1)
                         .text("x")
                         .embedded(hex("a0"))
                         .take();
  ASSERT_EQ(refusal(good), Reason::GOOD);
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(refusal(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))), Reason::MALFORMED)
        << size;
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto document = Document::parse(flipped);
    if (document) {
      EXPECT_EQ(to_bytes(document->root().encoded()), flipped);
    }
  }
}

}  // namespace
}  // namespace mitome::cbor
