// One sheet of paper, as PDF or as a picture, drawn by Pango and Cairo, which show only inside paper.cc. Points, from the upper left.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "render/qr.h"

namespace mitome::render {

inline constexpr double kA4Width = 595.28, kA4Height = 841.89;

struct Colour {
  double red = 0, green = 0, blue = 0, alpha = 1;
};
inline constexpr Colour kBlack{0, 0, 0, 1}, kVermilion{0.80, 0.13, 0.11, 1}, kGrey{0.45, 0.45, 0.45, 1};

/// Two faces: each costs a file some 270 kB, since Cairo keeps a font's subroutines whole.
enum class Face : uint8_t { kSerif, kSans };
enum class Align : uint8_t { kLeft, kCentre, kRight };

struct TextStyle {
  double size = 10.5;
  Face face = Face::kSerif;
  Align align = Align::kLeft;
  Colour colour = kBlack;
};

/// What the file says about itself. ASCII where it is to be found again in the bytes.
struct PaperFacts {
  std::string title, author, subject, keywords;
  std::string created;  ///< RFC 3339: the only time in the file
};

class Paper {
 public:
  explicit Paper(const PaperFacts& facts);  ///< PDF
  explicit Paper(double scale);             ///< a picture of it, in pixels a point
  ~Paper();
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;

  /// Wrapped to this width, its upper left corner at x, y; the height it took. A character that no font here has spoils the paper.
  double text(double x, double y, double width, std::string_view text, const TextStyle& style);
  /// The height it would take.
  double measure(double width, std::string_view text, const TextStyle& style);
  /// One character, stretched to fill the box: how seals are cut.
  void glyph(double x, double y, double width, double height, std::string_view character, Colour colour);
  void line(double x1, double y1, double x2, double y2, double width, Colour colour);
  void box(double x, double y, double width, double height, double line_width, Colour colour);
  void fill(double x, double y, double width, double height, Colour colour);
  void ring(double x, double y, double radius, double line_width, Colour colour);
  /// The text again and again over the whole sheet, slanting upwards.
  void strew(std::string_view text, const TextStyle& style);
  void qr(double x, double y, double side, const QrCode& code);

  /// The file. DOCUMENT_NOT_MADE when anything went wrong on the way.
  Result<Bytes> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::render
