#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mitome {

/// Lower-case hexadecimal, two digits a byte, no separators.
std::string to_hex(ByteView bytes);

/// Reads what to_hex writes; upper case is taken too. Odd length or another
/// character: MALFORMED.
Result<Bytes> from_hex(std::string_view text);

}  // namespace mitome
