#pragma once

#include <utility>

#include "base/bytes.h"

namespace mitome {

/// A parsed value and the exact bytes it came from. What was hashed or signed is
/// never encoded again: digests and signatures are taken over `bytes`.
template <typename T>
struct Encoded {
  T value;
  Bytes bytes;
};

}  // namespace mitome
