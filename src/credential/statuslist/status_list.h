// A status list: 1, 2, 4 or 8 bits for each document, the lowest bits of a byte first
// (draft-ietf-oauth-status-list 4.1).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "codec/cbor/reader.h"

namespace mitome::statuslist {

// Status values (7.1). ISO/IEC 18013-5 lists have one bit, so only the first two.
inline constexpr uint8_t kValid = 0, kInvalid = 1, kSuspended = 2;

/// Limit of an unpacked list: 128 M entries of one bit. An attacker's kilobyte may not become more than this.
inline constexpr size_t kMaxListBytes = 16 * 1024 * 1024;

class StatusList {
 public:
  /// `size` entries, all valid, rounded up to whole bytes. CHECKs that bits is 1, 2, 4 or 8.
  StatusList(uint8_t bits, size_t size);
  /// From {"bits": uint, "lst": zlib bstr, ? "aggregation_uri"}. MALFORMED, LIMIT_EXCEEDED.
  static Result<StatusList> read(const cbor::Value& value);

  uint8_t bits() const { return bits_; }
  size_t size() const { return bytes_.size() * (8 / bits_); }
  const Bytes& bytes() const { return bytes_; }

  /// CHECK: index below size(), value of no more than bits() bits.
  void set(size_t index, uint8_t value);
  uint8_t get(size_t index) const;

  /// {"bits": uint, "lst": zlib bstr}. Level 9 costs fifteen times level 6 for a seventh less.
  Bytes encode(int level = 6) const;

 private:
  StatusList(uint8_t bits, Bytes bytes) : bits_(bits), bytes_(std::move(bytes)) {}
  uint8_t bits_;
  Bytes bytes_;
};

}  // namespace mitome::statuslist
