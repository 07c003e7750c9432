// The files of the text application (券面事項入力補助AP): encoded for the issuer, parsed and verified for whoever reads them.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/key.h"
#include "crypto/signer.h"
#include "protocol/jpki/cv_certificate.h"

namespace mitome::jpki {

/// The files as read from a card or written into one. 0001 is always 17 bytes, filler included.
struct TextFiles {
  Bytes my_number;    ///< EF 0001
  Bytes attributes;   ///< EF 0002
  Bytes integrity;    ///< EF 0003
  Bytes certificate;  ///< EF 0004 (cv_certificate.h)
};

/// The four items printed on the card.
struct Attributes {
  std::string name;     ///< UTF-8, family and given name with U+3000 between
  std::string address;  ///< UTF-8, full-width digits
  Date birth_date;
  std::string sex;      ///< "1" male, "2" female, "9" not applicable, "0" unknown
  bool operator==(const Attributes&) const = default;
};

inline constexpr size_t kMyNumberFileSize = 17;
inline constexpr size_t kMaxTextFileSize = 4096;

// Encoding, for the issuer.

/// EF 0001: FF10 0C <12 ASCII digits> FF FF. Not 12 digits: MALFORMED.
Result<Bytes> text_file_my_number(std::string_view digits);
/// EF 0002: FF20 { DF21 offsets, DF22 name, DF23 address, DF24 birth date, DF25 sex }. LIMIT_EXCEEDED over 4096 bytes;
/// MALFORMED for another sex, an empty name or address, or text that is not UTF-8.
Result<Bytes> text_file_attributes(const Attributes& attributes);
/// EF 0003: FF30 { DF31 SHA-256 of 0001 with its filler, DF32 SHA-256 from DF22 to the end of 0002, DF33 signature }. What
/// DF33 signs is not public; ours is RSA PKCS #1 v1.5 with SHA-256 over the encoded DF31 ‖ DF32. The signer is RSA-2048
/// (BAD_KEY otherwise).
Result<Bytes> text_file_integrity(ByteView my_number_file, ByteView attributes_file, crypto::Signer& signer);
/// EF 0005: FF40 { DF41 01 03 0E 01, DF42 key id, DF43 (no content is public: 128 zero bytes) }.
Bytes text_file_version(const KeyId& key_id);

// Parsing: what it says, not whether it is true.

/// The 12 digits of EF 0001; MALFORMED.
Result<std::string> parse_my_number(ByteView file);
/// EF 0002; the offsets of DF21 must point at the elements. MALFORMED or LIMIT_EXCEEDED.
Result<Attributes> parse_attributes(ByteView file);

/// What has been verified to be one issuer's statement about one person.
class VerifiedTextFiles {
 public:
  const std::string& my_number() const { return my_number_; }
  const Attributes& attributes() const { return attributes_; }

 private:
  friend Result<VerifiedTextFiles> verify_text_integrity(const TextFiles&, const crypto::PublicKey&);
  VerifiedTextFiles() = default;
  std::string my_number_;
  Attributes attributes_;
};

/// The certificate in 0004 is by the text CA (CERT_UNTRUSTED), its key signed 0003, and 0003 fits 0001 and 0002
/// (BAD_SIGNATURE, the detail says which file); MALFORMED when a file cannot be read.
Result<VerifiedTextFiles> verify_text_integrity(const TextFiles& files, const crypto::PublicKey& text_ca);

}  // namespace mitome::jpki
