#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::pem {

struct Block {
  std::string label;  ///< "CERTIFICATE", "PRIVATE KEY", …
  Bytes der;
};

/// RFC 7468: 64 columns, trailing newline.
std::string encode(std::string_view label, ByteView der);
/// All blocks; text between them is skipped. None, or a bad one: MALFORMED. Over 1000: LIMIT_EXCEEDED.
Result<std::vector<Block>> decode(std::string_view text);
/// The first block with this label; MALFORMED when absent.
Result<Bytes> decode_one(std::string_view text, std::string_view label);

}  // namespace mitome::pem
