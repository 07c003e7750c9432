#include "render/qr.h"

#include <qrcodegen/qrcodegen.hpp>

namespace mitome::render {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// One run of dark modules as a rectangle one module high.
std::string run(int x, int y, int width) {
  const std::string w = std::to_string(width);
  return "M" + std::to_string(x + kQrQuietZone) + " " + std::to_string(y + kQrQuietZone) + "h" + w + "v1h-" + w + "z";
}

std::string path_of(const QrCode& code) {
  std::string path;
  for (int y = 0; y < code.size; ++y) {
    for (int x = 0; x < code.size;) {
      int end = x;
      while (end < code.size && code.dark(end, y)) ++end;
      if (end > x) path += run(x, y, end - x);
      x = end > x ? end : x + 1;
    }
  }
  return path;
}

}  // namespace

Result<QrCode> qr_code(std::string_view text) {
  if (text.empty() || text.size() > kMaxQrText) return Error{Reason::LIMIT_EXCEEDED, "a QR code of 1 to 2048 bytes"};
  try {
    const std::vector<uint8_t> bytes(text.begin(), text.end());
    const auto symbol = qrcodegen::QrCode::encodeBinary(bytes, qrcodegen::QrCode::Ecc::MEDIUM);
    QrCode code;
    code.size = symbol.getSize();
    for (int y = 0; y < code.size; ++y)
      for (int x = 0; x < code.size; ++x) code.dark_.push_back(symbol.getModule(x, y));
    return code;
  } catch (const qrcodegen::data_too_long&) {
    return Error{Reason::LIMIT_EXCEEDED, "the text does not fit a QR code"};
  }
}

Result<std::string> qr_svg(std::string_view text, std::string_view label) {
  TRY_ASSIGN(const QrCode code, qr_code(text));
  const std::string side = std::to_string(code.size + 2 * kQrQuietZone);
  return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + side + " " + side +
         R"(" shape-rendering="crispEdges" role="img" aria-label=")" + escaped(label) +
         R"("><rect width="100%" height="100%" fill="#ffffff"/><path fill="#000000" d=")" + path_of(code) +
         R"("/></svg>)";
}

}  // namespace mitome::render
