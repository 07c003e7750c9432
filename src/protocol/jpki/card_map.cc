#include "protocol/jpki/card_map.h"

#include <algorithm>

#include "protocol/jpki/identifiers.h"

namespace mitome::jpki {
namespace {

constexpr FileEntry kJpkiFiles[] = {
    {kSignCertificateFile, FileUse::kData, "signing certificate", "署名用電子証明書"},
    {kSignCaFile, FileUse::kData, "CA certificate of the signing certificate", "署名用のCA証明書", true},
    {0x0005, FileUse::kUnknown, "not public", "非公開"},
    {kTokenInfoFile, FileUse::kData, "token information", "トークン情報"},
    {kAvailabilityFile, FileUse::kData, "which certificates are there", "証明書の有無"},
    {0x0009, FileUse::kUnknown, "not public", "非公開"},
    {kAuthCertificateFile, FileUse::kData, "user authentication certificate", "利用者証明用電子証明書"},
    {kAuthCaFile, FileUse::kData, "CA certificate of the user authentication certificate", "利用者証明用のCA証明書",
     true},
    {0x0010, FileUse::kUnknown, "not public", "非公開"},
    {kTerminalCaKey, FileUse::kKey, "key of the terminals’ CA", "端末のCAの鍵"},
    {kAuthKey, FileUse::kKey, "user authentication key", "利用者証明用の鍵"},
    {kAuthPin, FileUse::kPin, "user authentication PIN", "利用者証明用の暗証番号"},
    {0x0019, FileUse::kUnknown, "not public", "非公開"},
    {kSignKey, FileUse::kKey, "signing key", "署名用の鍵"},
    {kSignPin, FileUse::kPin, "signing password", "署名用のパスワード"},
    {0x001C, FileUse::kUnknown, "not public", "非公開"},
    {0x001E, FileUse::kUnknown, "not public", "非公開"},
};

constexpr FileEntry kTextFiles[] = {
    {kMyNumberFile, FileUse::kData, "My Number", "個人番号"},
    {kAttributesFile, FileUse::kData, "the four items", "基本4情報"},
    {kIntegrityFile, FileUse::kData, "digests and signature", "ハッシュ値と署名"},
    {kTextCertificateFile, FileUse::kData, "CV certificate of the signer", "署名者のCV証明書", true},
    {kTextVersionFile, FileUse::kData, "version", "版", true},
    {kTextSessionKeyFile, FileUse::kUnknown, "public key for sessions", "セッション用の公開鍵"},
    {kTextSessionProofFile, FileUse::kUnknown, "public key and signature for sessions", "セッション用の公開鍵と署名"},
    {kTextPin, FileUse::kPin, "card-surface PIN", "券面事項入力補助用の暗証番号"},
    {kTextBlockedPin, FileUse::kPin, "a PIN that is always blocked", "常に閉塞している暗証番号"},
    {kTextSessionKey, FileUse::kKey, "key for sessions", "セッション用の鍵"},
    {kNumberAPin, FileUse::kPin, "verification number A", "照合番号A"},
    {kNumberBPin, FileUse::kPin, "verification number B", "照合番号B"},
};

constexpr FileEntry kSurfaceFiles[] = {
    {kSurfaceAgeFile, FileUse::kData, "birth date", "生年月日"},
    {kSurfaceFaceFile, FileUse::kData, "the face of the card, as pictures", "券面の画像"},
    {kSurfaceVersionFile, FileUse::kData, "version", "版"},
    {kSurfaceCertificateFile, FileUse::kData, "CV certificate of the signer", "署名者のCV証明書", true},
    {kSurfaceNumberFile, FileUse::kData, "My Number, as a picture", "個人番号の画像"},
    {kSurfaceBirthPin, FileUse::kPin, "birth date as a key", "生年月日の照合番号"},
    {kSurfaceNumberBPin, FileUse::kPin, "verification number B", "照合番号B"},
    {kSurfaceNumberAPin, FileUse::kPin, "verification number A", "照合番号A"},
};

constexpr FileEntry kJukiFiles[] = {
    {kJukiRecordFile, FileUse::kRecords, "resident code", "住民票コード"},
    {kJukiPin, FileUse::kPin, "residents’ register PIN", "住民基本台帳用の暗証番号"},
};

constexpr FileEntry kCommonFiles[] = {
    {kCommonSerialFile, FileUse::kRecords, "the card’s number", "カードの番号"},
    {kCommonKeyReferenceFile, FileUse::kData, "reference of the key", "鍵の参照", true},
    {kCommonKey, FileUse::kKey, "the card’s own key", "カード自身の鍵"},
    {kJukiPin, FileUse::kPin, "residents’ register PIN", "住民基本台帳用の暗証番号"},
};

constexpr ApplicationEntry kApplications[] = {
    {"jpki", kJpkiAid, "JPKI", "公的個人認証", kJpkiFiles},
    {"text", kTextAid, "text of the card’s surface", "券面事項入力補助", kTextFiles},
    {"surface", kSurfaceAid, "surface of the card", "券面事項確認", kSurfaceFiles},
    {"juki", kJukiAid, "residents’ register", "住基", kJukiFiles},
    {"common", kCommonAid, "common", "共通カード", kCommonFiles},
};

}  // namespace

const FileEntry* ApplicationEntry::find(uint16_t file) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [file](const FileEntry& entry) { return entry.id == file; });
  return found == files.end() ? nullptr : &*found;
}

std::string four_digits(uint16_t number) {
  std::string out;
  for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789ABCDEF"[number >> shift & 0xF];
  return out;
}

std::span<const ApplicationEntry> card_map() { return kApplications; }

const ApplicationEntry* application_of(ByteView aid) {
  const auto found = std::find_if(std::begin(kApplications), std::end(kApplications),
                                  [aid](const ApplicationEntry& entry) { return equal(entry.aid, aid); });
  return found == std::end(kApplications) ? nullptr : &*found;
}

}  // namespace mitome::jpki
