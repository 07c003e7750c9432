#include "card/text/text_applet.h"

#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

/// Who opens what: the text PIN all, number A the My Number, number B the attributes. 0012 is always blocked. 0006, 0007 and the key 0013
/// belong to secure messaging, which is not imitated: they are there and never open.
std::vector<FileRule> text_files() {
  using namespace jpki;
  const auto file = FileKind::kTransparent;
  const auto pin = FileKind::kPin;
  return {
      {kMyNumberFile, file, {kTextPin, kNumberAPin}},
      {kAttributesFile, file, {kTextPin, kNumberBPin}},
      {kIntegrityFile, file, {kTextPin}},
      {kTextCertificateFile, file},
      {kTextVersionFile, file},
      {kTextSessionKeyFile, FileKind::kUnpublished},
      {kTextSessionProofFile, FileKind::kUnpublished},
      {kTextSessionKey, FileKind::kKey},
      {kTextPin, pin, {}, kTextTries, is_four_digits},
      {kTextBlockedPin, pin},
      {kNumberAPin, pin, {}, kNumberTries},
      {kNumberBPin, pin, {}, kNumberTries},
  };
}

}  // namespace

TextApplet::TextApplet(Platform& platform) : FileApplet(platform, AppletId::kText, text_files(), jpki::kTextCertificateFile) {}

ByteView TextApplet::aid() const { return jpki::kTextAid; }

apdu::ResponseApdu TextApplet::process_own(const apdu::CommandApdu& command) {
  // SET SESSION KEY: as without an accepted terminal certificate before (decisions: not imitated).
  if (command.cla == 0x80 && command.ins == 0xAE) return {{}, apdu::kConditions};
  return FileApplet::process_own(command);
}

}  // namespace mitome::card
