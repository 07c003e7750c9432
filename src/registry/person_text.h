#pragma once

#include <string>

#include "codec/json/json.h"

namespace mitome::registry {

inline constexpr size_t kMaxPersonText = 1024;

/// A name or an address as it may enter the register: not empty, at most 1 KiB, and without control characters, so that
/// no name becomes a second line, or moves a cursor, wherever it is printed (threats ADM-3). MALFORMED.
Result<std::string> person_text(const json::Value& person, std::string_view name);

}  // namespace mitome::registry
