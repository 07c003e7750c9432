#include "services/portal/portal.h"

namespace mitome::services {

std::vector<http::Route> routes(Portal& portal) {
  using Handler = http::Response (Portal::*)(const http::Request&);
  const auto to = [&portal](Handler handler) {
    return [&portal, handler](const http::Request& request) { return (portal.*handler)(request); };
  };
  std::vector<http::Route> all = routes(portal.login());
  for (http::Route& route : std::vector<http::Route>{
           {"GET", "/api/me", "anyone", to(&Portal::me)},
           {"POST", "/api/register", "visitor", to(&Portal::register_start)},
           {"GET", "/sign/callback", "browser", to(&Portal::signed_return)},
           {"GET", "/api/forms", "anyone", to(&Portal::forms)},
           {"POST", "/api/forms/check", "anyone", to(&Portal::forms_check)},
           {"GET", "/api/applications", "resident", to(&Portal::applications)},
           {"POST", "/api/applications", "resident", to(&Portal::application_save)},
           {"GET", "/api/application", "resident", to(&Portal::application)},
           {"POST", "/api/applications/sign", "resident", to(&Portal::application_sign)},
           {"POST", "/api/applications/withdraw", "resident", to(&Portal::application_withdraw)},
           {"GET", "/api/health-checks", "resident", to(&Portal::health_list)},
           {"GET", "/api/health-check", "resident", to(&Portal::health_one)},
           {"GET", "/api/medicines", "resident", to(&Portal::medicine_list)},
           {"GET", "/api/kept", "visitor", to(&Portal::kept)},
           {"POST", "/api/forget", "visitor", to(&Portal::forget)},
           {"GET", "/api/retention", "anyone", to(&Portal::retention)},
       })
    all.push_back(std::move(route));
  return all;
}

}  // namespace mitome::services
