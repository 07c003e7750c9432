// A reader that a card or a phone is laid on: in this process, or PC/SC. Kiosk, clinic and a person's computer all read through it.
#pragma once

#include <memory>
#include <string>

#include "protocol/apdu/apdu.h"

namespace mitome::apdu {

class CardReader {
 public:
  virtual ~CardReader() = default;
  virtual std::string name() const = 0;
  /// Whether something lies on it now.
  virtual bool present() = 0;
  /// Powers up what lies there; the way to it is the caller's alone until it is destroyed, then power goes. CARD_SILENT when nothing
  /// lies there, or as soon as it was taken away; another caller waits for nothing: CONFLICT.
  virtual Result<std::unique_ptr<ApduChannel>> connect() = 0;
};

}  // namespace mitome::apdu
