#include "render/card_face.h"

#include <cairo/cairo.h>
#include <openjpeg.h>
#include <pango/pangocairo.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "render/text_drawing.h"

namespace mitome::render {
namespace {

constexpr float kCompression = 20;
constexpr size_t kPngHeader = 24;  ///< up to the height in IHDR

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

Error not_made(std::string_view what) { return {Reason::DOCUMENT_NOT_MADE, std::string{what}}; }

uint32_t u32_at(ByteView bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

cairo_status_t give(void* closure, unsigned char* into, unsigned int size) {
  ByteView& rest = *static_cast<ByteView*>(closure);
  if (rest.size() < size) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(into, rest.data(), size);
  rest = rest.subspan(size);
  return CAIRO_STATUS_SUCCESS;
}

/// Grey of the surface's pixels, which are 8 bits each of blue, green and red.
GreyImage grey_of(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  GreyImage image{cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const auto stride = static_cast<size_t>(cairo_image_surface_get_stride(surface));
  for (size_t y = 0; y < static_cast<size_t>(image.height); ++y)
    for (size_t x = 0; x < static_cast<size_t>(image.width); ++x) {
      const unsigned char* pixel = data + y * stride + 4 * x;
      image.pixels.push_back(static_cast<uint8_t>((29 * pixel[0] + 150 * pixel[1] + 77 * pixel[2]) >> 8));  // Rec. 601
    }
  return image;
}

/// A white sheet, and something drawn on it.
template <typename Draw>
Result<GreyImage> drawn(int width, int height, const Draw& draw) {
  const Surface sheet{cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), cairo_surface_destroy};
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo{cairo_create(sheet.get()), cairo_destroy};
  cairo_set_source_rgb(cairo.get(), 1, 1, 1);
  cairo_paint(cairo.get());
  draw(cairo.get());
  if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS) return not_made("Cairo");
  return grey_of(sheet.get());
}

/// A file in memory, as OpenJPEG sees one.
struct Growing {
  Bytes bytes;
  size_t at = 0;
};

OPJ_SIZE_T write_growing(void* from, OPJ_SIZE_T size, void* user) {
  Growing& file = *static_cast<Growing*>(user);
  file.bytes.resize(std::max(file.bytes.size(), file.at + size));
  std::memcpy(file.bytes.data() + file.at, from, size);
  file.at += size;
  return size;
}

OPJ_OFF_T skip_growing(OPJ_OFF_T size, void* user) {
  Growing& file = *static_cast<Growing*>(user);
  file.at += static_cast<size_t>(size);
  file.bytes.resize(std::max(file.bytes.size(), file.at));
  return size;
}

OPJ_BOOL seek_growing(OPJ_OFF_T to, void* user) {
  static_cast<Growing*>(user)->at = static_cast<size_t>(to);
  return OPJ_TRUE;
}

Result<void> check_size(int64_t width, int64_t height) {
  if (width <= 0 || height <= 0) return Error{Reason::MALFORMED, "a picture without pixels"};
  if (width > kMaxPhotoSide || height > kMaxPhotoSide) return Error{Reason::LIMIT_EXCEEDED, "a picture of more than 4096 pixels a side"};
  return {};
}

Result<GreyImage> read_png(ByteView png) {
  const uint32_t width = u32_at(png, 16), height = u32_at(png, 20);
  TRY(check_size(width, height));
  ByteView rest = png;
  const Surface picture{cairo_image_surface_create_from_png_stream(give, &rest), cairo_surface_destroy};
  if (cairo_surface_status(picture.get()) != CAIRO_STATUS_SUCCESS) return Error{Reason::MALFORMED, "a PNG that cannot be read"};
  return drawn(static_cast<int>(width), static_cast<int>(height), [&](cairo_t* cairo) {
    cairo_set_source_surface(cairo, picture.get(), 0, 0);
    cairo_paint(cairo);
  });
}

Result<GreyImage> read_jpeg(ByteView jpeg) {
  const std::unique_ptr<void, decltype(&tjDestroy)> decoder{tjInitDecompress(), tjDestroy};
  GreyImage image;
  int subsampling = 0, colours = 0;
  if (decoder == nullptr || tjDecompressHeader3(decoder.get(), jpeg.data(), jpeg.size(), &image.width, &image.height, &subsampling,
                                                &colours) != 0)
    return Error{Reason::MALFORMED, "a JPEG that cannot be read"};
  TRY(check_size(image.width, image.height));
  image.pixels.resize(static_cast<size_t>(image.width) * static_cast<size_t>(image.height));
  // A warning is an error here: what is cut short is not the picture that somebody chose.
  if (tjDecompress2(decoder.get(), jpeg.data(), jpeg.size(), image.pixels.data(), image.width, 0, image.height, TJPF_GRAY,
                    TJFLAG_STOPONWARNING) != 0)
    return Error{Reason::MALFORMED, "a JPEG that cannot be read"};
  return image;
}

}  // namespace

Result<GreyImage> read_picture_grey(ByteView picture) {
  constexpr uint8_t kPng[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, kJpeg[] = {0xFF, 0xD8, 0xFF};
  if (picture.size() >= kPngHeader && equal(picture.first(sizeof kPng), kPng)) return read_png(picture);
  if (picture.size() >= sizeof kJpeg && equal(picture.first(sizeof kJpeg), kJpeg)) return read_jpeg(picture);
  return Error{Reason::MALFORMED, "neither PNG nor JPEG"};
}

Result<Bytes> draw_text_picture(std::string_view text, int width, int height) {
  begin_text_drawing();
  TRY_ASSIGN(const GreyImage image, drawn(width, height, [&](cairo_t* cairo) {
               const std::unique_ptr<PangoLayout, decltype(&g_object_unref)> layout{pango_cairo_create_layout(cairo), g_object_unref};
               const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font{
                   pango_font_description_new(), pango_font_description_free};
               pango_font_description_set_family(font.get(), "Noto Sans CJK JP");
               pango_font_description_set_absolute_size(font.get(), height * 0.78 * PANGO_SCALE);
               pango_layout_set_font_description(layout.get(), font.get());
               pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
               int natural_width = 0, natural_height = 0;
               pango_layout_get_pixel_size(layout.get(), &natural_width, &natural_height);
               const double scale = std::min(1.0, static_cast<double>(width) / std::max(natural_width, 1));
               cairo_translate(cairo, 0, (height - natural_height * scale) / 2);
               cairo_scale(cairo, scale, scale);
               cairo_set_source_rgb(cairo, 0, 0, 0);
               pango_cairo_show_layout(cairo, layout.get());
             }));
  return encode_png_bilevel(image, 160);
}

Result<Bytes> encode_jpeg2000(const GreyImage& image) {
  CHECK(image.pixels.size() == static_cast<size_t>(image.width) * static_cast<size_t>(image.height));
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = kCompression;
  parameters.cp_disto_alloc = 1;
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(image.width);
  component.h = static_cast<OPJ_UINT32>(image.height);
  component.prec = 8;
  const std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)> picture{opj_image_create(1, &component, OPJ_CLRSPC_GRAY),
                                                                           opj_image_destroy};
  if (picture == nullptr) return not_made("JPEG 2000: no picture");
  picture->x1 = component.w;
  picture->y1 = component.h;
  std::copy(image.pixels.begin(), image.pixels.end(), picture->comps[0].data);
  const std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)> codec{opj_create_compress(OPJ_CODEC_JP2), opj_destroy_codec};
  // No wavelet can be deeper than the picture is small (Annex F.3).
  const int side = std::min(image.width, image.height);
  while (parameters.numresolution > 1 && (side >> (parameters.numresolution - 1)) < 1) --parameters.numresolution;
  Growing file;
  const std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)> stream{opj_stream_default_create(OPJ_FALSE), opj_stream_destroy};
  opj_stream_set_user_data(stream.get(), &file, nullptr);
  opj_stream_set_write_function(stream.get(), write_growing);
  opj_stream_set_skip_function(stream.get(), skip_growing);
  opj_stream_set_seek_function(stream.get(), seek_growing);
  const bool made = opj_setup_encoder(codec.get(), &parameters, picture.get()) != OPJ_FALSE &&
                    opj_start_compress(codec.get(), picture.get(), stream.get()) != OPJ_FALSE &&
                    opj_encode(codec.get(), stream.get()) != OPJ_FALSE && opj_end_compress(codec.get(), stream.get()) != OPJ_FALSE;
  if (!made) return not_made("JPEG 2000");
  return std::move(file.bytes);
}

}  // namespace mitome::render
