#include "apps/town/addresses.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace mitome::town {

uint16_t Addresses::port(std::string_view place) const {
  const auto found = std::find(std::begin(kPlaces), std::end(kPlaces), place);
  CHECK(found != std::end(kPlaces));
  return static_cast<uint16_t>(first_port + (found - std::begin(kPlaces)));
}

std::string Addresses::authority(std::string_view place) const {
  const std::string host = public_host.empty() ? std::string{place} + ".localhost" : public_host;
  return first_port == 0 ? host : host + ":" + std::to_string(port(place));
}

std::string Addresses::origin(std::string_view place) const {
  return (public_host.empty() ? "http://" : "https://") + authority(place);
}

}  // namespace mitome::town
