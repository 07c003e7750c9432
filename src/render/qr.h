// QR codes (ISO/IEC 18004): the modules, and a picture of them. qrcodegen does the coding inside qr.cc and shows nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mitome::render {

inline constexpr size_t kMaxQrText = 2048;
/// Light modules around the symbol (ISO/IEC 18004 6.3.8).
inline constexpr int kQrQuietZone = 4;

/// One symbol without its quiet zone.
struct QrCode {
  int size = 0;             ///< modules on one side, 21 to 177
  std::vector<bool> dark_;  ///< row by row
  bool dark(int x, int y) const { return dark_[static_cast<size_t>(y) * static_cast<size_t>(size) + static_cast<size_t>(x)]; }
};

/// Error correction level M, the smallest version that holds the text. LIMIT_EXCEEDED when empty or over kMaxQrText bytes.
Result<QrCode> qr_code(std::string_view text);

/// An SVG document with its quiet zone, dark on white in any theme, drawn in one path and without any style, so that a strict
/// Content-Security-Policy shows it. `label` is what a screen reader says.
Result<std::string> qr_svg(std::string_view text, std::string_view label);

}  // namespace mitome::render
