#include "services/kiosk/kiosk.h"

namespace mitome::services {

std::vector<http::Route> routes(Kiosk& kiosk) {
  const auto call = [&kiosk](http::Response (Kiosk::*handler)(const http::Request&)) {
    return [&kiosk, handler](const http::Request& request) { return (kiosk.*handler)(request); };
  };
  return {
      {"GET", "/api/directory", "anyone", call(&Kiosk::directory)}, {"POST", "/api/start", "anyone", call(&Kiosk::start)},
      {"GET", "/api/session", "session", call(&Kiosk::session)},    {"POST", "/api/choose", "session", call(&Kiosk::choose)},
      {"POST", "/api/read", "session", call(&Kiosk::read)},         {"POST", "/api/pin", "session", call(&Kiosk::pin)},
      {"POST", "/api/paper", "session", call(&Kiosk::paper)},       {"POST", "/api/stay", "session", call(&Kiosk::stay)},
      {"POST", "/api/pin-reset", "session", call(&Kiosk::pin_reset)},
      {"POST", "/api/end", "session", call(&Kiosk::end)},           {"GET", "/api/verify", "anyone", call(&Kiosk::verify)},
  };
}

}  // namespace mitome::services
