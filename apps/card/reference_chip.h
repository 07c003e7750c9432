// A chip of ours to compare others with: a card, or a phone of either kind whose holder has just agreed to a login.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "apps/card/card_factory.h"
#include "card/card_image.h"
#include "protocol/jpki/card_structure.h"

namespace mitome::apps {

class ReferenceChip {
 public:
  /// By the token's label (identifiers.h); a card for any other.
  static Result<std::unique_ptr<ReferenceChip>> make(std::string_view token, Instant now);
  ~ReferenceChip();

  apdu::ApduChannel& channel();
  /// Its own PINs, of the same kinds as these.
  std::vector<jpki::GivenPin> pins_as(const std::vector<jpki::GivenPin>& given) const;

 private:
  struct Impl;
  explicit ReferenceChip(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::apps
