// Secrets: move-only, wiped on the way out, never printed or compared by accident.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::crypto {

/// Overwrites memory in a way the compiler may not remove.
void wipe(std::span<uint8_t> memory);

/// Compares without a branch or index on the content; the lengths are public.
bool equal_constant_time(ByteView a, ByteView b);

/// Secret bytes. They come out only through reveal(); tools/tidy lists its callers.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
  static SecretBytes copy_of(ByteView bytes) { return SecretBytes{to_bytes(bytes)}; }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes() { wipe(bytes_); }

  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  ByteView reveal() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// A PIN or password as typed: at most 16 ASCII bytes, fixed storage, so that no copy is
/// left behind by a growing string.
class Pin {
 public:
  static constexpr size_t kMaxSize = 16;

  /// Four digits (user authentication, text and resident-register PINs): else PIN_FORMAT.
  static Result<Pin> four_digits(std::string_view typed);
  /// The signing password: 6 to 16 of A-Z and 0-9; lower case is turned into upper case
  /// as readers do. Else PIN_FORMAT.
  static Result<Pin> signing_password(std::string_view typed);
  /// Whatever bytes arrived in a VERIFY command, at most 16: else PIN_FORMAT.
  static Result<Pin> from_command(ByteView data);

  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  Pin(Pin&& other) noexcept;
  Pin& operator=(Pin&& other) noexcept;
  ~Pin();

  size_t size() const { return size_; }
  ByteView reveal() const { return {bytes_, size_}; }

 private:
  Pin() = default;
  uint8_t bytes_[kMaxSize] = {};
  size_t size_ = 0;
};

}  // namespace mitome::crypto
