#include "apps/town/places.h"

namespace mitome::town {
namespace {

struct Opening {
  const char* place;
  Result<std::unique_ptr<Premises>> (*open)(Ground&);
};

constexpr Opening kOpenings[] = {
    {"gate", open_gate},
    {"portal", open_portal},
    {"tax", open_tax},
    {"clinic", open_clinic},
    {"phone", open_phones},
    {"desk", open_desk},
    {"counter", open_counter},
    {"town", open_front_page},
    {"kiosk", open_kiosks},
};

}  // namespace

Result<std::vector<std::unique_ptr<Premises>>> open_premises(Ground& ground) {
  std::vector<std::unique_ptr<Premises>> all;
  for (const Opening& opening : kOpenings) {
    auto opened = opening.open(ground);
    if (!opened) return Error{opened.error().reason, std::string{opening.place} + ": " + opened.error().detail};
    ground.town.connect(opening.place, (*opened)->routes());
    all.push_back(std::move(*opened));
  }
  return all;
}

}  // namespace mitome::town
