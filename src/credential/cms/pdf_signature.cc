#include "credential/cms/pdf_signature.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/hex.h"

namespace mitome::pades {
namespace {

constexpr size_t kXrefEntry = 20, kTail = 64;
constexpr int kNumberWidth = 10;
constexpr std::string_view kByteRange = "/ByteRange [";

Error malformed(std::string_view what) { return {Reason::MALFORMED, "PDF: " + std::string{what}}; }

/// The number at the beginning of the text, after spaces.
std::optional<size_t> number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \r\n"), text.size()));
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

/// The number behind a key that stands exactly once in the text.
Result<size_t> number_after(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos || text.find(key, at + 1) != std::string_view::npos) return malformed(std::string{key});
  const auto value = number(text.substr(at + key.size()));
  if (!value) return malformed(std::string{key});
  return *value;
}

std::string padded(size_t value) {
  std::string digits = std::to_string(value);
  return std::string(kNumberWidth - std::min<size_t>(digits.size(), kNumberWidth), '0') + digits;
}

/// A text string as UTF-16BE in hexadecimal (ISO 32000-1 7.9.2.2). The caller's text is UTF-8 of our own configuration.
std::string text_string(std::string_view utf8) {
  Bytes out{0xFE, 0xFF};
  const auto unit = [&](uint32_t value) {
    out.push_back(static_cast<uint8_t>(value >> 8));
    out.push_back(static_cast<uint8_t>(value));
  };
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<uint8_t>(utf8[i++]);
    uint32_t point = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1Fu : lead < 0xF0 ? lead & 0x0Fu : lead & 0x07u;
    while (i < utf8.size() && (static_cast<uint8_t>(utf8[i]) & 0xC0) == 0x80) {
      point = point << 6 | (static_cast<uint8_t>(utf8[i++]) & 0x3Fu);
    }
    if (point >= 0x10000) {
      unit(0xD800 + ((point - 0x10000) >> 10 & 0x3FF));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      unit(point);
    }
  }
  return "<" + to_hex(out) + ">";
}

/// D:20260601100000+09'00' (ISO 32000-1 7.9.4)
std::string pdf_date(Instant instant) {
  std::string digits = to_japan_text(instant);
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  return "(D:" + digits + "+09'00')";
}

/// Where things stand in a file with one plain cross-reference table.
class File {
 public:
  static Result<File> read(std::string_view bytes) {
    File file;
    file.bytes_ = bytes;
    const size_t keyword = bytes.rfind("startxref");
    const bool ends = bytes.ends_with("%%EOF\n") || bytes.ends_with("%%EOF");
    if (!ends || keyword == std::string_view::npos || bytes.size() - keyword > kTail) return malformed("startxref");
    TRY_ASSIGN(file.xref_, number_after(bytes.substr(keyword), "startxref"));
    if (file.xref_ >= keyword || !bytes.substr(file.xref_).starts_with("xref\n0 ")) return malformed("cross-reference table");
    const std::string_view table = bytes.substr(file.xref_, keyword - file.xref_);
    const size_t begin = table.find('\n', 5);
    const auto count = number(table.substr(7));
    if (!count || begin == std::string_view::npos || *count > table.size() / kXrefEntry) return malformed("cross-reference table");
    file.entries_ = table.substr(begin + 1);
    file.trailer_ = file.entries_.substr(std::min(file.entries_.size(), *count * kXrefEntry));
    if (!file.trailer_.starts_with("trailer")) return malformed("trailer");
    TRY_ASSIGN(file.size_, number_after(file.trailer_, "/Size "));
    if (file.size_ != *count || file.trailer_.find("/Prev") != std::string_view::npos) return malformed("was updated already");
    TRY_ASSIGN(file.root, number_after(file.trailer_, "/Root "));
    TRY_ASSIGN(file.info, number_after(file.trailer_, "/Info "));
    return file;
  }

