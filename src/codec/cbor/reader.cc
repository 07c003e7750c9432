#include "codec/cbor/reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "codec/utf8/utf8.h"

namespace mitome::cbor {

using detail::kIndefinite;

namespace {

constexpr uint8_t kBreak = 0xFF;
/// Maps with this many keys or fewer are compared pair by pair, without heap.
constexpr size_t kPairwiseKeys = 16;

bool less(ByteView a, ByteView b) { return as_text(a) < as_text(b); }

double half_to_double(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 0x3FF;
  double value = 0;
  if (exponent == 31)
    value = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  else
    value = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 12> kNames = {"an unsigned integer",
                                                              "a negative integer",
                                                              "a byte string",
                                                              "a text",
                                                              "an array",
                                                              "a map",
                                                              "a tag",
                                                              "true or false",
                                                              "null",
                                                              "undefined",
                                                              "a float",
                                                              "a simple value"};
  return kNames[static_cast<size_t>(type)];
}

}  // namespace

/// One pass over the bytes. Recursion is bounded by kMaxDepth. The steps say only whether they went well and leave the
/// error behind: a Result for each of thousands of items would cost more than reading them.
class Parser {
 public:
  Parser(Document& document, Options options)
      : nodes_(document.nodes_),
        document_(document),
        bytes_(document.bytes_),
        wide_counts_(options.wide_counts),
        lenient_(options.lenient) {}

  Result<void> run() {
    if (bytes_.size() > std::numeric_limits<uint32_t>::max())
      return Error{Reason::LIMIT_EXCEEDED, "CBOR of over 4 GiB"};
    // Most items are longer than 16 bytes where it matters; what is not makes the vector grow.
    nodes_.reserve(std::min<size_t>(bytes_.size() / 16 + 8, 512));
    const bool good = item(0) && (at_ == bytes_.size() || malformed("bytes after the item"));
    if (!good) return std::move(error_);
    nodes_[0].last = true;
    return {};
  }

 private:
  struct Head {
    uint8_t major;
    uint8_t info;
    uint64_t argument;
  };

  bool malformed(const char* what) { return fail(Reason::MALFORMED, what); }
  bool fail(Reason reason, const char* what) {
    error_ = {reason, "CBOR at byte " + std::to_string(at_) + ": " + what};
    return false;
  }
  size_t rest() const { return bytes_.size() - at_; }

  bool head(Head& out) {
    if (rest() == 0) return malformed("ends too early");
    const uint8_t initial = bytes_[at_++];
    out.major = static_cast<uint8_t>(initial >> 5);
    out.info = static_cast<uint8_t>(initial & 31);
    out.argument = out.info;
    return out.info < 24 || out.info == kIndefinite || long_argument(out);
  }

  bool long_argument(Head& out) {
    if (out.info > 27) return malformed("reserved additional information");
    const size_t width = size_t{1} << (out.info - 24);
    if (rest() < width) return malformed("ends too early");
    out.argument = 0;
    for (size_t i = 0; i < width; ++i) out.argument = out.argument << 8 | bytes_[at_++];
    const bool wide = lenient_ || out.major == 7 || (wide_counts_ && (out.major == 4 || out.major == 5));
    return wide || minimal(out.argument, width) || malformed("not in minimal form");
  }

  static bool minimal(uint64_t argument, size_t width) {
    if (width == 1) return argument >= 24;
    return argument >> (width * 4) != 0;  // it does not fit the next smaller width
  }

  bool item(size_t depth) {
    if (nodes_.size() >= kMaxItems) return fail(Reason::LIMIT_EXCEEDED, "more than 100000 items");
    const auto index = static_cast<uint32_t>(nodes_.size());
    const auto begin = static_cast<uint32_t>(at_);
    Head h{};
    if (!head(h)) return false;
    if (h.info == kIndefinite && (!lenient_ || h.major < 2 || h.major > 5))
      return malformed(h.major == 7 ? "a break without a beginning" : "indefinite length");
    const auto content = static_cast<uint32_t>(at_);
    detail::Node& node = nodes_.emplace_back();  // written in place: a copy of eight small members would wait for each
    node.argument = h.argument;
    node.begin = begin;
    node.content = node.end = content;
    node.next = index + 1;
    node.info = h.info;
    if (!body(h.major, index, depth)) return false;
    nodes_[index].end = static_cast<uint32_t>(at_);
    nodes_[index].next = static_cast<uint32_t>(nodes_.size());
    return true;
  }

