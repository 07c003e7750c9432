#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::base64url {

/// RFC 4648 section 5, no padding.
std::string encode(ByteView bytes);
/// Strict: no padding, no other characters, unused bits zero; else MALFORMED.
Result<Bytes> decode(std::string_view text);

/// RFC 4648 section 4, with padding.
std::string encode_standard(ByteView bytes);
/// Strict but for line breaks, which are skipped.
Result<Bytes> decode_standard(std::string_view text);

}  // namespace mitome::base64url