  /// "<< … >>" of an object that is a dictionary.
  Result<std::string_view> dictionary(size_t object) const {
    if (object == 0 || object >= size_) return malformed("no such object");
    const auto offset = number(entries_.substr(object * kXrefEntry, kNumberWidth));
    const std::string head = std::to_string(object) + " 0 obj\n";
    if (!offset || *offset >= xref_ || !bytes_.substr(*offset).starts_with(head)) return malformed("no object where one should be");
    const std::string_view rest = bytes_.substr(*offset + head.size(), xref_ - *offset);
    const std::string_view body = rest.substr(0, rest.find("endobj"));
    const size_t end = body.rfind(">>");
    if (!body.starts_with("<<") || end == std::string_view::npos) return malformed("not a dictionary");
    return body.substr(0, end + 2);
  }

  size_t size() const { return size_; }
  size_t xref() const { return xref_; }
  size_t root = 0, info = 0;

 private:
  std::string_view bytes_, entries_, trailer_;
  size_t xref_ = 0, size_ = 0;
};

/// A dictionary with one more entry; it must not have that key.
Result<std::string> with_entry(std::string_view dictionary, std::string_view key, const std::string& value) {
  if (dictionary.find(key) != std::string_view::npos) return malformed(std::string{key} + " is there already");
  return std::string{dictionary.substr(0, dictionary.size() - 2)} + std::string{key} + " " + value + "\n>>";
}

/// Objects behind the file, and the table that says where they begin.
class Update {
 public:
  explicit Update(ByteView pdf) : out_(as_text(pdf)) {
    if (!out_.ends_with('\n')) out_ += '\n';
  }
  void object(size_t id, std::string_view body) {
    offsets_[id] = out_.size();
    out_ += std::to_string(id) + " 0 obj\n" + std::string{body} + "\nendobj\n";
  }
  std::string finish(const File& file) {
    const size_t xref = out_.size();
    out_ += "xref\n";
    for (const auto& [id, offset] : offsets_) out_ += std::to_string(id) + " 1\n" + padded(offset) + " 00000 n \n";
    out_ += "trailer\n<< /Size " + std::to_string(offsets_.rbegin()->first + 1) + "\n   /Root " + std::to_string(file.root) +
            " 0 R\n   /Info " + std::to_string(file.info) + " 0 R\n   /Prev " + std::to_string(file.xref()) + "\n>>\nstartxref\n" +
            std::to_string(xref) + "\n%%EOF\n";
    return std::move(out_);
  }

 private:
  std::string out_;
  std::map<size_t, size_t> offsets_;
};

std::string signature_dictionary(const SignatureFacts& facts) {
  const std::string zero = padded(0);
  return "<< /Type /Sig\n   /Filter /Adobe.PPKLite\n   /SubFilter /ETSI.CAdES.detached\n   /Name " + text_string(facts.name) +
         "\n   /Reason " + text_string(facts.reason) + "\n   /Location " + text_string(facts.location) + "\n   /M " +
         pdf_date(facts.signed_at) + "\n   " + std::string{kByteRange} + "0 " + zero + " " + zero + " " + zero + "]\n   /Contents <" +
         std::string(2 * kReserved, '0') + ">\n>>";
}

std::string reference(size_t object) { return std::to_string(object) + " 0 R"; }

std::string field_dictionary(size_t page, size_t signature) {
  return "<< /Type /Annot\n   /Subtype /Widget\n   /FT /Sig\n   /T (Municipality)\n   /F 132\n   /Rect [0 0 0 0]\n   /P " +
         reference(page) + "\n   /V " + reference(signature) + "\n>>";
}

using Range = std::array<size_t, 4>;

crypto::Sha256Digest digest_of(ByteView pdf, const Range& range) {
  return crypto::sha256({pdf.subspan(range[0], range[1]), pdf.subspan(range[2], range[3])});
}

Result<Range> read_range(std::string_view text) {
  const size_t at = text.find(kByteRange);
  if (at == std::string_view::npos || text.find("/ByteRange", at + 1) != std::string_view::npos) return malformed("one byte range");
  Range range{};
  std::string_view rest = text.substr(at + kByteRange.size(), 4 * (kNumberWidth + 1));
  for (size_t& each : range) {
    const auto value = number(rest);
    if (!value) return malformed("byte range");
    each = *value;
    rest.remove_prefix(std::min(rest.find_first_of(" ]"), rest.size() - 1) + 1);
  }
  return range;
}

