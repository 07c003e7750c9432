// 公的個人認証AP: two keys, their certificates and PINs; on a card, on an Android phone's secure element, and on an iPhone's.
#pragma once

#include "card/card_image.h"
#include "card/runtime/file_applet.h"

namespace mitome::card {

class JpkiApplet final : public FileApplet {
 public:
  /// `with_signing`: whether the holder has a signing certificate; else its files do not exist.
  JpkiApplet(Platform& platform, TokenProfile profile, bool with_signing);

  ByteView aid() const override;
  /// A phone is dark until its holder has verified on it.
  bool visible() override;
  apdu::ResponseApdu process(const apdu::CommandApdu& command) override;

 protected:
  bool may_read(const FileRule& file) const override;
  apdu::ResponseApdu process_own(const apdu::CommandApdu& command) override;

 private:
  apdu::ResponseApdu compute_signature(const apdu::CommandApdu& command);
  apdu::ResponseApdu last_command(const apdu::CommandApdu& command);
  bool has_right(uint16_t key) const;
  bool take_right(uint16_t key);

  TokenProfile profile_;
};

}  // namespace mitome::card
