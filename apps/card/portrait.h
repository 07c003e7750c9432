#pragma once

#include <string>

#include "base/bytes.h"
#include "base/time.h"

namespace mitome::apps {

/// Names a synthetic person's drawn face, for the portrait and for sample films of the same face (render/face_film.h).
std::string face_name(std::string_view name, Date birth_date);
/// That face, 240 × 320 pixels, grey, PNG.
Bytes draw_portrait(std::string_view face_name);

}  // namespace mitome::apps
