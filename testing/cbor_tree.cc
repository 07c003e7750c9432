#include "testing/cbor_tree.h"

#include "base/check.h"

namespace mitome::testing {
namespace {

using cbor::Type;

CborTree build(const cbor::Value& value) {
  CborTree out;
  out.type = value.type();
  switch (value.type()) {
    case Type::kUint: out.number = *value.as_uint(); break;
    case Type::kNegative: out.negative = *value.as_int(); break;
    case Type::kBytes: out.bytes = to_bytes(*value.as_bytes()); break;
    case Type::kText: out.bytes = to_bytes(*value.as_text()); break;
    case Type::kBool: out.number = *value.as_bool() ? 1 : 0; break;
    case Type::kTag: out.number = *value.tag_number(); break;
    case Type::kArray:
    case Type::kMap:
    case Type::kNull: break;
    default: CHECK(false);
  }
  for (auto child = value.first_child(); child; child = child->next_sibling()) out.children.push_back(build(*child));
  return out;
}

CborTree integer(int value) {
  if (value >= 0) return CborTree::uint(static_cast<uint64_t>(value));
  CborTree out;
  out.type = Type::kNegative;
  out.negative = value;
  return out;
}

}  // namespace

CborTree CborTree::parse(ByteView encoded) {
  const auto document = cbor::Document::parse(encoded);
  CHECK(document.has_value());
  return build(document->root());
}

void CborTree::write(cbor::Writer& out) const {
  switch (type) {
    case Type::kUint: out.uint(number); break;
    case Type::kNegative: out.integer(negative); break;
    case Type::kBytes: out.bytes(bytes); break;
    case Type::kText: out.text(as_text(bytes)); break;
    case Type::kBool: out.boolean(number == 1); break;
    case Type::kTag: out.tag(number); break;
    case Type::kArray: out.array(children.size()); break;
    case Type::kMap: out.map(children.size() / 2); break;
    default: out.null();
  }
  for (const auto& child : children) child.write(out);
}

Bytes CborTree::encode() const {
  cbor::Writer out;
  write(out);
  return out.take();
}

CborTree CborTree::text(std::string_view value) {
  CborTree out;
  out.type = Type::kText;
  out.bytes = to_bytes(value);
  return out;
}

CborTree CborTree::uint(uint64_t value) {
  CborTree out;
  out.type = Type::kUint;
  out.number = value;
  return out;
}

CborTree CborTree::bstr(ByteView value) {
  CborTree out;
  out.type = Type::kBytes;
  out.bytes = to_bytes(value);
  return out;
}

CborTree CborTree::boolean(bool value) {
  CborTree out;
  out.type = Type::kBool;
  out.number = value ? 1 : 0;
  return out;
}

CborTree* CborTree::find(const CborTree& key) {
  CHECK(type == Type::kMap);
  const Bytes wanted = key.encode();
  for (size_t i = 0; i + 1 < children.size(); i += 2) {
    if (children[i].encode() == wanted) return &children[i + 1];
  }
  return nullptr;
}

CborTree& CborTree::put(CborTree key, CborTree value) {
  if (auto* there = find(key)) {
    *there = std::move(value);
  } else {
    children.push_back(std::move(key));
    children.push_back(std::move(value));
  }
  return *this;
}

CborTree& CborTree::remove(const CborTree& key) {
  auto* there = find(key);
  CHECK(there != nullptr);
  const auto index = there - children.data();
  children.erase(children.begin() + index - 1, children.begin() + index + 1);
  return *this;
}

CborTree& CborTree::operator[](std::string_view key) {
  auto* there = find(text(key));
  CHECK(there != nullptr);
  return *there;
}

CborTree& CborTree::operator[](int key) {
  auto* there = find(integer(key));
  CHECK(there != nullptr);
  return *there;
}

CborTree& CborTree::at(size_t index) {
  CHECK(index < children.size());
  return children[index];
}

CborTree& CborTree::set(std::string_view key, CborTree value) { return put(text(key), std::move(value)); }
CborTree& CborTree::set(int key, CborTree value) { return put(integer(key), std::move(value)); }
CborTree& CborTree::erase(std::string_view key) { return remove(text(key)); }
CborTree& CborTree::erase(int key) { return remove(integer(key)); }

CborTree& CborTree::inside(const std::function<void(CborTree&)>& change) {
  CHECK(type == Type::kTag && number == 24);
  content().inside_bytes(change);
  return *this;
}

CborTree& CborTree::inside_bytes(const std::function<void(CborTree&)>& change) {
  CHECK(type == Type::kBytes);
  CborTree inner = parse(bytes);
  change(inner);
  bytes = inner.encode();
  return *this;
}

}  // namespace mitome::testing
