// Every place beyond the core, in the order in which they are opened.
#pragma once

#include "apps/town/ground.h"

namespace mitome::town {

/// Opens each place and connects its routes. The error says which place did not open.
Result<std::vector<std::unique_ptr<Premises>>> open_premises(Ground& ground);

// One file each: place_NAME.cc.
Result<std::unique_ptr<Premises>> open_gate(Ground& ground);
Result<std::unique_ptr<Premises>> open_portal(Ground& ground);
Result<std::unique_ptr<Premises>> open_tax(Ground& ground);
Result<std::unique_ptr<Premises>> open_clinic(Ground& ground);
Result<std::unique_ptr<Premises>> open_phones(Ground& ground);
Result<std::unique_ptr<Premises>> open_desk(Ground& ground);
Result<std::unique_ptr<Premises>> open_counter(Ground& ground);
Result<std::unique_ptr<Premises>> open_front_page(Ground& ground);
Result<std::unique_ptr<Premises>> open_kiosks(Ground& ground);

}  // namespace mitome::town
