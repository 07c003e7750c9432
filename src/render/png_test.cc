#include "render/png.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hex.h"
#include "codec/deflate/deflate.h"

namespace mitome::render {
namespace {

uint32_t number_at(ByteView png, size_t at) {
  return uint32_t{png[at]} << 24 | uint32_t{png[at + 1]} << 16 | uint32_t{png[at + 2]} << 8 | png[at + 3];
}

/// The pixels back, by the inverse of the filters (ISO/IEC 15948 9.2): the test's own reading, row by row.
Bytes decode(ByteView png, size_t width, size_t height, size_t step) {
  const size_t size = number_at(png, 33), stride = width * step;
  EXPECT_EQ(as_text(png.subspan(37, 4)), "IDAT");
  const Bytes rows = deflate::decompress(png.subspan(41, size), (stride + 1) * height).value();
  EXPECT_EQ(rows.size(), (stride + 1) * height);
  Bytes pixels(stride * height);
  for (size_t y = 0; y < height; ++y) {
    const int filter = rows[y * (stride + 1)];
    for (size_t x = 0; x < stride; ++x) {
      const int left = x >= step ? pixels[y * stride + x - step] : 0, up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const int corner = x >= step && y > 0 ? pixels[(y - 1) * stride + x - step] : 0;
      const int sum = left + up - corner;
      const int pa = std::abs(sum - left), pb = std::abs(sum - up), pc = std::abs(sum - corner);
      const int paeth = pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
      const int guess[] = {0, left, up, (left + up) / 2, paeth};
      pixels[y * stride + x] = static_cast<uint8_t>(rows[y * (stride + 1) + 1 + x] + guess[filter]);
    }
  }
  return pixels;
}

Bytes pattern(size_t size) {
  Bytes pixels;
  for (size_t i = 0; i < size; ++i) pixels.push_back(static_cast<uint8_t>(i * i / 7 + (i % 31 == 0 ? 90 : i)));
  return pixels;
}

TEST(Png, GreyAndColourComeBackAsTheyWere) {
  const GreyImage grey{37, 21, pattern(37 * 21)};
  const Bytes grey_png = encode_png(grey);
  EXPECT_EQ(to_hex(ByteView{grey_png}.first(8)), "89504e470d0a1a0a");
  EXPECT_EQ(number_at(grey_png, 16), 37u);
  EXPECT_EQ(number_at(grey_png, 20), 21u);
  EXPECT_EQ(decode(grey_png, 37, 21, 1), grey.pixels);
  EXPECT_EQ(grey.at(36, 20), grey.pixels.back());

  const RgbImage colour{10, 9, pattern(270)};
  const Bytes colour_png = encode_png(colour);
  EXPECT_EQ(colour_png[25], 2);  // colour type
  EXPECT_EQ(decode(colour_png, 10, 9, 3), colour.pixels);
}

// The end chunk has no data, so its bytes are the same in every PNG ever written.
TEST(Png, TheChecksumIsTheStandards) {
  const Bytes png = encode_png(GreyImage{1, 1, {7}});
  EXPECT_EQ(to_hex(ByteView{png}.last(12)), "0000000049454e44ae426082");
}

}  // namespace
}  // namespace mitome::render
