#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mitome::town {

/// The places in the order of their ports (decisions.md 9).
inline constexpr std::string_view kPlaces[] = {"town",    "authority", "gate", "portal", "kiosk",
                                               "counter", "clinic",    "tax",  "desk",   "phone"};

/// How the places are called. Without a port, as in the story: "http://portal.localhost". With one: "http://portal.localhost:8703".
/// With a public name, all places share it and differ in their ports: "https://town.example:8703".
struct Addresses {
  uint16_t first_port = 0;
  std::string public_host = {};

  uint16_t port(std::string_view place) const;
  std::string authority(std::string_view place) const;  ///< host[:port]
  std::string origin(std::string_view place) const;     ///< scheme://host[:port]
};

}  // namespace mitome::town
