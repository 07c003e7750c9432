#pragma once

#include "protocol/apdu/apdu.h"

namespace mitome::card {

/// One application of the chip: command in, response out.
class Applet {
 public:
  virtual ~Applet() = default;
  /// Its application identifier, 5 to 16 bytes; the view lives as long as the applet.
  virtual ByteView aid() const = 0;
  /// False while the application cannot be seen: SELECT then answers as if it were not there.
  virtual bool visible() { return true; }
  /// Forgets everything volatile: current file, verified PINs. Called when it is left: at every
  /// SELECT by AID (also of itself) and at reset.
  virtual void clear() = 0;
  /// Everything but SELECT by AID. Never fails: there is always a status word.
  virtual apdu::ResponseApdu process(const apdu::CommandApdu& command) = 0;
};

}  // namespace mitome::card
