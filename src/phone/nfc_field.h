#pragma once

#include "protocol/apdu/apdu.h"

namespace mitome::phone {

/// The phone's own NFC reader, at its top: which card lies on it now.
class NfcField {
 public:
  virtual ~NfcField() = default;
  /// The card in the field, freshly powered; CARD_SILENT when there is none. It stays the field's.
  virtual Result<apdu::ApduChannel*> connect() = 0;
};

}  // namespace mitome::phone
