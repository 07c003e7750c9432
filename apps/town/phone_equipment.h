// What the phones of the town in the browser are from the start: whose, which model, what else is in their wallets, and whom they may
// speak to.
#pragma once

#include <string_view>

#include "apps/town/addresses.h"
#include "phone/phone.h"

namespace mitome::town {

/// A phone that is there from the start.
struct FirstPhone {
  std::string_view name, owner, model, sensor;
  phone::Profile profile;
  std::string_view transit_number, points_number;  ///< of what its owner's account has beside the card (article A5, A49)
  int64_t balance, points;
};
/// One with a face sensor, one with a finger sensor, one that holds the certificates behind PINs. All invented.
inline constexpr FirstPhone kFirstPhones[] = {
    {"phone-1", "見留　花子", "MT-16", "face", phone::Profile::kWallet, "MH 0310 4471 0026", "800 1126 5", 2340, 118},
    {"phone-2", "架空　太郎", "MT-11", "finger", phone::Profile::kWallet, "MH 0310 9085 1147", "800 7702 3", 860, 45},
    {"phone-3", "架空　太郎", "MT-14", "finger", phone::Profile::kPin, "MH 0310 9085 1147", "800 7702 3", 860, 45},
};
/// nullptr for a phone that came later.
const FirstPhone* first_phone(std::string_view name);

/// Completes the configuration of a phone that is switched on.
void equip(phone::PhoneConfig& config, const Addresses& addresses, bool require_webauthn);

}  // namespace mitome::town
