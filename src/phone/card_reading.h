#pragma once

#include <string>

#include "base/time.h"
#include "crypto/secret.h"
#include "protocol/apdu/apdu.h"
#include "protocol/jpki/text_files.h"

namespace mitome::phone {

/// What one tap of the physical card gives for enrolment.
struct CardReading {
  std::string name;  ///< for the screen
  Bytes auth_certificate, sign_certificate;
  jpki::TextFiles text;
  Bytes signature;  ///< by the card's signing key over the evidence
};

/// Reads the card and lets it sign in one tap. `signed_message` is CBOR ["mitome-enrol-1", nonce, SHA-256(keys)].
/// CARD_SILENT; CARD_REFUSED when it is no My Number Card; UNDER_AGE (by the text files, at `now`);
/// NO_SIGNING_CERTIFICATE; PIN_WRONG and PIN_BLOCKED, the detail naming which; CARD_CHANGED when not all of it came
/// from one card.
Result<CardReading> read_for_enrolment(apdu::ApduChannel& card, const crypto::Pin& text_pin,
                                       const crypto::Pin& sign_password, ByteView signed_message, Instant now);

}  // namespace mitome::phone
