#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::deflate {

/// zlib format (RFC 1950), the given level (1 to 9).
Bytes compress(ByteView bytes, int level = 6);
/// The inverse; more than `limit` bytes out: LIMIT_EXCEEDED; anything else wrong: MALFORMED.
Result<Bytes> decompress(ByteView bytes, size_t limit);

}  // namespace mitome::deflate
