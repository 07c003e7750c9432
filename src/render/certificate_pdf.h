// The papers that a municipality gives out at a kiosk: certificate of residence (住民票の写し) and seal registration certificate
// (印鑑登録証明書), one sheet of A4 each. Of invented municipalities, and marked so all over that nobody takes one for the real thing.
// The same input gives the same bytes.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace mitome::render {

inline constexpr size_t kMaxCertificateText = 512;  ///< bytes of each entry

enum class CertificateKind : uint8_t { kResidence, kSeal };

/// "住民票の写し"
std::string_view title_of(CertificateKind kind);

struct CertificateText {
  CertificateKind kind = CertificateKind::kResidence;
  std::string municipality;  ///< 架空市
  std::string head;          ///< 架空市長　見本　太郎
  std::string name, kana, address, sex;  ///< sex as on the card: "1" male, "2" female, else not said
  Date birth_date{};
  std::string household_head, relation;  ///< of a certificate of residence: 世帯主, 続柄
  Instant issued{};
  std::string code;        ///< verification code as people type it
  std::string verify_url;  ///< what the QR code says: where the code is checked
  std::string binding;     ///< printable ASCII without brackets: whose print job this is; read back by certificate_binding()
};

/// LIMIT_EXCEEDED, MALFORMED (not UTF-8, or a binding that is not as it must be), DOCUMENT_NOT_MADE (a character that no font has).
Result<Bytes> certificate_pdf(const CertificateText& text);

/// The same sheet as a picture, for the screen beside the printer: 144 points to the inch, PNG.
Result<Bytes> certificate_png(const CertificateText& text);

/// The binding that a paper carries; MALFORMED when there is none, or more than one.
Result<std::string> certificate_binding(ByteView pdf);

}  // namespace mitome::render
