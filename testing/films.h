// Films of drawn faces as recordings, what an attacker holds before a camera instead, and the judge that looks at them.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "issuer/face/observation.h"
#include "render/face_film.h"

namespace mitome::testing {

/// "blink", "turn-left", "turn-right"
render::Motion motion_named(std::string_view motion);
/// The CBOR that a phone sends.
Bytes film_recording(const render::FaceFilm& film, std::string_view motion, ByteView nonce);
/// Each pixel of frame `t` (0 to 1 through the film) from where `from` says in the picture, both measured from its
/// middle.
render::FaceFilm moved_photo(const render::GreyImage& photo, size_t frames,
                             const std::function<std::pair<double, double>(double x, double y, double t)>& from);
/// With the cascades of Debian's opencv-data, read once.
issuer::Observer& film_observer();

}  // namespace mitome::testing
