#include "render/certificate_pdf.h"

#include <algorithm>
#include <array>
#include <vector>

#include "codec/utf8/utf8.h"
#include "render/era.h"
#include "render/paper.h"

namespace mitome::render {
namespace {

constexpr double kPreviewScale = 1.5;
constexpr double kMargin = 56, kInner = kA4Width - 2 * kMargin, kLabelWidth = 104;
constexpr std::string_view kOmitted = "（省略）";
constexpr std::string_view kKeywords = "/Keywords (";

struct Line {
  std::string label, value, ruby;  ///< ruby: the reading above a name
};

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  for (size_t i = 0; i < text.size();) {
    size_t next = i + 1;
    while (next < text.size() && (static_cast<uint8_t>(text[next]) & 0xC0) == 0x80) ++next;
    out.emplace_back(text.substr(i, next - i));
    i = next;
  }
  return out;
}

std::string spaced(std::string_view text) {
  std::string out;
  for (const std::string& each : characters(text)) out += (out.empty() ? "" : "　") + each;
  return out;
}

/// What is cut into a person's seal: the family name, at most four characters.
std::vector<std::string> family_name(const std::string& name) {
  const size_t end = std::min(name.find("　"), name.find(' '));
  std::vector<std::string> all = characters(std::string_view{name}.substr(0, end));
  const size_t most = end == std::string::npos ? 2 : 4;
  if (all.size() > most) all.resize(most);
  return all;
}

std::string sex_text(std::string_view sex) { return sex == "1" ? "男" : sex == "2" ? "女" : "（記載なし）"; }

void warning(Paper& paper, double y, const std::string& municipality) {
  paper.fill(0, y, kA4Width, 26, {0.80, 0.13, 0.11, 0.12});
  paper.text(0, y + 3, kA4Width, "見本 SPECIMEN　架空の" + municipality + "の試験用文書です。証明の効力はありません。",
             {9.5, Face::kSans, Align::kCentre, kVermilion});
  paper.text(0, y + 15, kA4Width, "A test document of an invented municipality. It certifies nothing.",
             {7.5, Face::kSans, Align::kCentre, kVermilion});
}

/// A personal seal: a ring with the family name from top to bottom, as large as the ring lets it be.
void personal_seal(Paper& paper, double x, double y, double radius, const std::string& name) {
  const auto cut = family_name(name);
  paper.ring(x, y, radius, radius / 9, kBlack);
  const double width = radius * 1.02, height = radius * 1.5,
               each = height / static_cast<double>(std::max<size_t>(cut.size(), 1));
  for (size_t i = 0; i < cut.size(); ++i) {
    paper.glyph(x - width / 2, y - height / 2 + static_cast<double>(i) * each + each * 0.04, width, each * 0.92, cut[i],
                kBlack);
  }
}

/// An official seal: square, columns of three from the right. It says 見本 for all to see.
void official_seal(Paper& paper, double x, double y, double side, const std::string& municipality) {
  auto cut = characters(municipality + "長見本之印");
  const size_t rows = 3, columns = (cut.size() + rows - 1) / rows;
  const Colour ink{kVermilion.red, kVermilion.green, kVermilion.blue, 0.85};
  paper.box(x, y, side, side, 2.2, ink);
  const double gap = 3, width = (side - 2 * gap) / static_cast<double>(columns), height = (side - 2 * gap) / rows;
  for (size_t i = 0; i < cut.size(); ++i) {
    const size_t column = i / rows, row = i % rows;
    paper.glyph(x + side - gap - static_cast<double>(column + 1) * width + 1,
                y + gap + static_cast<double>(row) * height + 1, width - 2, height - 2, cut[i], ink);
  }
}

double table(Paper& paper, double x, double y, double width, const std::vector<Line>& lines) {
  const TextStyle label{10, Face::kSans}, value{12.5, Face::kSerif}, ruby{8, Face::kSerif};
  const double top = y;
  for (const Line& line : lines) {
    const double ruby_height = line.ruby.empty() ? 0 : paper.measure(width - kLabelWidth - 20, line.ruby, ruby);
    const double height = paper.measure(width - kLabelWidth - 20, line.value, value) + ruby_height + 14;
    paper.fill(x, y, kLabelWidth, height, {0.2, 0.3, 0.45, 0.07});
    paper.text(x + 10, y + (height - paper.measure(kLabelWidth - 20, line.label, label)) / 2, kLabelWidth - 20,
               line.label, label);
    if (!line.ruby.empty()) paper.text(x + kLabelWidth + 10, y + 6, width - kLabelWidth - 20, line.ruby, ruby);
    paper.text(x + kLabelWidth + 10, y + 7 + ruby_height, width - kLabelWidth - 20, line.value, value);
    y += height;
    paper.line(x, y, x + width, y, 0.5, kBlack);
  }
  paper.line(x + kLabelWidth, top, x + kLabelWidth, y, 0.5, kBlack);
  paper.box(x, top, width, y - top, 1.1, kBlack);
  return y;
}

std::vector<Line> residence_lines(const CertificateText& text) {
  return {{"住所", text.address, ""},
          {"世帯主", text.household_head, ""},
          {"氏名", text.name, text.kana},
          {"生年月日", era_date(text.birth_date), ""},
          {"性別", sex_text(text.sex), ""},
          {"続柄", text.relation, ""},
          {"本籍・筆頭者", std::string{kOmitted}, ""},
          {"住民票コード", std::string{kOmitted}, ""},
          {"個人番号", std::string{kOmitted}, ""}};
}

std::vector<Line> seal_lines(const CertificateText& text) {
  return {{"氏名", text.name, text.kana}, {"生年月日", era_date(text.birth_date), ""}, {"住所", text.address, ""}};
}

double seal_body(Paper& paper, double y, const CertificateText& text) {
  constexpr double kSide = 128;
  paper.box(kMargin, y, kSide, kSide + 22, 1.1, kBlack);
  paper.fill(kMargin, y, kSide, 22, {0.2, 0.3, 0.45, 0.07});
  paper.text(kMargin, y + 4, kSide, "印　影", {10, Face::kSans, Align::kCentre});
  paper.line(kMargin, y + 22, kMargin + kSide, y + 22, 0.5, kBlack);
  personal_seal(paper, kMargin + kSide / 2, y + 22 + kSide / 2, 42, text.name);
  const double end = table(paper, kMargin + kSide + 14, y, kInner - kSide - 14, seal_lines(text));
  return std::max(end, y + kSide + 22);
}

void signature_block(Paper& paper, double y, const CertificateText& text) {
  const std::string_view sentence = text.kind == CertificateKind::kSeal
                                        ? "この写しは、登録された印影と相違ないことを証明する。"
                                        : "この写しは、住民票の原本と相違ないことを証明する。";
  y += paper.text(kMargin, y, kInner, sentence, {12, Face::kSerif}) + 18;
  y += paper.text(kMargin + 24, y, kInner, era_date(japan_date(text.issued)), {12, Face::kSerif}) + 20;
  paper.text(kMargin, y, kInner - 84, text.head, {16, Face::kSerif, Align::kRight});
  official_seal(paper, kMargin + kInner - 74, y - 24, 66, text.municipality);
}

Result<void> verification_block(Paper& paper, const CertificateText& text) {
  TRY_ASSIGN(const QrCode code, qr_code(text.verify_url));
  constexpr double kSide = 76, kTop = kA4Height - 158;
  paper.line(kMargin, kTop - 12, kMargin + kInner, kTop - 12, 0.4, kGrey);
  paper.fill(kMargin, kTop, kSide + 16, kSide + 16, {1, 1, 1, 1});
  paper.qr(kMargin + 8, kTop + 8, kSide, code);
  const double x = kMargin + kSide + 30, width = kInner - kSide - 30;
  double y = kTop + 6;
  y += paper.text(x, y, width, "確認番号 Verification code", {8.5, Face::kSans, Align::kLeft, kGrey}) + 2;
  y += paper.text(x, y, width, text.code, {15, Face::kSans}) + 4;
  y += paper.text(x, y, width, text.verify_url, {7.5, Face::kSans, Align::kLeft, kGrey}) + 4;
  paper.text(x, y, width,
             "この文書が発行されたものかどうかは、確認番号またはQRコードで誰でも確かめられます。文書には電子署名が付い"
             "ています。",
             {8, Face::kSans, Align::kLeft, kGrey});
  return {};
}

Result<void> draw(Paper& paper, const CertificateText& text) {
  paper.strew("見本　SPECIMEN", {40, Face::kSans, Align::kLeft, {0.80, 0.13, 0.11, 0.07}});
  warning(paper, 0, text.municipality);
  warning(paper, kA4Height - 26, text.municipality);
  paper.box(kMargin - 22, 44, kInner + 44, kA4Height - 88, 2.4, {0.25, 0.4, 0.35, 0.9});
  paper.box(kMargin - 17, 49, kInner + 34, kA4Height - 98, 0.6, {0.25, 0.4, 0.35, 0.9});
  double y = 78;
  y += paper.text(kMargin, y, kInner, spaced(title_of(text.kind)), {23, Face::kSerif, Align::kCentre}) + 6;
  y += paper.text(kMargin, y, kInner, text.municipality, {12, Face::kSerif, Align::kRight}) + 12;
  y = text.kind == CertificateKind::kSeal ? seal_body(paper, y, text)
                                          : table(paper, kMargin, y, kInner, residence_lines(text));
  signature_block(paper, y + 26, text);
  return verification_block(paper, text);
}

bool fit_for_binding(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c < 0x7F && c != '(' && c != ')' && c != '\\'; });
}

