#include "render/png.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include "base/check.h"
#include "codec/deflate/deflate.h"

namespace mitome::render {
namespace {

constexpr uint8_t kGrey = 0, kRgb = 2;  // colour types (11.2.2)

/// CRC-32 of a chunk (Annex D).
uint32_t crc32(ByteView bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

void append_u32(Bytes& to, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<uint8_t>(value >> shift));
}

void append_chunk(Bytes& png, std::string_view type, ByteView data) {
  append_u32(png, static_cast<uint32_t>(data.size()));
  const Bytes body = concat({as_bytes(type), data});
  append(png, body);
  append_u32(png, crc32(body));
}

/// The predictor of filter 4 (9.4).
uint8_t paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left), to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<uint8_t>(left);
  return static_cast<uint8_t>(to_above <= to_corner ? above : corner);
}

/// One row filtered (9.2); `above` is empty for the first row, which then counts as zeros.
Bytes filtered(ByteView row, ByteView above, size_t step, int filter) {
  Bytes out{static_cast<uint8_t>(filter)};
  out.reserve(row.size() + 1);
  for (size_t i = 0; i < row.size(); ++i) {
    const int left = i >= step ? row[i - step] : 0, up = above.empty() ? 0 : above[i];
    const int corner = i >= step && !above.empty() ? above[i - step] : 0;
    const int guess[] = {0, left, up, (left + up) / 2, paeth(left, up, corner)};
    out.push_back(static_cast<uint8_t>(row[i] - guess[filter]));
  }
  return out;
}

/// How much a filtered row costs, by the rule of thumb of 12.8: the sum of absolute differences.
int cost(ByteView row) {
  int sum = 0;
  for (uint8_t byte : row.subspan(1)) sum += std::abs(static_cast<int8_t>(byte));
  return sum;
}

/// `rows`: each with its filter's number in front.
Bytes file(int width, int height, uint8_t depth, uint8_t colour, ByteView rows) {
  Bytes header;
  append_u32(header, static_cast<uint32_t>(width));
  append_u32(header, static_cast<uint32_t>(height));
  append(header, std::array<uint8_t, 5>{depth, colour, 0, 0, 0});  // deflate, adaptive filters, not interlaced
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", deflate::compress(rows, 9));
  append_chunk(png, "IEND", {});
  return png;
}

Bytes encode(ByteView pixels, int width, int height, size_t step, uint8_t colour) {
  CHECK(width > 0 && height > 0);
  const size_t stride = static_cast<size_t>(width) * step;
  CHECK(pixels.size() == stride * static_cast<size_t>(height));
  Bytes rows;
  rows.reserve(pixels.size() + static_cast<size_t>(height));
  for (size_t at = 0; at < pixels.size(); at += stride) {
    const ByteView row = pixels.subspan(at, stride);
    const ByteView above = at == 0 ? ByteView{} : pixels.subspan(at - stride, stride);
    Bytes best = filtered(row, above, step, 0);
    for (int filter = 1; filter <= 4; ++filter) {
      Bytes next = filtered(row, above, step, filter);
      if (cost(next) < cost(best)) best = std::move(next);
    }
    append(rows, best);
  }
  return file(width, height, 8, colour, rows);
}

}  // namespace

Bytes encode_png(const GreyImage& image) { return encode(image.pixels, image.width, image.height, 1, kGrey); }
Bytes encode_png_bilevel(const GreyImage& image, uint8_t threshold) {
  CHECK(image.width > 0 && image.height > 0);
  const size_t bytes = (static_cast<size_t>(image.width) + 7) / 8;
  Bytes rows;
  for (int y = 0; y < image.height; ++y) {
    Bytes row(1 + bytes);  // filter 0
    for (int x = 0; x < image.width; ++x)
      if (image.at(x, y) >= threshold) row[1 + static_cast<size_t>(x) / 8] |= static_cast<uint8_t>(0x80 >> (x % 8));
    append(rows, row);
  }
  return file(image.width, image.height, 1, kGrey, rows);
}

Bytes encode_png(const RgbImage& image) { return encode(image.pixels, image.width, image.height, 3, kRgb); }

}  // namespace mitome::render
