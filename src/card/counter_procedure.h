// What a city counter does to a card with the issuer's secret keys: it sets a forgotten PIN, and brings files and signing key up
// to date. In life that is an authenticated exchange whose specification is not public; here it is done to the silicon
// (docs/divergences.md), so only a composition that holds the silicon can do it.
#pragma once

#include <optional>

#include "card/card_image.h"

namespace mitome::card {

/// The PINs of the card that a counter can set.
enum class CounterPin : uint8_t { kAuth, kSign, kText };

/// A new PIN with all its tries. NOT_FOUND when the card has no such PIN (no signing certificate, no text application).
Result<void> counter_set_pin(Platform& platform, CounterPin which, const crypto::Pin& pin);

/// EF 0001 to 0005 of the text application; NOT_FOUND when the card has none. The card is powered up anew to show them.
Result<void> counter_write_text(Platform& platform, const jpki::TextFiles& files, ByteView version);

/// The certificate of the key that Platform::generate_key(kSignKeySlot) has just made. A card that never had one needs its
/// password: MALFORMED without.
Result<void> counter_write_signing(Platform& platform, ByteView certificate, const std::optional<crypto::Pin>& password);

}  // namespace mitome::card
