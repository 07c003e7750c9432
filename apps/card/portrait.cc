#include "apps/card/portrait.h"

#include <array>

#include "codec/deflate/deflate.h"
#include "crypto/hash.h"

namespace mitome::apps {
namespace {

constexpr int kWidth = 48, kHeight = 64;

/// CRC-32 of a PNG chunk (ISO/IEC 15948 Annex D).
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

bool in_ellipse(int x, int y, int cx, int cy, int rx, int ry) {
  const int dx = (x - cx) * ry, dy = (y - cy) * rx;
  return dx * dx + dy * dy <= rx * rx * ry * ry;
}

uint8_t pixel(int x, int y, const crypto::Sha256Digest& fate) {
  const int spread = 7 + fate[0] % 3, eye_y = 27 + fate[1] % 3, mouth_y = 44 + fate[2] % 3;
  const uint8_t skin = static_cast<uint8_t>(170 + fate[3] % 50), hair = static_cast<uint8_t>(20 + fate[4] % 60);
  if (in_ellipse(x, y, 24 - spread, eye_y, 3, 2) || in_ellipse(x, y, 24 + spread, eye_y, 3, 2)) return 30;
  if (in_ellipse(x, y, 24, mouth_y, 5 + fate[5] % 3, 2)) return 90;
  if (in_ellipse(x, y, 24, 34, 15, 20)) return y < 19 + fate[6] % 4 ? hair : skin;
  if (in_ellipse(x, y, 24, 30, 18, 22)) return hair;
  if (y > 54 && in_ellipse(x, y, 24, 66, 21, 12)) return 60;
  return 235;
}

}  // namespace

Bytes draw_portrait(std::string_view seed) {
  const crypto::Sha256Digest fate = crypto::sha256(as_bytes(seed));
  Bytes rows;
  for (int y = 0; y < kHeight; ++y) {
    rows.push_back(0);  // filter: none
    for (int x = 0; x < kWidth; ++x) rows.push_back(pixel(x, y, fate));
  }
  Bytes header;
  append_u32(header, kWidth);
  append_u32(header, kHeight);
  append(header, std::array<uint8_t, 5>{8, 0, 0, 0, 0});  // 8 bits, grey, deflate, adaptive, not interlaced
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", deflate::compress(rows));
  append_chunk(png, "IEND", {});
  return png;
}

}  // namespace mitome::apps