Result<void> check(const CertificateText& text) {
  const std::array entries{&text.municipality,   &text.head,     &text.name, &text.kana,       &text.address, &text.sex,
                           &text.household_head, &text.relation, &text.code, &text.verify_url, &text.binding};
  for (const std::string* entry : entries) {
    if (entry->size() > kMaxCertificateText)
      return Error{Reason::LIMIT_EXCEEDED, "an entry of a certificate over 512 bytes"};
    if (!utf8::valid(as_bytes(*entry))) return Error{Reason::MALFORMED, "an entry of a certificate is not UTF-8"};
  }
  if (text.name.empty() || text.address.empty() || !text.birth_date.ok())
    return Error{Reason::MALFORMED, "a certificate of nobody"};
  if (!fit_for_binding(text.binding)) return Error{Reason::MALFORMED, "binding"};
  return {};
}

}  // namespace

std::string_view title_of(CertificateKind kind) {
  return kind == CertificateKind::kSeal ? "印鑑登録証明書" : "住民票の写し";
}

Result<Bytes> certificate_pdf(const CertificateText& text) {
  TRY(check(text));
  Paper paper{{std::string{title_of(text.kind)} + "（見本 SPECIMEN）", text.municipality + "（架空）",
               "SPECIMEN: certifies nothing", text.binding, to_rfc3339(text.issued)}};
  TRY(draw(paper, text));
  return paper.finish();
}

Result<Bytes> certificate_png(const CertificateText& text) {
  TRY(check(text));
  Paper paper{kPreviewScale};
  TRY(draw(paper, text));
  return paper.finish();
}

Result<std::string> certificate_binding(ByteView pdf) {
  const std::string_view all = as_text(pdf);
  const size_t at = all.find(kKeywords);
  if (at == std::string_view::npos || all.find(kKeywords, at + 1) != std::string_view::npos) {
    return Error{Reason::MALFORMED, "a paper carries one binding"};
  }
  const std::string_view rest = all.substr(at + kKeywords.size());
  const std::string_view binding = rest.substr(0, rest.find(')'));
  if (binding.size() == rest.size() || !fit_for_binding(binding)) return Error{Reason::MALFORMED, "binding"};
  return std::string{binding};
}

}  // namespace mitome::render
