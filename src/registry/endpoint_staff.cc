#include "base/hex.h"
#include "registry/endpoints.h"

namespace mitome::registry {
namespace {

http::Response suspended(const Phone& phone) {
  return http::Response::json(
      json::Value::object({{"phone", phone.id.text}, {"state", std::string{name_of(phone.state)}}}));
}

}  // namespace

Result<http::Response> hotline_suspend(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "hotline"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string name, body.string_at("name"));
  TRY_ASSIGN(const std::string birth_text, body.string_at("birth_date"));
  TRY_ASSIGN(const Date birth_date, date_from_text(birth_text));
  TRY_ASSIGN(const PhoneId phone, registry.live_phone_of(name, birth_date));
  TRY_ASSIGN(const Phone now, registry.suspend(phone, kHotline, caller.name));
  return suspended(now);
}

Result<http::Response> findmy_suspend(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "findmy"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string phone, body.string_at("phone"));
  TRY_ASSIGN(const Phone now, registry.suspend(PhoneId{phone}, kFindmy, caller.name));
  return suspended(now);
}

Result<http::Response> events_verify(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY(roles.require(request, "operator"));
  TRY_ASSIGN(const LogHead head, registry.verify_log());
  return http::Response::json(json::Value::object({{"events", head.events}, {"head", to_hex(head.hash)}}));
}

}  // namespace mitome::registry
