// What every place of the town in the browser stands on, and what it is to the composition.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/town/air.h"
#include "apps/town/authority.h"
#include "apps/town/card_box.h"
#include "apps/town/hand.h"
#include "apps/town/identity.h"
#include "apps/town/town.h"
#include "phone/phone.h"

namespace mitome::town {

/// Handed to each place's open_NAME(); all of it outlives the place.
struct Ground {
  Town& town;  ///< addresses, clock, network, storage, keys, role tokens, trust anchors
  Hand& hand;  ///< what lies on which reader
  Air& air;    ///< between phones and counters
  bool require_webauthn = false;
};

/// One place: its routes, and what it does as time goes by.
class Premises {
 public:
  virtual ~Premises() = default;
  virtual std::vector<http::Route> routes() = 0;
  /// Called about once a second, and at once after the clock was moved; must not wait.
  virtual void tick(Instant) {}
};

}  // namespace mitome::town
