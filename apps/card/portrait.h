#pragma once

#include <string_view>

#include "base/bytes.h"

namespace mitome::apps {

/// A drawn face for a synthetic person: 48 × 64 pixels, grey, PNG; the same seed, the same face.
Bytes draw_portrait(std::string_view seed);

}  // namespace mitome::apps
