// Strict CBOR: what is accepted nests exactly, has unique keys, and has no other encoding.
#include <set>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

/// Writes the item again from its values; floats as they are, since strict mode takes every width.
static void rewrite(const cbor::Value& item, cbor::Writer& writer) {
  switch (item.type()) {
    case cbor::Type::kUint:
      writer.uint(item.as_uint().value());
      return;
    case cbor::Type::kBytes:
      writer.bytes(item.as_bytes().value());
      return;
    case cbor::Type::kText:
      writer.text(item.as_text().value());
      return;
    case cbor::Type::kBool:
      writer.boolean(item.as_bool().value());
      return;
    case cbor::Type::kNull:
      writer.null();
      return;
    case cbor::Type::kUndefined:
      writer.simple(23);
      return;
    case cbor::Type::kSimple:
      writer.simple(item.as_simple().value());
      return;
    case cbor::Type::kFloat:
      writer.raw(item.encoded());
      return;
    case cbor::Type::kNegative:
      if (const auto value = item.as_int()) {
        writer.integer(*value);
      } else {
        writer.raw(item.encoded());
      }
      return;
    case cbor::Type::kArray:
      writer.array(item.size());
      break;
    case cbor::Type::kMap:
      writer.map(item.size());
      break;
    case cbor::Type::kTag:
      writer.tag(item.tag_number().value());
      break;
  }
  for (auto child = item.first_child(); child; child = child->next_sibling()) rewrite(*child, writer);
}

/// Children lie one behind the other and end where their parent ends.
static size_t walk(const cbor::Value& item, size_t depth) {
  CHECK(depth <= cbor::kMaxDepth);
  const ByteView whole = item.encoded();
  size_t items = 1, children = 0;
  const uint8_t* at = nullptr;
  std::set<Bytes> keys;
  for (auto child = item.first_child(); child; child = child->next_sibling(), ++children) {
    const ByteView inner = child->encoded();
    CHECK(inner.data() > whole.data() && inner.data() + inner.size() <= whole.data() + whole.size());
    CHECK(at == nullptr || at == inner.data());
    at = inner.data() + inner.size();
    if (item.is(cbor::Type::kMap) && children % 2 == 0) CHECK(keys.insert(to_bytes(inner)).second);
    items += walk(*child, depth + 1);
  }
  CHECK(children == item.size() * (item.is(cbor::Type::kMap) ? 2 : 1));
  CHECK(children == 0 || at == whole.data() + whole.size());
  return items;
}

FUZZ(input) {
  check_refusal(cbor::Document::parse(input, {.lenient = true}));
  const auto document = cbor::Document::parse(input);
  check_refusal(document);
  if (!document) return;
  CHECK(cbor::Document::parse(input, {.lenient = true}).has_value());
  CHECK(equal(document->root().encoded(), input));
  CHECK(walk(document->root(), 0) <= cbor::kMaxItems);
  cbor::Writer writer;
  rewrite(document->root(), writer);
  CHECK(equal(writer.view(), input));
}