  bool body(uint8_t major, uint32_t index, size_t depth) {
    switch (major) {
      case 0:
        return true;
      case 1:
        nodes_[index].type = Type::kNegative;
        return true;
      case 2:
        return string(index, Type::kBytes);
      case 3:
        return string(index, Type::kText);
      case 4:
        return children(index, Type::kArray, depth);
      case 5:
        return children(index, Type::kMap, depth);
      case 6:
        return children(index, Type::kTag, depth);
      default:
        return simple(nodes_[index]);
    }
  }

  bool string(uint32_t index, Type type) {
    nodes_[index].type = type;
    if (nodes_[index].info == kIndefinite) return chunks(index, type);
    return skip_string(nodes_[index].argument, type);
  }

  bool skip_string(uint64_t length, Type type) {
    if (length > rest()) return malformed("a string that is longer than the rest");
    if (type == Type::kText && !utf8::valid(bytes_.subspan(at_, length))) return malformed("text that is not UTF-8");
    at_ += length;
    return true;
  }

  /// RFC 8949 3.2.3, lenient mode only.
  bool chunks(uint32_t index, Type type) {
    Bytes joined;
    while (rest() == 0 || bytes_[at_] != kBreak) {
      Head h{};
      if (!head(h)) return false;
      if (h.major != (type == Type::kBytes ? 2 : 3) || h.info == kIndefinite) return malformed("not a chunk");
      const size_t begin = at_;
      if (!skip_string(h.argument, type)) return false;
      append(joined, bytes_.subspan(begin, h.argument));
    }
    ++at_;
    document_.joined_.emplace_back(index, std::move(joined));
    return true;
  }

  bool children(uint32_t index, Type type, size_t depth) {
    nodes_[index].type = type;
    if (depth >= kMaxDepth) return fail(Reason::LIMIT_EXCEEDED, "nested deeper than 16");
    const size_t per_entry = type == Type::kMap ? 2 : 1;
    const bool indefinite = nodes_[index].info == kIndefinite;
    const uint64_t declared = type == Type::kTag ? 1 : nodes_[index].argument;
    // Every item takes a byte at least: a count over the rest is refused before anything is stored.
    if (!indefinite && declared > rest() / per_entry) return malformed("a count that is larger than the rest");
    uint64_t entries = 0;
    uint32_t last = index;
    for (; indefinite ? (rest() == 0 || bytes_[at_] != kBreak) : entries < declared; ++entries) {
      for (size_t k = 0; k < per_entry; ++k) {
        last = static_cast<uint32_t>(nodes_.size());
        if (!item(depth + 1)) return false;
      }
    }
    if (indefinite) {
      ++at_;
      nodes_[index].argument = entries;
    }
    if (last != index) nodes_[last].last = true;
    return type != Type::kMap || entries < 2 || ascending_keys(index, entries) || unique_keys(index, entries) ||
           malformed("the same map key twice");
  }

  ByteView encoded(uint32_t index) const {
    return bytes_.subspan(nodes_[index].begin, nodes_[index].end - nodes_[index].begin);
  }
  uint32_t next_key(uint32_t key) const { return nodes_[nodes_[key].next].next; }

  /// Keys in ascending order, as deterministic writers put them, are unique for one comparison each. In strict mode one
  /// value has one form, so that equal keys are equal bytes; wide counts leave texts and integers, which are what is
  /// looked up, in theirs.
  bool ascending_keys(uint32_t map, uint64_t count) const {
    uint32_t key = map + 1;
    for (uint64_t i = 1; i < count; ++i) {
      const uint32_t following = next_key(key);
      if (!less(encoded(key), encoded(following))) return false;
      key = following;
    }
    return true;
  }

  bool unique_keys(uint32_t map, uint64_t count) const {
    return count <= kPairwiseKeys ? unique_few(map, count) : unique_many(map, count);
  }

  bool unique_few(uint32_t map, uint64_t count) const {
    uint32_t key = next_key(map + 1);
    for (uint64_t i = 1; i < count; ++i, key = next_key(key))
      for (uint32_t other = map + 1; other != key; other = next_key(other))
        if (equal(encoded(key), encoded(other))) return false;
    return true;
  }

  bool unique_many(uint32_t map, uint64_t count) const {
    std::vector<ByteView> keys(count);
    uint32_t key = map + 1;
    for (ByteView& slot : keys) {
      slot = encoded(key);
      key = next_key(key);
    }
    std::sort(keys.begin(), keys.end(), less);
    return std::adjacent_find(keys.begin(), keys.end(), equal) == keys.end();
  }

  bool simple(detail::Node& node) {
    if (node.info >= 25) {
      node.type = Type::kFloat;
    } else if (node.info == 24) {
      if (node.argument < 32) return malformed("a simple value below 32 in two bytes");
      node.type = Type::kSimple;
    } else if (node.info == 20 || node.info == 21) {
      node.type = Type::kBool;
    } else {
      node.type = node.info == 22 ? Type::kNull : node.info == 23 ? Type::kUndefined : Type::kSimple;
    }
    return true;
  }

