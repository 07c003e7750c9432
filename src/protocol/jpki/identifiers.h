// The names of things inside the card: application identifiers, files, PINs and keys. Public knowledge from open readers
// (OpenSC card-jpki.c, jpki/myna, siketyan/jpki-rs, soltia48/myna-card); the official specification is not public.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mitome::jpki {

/// 公的個人認証AP: certificates and keys.
inline constexpr std::array<uint8_t, 10> kJpkiAid{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
/// 券面事項入力補助AP, the text applet: My Number and the four items as text.
inline constexpr std::array<uint8_t, 10> kTextAid{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};

// Elementary files of the JPKI application.
inline constexpr uint16_t kSignCertificateFile = 0x0001;  ///< 署名用電子証明書; only after its PIN
inline constexpr uint16_t kSignCaFile = 0x0002;
inline constexpr uint16_t kTokenInfoFile = 0x0006;
inline constexpr uint16_t kAvailabilityFile = 0x0008;     ///< which certificates are there, 3 bytes
inline constexpr uint16_t kAuthCertificateFile = 0x000A;  ///< 利用者証明用電子証明書
inline constexpr uint16_t kAuthCaFile = 0x000B;
inline constexpr uint16_t kAuthKey = 0x0017;
inline constexpr uint16_t kAuthPin = 0x0018;              ///< 4 digits, 3 tries
inline constexpr uint16_t kSignKey = 0x001A;
inline constexpr uint16_t kSignPin = 0x001B;              ///< 6 to 16 of A-Z and 0-9, 5 tries

// Elementary files of the text application.
inline constexpr uint16_t kMyNumberFile = 0x0001;
inline constexpr uint16_t kAttributesFile = 0x0002;
inline constexpr uint16_t kIntegrityFile = 0x0003;
inline constexpr uint16_t kTextCertificateFile = 0x0004;
inline constexpr uint16_t kTextVersionFile = 0x0005;
inline constexpr uint16_t kTextPin = 0x0011;              ///< 券面事項入力補助用, 4 digits, 3 tries
inline constexpr uint16_t kTextBlockedPin = 0x0012;       ///< exists, and is always blocked
inline constexpr uint16_t kNumberAPin = 0x0014;           ///< 照合番号A, the My Number: opens 0001 only
inline constexpr uint16_t kNumberBPin = 0x0015;           ///< 照合番号B, 14 digits: opens 0002 only

inline constexpr uint8_t kAuthTries = 3, kSignTries = 5, kTextTries = 3, kNumberTries = 10;

// Token labels in EF 0006: how a reader tells a card from a phone.
inline constexpr std::string_view kCardLabel = "JPKIAPICCTOKEN2";
inline constexpr std::string_view kAndroidLabel = "JPKIAPGPSETOKEN";
inline constexpr std::string_view kPhoneLabel = "JPKIAPIOSTOKEN";

}  // namespace mitome::jpki
