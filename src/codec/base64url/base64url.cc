#include "codec/base64url/base64url.h"

#include <array>

namespace mitome::base64url {
namespace {

constexpr std::string_view kUrlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kStandardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNone = 0xFF;

constexpr std::array<uint8_t, 256> inverse(std::string_view alphabet) {
  std::array<uint8_t, 256> table{};
  table.fill(kNone);
  for (size_t i = 0; i < alphabet.size(); ++i) table[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
  return table;
}

constexpr auto kUrlValues = inverse(kUrlAlphabet);
constexpr auto kStandardValues = inverse(kStandardAlphabet);

std::string encode_with(std::string_view alphabet, ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t held = 0;
  int bits = 0;
  for (const uint8_t byte : bytes) {
    held = held << 8 | byte;
    for (bits += 8; bits >= 6; bits -= 6) out.push_back(alphabet[(held >> (bits - 6)) & 63]);
  }
  if (bits > 0) out.push_back(alphabet[(held << (6 - bits)) & 63]);
  return out;
}

/// Takes characters one by one; the padding is the caller's.
class Decoder {
 public:
  Decoder(const std::array<uint8_t, 256>& values, size_t characters) : values_(values) {
    out_.reserve(characters / 4 * 3 + 3);
  }
  bool take(char c) {
    const uint8_t value = values_[static_cast<uint8_t>(c)];
    if (value == kNone) return false;
    held_ = held_ << 6 | value;
    bits_ += 6;
    ++count_;
    if (bits_ >= 8) {
      bits_ -= 8;
      out_.push_back(static_cast<uint8_t>(held_ >> bits_));
    }
    return true;
  }
  size_t count() const { return count_; }
  Result<Bytes> finish() {
    if (bits_ >= 6) return Error{Reason::MALFORMED, "base64 of an impossible length"};
    if ((held_ & ((1U << bits_) - 1)) != 0) return Error{Reason::MALFORMED, "base64 with unused bits set"};
    return std::move(out_);
  }

 private:
  const std::array<uint8_t, 256>& values_;
  Bytes out_;
  uint32_t held_ = 0;
  uint32_t bits_ = 0;
  size_t count_ = 0;
};

}  // namespace

std::string encode(ByteView bytes) { return encode_with(kUrlAlphabet, bytes); }

std::string encode_standard(ByteView bytes) {
  std::string out = encode_with(kStandardAlphabet, bytes);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

Result<Bytes> decode(std::string_view text) {
  Decoder decoder{kUrlValues, text.size()};
  for (const char c : text)
    if (!decoder.take(c)) return Error{Reason::MALFORMED, "not a base64url character"};
  return decoder.finish();
}

Result<Bytes> decode_standard(std::string_view text) {
  Decoder decoder{kStandardValues, text.size()};
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=')
      ++padding;
    else if (padding > 0 || !decoder.take(c))
      return Error{Reason::MALFORMED, "not a base64 character"};
  }
  if (padding > 2 || (decoder.count() + padding) % 4 != 0) return Error{Reason::MALFORMED, "base64 padding"};
  return decoder.finish();
}

}  // namespace mitome::base64url
