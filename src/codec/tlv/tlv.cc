#include "codec/tlv/tlv.h"

#include <cstdio>

#include "base/check.h"

namespace mitome::tlv {
namespace {

constexpr size_t kMaxElements = 256;

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"TLV: "} + what}; }

/// ISO/IEC 7816-4 5.2.2.1: further tag bytes follow when the five low bits are all set.
Result<uint32_t> read_tag(ByteView bytes, size_t& at) {
  if (at >= bytes.size()) return malformed("no tag");
  uint32_t tag = bytes[at++];
  if ((tag & 0x1F) != 0x1F) return tag;
  for (int more = 0; more < 2; ++more) {
    if (at >= bytes.size()) return malformed("the tag ends too early");
    const uint8_t byte = bytes[at++];
    tag = tag << 8 | byte;
    if ((byte & 0x80) == 0) return tag;
  }
  return malformed("a tag of over three bytes");
}

Result<size_t> read_length(ByteView bytes, size_t& at) {
  if (at >= bytes.size()) return malformed("no length");
  const uint8_t first = bytes[at++];
  if (first < 0x80) return size_t{first};
  if (first == 0x80) return malformed("indefinite length");
  const size_t width = first & 0x7F;
  if (width > 4) return malformed("a length of over four bytes");
  if (bytes.size() - at < width) return malformed("the length ends too early");
  size_t length = 0;
  for (size_t i = 0; i < width; ++i) length = length << 8 | bytes[at++];
  return length;
}

bool is_filler(ByteView rest) { return rest[0] == 0x00 || (rest[0] == 0xFF && (rest.size() == 1 || rest[1] == 0xFF)); }

std::string tag_text(uint32_t tag) {
  char buffer[16];
  const int size = std::snprintf(buffer, sizeof buffer, "%02X", tag);
  return {buffer, static_cast<size_t>(size)};
}

}  // namespace

Result<Element> read(ByteView& rest) {
  size_t at = 0;
  TRY_ASSIGN(const uint32_t tag, read_tag(rest, at));
  TRY_ASSIGN(const size_t length, read_length(rest, at));
  if (length > rest.size() - at) return malformed("a length over the rest");
  const Element element{tag, rest.subspan(at, length), rest.first(at + length)};
  rest = rest.subspan(at + length);
  return element;
}

Result<std::vector<Element>> read_all(ByteView bytes) {
  std::vector<Element> out;
  while (!bytes.empty() && !is_filler(bytes)) {
    if (out.size() == kMaxElements) return Error{Reason::LIMIT_EXCEEDED, "TLV: over 256 elements"};
    TRY_ASSIGN(const Element element, read(bytes));
    out.push_back(element);
  }
  return out;
}

Result<Element> get(const std::vector<Element>& elements, uint32_t tag) {
  const Element* found = nullptr;
  for (const Element& element : elements) {
    if (element.tag != tag) continue;
    if (found != nullptr) return Error{Reason::MALFORMED, "TLV: tag " + tag_text(tag) + " is there twice"};
    found = &element;
  }
  if (found == nullptr) return Error{Reason::MALFORMED, "TLV: no tag " + tag_text(tag)};
  return *found;
}

Bytes encode(uint32_t tag, ByteView value) {
  CHECK(value.size() <= 0xFFFFFFFF && tag <= 0xFFFFFF);
  Bytes out;
  out.reserve(value.size() + 8);
  for (int shift = 16; shift >= 0; shift -= 8)
    if (shift == 0 || tag >> shift != 0) out.push_back(static_cast<uint8_t>(tag >> shift));
  if (value.size() < 0x80) {
    out.push_back(static_cast<uint8_t>(value.size()));
  } else {
    int width = 1;
    while (width < 4 && value.size() >> (8 * width) != 0) ++width;
    out.push_back(static_cast<uint8_t>(0x80 | width));
    for (int shift = 8 * width - 8; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(value.size() >> shift));
  }
  append(out, value);
  return out;
}

}  // namespace mitome::tlv
