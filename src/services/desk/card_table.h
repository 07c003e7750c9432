// The desk's own hands: blank cards in a drawer, and a reader with the keys that let a counter write into a card. What a real
// counter does there is secret (docs/divergences.md); the composition stands for it.
#pragma once

#include <optional>
#include <string>

#include "codec/json/json.h"
#include "crypto/secret.h"

namespace mitome::services::desk {

struct BlankCard {
  std::string handle;           ///< until it is personalised
  Bytes auth_spki, sign_spki;   ///< keys made in the chip; sign_spki empty where none was asked for
};

struct CardPins {
  crypto::Pin auth, text, juki;
  std::optional<crypto::Pin> sign;
};

class CardTable {
 public:
  virtual ~CardTable() = default;

  /// A blank card, its keys made inside.
  virtual Result<BlankCard> take_blank(bool signing) = 0;
  /// Writes what the authority granted (POST /city/cards) and the PINs; the card is then its holder's.
  virtual Result<void> personalise(const BlankCard& blank, const json::Value& grant, CardPins pins) = 0;

  // The card that lies on the desk's reader; CARD_SILENT without one.
  /// Its user authentication certificate, which a card shows freely.
  virtual Result<Bytes> auth_certificate() = 0;
  /// A new signing key made in the chip in place of the one before: its spki.
  virtual Result<Bytes> new_signing_key() = 0;
  /// Writes the text files, and the signing certificate when there is one (POST /city/cards/update). A card that never had
  /// a signing password needs one.
  virtual Result<void> rewrite(const json::Value& update, const std::optional<crypto::Pin>& sign_password) = 0;
  /// A new PIN, with all its tries: "auth", "sign" or "text". NOT_FOUND when the card has no such PIN.
  virtual Result<void> reset_pin(std::string_view which, const crypto::Pin& pin) = 0;
};

}  // namespace mitome::services::desk
