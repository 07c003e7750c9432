#include "protocol/jpki/token_info.h"

#include <algorithm>

namespace mitome::jpki {
namespace {

// PKCS #11 v2.40 3.2 CK_TOKEN_INFO, with CK_ULONG as 32 bits big endian: label 32, manufacturer 32, model 16, serial 16,
// flags, max and current sessions (two kinds), max and min PIN length, four memory figures, hardware and firmware version,
// UTC time 16.
constexpr size_t kLabel = 32, kManufacturer = 32, kModel = 16, kSerial = 16;
constexpr uint32_t kFlags = 0x40D;                 // as cards have it
constexpr uint32_t kUnavailable = 0xFFFFFFFF;      // CK_UNAVAILABLE_INFORMATION
constexpr uint32_t kMaxPin = 16, kMinPin = 6;

void put_text(Bytes& out, std::string_view text, size_t size) {
  const std::string_view cut = text.substr(0, size);
  append(out, as_bytes(cut));
  out.insert(out.end(), size - cut.size(), ' ');
}

void put_number(Bytes& out, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(number >> shift));
}

Result<std::string> take_text(ByteView& rest, size_t size) {
  std::string text{as_text(rest.first(size))};
  rest = rest.subspan(size);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
    return Error{Reason::MALFORMED, "token info: a text that is not ASCII"};
  return text;
}

}  // namespace

Bytes encode_token_info(const TokenInfo& info) {
  Bytes out;
  out.reserve(TokenInfo::kSize);
  put_text(out, info.label, kLabel);
  put_text(out, info.manufacturer, kManufacturer);
  put_text(out, info.model, kModel);
  put_text(out, info.serial, kSerial);
  put_number(out, kFlags);
  for (int sessions = 0; sessions < 4; ++sessions) put_number(out, kUnavailable);
  put_number(out, kMaxPin);
  put_number(out, kMinPin);
  for (int memory = 0; memory < 4; ++memory) put_number(out, kUnavailable);
  append(out, as_bytes("03"));
  append(out, as_bytes("01"));
  put_text(out, "", TokenInfo::kSize - out.size());
  return out;
}

Result<TokenInfo> parse_token_info(ByteView bytes) {
  if (bytes.size() != TokenInfo::kSize) return Error{Reason::MALFORMED, "token info: not 160 bytes"};
  TokenInfo info;
  TRY_ASSIGN(info.label, take_text(bytes, kLabel));
  TRY_ASSIGN(info.manufacturer, take_text(bytes, kManufacturer));
  TRY_ASSIGN(info.model, take_text(bytes, kModel));
  TRY_ASSIGN(info.serial, take_text(bytes, kSerial));
  return info;
}

}  // namespace mitome::jpki
