#include "card/jpki/jpki_applet.h"

#include <variant>

#include "crypto/hash.h"
#include "crypto/key.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

using apdu::CommandApdu;
using apdu::ResponseApdu;

constexpr uint8_t kComputeSignature = 0x2A, kSetPublicIcKey = 0xA2, kLastCommand = 0xFC;
constexpr size_t kTerminalCertificateSize = 307;
constexpr size_t kMaxRawInput = 245;  // RSA-2048 less the 11 bytes of PKCS #1 v1.5 padding
constexpr size_t kDigestSize = 32;
constexpr uint32_t kSignatureSize = 256;

ResponseApdu status(apdu::StatusWord sw) { return {{}, sw}; }

std::vector<FileRule> jpki_files(TokenProfile profile, bool with_signing) {
  using namespace jpki;
  const auto file = FileKind::kTransparent;
  std::vector<FileRule> files{
      {kSignCaFile, file},
      {kTokenInfoFile, file},
      {kAvailabilityFile, file},
      {kAuthCertificateFile, file},
      {kAuthCaFile, file},
      {kAuthKey, FileKind::kKey},
      {kAuthPin, FileKind::kPin, {}, kAuthTries, is_four_digits},
  };
  if (profile == TokenProfile::kAndroid) files[3].opened_by = {kAuthPin};
  if (profile == TokenProfile::kCard) {  // measured on cards; of phones nobody has told
    files.push_back({kTerminalCaKey, FileKind::kKey});
    for (const uint16_t unpublished : kJpkiUnpublishedFiles) files.push_back({unpublished, FileKind::kUnpublished});
  }
  if (!with_signing) return files;
  files.push_back({kSignCertificateFile, file, {kSignPin}});
  files.push_back({kSignKey, FileKind::kKey});
  files.push_back({kSignPin, FileKind::kPin, {}, kSignTries, is_signing_password});
  return files;
}

/// What the private-key operation gets.
struct Prepared {
  RsaPadding padding;
  Bytes input;
};

/// P1 of COMPUTE DIGITAL SIGNATURE (measured by soltia48/myna-card): 00 input padded as it is, 01 hashed by the card, 02 a hash
/// that the card wraps in DigestInfo, 03 both, 04 PSS over a hash, 05 PSS hashed by the card. A status word when it does not fit.
std::variant<Prepared, apdu::StatusWord> prepare(uint8_t scheme, ByteView data) {
  if (scheme > 0x05) return apdu::kWrongParameters;
  if (data.empty()) return apdu::kWrongLength;
  const bool takes_hash = scheme == 0x02 || scheme == 0x04;
  if (takes_hash && data.size() != kDigestSize) return apdu::kConditions;
  if (scheme == 0x00 && data.size() > kMaxRawInput) return apdu::kConditions;
  const auto hash = [&] { return to_bytes(ByteView{crypto::sha256(data)}); };
  switch (scheme) {
    case 0x00: return Prepared{RsaPadding::kPkcs1, to_bytes(data)};
    case 0x01: return Prepared{RsaPadding::kPkcs1, hash()};
    case 0x02: return Prepared{RsaPadding::kPkcs1, crypto::sha256_digest_info(data)};
    case 0x03: return Prepared{RsaPadding::kPkcs1, crypto::sha256_digest_info(hash())};
    case 0x04: return Prepared{RsaPadding::kPss, to_bytes(data)};
    default: return Prepared{RsaPadding::kPss, hash()};
  }
}

apdu::StatusWord status_of(Reason reason) {
  if (reason == Reason::USER_AUTH_REQUIRED) return apdu::kSecurityStatus;
  return reason == Reason::STORAGE_FAILED ? apdu::kMemoryFailure : apdu::kConditions;
}

}  // namespace

JpkiApplet::JpkiApplet(Platform& platform, TokenProfile profile, bool with_signing)
    : FileApplet(platform, AppletId::kJpki, jpki_files(profile, with_signing)), profile_(profile) {}

ByteView JpkiApplet::aid() const { return jpki::kJpkiAid; }

