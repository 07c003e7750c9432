#include "codec/der/der.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace mitome::der {
namespace {

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"DER: "} + what}; }

void append_head(Bytes& out, uint8_t tag, size_t length) {
  out.push_back(tag);
  if (length < 0x80) {
    out.push_back(static_cast<uint8_t>(length));
    return;
  }
  CHECK(length <= 0xFFFFFFFF);
  int width = 1;
  while (width < 4 && length >> (8 * width) != 0) ++width;
  out.push_back(static_cast<uint8_t>(0x80 | width));
  for (int shift = 8 * width - 8; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(length >> shift));
}

/// One arc in base 128, seven bits a byte, the last without its high bit (X.690 8.19.2).
void append_arc(Bytes& out, uint64_t arc) {
  int shift = 63;
  while (shift > 0 && arc >> shift == 0) shift -= 7;
  for (; shift > 0; shift -= 7) out.push_back(static_cast<uint8_t>(0x80 | ((arc >> shift) & 0x7F)));
  out.push_back(static_cast<uint8_t>(arc & 0x7F));
}

/// "20261124100000" of an instant.
std::string compact_time(Instant instant) {
  std::string text = to_rfc3339(instant);
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

}  // namespace

Bytes element(uint8_t tag, ByteView content) { return element(tag, {content}); }

Bytes element(uint8_t tag, std::initializer_list<ByteView> content) {
  size_t size = 0;
  for (ByteView part : content) size += part.size();
  Bytes out;
  out.reserve(size + 6);
  append_head(out, tag, size);
  for (ByteView part : content) append(out, part);
  return out;
}

Bytes sequence(std::initializer_list<ByteView> content) { return element(kSequence, content); }

Bytes set(std::initializer_list<ByteView> content) {
  std::vector<ByteView> sorted{content};  // X.690 11.6: in ascending order of their encodings
  std::sort(sorted.begin(), sorted.end(), [](ByteView a, ByteView b) { return as_text(a) < as_text(b); });
  Bytes joined;
  for (ByteView part : sorted) append(joined, part);
  return element(kSet, joined);
}

Bytes boolean(bool value) {
  const uint8_t content = value ? 0xFF : 0x00;
  return element(kBoolean, ByteView{&content, 1});
}

Bytes integer(int64_t value) {
  uint8_t content[8];
  for (size_t i = 0; i < 8; ++i) content[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (56 - 8 * i));
  size_t skip = 0;  // X.690 8.3.2: the first nine bits are neither all zero nor all one
  while (skip < 7 &&
         ((content[skip] == 0x00 && content[skip + 1] < 0x80) || (content[skip] == 0xFF && content[skip + 1] >= 0x80)))
    ++skip;
  return element(kInteger, ByteView{content}.subspan(skip));
}

Bytes integer(ByteView magnitude) {
  while (!magnitude.empty() && magnitude[0] == 0) magnitude = magnitude.subspan(1);
  static constexpr uint8_t kZero = 0;
  const bool pad = magnitude.empty() || magnitude[0] >= 0x80;
  return element(kInteger, {ByteView{&kZero, pad ? size_t{1} : size_t{0}}, magnitude});
}

Bytes enumerated(uint8_t value) {
  CHECK(value < 0x80);
  return element(kEnumerated, ByteView{&value, 1});
}

Bytes null() { return element(kNull, ByteView{}); }

Bytes oid(std::string_view dotted) {
  std::vector<uint64_t> arcs{0};
  bool digit_before = false;
  for (const char c : dotted) {
    CHECK((c >= '0' && c <= '9') || (c == '.' && digit_before));
    digit_before = c != '.';
    if (digit_before)
      arcs.back() = arcs.back() * 10 + static_cast<uint64_t>(c - '0');
    else
      arcs.push_back(0);
  }
  CHECK(digit_before && arcs.size() >= 2 && arcs[0] <= 2 && (arcs[0] == 2 || arcs[1] < 40));
  Bytes content;
  append_arc(content, arcs[0] * 40 + arcs[1]);
  for (size_t i = 2; i < arcs.size(); ++i) append_arc(content, arcs[i]);
  return element(kOid, content);
}

Bytes octet_string(ByteView content) { return element(kOctetString, content); }

Bytes bit_string(ByteView content, uint8_t unused_bits) {
  CHECK(unused_bits < 8 && (unused_bits == 0 || !content.empty()));
  return element(kBitString, {ByteView{&unused_bits, 1}, content});
}

