#include "codec/cbor/writer.h"

#include <cstring>
#include <limits>
#include <optional>

namespace mitome::cbor {
namespace {

/// The binary16 that is exactly this binary32, if there is one (RFC 8949 4.2.2: the shortest form
/// that keeps the value).
std::optional<uint16_t> as_half(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, 4);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
  const int exponent = static_cast<int>((bits >> 23) & 0xFF) - 127;
  const uint32_t mantissa = bits & 0x7FFFFF;
  if (exponent == 128) return static_cast<uint16_t>(sign | (mantissa == 0 ? 0x7C00 : 0x7E00));
  if (exponent == -127 && mantissa == 0) return sign;
  if (exponent > 15 || exponent < -24) return std::nullopt;
  if (exponent >= -14) {
    if ((mantissa & 0x1FFF) != 0) return std::nullopt;
    return static_cast<uint16_t>(sign | ((exponent + 15) << 10) | static_cast<int>(mantissa >> 13));
  }
  const uint32_t full = mantissa | 0x800000;  // subnormal: the leading one is written out
  const int shift = 13 + (-14 - exponent);
  if ((full & ((1U << shift) - 1)) != 0) return std::nullopt;
  return static_cast<uint16_t>(sign | (full >> shift));
}

}  // namespace

Writer& Writer::head(uint8_t major, uint64_t argument) {
  const auto initial = static_cast<uint8_t>(major << 5);
  if (argument < 24) {
    out_.push_back(static_cast<uint8_t>(initial | argument));
    return *this;
  }
  const int power = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFFFFFF ? 2 : 3;
  uint8_t encoded[9];
  size_t size = 0;
  encoded[size++] = static_cast<uint8_t>(initial | (24 + power));
  for (int shift = (8 << power) - 8; shift >= 0; shift -= 8) encoded[size++] = static_cast<uint8_t>(argument >> shift);
  append(out_, {encoded, size});
  return *this;
}

Writer& Writer::integer(int64_t value) {
  if (value >= 0) return head(0, static_cast<uint64_t>(value));
  return head(1, ~static_cast<uint64_t>(value));  // -1 - value, without overflow at the smallest
}

Writer& Writer::bytes(ByteView value) {
  head(2, value.size());
  append(out_, value);
  return *this;
}

Writer& Writer::text(std::string_view value) {
  head(3, value.size());
  append(out_, as_bytes(value));
  return *this;
}

Writer& Writer::boolean(bool value) { return simple(value ? 21 : 20); }

Writer& Writer::null() { return simple(22); }

Writer& Writer::simple(uint8_t value) {
  CHECK(value < 24 || value >= 32);
  return head(7, value);
}

Writer& Writer::floating(double value) {
  const auto single = static_cast<float>(value);
  uint64_t bits = 0;
  int size = 8;
  if (std::isnan(value) || static_cast<double>(single) == value) {
    const auto half = as_half(single);
    uint32_t wide = 0;
    std::memcpy(&wide, &single, 4);
    bits = half.has_value() ? *half : wide;
    size = half.has_value() ? 2 : 4;
  } else {
    std::memcpy(&bits, &value, 8);
  }
  out_.push_back(static_cast<uint8_t>(0xE0 | (size == 2 ? 25 : size == 4 ? 26 : 27)));
  for (int shift = size * 8 - 8; shift >= 0; shift -= 8) out_.push_back(static_cast<uint8_t>(bits >> shift));
  return *this;
}

Writer& Writer::raw(ByteView encoded) {
  append(out_, encoded);
  return *this;
}

}  // namespace mitome::cbor
