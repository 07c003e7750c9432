#include "card/register/register_applets.h"

#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

using apdu::CommandApdu;
using apdu::ResponseApdu;

constexpr uint8_t kChangeKey = 0x32, kInternalAuthenticate = 0x88;
constexpr size_t kMaxChallenge = 245;  // RSA-2048 less the 11 bytes of PKCS #1 v1.5 padding

ResponseApdu status(apdu::StatusWord sw) { return {{}, sw}; }

std::vector<FileRule> juki_files() {
  using namespace jpki;
  return {{kJukiRecordFile, FileKind::kRecords, {kJukiPin}}, {kJukiPin, FileKind::kPin, {}, kJukiTries, is_four_digits}};
}

std::vector<FileRule> common_files() {
  using namespace jpki;
  return {{kCommonSerialFile, FileKind::kRecords},
          {kCommonKeyReferenceFile, FileKind::kTransparent},
          {kCommonKey, FileKind::kKey},
          {kJukiPin, FileKind::kPin, {}, kJukiTries, is_four_digits}};
}

}  // namespace

ResponseApdu RegisterApplet::process_own(const CommandApdu& command) {
  if (command.cla == 0x80 && command.ins == kChangeKey)
    return command.p1 == 0x00 ? set_pin(command.p2, command.data) : status(apdu::kWrongParameters);
  return FileApplet::process_own(command);
}

JukiApplet::JukiApplet(Platform& platform) : RegisterApplet(platform, AppletId::kJuki, juki_files()) {}
ByteView JukiApplet::aid() const { return jpki::kJukiAid; }

CommonApplet::CommonApplet(Platform& platform) : RegisterApplet(platform, AppletId::kCommon, common_files()) {}
ByteView CommonApplet::aid() const { return jpki::kCommonAid; }

/// 00 88 00 (80|SFI) Lc <challenge> 00: the card proves that it has this key. How the challenge is padded is not public; here as COMPUTE
/// DIGITAL SIGNATURE 00 does.
ResponseApdu CommonApplet::process_own(const CommandApdu& command) {
  if (command.cla != 0x00 || command.ins != kInternalAuthenticate) return RegisterApplet::process_own(command);
  if (command.p1 != 0x00 || (command.p2 & 0x80) == 0 || (command.p2 & 0x60) != 0) return status(apdu::kWrongParameters);
  const FileRule* key = referenced(command.p2);
  if (key == nullptr) return status(command.p2 == 0x80 ? apdu::kNoCurrentFile : apdu::kFileNotFound);
  if (key->kind != FileKind::kKey) return status(apdu::kIncompatibleFile);
  if (command.data.empty() || command.data.size() > kMaxChallenge || !command.le) return status(apdu::kWrongLength);
  auto answer = platform().sign({AppletId::kCommon, key->id, Part::kKey}, RsaPadding::kPkcs1, command.data);
  if (!answer) return status(answer.error().reason == Reason::STORAGE_FAILED ? apdu::kMemoryFailure : apdu::kConditions);
  return {std::move(*answer), apdu::kSuccess};
}

}  // namespace mitome::card