Bytes utf8_string(std::string_view text) { return element(kUtf8String, as_bytes(text)); }
Bytes printable_string(std::string_view text) { return element(kPrintableString, as_bytes(text)); }
Bytes ia5_string(std::string_view text) { return element(kIa5String, as_bytes(text)); }

Bytes time(Instant instant) {
  const std::string text = compact_time(instant) + "Z";
  if (text >= "19500101000000Z" && text < "20500101000000Z")
    return element(kUtcTime, as_bytes(std::string_view{text}.substr(2)));
  return element(kGeneralizedTime, as_bytes(text));
}

Bytes generalized_time(Instant instant) { return element(kGeneralizedTime, as_bytes(compact_time(instant) + "Z")); }

Result<Element> Reader::next() {
  if (rest_.size() < 2) return malformed("ends too early");
  const uint8_t tag = rest_[0];
  if (tag == 0 || (tag & 0x1F) == 0x1F) return malformed("a tag that is not one byte");
  size_t head = 2;
  size_t length = rest_[1];
  if (length >= 0x80) {
    const size_t width = length & 0x7F;
    if (width == 0 || width > 4) return malformed("indefinite or oversized length");
    if (rest_.size() - head < width) return malformed("the length ends too early");
    length = 0;
    for (size_t i = 0; i < width; ++i) length = length << 8 | rest_[head++];
    if (length < 0x80 || length >> (8 * (width - 1)) == 0) return malformed("a length that is not minimal");
  }
  if (length > rest_.size() - head) return malformed("a length over the rest");
  const Element out{tag, rest_.subspan(head, length), rest_.first(head + length)};
  rest_ = rest_.subspan(head + length);
  return out;
}

Result<Element> Reader::expect(uint8_t tag) {
  if (peek() != tag) return malformed("another element than expected");
  return next();
}

Result<void> Reader::finish() const {
  if (!rest_.empty()) return malformed("bytes after the last element");
  return {};
}

Result<std::string> oid_text(ByteView content) {
  if (content.empty() || content.back() >= 0x80) return malformed("an OID that ends too early");
  std::string out;
  uint64_t arc = 0;
  bool begins = true;
  for (const uint8_t byte : content) {
    if (begins && byte == 0x80) return malformed("an OID arc that is not minimal");
    if (arc >> 57 != 0) return malformed("an OID arc of over 64 bits");
    arc = arc << 7 | (byte & 0x7F);
    begins = byte < 0x80;
    if (!begins) continue;
    if (out.empty()) {
      const uint64_t first = std::min<uint64_t>(arc / 40, 2);
      out = std::to_string(first);
      arc -= first * 40;
    }
    out += '.';
    out += std::to_string(arc);
    arc = 0;
  }
  return out;
}

Result<Instant> time_value(const Element& element) {
  std::string digits{as_text(element.content)};
  if (element.tag == kUtcTime && digits.size() == 13)
    digits.insert(0, digits[0] >= '5' ? "19" : "20");  // RFC 5280 4.1.2.5.1
  else if (element.tag != kGeneralizedTime)
    return malformed("not a time");
  if (digits.size() != 15 || digits.back() != 'Z') return malformed("a time not of the form YYYYMMDDHHMMSSZ");
  const auto part = [&](size_t at, size_t count) { return digits.substr(at, count); };
  return instant_from_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) +
                              ":" + part(12, 2) + "Z");
}

Result<int64_t> small_integer(const Element& element) {
  if (element.tag != kInteger && element.tag != kEnumerated) return malformed("not an integer");
  const ByteView content = element.content;
  if (content.empty() || content.size() > 8) return malformed("an integer that is empty or over 64 bits");
  if (content.size() > 1 && ((content[0] == 0x00 && content[1] < 0x80) || (content[0] == 0xFF && content[1] >= 0x80)))
    return malformed("an integer that is not minimal");
  uint64_t value = content[0] >= 0x80 ? std::numeric_limits<uint64_t>::max() : 0;
  for (const uint8_t byte : content) value = value << 8 | byte;
  return static_cast<int64_t>(value);
}

Result<bool> boolean_value(const Element& element) {
  if (element.tag != kBoolean || element.content.size() != 1) return malformed("not a boolean");
  if (element.content[0] != 0x00 && element.content[0] != 0xFF) return malformed("a boolean that is not 00 or FF");
  return element.content[0] == 0xFF;
}

}  // namespace mitome::der
