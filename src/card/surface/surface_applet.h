// 券面事項確認AP: what is printed on the card, as pictures (EF contents: protocol/jpki/surface_files.h).
#pragma once

#include "card/runtime/file_applet.h"

namespace mitome::card {

class SurfaceApplet final : public FileApplet {
 public:
  explicit SurfaceApplet(Platform& platform);
  ByteView aid() const override;
};

}  // namespace mitome::card
