#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::phone {

/// What the inside of a phone's chips remembers without power. In life nobody can read it; here it is a file apart from
/// the wallet's (chips/, never in a backup of the wallet). Areas: "se" the secure element, "sensor" the user verifier.
class Silicon {
 public:
  virtual ~Silicon() = default;
  /// The bytes last stored in this area; nothing when it was never written. STORAGE_FAILED.
  virtual Result<std::optional<Bytes>> load(std::string_view area) = 0;
  /// Replaces the area as a whole: all or nothing, and durable when this returns. STORAGE_FAILED.
  virtual Result<void> store(std::string_view area, ByteView bytes) = 0;
};

}  // namespace mitome::phone
