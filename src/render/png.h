// PNG out (ISO/IEC 15948): 8-bit grey or RGB, as small as the five filters make it, or one bit a pixel. Nothing here reads PNG.
#pragma once

#include "base/bytes.h"

namespace mitome::render {

/// 8-bit grey, rows from the top.
struct GreyImage {
  int width = 0, height = 0;
  Bytes pixels;  ///< width × height

  uint8_t at(int x, int y) const {
    return pixels[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
  }
};

/// Red, green, blue, 8 bits each, rows from the top.
struct RgbImage {
  int width = 0, height = 0;
  Bytes pixels;  ///< 3 × width × height
};

/// The number of pixels must fit the size (CHECK).
Bytes encode_png(const GreyImage& image);
Bytes encode_png(const RgbImage& image);
/// One bit a pixel: black below `threshold`, as on the pictures of a card's face.
Bytes encode_png_bilevel(const GreyImage& image, uint8_t threshold = 128);

}  // namespace mitome::render
