// The pictures inside a card: what its face shows, one bit a pixel, and the holder's photo in grey JPEG 2000 (domain: 券面事項確認AP).
#pragma once

#include <string_view>

#include "base/result.h"
#include "render/png.h"

namespace mitome::render {

inline constexpr int kMaxPhotoSide = 4096;

/// A PNG (over white where it is transparent) or a JPEG as grey pixels. MALFORMED for anything else; LIMIT_EXCEEDED over kMaxPhotoSide a
/// side, before a pixel is decoded.
Result<GreyImage> read_picture_grey(ByteView picture);

/// JPEG 2000 (ISO/IEC 15444-1, JP2), lossy, a twentieth of the pixels. DOCUMENT_NOT_MADE.
Result<Bytes> encode_jpeg2000(const GreyImage& image);

/// One line of text, as large as the picture lets it be; PNG, one bit a pixel. DOCUMENT_NOT_MADE.
Result<Bytes> draw_text_picture(std::string_view text, int width, int height);

}  // namespace mitome::render
