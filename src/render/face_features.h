// Inside face_film: what makes one drawn person another, and the chance it is drawn from.
#pragma once

#include <cstdint>
#include <string_view>

namespace mitome::render {

/// splitmix64: chance for pictures, never for secrets.
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}
  /// FNV-1a over the text.
  explicit Chance(std::string_view text);
  uint64_t next();
  double between(double low, double high);
  /// Sum of four uniforms: mean 0, standard deviation 1, never beyond 3.5.
  double bell();

 private:
  uint64_t state_;
};

/// Lengths in half head widths (about 7 cm), brightness 0 to 255.
struct Features {
  double skin, hair, lips, brow, iris, cloth, background;
  double eye_apart, eye_y, eye_width, eye_height;
  double brow_lift, brow_thick;
  double nose_length, nose_width, nose_depth;
  double mouth_y, mouth_width;
  double hairline, hair_thick, hair_length;
  double chin;  ///< half the head's height
  double light_x, light_y;

  explicit Features(std::string_view who);
};

}  // namespace mitome::render
