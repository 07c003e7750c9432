#include "render/face_features.h"

namespace mitome::render {

Chance::Chance(std::string_view text) : state_(0xCBF29CE484222325U) {
  for (const char letter : text) {
    state_ ^= static_cast<uint8_t>(letter);
    state_ *= 0x100000001B3U;
  }
}

uint64_t Chance::next() {
  state_ += 0x9E3779B97F4A7C15U;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

double Chance::between(double low, double high) {
  return low + (high - low) * (static_cast<double>(next() >> 11) / 9007199254740992.0);
}

double Chance::bell() {
  const uint64_t drawn = next();
  double sum = 0;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<double>((drawn >> shift) & 0xFFFF);
  return (sum / 32'767.5 - 4) * 0.866;
}

Features::Features(std::string_view who) {
  Chance chance{who};
  skin = chance.between(165, 215);
  hair = chance.between(18, 60);
  lips = chance.between(0.62, 0.72);
  brow = chance.between(0.34, 0.5);
  iris = chance.between(28, 55);
  cloth = chance.between(50, 120);
  background = chance.between(185, 225);
  eye_apart = chance.between(0.41, 0.46);
  eye_y = chance.between(-0.14, -0.06);
  eye_width = chance.between(0.19, 0.22);
  eye_height = chance.between(0.085, 0.11);
  brow_lift = chance.between(0.26, 0.32);
  brow_thick = chance.between(0.04, 0.06);
  nose_length = chance.between(0.56, 0.66);
  nose_width = chance.between(0.19, 0.25);
  nose_depth = chance.between(0.26, 0.34);
  mouth_y = chance.between(0.86, 0.95);
  mouth_width = chance.between(0.3, 0.37);
  hairline = chance.between(-0.95, -0.78);
  hair_thick = chance.between(0.1, 0.18);
  hair_length = chance.between(0, 1) < 0.5 ? chance.between(0.0, 0.3) : chance.between(1.2, 1.9);
  chin = chance.between(1.42, 1.52);
  light_x = chance.between(-0.3, 0.3);
  light_y = chance.between(-0.5, -0.3);
}

}  // namespace mitome::render
