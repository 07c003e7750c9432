// CBOR (RFC 8949) in, bounded and exact.
//
// Refused, and why:
//   depth over 16                     Security: recursion (CVE-2026-26209)
//   a declared length over the rest   Security: allocation (libcbor #418)
//   more than kMaxItems items         Security: time and memory
//   duplicate map keys                Security: two readers, two meanings
//   integers and lengths not minimal  Simplicity: one value, one form (strict mode)
//   indefinite lengths                Simplicity: nothing that is signed needs them (strict mode)
//   invalid UTF-8 in text             Security: what is shown is what was signed
//   reserved additional information, unassigned simple values below 32 in two bytes
//   trailing bytes                    Security: nothing hides behind the item
// Map order is free: readers must take any (ISO/IEC 18013-5 8.3.1 asks no order).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::cbor {

inline constexpr size_t kMaxDepth = 16;
inline constexpr size_t kMaxItems = 100'000;

enum class Type : uint8_t {
  kUint,
  kNegative,
  kBytes,
  kText,
  kArray,
  kMap,
  kTag,
  kBool,
  kNull,
  kUndefined,
  kFloat,
  kSimple
};

struct Options {
  bool wide_counts = false;  ///< counts of arrays and maps in more bytes than needed too, as some peers write them
  bool lenient = false;  ///< indefinite lengths and non-minimal forms too: only for RFC 8949 appendix A
};

class Document;
class Parser;

namespace detail {

inline constexpr uint8_t kIndefinite = 31;

struct Node {
  uint64_t argument = 0;  // value, length, count, tag number or simple value
  uint32_t begin = 0;     // of the head, offset into the bytes
  uint32_t content = 0;   // first byte after the head
  uint32_t end = 0;       // one past the last byte of the item
  uint32_t next = 0;      // index one past the last descendant
  Type type = Type::kUint;
  uint8_t info = 0;   // additional information of the head
  bool last = false;  // no sibling follows
};

}  // namespace detail

/// A look at one item of a Document; dies with the Document and with the parsed bytes. It points at the Document
/// object itself: moving the Document ends every Value taken from it before; take root() again afterwards.
class Value {
 public:
  Type type() const;
  bool is(Type t) const { return type() == t; }
  bool is_null() const { return is(Type::kNull); }

  /// The exact bytes of this item as received.
  ByteView encoded() const;

  /// Each returns MALFORMED when the item is of another type.
  Result<uint64_t> as_uint() const;
  Result<int64_t> as_int() const;     ///< both signs; MALFORMED outside int64
  Result<ByteView> as_bytes() const;  ///< a view of the parsed bytes (definite length)
  Result<std::string_view> as_text() const;
  Result<bool> as_bool() const;
  Result<double> as_float() const;
  Result<uint8_t> as_simple() const;
  Result<Value> as_tag(uint64_t tag) const;  ///< the content, if the item is this tag
  Result<uint64_t> tag_number() const;
  /// The content bytes of #6.24(bstr), RFC 8949 3.4.5.1.
  Result<ByteView> as_embedded() const;

  /// Elements of an array, pairs of a map, 1 of a tag, else 0.
  size_t size() const;
  Result<Value> at(size_t index) const;  ///< array element, MALFORMED beyond the end

  /// Map look-up by text or integer key.
  std::optional<Value> find(std::string_view key) const;
  std::optional<Value> find(int64_t key) const;
  /// The same, MALFORMED (naming the key) when absent.
  Result<Value> get(std::string_view key) const;
  Result<Value> get(int64_t key) const;

  /// Walking: first child, then next sibling; of a map key, value, key, value…
  std::optional<Value> first_child() const;
  std::optional<Value> next_sibling() const;

 private:
  friend class Document;
  Value(const Document* document, uint32_t index) : document_(document), index_(index) {}
  const detail::Node& node() const;
  ByteView content() const;
  ByteView joined() const;
  Error wrong_type(std::string_view wanted) const;
  template <typename Matches>
  std::optional<Value> find_where(Matches matches) const;

  const Document* document_;
  uint32_t index_;
};

/// One parsed item. Looks at the bytes it was parsed from: they must outlive it. One vector of
/// flat nodes, no other heap.
class Document {
 public:
  /// Exactly one item, no trailing bytes. MALFORMED or LIMIT_EXCEEDED.
  static Result<Document> parse(ByteView bytes, Options options = {});
  Value root() const { return Value{this, 0}; }

  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

 private:
  friend class Value;
  friend class Parser;
  using Node = detail::Node;
  Document() = default;
  ByteView bytes_;
  std::vector<Node> nodes_;
  // Joined chunks of indefinite strings, lenient mode only: node index to text.
  std::vector<std::pair<uint32_t, Bytes>> joined_;
};

inline const detail::Node& Value::node() const { return document_->nodes_[index_]; }
inline Type Value::type() const { return node().type; }
inline ByteView Value::encoded() const { return document_->bytes_.subspan(node().begin, node().end - node().begin); }

inline ByteView Value::content() const {
  if (node().info == detail::kIndefinite) return joined();
  return document_->bytes_.subspan(node().content, node().end - node().content);
}

inline Result<uint64_t> Value::as_uint() const {
  if (!is(Type::kUint)) return wrong_type("an unsigned integer");
  return node().argument;
}

inline Result<ByteView> Value::as_bytes() const {
  if (!is(Type::kBytes)) return wrong_type("a byte string");
  return content();
}

inline Result<std::string_view> Value::as_text() const {
  if (!is(Type::kText)) return wrong_type("a text");
  return mitome::as_text(content());
}

inline size_t Value::size() const {
  if (is(Type::kArray) || is(Type::kMap)) return node().argument;
  return is(Type::kTag) ? 1 : 0;
}

inline std::optional<Value> Value::first_child() const {
  if (size() == 0) return std::nullopt;
  return Value{document_, index_ + 1};
}

inline std::optional<Value> Value::next_sibling() const {
  if (node().last) return std::nullopt;
  return Value{document_, node().next};
}

/// A Document over bytes that it owns itself: for what is kept. Its bytes stay where they are when it is moved;
/// Values taken before the move end, as with Document.
class OwnedDocument {
 public:
  static Result<OwnedDocument> parse(Bytes bytes);
  Value root() const { return document_->root(); }
  const Bytes& bytes() const { return *bytes_; }

 private:
  std::unique_ptr<const Bytes> bytes_;  // a stable address under moves
  std::optional<Document> document_;
};

}  // namespace mitome::cbor