/// The CMS without the zeros behind it: as long as its own DER says.
Result<Bytes> trimmed(Bytes bytes) {
  if (bytes.size() < 4 || bytes[0] != 0x30 || bytes[1] != 0x82) return malformed("contents");
  const size_t size = 4 + (static_cast<size_t>(bytes[2]) << 8 | bytes[3]);
  if (size > bytes.size()) return malformed("contents");
  const ByteView rest = ByteView{bytes}.subspan(size);
  if (std::any_of(rest.begin(), rest.end(), [](uint8_t b) { return b != 0; })) return malformed("contents");
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<Prepared> prepare(ByteView pdf, const SignatureFacts& facts) {
  if (pdf.size() > kMaxPdf) return Error{Reason::LIMIT_EXCEEDED, "a PDF over 16 MiB"};
  TRY_ASSIGN(const File file, File::read(as_text(pdf)));
  TRY_ASSIGN(const std::string_view catalog, file.dictionary(file.root));
  TRY_ASSIGN(const size_t pages, number_after(catalog, "/Pages "));
  TRY_ASSIGN(const std::string_view tree, file.dictionary(pages));
  TRY_ASSIGN(const size_t page_id, number_after(tree, "/Kids [ "));
  TRY_ASSIGN(const std::string_view page, file.dictionary(page_id));
  const size_t field = file.size(), signature = field + 1;
  TRY_ASSIGN(const std::string new_page, with_entry(page, "/Annots", "[ " + reference(field) + " ]"));
  TRY_ASSIGN(const std::string new_catalog,
             with_entry(catalog, "/AcroForm", "<< /Fields [ " + reference(field) + " ] /SigFlags 3 >>"));
  Update update{pdf};
  update.object(page_id, new_page);
  update.object(file.root, new_catalog);
  update.object(field, field_dictionary(page_id, signature));
  update.object(signature, signature_dictionary(facts));
  std::string whole = update.finish(file);
  const size_t contents = whole.rfind("/Contents <") + std::string_view{"/Contents "}.size();
  const size_t after = contents + 2 * kReserved + 2;
  const std::string range = "0 " + padded(contents) + " " + padded(after) + " " + padded(whole.size() - after);
  whole.replace(whole.rfind(kByteRange) + kByteRange.size(), range.size(), range);
  Prepared out{to_bytes(as_bytes(whole)), contents, {}};
  out.digest = digest_of(out.pdf, {0, contents, after, whole.size() - after});
  return out;
}

Result<Bytes> complete(Prepared prepared, ByteView cms) {
  if (cms.size() > kReserved) return Error{Reason::LIMIT_EXCEEDED, "a CMS over 6 KiB in a PDF"};
  const std::string hex = to_hex(cms);
  std::copy(hex.begin(), hex.end(), prepared.pdf.begin() + static_cast<std::ptrdiff_t>(prepared.contents) + 1);
  return std::move(prepared.pdf);
}

Result<Bytes> sign(ByteView pdf, const SignatureFacts& facts, const x509::Certificate& signer,
                   const std::vector<x509::Certificate>& chain, crypto::Signer& key) {
  TRY_ASSIGN(Prepared prepared, prepare(pdf, facts));
  TRY_ASSIGN(const Bytes signature, cms::sign({prepared.digest, &signer, std::nullopt}, signer, chain, key));
  return complete(std::move(prepared), signature);
}

Result<cms::Verified> verify(ByteView pdf) {
  if (pdf.size() > kMaxPdf) return Error{Reason::LIMIT_EXCEEDED, "a PDF over 16 MiB"};
  const std::string_view text = as_text(pdf);
  TRY_ASSIGN(const Range range, read_range(text));
  const size_t contents = range[1], after = range[2];
  const bool whole = range[0] == 0 && contents < after && after <= pdf.size() && pdf.size() - after == range[3];
  if (!whole || text[contents] != '<' || text[after - 1] != '>' || after - contents < 2) {
    return malformed("the byte range leaves something out");
  }
  auto decoded = from_hex(text.substr(contents + 1, after - contents - 2));
  if (!decoded) return malformed("contents");
  TRY_ASSIGN(const Bytes signature, trimmed(std::move(decoded).value()));
  TRY_ASSIGN(cms::Verified verified, cms::verify(signature, digest_of(pdf, range)));
  if (!verified.names_signer) return malformed("the signature does not name its signer");
  return verified;
}

}  // namespace mitome::pades
