#pragma once

#include "base/bytes.h"

namespace mitome::utf8 {

/// Whether the bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
bool valid(ByteView bytes);

}  // namespace mitome::utf8