  std::vector<detail::Node>& nodes_;
  Document& document_;
  ByteView bytes_;
  bool wide_counts_;
  bool lenient_;
  size_t at_ = 0;
  Error error_{Reason::MALFORMED, ""};
};

Result<Document> Document::parse(ByteView bytes, Options options) {
  Document document;
  document.bytes_ = bytes;
  TRY(Parser{document, options}.run());
  return document;
}

Result<OwnedDocument> OwnedDocument::parse(Bytes bytes) {
  OwnedDocument owned;
  owned.bytes_ = std::make_unique<const Bytes>(std::move(bytes));
  TRY_ASSIGN(owned.document_, Document::parse(*owned.bytes_));
  return owned;
}

Error Value::wrong_type(std::string_view wanted) const {
  return {Reason::MALFORMED, "CBOR at byte " + std::to_string(node().begin) + ": expected " + std::string{wanted} +
                                 ", found " + std::string{type_name(type())}};
}

ByteView Value::joined() const {
  for (const auto& [index, bytes] : document_->joined_)
    if (index == index_) return bytes;
  return {};
}

Result<int64_t> Value::as_int() const {
  if (!is(Type::kUint) && !is(Type::kNegative)) return wrong_type("an integer");
  if (node().argument > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    return wrong_type("an integer of 64 bits with sign");
  const auto magnitude = static_cast<int64_t>(node().argument);
  return is(Type::kUint) ? magnitude : -1 - magnitude;
}

Result<bool> Value::as_bool() const {
  if (!is(Type::kBool)) return wrong_type("true or false");
  return node().argument == 21;
}

Result<double> Value::as_float() const {
  if (!is(Type::kFloat)) return wrong_type("a float");
  const uint64_t bits = node().argument;
  if (node().info == 25) return half_to_double(static_cast<uint16_t>(bits));
  if (node().info == 26) {
    const auto narrow = static_cast<uint32_t>(bits);
    float single = 0;
    std::memcpy(&single, &narrow, 4);
    return static_cast<double>(single);
  }
  double value = 0;
  std::memcpy(&value, &bits, 8);
  return value;
}

Result<uint8_t> Value::as_simple() const {
  if (!is(Type::kSimple)) return wrong_type("a simple value");
  return static_cast<uint8_t>(node().argument);
}

Result<Value> Value::as_tag(uint64_t tag) const {
  if (!is(Type::kTag) || node().argument != tag) return wrong_type("tag " + std::to_string(tag));
  return Value{document_, index_ + 1};
}

Result<uint64_t> Value::tag_number() const {
  if (!is(Type::kTag)) return wrong_type("a tag");
  return node().argument;
}

Result<ByteView> Value::as_embedded() const {
  TRY_ASSIGN(const Value inner, as_tag(24));
  return inner.as_bytes();
}

Result<Value> Value::at(size_t index) const {
  if (!is(Type::kArray)) return wrong_type("an array");
  if (index >= size()) return wrong_type("an array of at least " + std::to_string(index + 1));
  uint32_t at = index_ + 1;
  for (; index > 0; --index) at = document_->nodes_[at].next;
  return Value{document_, at};
}

template <typename Matches>
std::optional<Value> Value::find_where(Matches matches) const {
  if (!is(Type::kMap)) return std::nullopt;
  uint32_t key = index_ + 1;
  for (size_t i = 0; i < size(); ++i) {
    const uint32_t value = document_->nodes_[key].next;
    if (matches(Value{document_, key})) return Value{document_, value};
    key = document_->nodes_[value].next;
  }
  return std::nullopt;
}

std::optional<Value> Value::find(std::string_view key) const {
  return find_where([&](Value v) { return v.is(Type::kText) && mitome::as_text(v.content()) == key; });
}

std::optional<Value> Value::find(int64_t key) const {
  const Type wanted = key < 0 ? Type::kNegative : Type::kUint;
  const auto argument = key < 0 ? ~static_cast<uint64_t>(key) : static_cast<uint64_t>(key);
  return find_where([&](Value v) { return v.is(wanted) && v.node().argument == argument; });
}

Result<Value> Value::get(std::string_view key) const {
  if (auto found = find(key)) return *found;
  return wrong_type("a map with the key \"" + std::string{key} + "\"");
}

Result<Value> Value::get(int64_t key) const {
  if (auto found = find(key)) return *found;
  return wrong_type("a map with the key " + std::to_string(key));
}

}  // namespace mitome::cbor