bool JpkiApplet::visible() {
  return profile_ != TokenProfile::kPhone || platform().user_operation() != UserOperation::kNone;
}

ResponseApdu JpkiApplet::process(const CommandApdu& command) {
  if (visible()) return FileApplet::process(command);
  clear();  // the operation ended under way: what was verified in it is over too
  return status(apdu::kSecurityStatus);
}

bool JpkiApplet::may_read(const FileRule& file) const {
  if (FileApplet::may_read(file)) return true;
  // On a phone the holder's own act for signing opens the signing certificate, as the password does.
  return profile_ == TokenProfile::kPhone && platform().user_operation() == UserOperation::kSigning;
}

ResponseApdu JpkiApplet::process_own(const CommandApdu& command) {
  if (command.cla == 0x80) {
    switch (command.ins) {
      case kComputeSignature: return compute_signature(command);
      // SET PUBLIC IC KEY: as a card answers a terminal certificate that it does not know.
      case kSetPublicIcKey:
        return status(command.data.size() == kTerminalCertificateSize ? apdu::kWrongParameters : apdu::kWrongLength);
      case kLastCommand: return last_command(command);
      default: break;
    }
  }
  return status(apdu::kUnknownInstruction);
}

/// On a card: its PIN was verified; the signing key works once for each VERIFY. On a phone: the operation that the holder opened
/// is for this key, or the key's PIN was verified within it.
bool JpkiApplet::has_right(uint16_t key) const {
  const bool signing = key == jpki::kSignKey;
  if (profile_ == TokenProfile::kPhone &&
      platform().user_operation() == (signing ? UserOperation::kSigning : UserOperation::kAuthentication))
    return true;
  return signing ? fresh(jpki::kSignPin) : verified(jpki::kAuthPin);
}

/// Uses the right up, before anything is signed.
bool JpkiApplet::take_right(uint16_t key) {
  if (profile_ == TokenProfile::kPhone && !platform().consume_signature()) return false;
  if (key == jpki::kSignKey) end_fresh(jpki::kSignPin);
  return true;
}

/// 80 2A P1 P2 Lc data 00. P2: 80 the current key, 80|SFI, or 00 the application's default, the authentication key.
ResponseApdu JpkiApplet::compute_signature(const CommandApdu& command) {
  if (command.p2 != 0x00 && ((command.p2 & 0x80) == 0 || (command.p2 & 0x60) != 0)) return status(apdu::kWrongParameters);
  const FileRule* key = command.p2 == 0x00 ? find(jpki::kAuthKey) : referenced(command.p2);
  if (key == nullptr) return status(command.p2 == 0x80 ? apdu::kNoCurrentFile : apdu::kFileNotFound);
  if (key->kind != FileKind::kKey) return status(apdu::kIncompatibleFile);
  if (!has_right(key->id)) return status(apdu::kSecurityStatus);
  auto prepared = prepare(command.p1, command.data);
  if (const auto* refused = std::get_if<apdu::StatusWord>(&prepared)) return status(*refused);
  if (!command.le) return status(apdu::kWrongLength);
  if (*command.le < kSignatureSize) return status(apdu::kWrongLe);
  if (!take_right(key->id)) return status(apdu::kSecurityStatus);
  const auto& [padding, input] = std::get<Prepared>(prepared);
  auto signature = platform().sign({AppletId::kJpki, key->id, Part::kKey}, padding, input);
  if (!signature) return status(status_of(signature.error().reason));
  return {std::move(*signature), apdu::kSuccess};
}

/// 80 FC 00 00: a phone's reader says that no command follows; a physical card does not know it.
ResponseApdu JpkiApplet::last_command(const CommandApdu& command) {
  if (profile_ != TokenProfile::kPhone) return status(apdu::kWrongLength);
  if (command.p1 != 0x00 || command.p2 != 0x00) return status(apdu::kWrongParameters);
  clear();
  platform().operation_ended();
  return status(apdu::kSuccess);
}

}  // namespace mitome::card
