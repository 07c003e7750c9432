// What can be seen in a film: how many faces, how bright, how the head turned, how far the eyes shut. The only home of
// OpenCV.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "issuer/face/film.h"

namespace mitome::issuer {

/// The text of two of OpenCV's cascades (Debian: opencv-data); the composition reads the files.
struct Cascades {
  std::string face;  ///< haarcascade_frontalface_alt2.xml
  std::string eye;   ///< haarcascade_eye.xml
};

struct Observation {
  double brightness = 0;  ///< mean of all pixels, 0 to 255
  double contrast = 0;    ///< standard deviation within a frame
  int looked_at = 0;      ///< frames that were searched for faces
  int with_one = 0;       ///< of them, with exactly one face
  int with_more = 0;      ///< of them, with a second face half as large or larger
  /// How far the nose went off the middle between the eyes, along the line through the eyes and in eye distances, when
  /// the head was turned most and held so for a moment. A flat picture that is moved, tilted or scaled leaves it at 0,
  /// since nothing in it stands out. Positive: towards the right edge, which is the person's left.
  double turn = 0;
  double turn_back = 0;  ///< the same to the other side, as a positive number
  /// How much of the openness of each eye was lost and came back while the rest of the face stayed as it was: 0 to 1.
  double blink = 0;
  size_t best_frame = 0;  ///< the one that looks most straight ahead
};

class Observer {
 public:
  /// MALFORMED when a text is no cascade.
  static Result<std::unique_ptr<Observer>> create(const Cascades& cascades);
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// Thread-safe; one film at a time. CRYPTO_FAILED never; MALFORMED when OpenCV refuses the frames.
  Result<Observation> observe(const Film& film);

 private:
  struct Impl;
  explicit Observer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::mutex mutex_;  // a cascade keeps buffers between calls
};

}  // namespace mitome::issuer
