#include "render/paper.h"

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>

#include <cmath>
#include <numbers>

#include "render/text_drawing.h"

namespace mitome::render {
namespace {

cairo_status_t collect(void* closure, const unsigned char* data, unsigned int length) {
  append(*static_cast<Bytes*>(closure), ByteView{data, length});
  return CAIRO_STATUS_SUCCESS;
}

const char* family(Face face) { return face == Face::kSans ? "Noto Sans CJK JP" : "Noto Serif CJK JP"; }

PangoAlignment alignment(Align align) {
  switch (align) {
    case Align::kCentre:
      return PANGO_ALIGN_CENTER;
    case Align::kRight:
      return PANGO_ALIGN_RIGHT;
    case Align::kLeft:
      break;
  }
  return PANGO_ALIGN_LEFT;
}

}  // namespace

struct Paper::Impl {
  Bytes bytes;
  cairo_surface_t* surface = nullptr;
  cairo_t* cairo = nullptr;
  bool picture = false, unknown_character = false;
  cairo_font_options_t* options = cairo_font_options_create();  // the same spacing at every resolution

  Impl() {
    begin_text_drawing();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  }
  ~Impl() { cairo_font_options_destroy(options); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void use(Colour c) { cairo_set_source_rgba(cairo, c.red, c.green, c.blue, c.alpha); }

  /// A layout that the caller unrefs.
  PangoLayout* layout(std::string_view text, const TextStyle& style, double width) {
    PangoLayout* made = pango_cairo_create_layout(cairo);
    pango_cairo_context_set_font_options(pango_layout_get_context(made), options);
    pango_layout_context_changed(made);
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family(font, family(style.face));
    pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
    pango_layout_set_font_description(made, font);
    pango_font_description_free(font);
    pango_context_set_language(pango_layout_get_context(made), pango_language_from_string("ja"));
    pango_layout_set_alignment(made, alignment(style.align));
    pango_layout_set_wrap(made, PANGO_WRAP_WORD_CHAR);
    if (width > 0) pango_layout_set_width(made, static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_text(made, text.data(), static_cast<int>(text.size()));
    if (pango_layout_get_unknown_glyphs_count(made) > 0) unknown_character = true;
    return made;
  }
};

Paper::Paper(const PaperFacts& facts) : impl_(std::make_unique<Impl>()) {
  impl_->surface = cairo_pdf_surface_create_for_stream(&collect, &impl_->bytes, kA4Width, kA4Height);
  cairo_pdf_surface_restrict_to_version(impl_->surface, CAIRO_PDF_VERSION_1_5);
  const auto set = [&](cairo_pdf_metadata_t which, const std::string& text) {
    cairo_pdf_surface_set_metadata(impl_->surface, which, text.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, facts.title);
  set(CAIRO_PDF_METADATA_AUTHOR, facts.author);
  set(CAIRO_PDF_METADATA_SUBJECT, facts.subject);
  set(CAIRO_PDF_METADATA_KEYWORDS, facts.keywords);
  set(CAIRO_PDF_METADATA_CREATOR, "Mitome");
  set(CAIRO_PDF_METADATA_CREATE_DATE, facts.created);
  set(CAIRO_PDF_METADATA_MOD_DATE, facts.created);
  impl_->cairo = cairo_create(impl_->surface);
}

Paper::Paper(double scale) : impl_(std::make_unique<Impl>()) {
  impl_->picture = true;
  impl_->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(kA4Width * scale)),
                                              static_cast<int>(std::ceil(kA4Height * scale)));
  impl_->cairo = cairo_create(impl_->surface);
  impl_->use({1, 1, 1, 1});
  cairo_paint(impl_->cairo);
  cairo_scale(impl_->cairo, scale, scale);
}

Paper::~Paper() {
  cairo_destroy(impl_->cairo);
  cairo_surface_destroy(impl_->surface);
}

double Paper::text(double x, double y, double width, std::string_view text, const TextStyle& style) {
  PangoLayout* layout = impl_->layout(text, style, width);
  impl_->use(style.colour);
  cairo_move_to(impl_->cairo, x, y);
  pango_cairo_show_layout(impl_->cairo, layout);
  int height = 0;
  pango_layout_get_size(layout, nullptr, &height);
  g_object_unref(layout);
  return static_cast<double>(height) / PANGO_SCALE;
}

double Paper::measure(double width, std::string_view text, const TextStyle& style) {
  PangoLayout* layout = impl_->layout(text, style, width);
  int height = 0;
  pango_layout_get_size(layout, nullptr, &height);
  g_object_unref(layout);
  return static_cast<double>(height) / PANGO_SCALE;
}

void Paper::glyph(double x, double y, double width, double height, std::string_view character, Colour colour) {
  PangoLayout* layout = impl_->layout(character, {100, Face::kSerif, Align::kLeft, colour}, 0);
  PangoRectangle ink;
  pango_layout_get_extents(layout, &ink, nullptr);
  if (ink.width > 0 && ink.height > 0) {
    cairo_save(impl_->cairo);
    cairo_translate(impl_->cairo, x, y);
    cairo_scale(impl_->cairo, width * PANGO_SCALE / ink.width, height * PANGO_SCALE / ink.height);
    cairo_move_to(impl_->cairo, -static_cast<double>(ink.x) / PANGO_SCALE, -static_cast<double>(ink.y) / PANGO_SCALE);
    impl_->use(colour);
    pango_cairo_layout_path(impl_->cairo,
                            layout);  // a drawing, not text: nothing reads a seal's characters out of the file
    cairo_fill_preserve(impl_->cairo);
    cairo_set_line_width(impl_->cairo, 3);  // cut as bold as a seal is
    cairo_stroke(impl_->cairo);
    cairo_restore(impl_->cairo);
  }
  g_object_unref(layout);
}

void Paper::line(double x1, double y1, double x2, double y2, double width, Colour colour) {
  impl_->use(colour);
  cairo_set_line_width(impl_->cairo, width);
  cairo_move_to(impl_->cairo, x1, y1);
  cairo_line_to(impl_->cairo, x2, y2);
  cairo_stroke(impl_->cairo);
}

void Paper::box(double x, double y, double width, double height, double line_width, Colour colour) {
  impl_->use(colour);
  cairo_set_line_width(impl_->cairo, line_width);
  cairo_rectangle(impl_->cairo, x, y, width, height);
  cairo_stroke(impl_->cairo);
}

void Paper::fill(double x, double y, double width, double height, Colour colour) {
  impl_->use(colour);
  cairo_rectangle(impl_->cairo, x, y, width, height);
  cairo_fill(impl_->cairo);
}

void Paper::ring(double x, double y, double radius, double line_width, Colour colour) {
  impl_->use(colour);
  cairo_set_line_width(impl_->cairo, line_width);
  cairo_new_sub_path(impl_->cairo);
  cairo_arc(impl_->cairo, x, y, radius, 0, 2 * std::numbers::pi);
  cairo_stroke(impl_->cairo);
}

void Paper::strew(std::string_view text, const TextStyle& style) {
  PangoLayout* layout = impl_->layout(text, style, 0);
  int width = 0;
  pango_layout_get_size(layout, &width, nullptr);
  const double step_x = static_cast<double>(width) / PANGO_SCALE + style.size, step_y = style.size * 4.2;
  cairo_save(impl_->cairo);
  cairo_rotate(impl_->cairo, -std::numbers::pi / 6);
  impl_->use(style.colour);
  int row = 0;
  for (double y = 0; y < kA4Width + kA4Height; y += step_y, ++row) {
    for (double x = -kA4Height + (row % 2) * step_x / 2; x < kA4Width; x += step_x) {
      cairo_move_to(impl_->cairo, x, y);
      pango_cairo_layout_path(
          impl_->cairo, layout);  // a drawing: as text it would stand between the lines when the paper is read aloud
      cairo_fill(impl_->cairo);
    }
  }
  cairo_restore(impl_->cairo);
  g_object_unref(layout);
}

void Paper::qr(double x, double y, double side, const QrCode& code) {
  const double module = side / code.size;
  impl_->use(kBlack);
  cairo_save(impl_->cairo);
  cairo_set_antialias(impl_->cairo, CAIRO_ANTIALIAS_NONE);
  for (int row = 0; row < code.size; ++row) {
    for (int column = 0; column < code.size; ++column) {
      if (code.dark(column, row)) cairo_rectangle(impl_->cairo, x + column * module, y + row * module, module, module);
    }
  }
  cairo_fill(impl_->cairo);
  cairo_restore(impl_->cairo);
}

Result<Bytes> Paper::finish() {
  if (!impl_->picture) cairo_show_page(impl_->cairo);
  const cairo_status_t drawn = cairo_status(impl_->cairo);
  cairo_status_t written = CAIRO_STATUS_SUCCESS;
  if (impl_->picture) {
    written = cairo_surface_write_to_png_stream(impl_->surface, &collect, &impl_->bytes);
  } else {
    cairo_surface_finish(impl_->surface);
    written = cairo_surface_status(impl_->surface);
  }
  if (impl_->unknown_character) return Error{Reason::DOCUMENT_NOT_MADE, "a character that no font here has"};
  for (const cairo_status_t status : {drawn, written})
    if (status != CAIRO_STATUS_SUCCESS) return Error{Reason::DOCUMENT_NOT_MADE, cairo_status_to_string(status)};
  return std::move(impl_->bytes);
}

}  // namespace mitome::render
