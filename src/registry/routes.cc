#include "registry/routes.h"

#include "registry/endpoints.h"

namespace mitome::registry {
namespace {

http::Response respond(Result<http::Response> result) {
  return result ? std::move(*result) : http::Response::error(result.error());
}

}  // namespace

std::vector<http::Route> routes(Registry& registry, const Roles& roles) {
  using Request = http::Request;
  return {
      {"GET", "/phone/state", "phone", [&](const Request& request) { return respond(phone_state(registry, request)); }},
      {"POST", "/phone/delete", "phone",
       [&](const Request& request) { return respond(phone_delete(registry, request)); }},
      {"POST", "/hotline/suspend", "hotline",
       [&](const Request& request) { return respond(hotline_suspend(registry, roles, request)); }},
      {"POST", "/findmy/suspend", "findmy",
       [&](const Request& request) { return respond(findmy_suspend(registry, roles, request)); }},
      {"GET", "/events/verify", "operator",
       [&](const Request& request) { return respond(events_verify(registry, roles, request)); }},
  };
}

}  // namespace mitome::registry
