// Faces of synthetic persons, drawn: a portrait, and films of a movement before a camera. They stand where a camera or
// a person is missing (sample films, the browser tests' camera, the judge's tests) and are good enough that OpenCV's
// cascades find face and eyes. The same words give the same pixels.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "render/png.h"

namespace mitome::render {

/// Left and right are the person's own. The pictures are not mirrored: who turns to the left turns to the right edge of
/// the picture.
enum class Motion : uint8_t { kStill, kBlink, kTurnLeft, kTurnRight };

/// How a head is held before the camera.
struct Pose {
  double yaw = 0;       ///< radians; positive to the person's left
  double roll = 0;      ///< radians, clockwise in the picture
  double openness = 1;  ///< of both eyes, 0 (shut) to 1
  double x = 0, y = 0;  ///< the head's middle off the picture's, in half head widths
  double scale = 1;
};

struct FilmOptions {
  int width = 160, height = 120;
  int frames_per_second = 12;
  double seconds = 3;
  uint64_t take = 1;      ///< another take of the same person: other sway, noise and moment
  double noise = 2;       ///< standard deviation of a pixel
  double brightness = 1;  ///< of the whole scene
};

struct FaceFilm {
  int width = 0, height = 0, frames_per_second = 0;
  std::vector<Bytes> frames;  ///< width × height, 8-bit grey each
};

/// `who` is any text that names the person; the face follows from it (portrait and film of one `who` are one face).
GreyImage draw_face(std::string_view who, int width, int height, const Pose& pose = {});

/// A film with small sway and noise. kStill sways and blinks not: a person who does nothing.
FaceFilm film_face(std::string_view who, Motion motion, const FilmOptions& options = {});

/// The film as YUV4MPEG2 (4:2:0, colour planes at 128), as `chromium --use-file-for-fake-video-capture` takes it.
/// Width and height must be even (CHECK).
Bytes encode_y4m(const FaceFilm& film);

}  // namespace mitome::render
