#include "registry/routes.h"

#include "registry/endpoints.h"

namespace mitome::registry {
namespace {

http::Response respond(Result<http::Response> result) {
  return result ? std::move(*result) : http::Response::error(result.error());
}

using Endpoint = Result<http::Response> (*)(Registry&, const Roles&, const http::Request&);

http::Route role_route(std::string method, std::string path, std::string role, Registry& registry, const Roles& roles,
                       Endpoint endpoint) {
  return {std::move(method), std::move(path), std::move(role), [&registry, &roles, endpoint](const http::Request& request) {
            return respond(endpoint(registry, roles, request));
          }};
}

}  // namespace

std::vector<http::Route> routes(Registry& registry, const Roles& roles) {
  using Request = http::Request;
  return {
      {"GET", "/phone/state", "phone", [&](const Request& request) { return respond(phone_state(registry, request)); }},
      {"POST", "/phone/delete", "phone",
       [&](const Request& request) { return respond(phone_delete(registry, request)); }},
      role_route("POST", "/hotline/suspend", "hotline", registry, roles, hotline_suspend),
      role_route("POST", "/findmy/phone", "findmy", registry, roles, findmy_phone),
      role_route("POST", "/findmy/suspend", "findmy", registry, roles, findmy_suspend),
      role_route("POST", "/hotline/stop", "hotline", registry, roles, hotline_stop),
      role_route("POST", "/city/lookup", "city", registry, roles, city_lookup),
      role_route("POST", "/city/move", "city", registry, roles, city_move),
      role_route("POST", "/city/cards/stop", "city", registry, roles, city_stop),
      role_route("POST", "/city/ward", "city", registry, roles, city_ward),
      role_route("POST", "/city/depart", "city", registry, roles, city_depart),
      role_route("POST", "/city/pin-reset", "city", registry, roles, city_pin_reset),
      role_route("POST", "/events/simulated", "town", registry, roles, events_simulated),
      role_route("GET", "/events", "operator", registry, roles, events_list),
      role_route("POST", "/holders", "verifier", registry, roles, holders),
      role_route("POST", "/residents", "municipality", registry, roles, residents),
      role_route("POST", "/insured", "insurer", registry, roles, insured),
      role_route("GET", "/events/verify", "operator", registry, roles, events_verify),
  };
}

}  // namespace mitome::registry
