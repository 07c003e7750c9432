// 住基AP, the residents' register, and 共通カードAP, the card's own serial number and key. Their PINs are one to their holder
// (住民基本台帳用), and are changed by JICSAP's CHANGE KEY.
#pragma once

#include "card/runtime/file_applet.h"

namespace mitome::card {

/// What both have: their PIN, and 80 32 00 80 Lc <new PIN>.
class RegisterApplet : public FileApplet {
 protected:
  using FileApplet::FileApplet;
  apdu::ResponseApdu process_own(const apdu::CommandApdu& command) override;
};

class JukiApplet final : public RegisterApplet {
 public:
  explicit JukiApplet(Platform& platform);
  ByteView aid() const override;
};

class CommonApplet final : public RegisterApplet {
 public:
  explicit CommonApplet(Platform& platform);
  ByteView aid() const override;

 protected:
  apdu::ResponseApdu process_own(const apdu::CommandApdu& command) override;
};

}  // namespace mitome::card
