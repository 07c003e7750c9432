// 券面事項入力補助AP: My Number and the four items as text (EF contents: protocol/jpki/text_files.h).
#pragma once

#include "card/runtime/file_applet.h"

namespace mitome::card {

class TextApplet final : public FileApplet {
 public:
  explicit TextApplet(Platform& platform);
  ByteView aid() const override;

 protected:
  apdu::ResponseApdu process_own(const apdu::CommandApdu& command) override;
};

}  // namespace mitome::card
