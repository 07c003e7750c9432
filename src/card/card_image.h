// What is written into a chip when it is issued, and the chip that comes of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "card/platform.h"
#include "card/runtime/chip.h"
#include "crypto/secret.h"
#include "protocol/jpki/surface_files.h"
#include "protocol/jpki/text_files.h"

namespace mitome::card {

/// How the JPKI application behaves (its token label, EF 0006, says which it is).
enum class TokenProfile : uint8_t {
  kCard = 1,     ///< JPKIAPICCTOKEN2, the physical card
  kAndroid = 2,  ///< JPKIAPGPSETOKEN: the authentication certificate is readable only after its PIN
  kPhone = 3,    ///< JPKIAPIOSTOKEN: dark until the holder verifies on the device, then one signature without a PIN
};

/// Where the private keys are; make them with Platform::generate_key before the certificates are asked for.
inline constexpr Slot kAuthKeySlot{AppletId::kJpki, 0x0017, Part::kKey};
inline constexpr Slot kSignKeySlot{AppletId::kJpki, 0x001A, Part::kKey};
/// Of the common application; made by personalise() when the image has registers, since nobody certifies it.
inline constexpr Slot kCommonKeySlot{AppletId::kCommon, 0x0019, Part::kKey};

struct JpkiImage {
  TokenProfile profile = TokenProfile::kCard;
  Bytes auth_certificate, auth_ca, sign_ca;  ///< DER
  std::optional<Bytes> sign_certificate;     ///< absent under 15: then 0001, 001A and 001B do not exist
  crypto::Pin auth_pin;                      ///< four digits
  std::optional<crypto::Pin> sign_pin;       ///< there exactly when the signing certificate is
  std::string serial = "0000000000000000";   ///< token serial, at most 16 digits
};

struct TextImage {
  jpki::TextFiles files;   ///< 0001 to 0004
  Bytes version;           ///< 0005
  crypto::Pin pin;         ///< 0011, four digits
  crypto::Pin number_a;    ///< 0014, verification number A: the My Number
  crypto::Pin number_b;    ///< 0015, verification number B: 14 digits
};

struct SurfaceImage {
  jpki::SurfaceFiles files;              ///< 0001 to 0005
  crypto::Pin birth_date;                ///< 0011: YYMMDD, the year of the era
  crypto::Pin number_b, number_a;        ///< 0012, 0013
};

/// The residents' register and common applications.
struct RegisterImage {
  std::string resident_code;  ///< 住民票コード, 11 digits
  std::string serial;         ///< the card's number: 15 digits
  std::string municipality;   ///< 5 digits
  Date expiry{};
  crypto::Pin pin;            ///< 住民基本台帳用, four digits: in both
};

struct CardImage {
  JpkiImage jpki;
  std::optional<TextImage> text;  ///< this and what follows: cards only, no phone is known to have them
  std::optional<SurfaceImage> surface = std::nullopt;
  std::optional<RegisterImage> registers = std::nullopt;
};

/// Writes it all, tries at their limits; the profile last, so that a chip that lost power half way stays empty.
/// STORAGE_FAILED; MALFORMED when the image does not fit together; NOT_FOUND when its key slots are empty.
Result<void> personalise(Platform& platform, const CardImage& image);

/// The chip under power, with the applications that were written in. NOT_FOUND when the platform was never personalised.
Result<std::unique_ptr<Chip>> boot(Platform& platform);

}  // namespace mitome::card
