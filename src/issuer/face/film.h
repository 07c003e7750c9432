// A film of a movement as the phone sends it: CBOR ["mitome-film-1", motion, nonce, width, height, frames_per_second,
// [bstr…]], each frame 8-bit grey, rows from the top, not mirrored.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::issuer {

inline constexpr int kMinFilmSide = 96, kMaxFilmSide = 320;  ///< pixels
inline constexpr size_t kMinFrames = 12, kMaxFrames = 90;
inline constexpr int kMinFramesPerSecond = 5, kMaxFramesPerSecond = 30;
inline constexpr double kMinFilmSeconds = 1.2, kMaxFilmSeconds = 10;

struct Film {
  std::string_view motion;  ///< what the phone says was made; the judge looks for itself
  ByteView nonce;
  int width = 0, height = 0, frames_per_second = 0;
  std::vector<ByteView> frames;
};

/// Views into `recording`, which must live on. MALFORMED; LIMIT_EXCEEDED naming the limit, before any frame is looked
/// at.
Result<Film> parse_film(ByteView recording);

}  // namespace mitome::issuer
