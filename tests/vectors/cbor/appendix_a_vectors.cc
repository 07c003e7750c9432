// RFC 8949 appendix A: every example decodes to its value (lenient mode, which reads indefinite lengths), and what
// can be written in one way only is written so again.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/hex.h"
#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"
#include "testing/fakes.h"
#include "tests/vectors/ledger.h"

namespace mitome::vectors {
namespace {

using cbor::Type;

void expect_equal(const cbor::Value& item, const json::Value& expected);

void expect_equal_map(const cbor::Value& item, const json::Value& expected) {
  ASSERT_EQ(item.size(), expected.members().size());
  auto key = item.first_child();
  for (const auto& [name, value] : expected.members()) {
    const std::string text =
        key->is(Type::kText) ? std::string{key->as_text().value()} : std::to_string(key->as_int().value());
    EXPECT_EQ(text, name);
    expect_equal(*key->next_sibling(), value);
    key = key->next_sibling()->next_sibling();
  }
}

/// Bignums and integers beyond int64 are in the file as JSON numbers that no int64 holds: compared as doubles.
double number_of(const cbor::Value& item) {
  if (item.is(Type::kFloat)) return item.as_float().value();
  if (item.is(Type::kUint)) return static_cast<double>(item.as_uint().value());
  if (item.is(Type::kTag)) {
    double value = 0;
    const ByteView magnitude = item.first_child()->as_bytes().value();
    for (const uint8_t byte : magnitude) value = value * 256 + byte;
    return item.tag_number().value() == 2 ? value : -1 - value;
  }
  const Bytes head = to_bytes(item.encoded());
  double value = 0;
  for (size_t i = 1; i < head.size(); ++i) value = value * 256 + head[i];
  return -1 - value;
}

void expect_equal(const cbor::Value& item, const json::Value& expected) {
  if (expected.is_null()) {
    EXPECT_TRUE(item.is_null());
  } else if (expected.is_bool()) {
    EXPECT_EQ(item.as_bool().value(), expected.as_bool().value());
  } else if (expected.is_string()) {
    EXPECT_EQ(item.as_text().value(), expected.as_string().value());
  } else if (expected.is_array()) {
    ASSERT_EQ(item.size(), expected.items().size());
    for (size_t i = 0; i < item.size(); ++i) expect_equal(item.at(i).value(), expected.items()[i]);
  } else if (expected.is_object()) {
    expect_equal_map(item, expected);
  } else if (expected.is_int() && !item.is(Type::kFloat)) {
    EXPECT_EQ(item.as_int().value(), expected.as_int().value());
  } else {
    EXPECT_EQ(number_of(item), expected.as_double().value());
  }
}

/// A chunked string is read as one string: where its chunks ended is not kept.
std::string without_chunks(std::string notation) {
  return notation == "(_ h'0102', h'030405')" ? "h'0102030405'" : notation;
}

/// Diagnostic notation (RFC 8949 8) of what occurs in the file without a JSON value.
std::string diagnostic(const cbor::Value& item) {
  switch (item.type()) {
    case Type::kUndefined:
      return "undefined";
    case Type::kSimple:
      return "simple(" + std::to_string(item.as_simple().value()) + ")";
    case Type::kBytes:
      return "h'" + to_hex(item.as_bytes().value()) + "'";
    case Type::kText:
      return "\"" + std::string{item.as_text().value()} + "\"";
    case Type::kUint:
      return std::to_string(item.as_uint().value());
    case Type::kTag:
      return std::to_string(item.tag_number().value()) + "(" + diagnostic(*item.first_child()) + ")";
    case Type::kFloat: {
      const double value = item.as_float().value();
      if (std::isnan(value)) return "NaN";
      if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
      std::string text = json::Value{value}.dump();
      return text;
    }
    case Type::kMap: {
      std::string out;
      for (auto key = item.first_child(); key; key = key->next_sibling()->next_sibling())
        out += (out.empty() ? "" : ", ") + diagnostic(*key) + ": " + diagnostic(*key->next_sibling());
      return "{" + out + "}";
    }
    default:
      return "?";
  }
}

/// Writes a parsed item again from its values, never from its bytes.
void rewrite(const cbor::Value& item, cbor::Writer& writer) {
  switch (item.type()) {
    case Type::kUint:
      writer.uint(item.as_uint().value());
      return;
    case Type::kNegative:
      // -2^64 is in the appendix, and beyond what the writer's int64 can say.
      if (const auto value = item.as_int())
        writer.integer(*value);
      else
        writer.raw(item.encoded());
      return;
    case Type::kBytes:
      writer.bytes(item.as_bytes().value());
      return;
    case Type::kText:
      writer.text(item.as_text().value());
      return;
    case Type::kBool:
      writer.boolean(item.as_bool().value());
      return;
    case Type::kNull:
      writer.null();
      return;
    case Type::kUndefined:
      writer.simple(23);
      return;
    case Type::kSimple:
      writer.simple(item.as_simple().value());
      return;
    case Type::kFloat:
      writer.floating(item.as_float().value());
      return;
    case Type::kArray:
      writer.array(item.size());
      break;
    case Type::kMap:
      writer.map(item.size());
      break;
    case Type::kTag:
      writer.tag(item.tag_number().value());
      break;
  }
  for (auto child = item.first_child(); child; child = child->next_sibling()) rewrite(*child, writer);
}

TEST(CborAppendixA, DecodesAndWritesAgain) {
  REQUIRE_VECTORS("cbor/appendix_a.json", 82U);
  const json::Value root = json::parse(testing::read_vector("cbor/appendix_a.json")).value();
  ASSERT_EQ(root.items().size(), 82U);
  size_t rewritten = 0;
  for (const json::Value& example : root.items()) {
    const std::string text = example.string_at("hex").value();
    SCOPED_TRACE(text);
    const Bytes bytes = from_hex(text).value();
    if (text == "f818") {
      // simple(24) was an example of RFC 7049; RFC 8949 3.3 says that such bytes are not well-formed.
      EXPECT_EQ(cbor::Document::parse(bytes, {.lenient = true}).error().reason, Reason::MALFORMED);
      continue;
    }
    const auto document = cbor::Document::parse(bytes, {.lenient = true});
    ASSERT_TRUE(document.has_value()) << to_string(document.error());
    if (const json::Value* decoded = example.find("decoded"))
      expect_equal(document->root(), *decoded);
    else
      EXPECT_EQ(diagnostic(document->root()), without_chunks(example.string_at("diagnostic").value()));
    if (!example.bool_at("roundtrip").value()) continue;
    cbor::Writer writer;
    rewrite(document->root(), writer);
    EXPECT_EQ(to_hex(writer.view()), text);
    // What can be written in one way only is what strict mode reads.
    EXPECT_TRUE(cbor::Document::parse(bytes).has_value());
    ++rewritten;
  }
  EXPECT_GT(rewritten, 60U);
}

}  // namespace
}  // namespace mitome::vectors
