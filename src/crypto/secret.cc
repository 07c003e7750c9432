#include "crypto/secret.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace mitome::crypto {
namespace {

Error bad_format() { return {Reason::PIN_FORMAT, ""}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

void wipe(std::span<uint8_t> memory) {
  if (!memory.empty()) OPENSSL_cleanse(memory.data(), memory.size());
}

bool equal_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_ = std::move(other.bytes_);
  other.bytes_.clear();
  return *this;
}

Result<Pin> Pin::four_digits(std::string_view typed) {
  if (typed.size() != 4 || !std::all_of(typed.begin(), typed.end(), is_digit)) return bad_format();
  return from_command(as_bytes(typed));
}

Result<Pin> Pin::signing_password(std::string_view typed) {
  if (typed.size() < 6 || typed.size() > kMaxSize) return bad_format();
  Pin pin;
  for (const char c : typed) {
    if (!is_digit(c) && !is_upper(c) && !is_lower(c)) return bad_format();
    pin.bytes_[pin.size_++] = static_cast<uint8_t>(is_lower(c) ? c - 'a' + 'A' : c);
  }
  return pin;
}

Result<Pin> Pin::from_command(ByteView data) {
  if (data.size() > kMaxSize) return bad_format();
  Pin pin;
  std::copy(data.begin(), data.end(), pin.bytes_);
  pin.size_ = data.size();
  return pin;
}

Pin::Pin(Pin&& other) noexcept : size_(other.size_) {
  std::copy(other.bytes_, other.bytes_ + kMaxSize, bytes_);
  wipe(other.bytes_);
  other.size_ = 0;
}

Pin& Pin::operator=(Pin&& other) noexcept {
  if (this == &other) return *this;
  std::copy(other.bytes_, other.bytes_ + kMaxSize, bytes_);
  size_ = other.size_;
  wipe(other.bytes_);
  other.size_ = 0;
  return *this;
}

Pin::~Pin() { wipe(bytes_); }

}  // namespace mitome::crypto
