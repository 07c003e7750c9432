// The files of the surface application (券面事項確認AP): what is printed on the card, as pictures, so that a counter without a network can
// compare; encoded for the issuer, parsed and verified for whoever reads them.
#pragma once

#include <string>

#include "base/time.h"
#include "protocol/jpki/cv_certificate.h"

namespace mitome::jpki {

/// As read from a card or written into one.
struct SurfaceFiles {
  Bytes age;          ///< EF 0001: the birth date alone
  Bytes face;         ///< EF 0002: everything that is printed but the number
  Bytes version;      ///< EF 0003
  Bytes certificate;  ///< EF 0004 (cv_certificate.h)
  Bytes number;       ///< EF 0005: the My Number as a picture
};

struct SurfaceContent {
  Date birth_date{};
  std::string sex;                ///< "1" male, "2" female, "9" not applicable, "0" unknown
  Bytes name_png, address_png;    ///< one bit a pixel
  Bytes photo;                    ///< JPEG 2000, grey
  Date expiry{};                  ///< of the card
  Bytes security_code_png;        ///< 24 × 12 pixels: the four digits printed beside the photo
  bool operator==(const SurfaceContent&) const = default;
};

/// An offset of READ BINARY has 15 bits.
inline constexpr size_t kMaxSurfaceFileSize = 32 * 1024 - 1;

// Encoding. The signer is RSA-2048 (BAD_KEY otherwise). What the signatures cover is known for 0002 alone (three digests: DF22 to DF24,
// DF25 and DF26, DF27); that they stand one behind the other, and what 0001 and 0005 sign, is our choice.

/// FF10 { DF11 birth date, DF12 the signer's key, DF13 signature over DF11 ‖ DF12 }
Result<Bytes> surface_file_age(Date birth_date, crypto::Signer& signer);
/// FF20 { DF21 nine offsets, DF22 birth date, DF23 sex, DF24 the signer's key, DF25 name, DF26 address, DF27 photo, DF28 signature,
/// DF29 expiry, DF2A security code }. LIMIT_EXCEEDED; MALFORMED for a sex that cannot be written or an empty picture.
Result<Bytes> surface_file_face(const SurfaceContent& content, crypto::Signer& signer);
/// FF30 { DF31 06030E01, DF32 key id, DF33 01, DF34 municipality code of five digits, DF35 (no content is public: 128 zero bytes) }
Bytes surface_file_version(const KeyId& key_id, std::string_view local_gov_code);
/// FF40 { DF41 picture, DF42 the signer's key, DF43 signature over DF41 ‖ DF42 }
Result<Bytes> surface_file_number(ByteView number_png, crypto::Signer& signer);

/// What EF 0002 says, not whether it is true.
Result<SurfaceContent> parse_surface_face(ByteView file);

// Reading. What is verified was signed by the key of 0004, which is by this surface CA, and the key inside the file is that key.
// CERT_UNTRUSTED, BAD_SIGNATURE (the detail says which file), MALFORMED, LIMIT_EXCEEDED.

Result<Date> verify_surface_age(const SurfaceFiles& files, const crypto::PublicKey& surface_ca);
/// DF29 and DF2A stand outside the signature, as on real cards: expiry and security code are said, not proven.
Result<SurfaceContent> verify_surface_face(const SurfaceFiles& files, const crypto::PublicKey& surface_ca);
/// The picture.
Result<Bytes> verify_surface_number(const SurfaceFiles& files, const crypto::PublicKey& surface_ca);

}  // namespace mitome::jpki
