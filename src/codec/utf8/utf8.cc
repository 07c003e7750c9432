#include "codec/utf8/utf8.h"

#include <cstring>

namespace mitome::utf8 {
namespace {

/// Bytes that follow this lead byte, or -1.
int continuation_count(uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 1;
  if (lead >= 0xE0 && lead <= 0xEF) return 2;
  if (lead >= 0xF0 && lead <= 0xF4) return 3;
  return -1;
}

/// RFC 3629 section 4: the second byte of some leads has a narrower range.
bool second_fits(uint8_t lead, uint8_t second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

/// How many bytes at the front are ASCII, eight at a time.
size_t ascii_prefix(ByteView bytes) {
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (i < bytes.size() && bytes[i] < 0x80) ++i;
  return i;
}

}  // namespace

bool valid(ByteView bytes) {
  for (size_t i = ascii_prefix(bytes); i < bytes.size();) {
    const uint8_t lead = bytes[i];
    const int more = continuation_count(lead);
    if (more < 0 || bytes.size() - i <= static_cast<size_t>(more)) return false;
    if (!second_fits(lead, bytes[i + 1])) return false;
    for (size_t k = 1; k <= static_cast<size_t>(more); ++k)
      if ((bytes[i + k] & 0xC0) != 0x80) return false;
    i += static_cast<size_t>(more) + 1;
    i += ascii_prefix(bytes.subspan(i));
  }
  return true;
}

}  // namespace mitome::utf8
