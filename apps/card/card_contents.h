// What a card says of itself and of its holder, read by APDUs.
#pragma once

#include "apps/card/card_pins.h"
#include "apps/card/card_trust.h"
#include "codec/json/json.h"
#include "protocol/apdu/apdu.h"

namespace mitome::apps {

/// Without any PIN: token, applications, tries left, the card's number, the authentication certificate. CARD_REFUSED when it is no such
/// card; CARD_SILENT.
Result<json::Value> describe_card(apdu::ApduChannel& channel);

/// With the PINs that `pins` knows: My Number, the four items, pictures of the face, certificates, the resident code. No PIN is asked for
/// that it does not know. A wrong PIN ends it with PIN_WRONG. With `trust` (which may be null) all that is signed is verified, and refused
/// where it cannot be: CERT_UNTRUSTED, BAD_SIGNATURE. "verified" names what was.
Result<json::Value> read_card(apdu::ApduChannel& channel, PinInput& pins, const CardTrust* trust, const Cli& cli);

}  // namespace mitome::apps
