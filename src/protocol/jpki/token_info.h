#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::jpki {

/// EF 0006, a CK_TOKEN_INFO of PKCS #11 (3.2) in 160 bytes with 32-bit big-endian numbers.
struct TokenInfo {
  static constexpr size_t kSize = 160;
  std::string label;         ///< at most 32 characters: which token this is (identifiers.h)
  std::string manufacturer;  ///< at most 32
  std::string model;         ///< at most 16
  std::string serial;        ///< at most 16
};

/// Texts padded with spaces and cut at their limits; PIN lengths 6 to 16, flags 0x40D, hardware "03", firmware "01".
Bytes encode_token_info(const TokenInfo& info);
/// Exactly 160 bytes, padding of spaces or NUL removed; MALFORMED otherwise, also for anything but printable ASCII.
Result<TokenInfo> parse_token_info(ByteView bytes);

}  // namespace mitome::jpki
