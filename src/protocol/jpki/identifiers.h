// The names of things inside the card: application identifiers, files, PINs and keys. Public knowledge from open readers
// (OpenSC card-jpki.c, jpki/myna, siketyan/jpki-rs, soltia48/myna-card); the official specification is not public.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mitome::jpki {

/// The answer to reset that OpenSC's JPKI driver knows.
inline constexpr std::array<uint8_t, 9> kAnswerToReset{0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14};

/// 公的個人認証AP: certificates and keys.
inline constexpr std::array<uint8_t, 10> kJpkiAid{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
/// 券面事項入力補助AP, the text applet: My Number and the four items as text.
inline constexpr std::array<uint8_t, 10> kTextAid{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};

/// 券面事項確認AP, the surface applet: what is printed on the card, as pictures.
inline constexpr std::array<uint8_t, 10> kSurfaceAid{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02};
/// 住基AP: the residents' register.
inline constexpr std::array<uint8_t, 10> kJukiAid{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01};
/// 共通カードAP: the card's own serial number and key.
inline constexpr std::array<uint8_t, 10> kCommonAid{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};

// Elementary files of the JPKI application.
inline constexpr uint16_t kSignCertificateFile = 0x0001;  ///< 署名用電子証明書; only after its PIN
inline constexpr uint16_t kSignCaFile = 0x0002;
inline constexpr uint16_t kTokenInfoFile = 0x0006;
inline constexpr uint16_t kAvailabilityFile = 0x0008;     ///< which certificates are there, 3 bytes
inline constexpr uint16_t kAuthCertificateFile = 0x000A;  ///< 利用者証明用電子証明書
inline constexpr uint16_t kAuthCaFile = 0x000B;
inline constexpr uint16_t kTerminalCaKey = 0x0016;        ///< SET PUBLIC IC KEY asks it
inline constexpr uint16_t kAuthKey = 0x0017;
inline constexpr uint16_t kAuthPin = 0x0018;              ///< 4 digits, 3 tries
inline constexpr uint16_t kSignKey = 0x001A;
inline constexpr uint16_t kSignPin = 0x001B;              ///< 6 to 16 of A-Z and 0-9, 5 tries
/// Cards have them; what they are was never published.
inline constexpr std::array<uint16_t, 6> kJpkiUnpublishedFiles{0x0005, 0x0009, 0x0010, 0x0019, 0x001C, 0x001E};

// Elementary files of the text application.
inline constexpr uint16_t kMyNumberFile = 0x0001;
inline constexpr uint16_t kAttributesFile = 0x0002;
inline constexpr uint16_t kIntegrityFile = 0x0003;
inline constexpr uint16_t kTextCertificateFile = 0x0004;
inline constexpr uint16_t kTextVersionFile = 0x0005;
inline constexpr uint16_t kTextSessionKeyFile = 0x0006;
inline constexpr uint16_t kTextSessionProofFile = 0x0007;
inline constexpr uint16_t kTextSessionKey = 0x0013;
inline constexpr uint16_t kTextPin = 0x0011;              ///< 券面事項入力補助用, 4 digits, 3 tries
inline constexpr uint16_t kTextBlockedPin = 0x0012;       ///< exists, and is always blocked
inline constexpr uint16_t kNumberAPin = 0x0014;           ///< 照合番号A, the My Number: opens 0001 only
inline constexpr uint16_t kNumberBPin = 0x0015;           ///< 照合番号B, 14 digits: opens 0002 only

// Elementary files of the surface application.
inline constexpr uint16_t kSurfaceAgeFile = 0x0001;       ///< opened by kSurfaceBirthPin
inline constexpr uint16_t kSurfaceFaceFile = 0x0002;      ///< opened by number B or number A
inline constexpr uint16_t kSurfaceVersionFile = 0x0003;
inline constexpr uint16_t kSurfaceCertificateFile = 0x0004;
inline constexpr uint16_t kSurfaceNumberFile = 0x0005;    ///< opened by number A alone
inline constexpr uint16_t kSurfaceBirthPin = 0x0011;      ///< YYMMDD, the year of the era
inline constexpr uint16_t kSurfaceNumberBPin = 0x0012;
inline constexpr uint16_t kSurfaceNumberAPin = 0x0013;

// Elementary files of the residents' register application and of the common one. Both PINs are 住民基本台帳用 to their holder.
inline constexpr uint16_t kJukiRecordFile = 0x0002;       ///< 住民票コード, after its PIN
inline constexpr uint16_t kCommonSerialFile = 0x0001;     ///< record 1: serial 15, municipality 5, expiry 8 digits
inline constexpr uint16_t kCommonKeyReferenceFile = 0x0002;
inline constexpr uint16_t kCommonKey = 0x0019;            ///< INTERNAL AUTHENTICATE
inline constexpr uint16_t kJukiPin = 0x001C;              ///< in both; 4 digits, 3 tries

inline constexpr uint8_t kJukiTries = 3;
inline constexpr uint8_t kAuthTries = 3, kSignTries = 5, kTextTries = 3, kNumberTries = 10;

// Token labels in EF 0006: how a reader tells a card from a phone.
inline constexpr std::string_view kCardLabel = "JPKIAPICCTOKEN2";
inline constexpr std::string_view kAndroidLabel = "JPKIAPGPSETOKEN";
inline constexpr std::string_view kPhoneLabel = "JPKIAPIOSTOKEN";

}  // namespace mitome::jpki
