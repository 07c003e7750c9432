#include <algorithm>
#include <charconv>

#include "base/hex.h"
#include "protocol/http/web.h"
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

Result<http::Response> findmy_phone(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY(roles.require(request, "findmy"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string name, body.string_at("name"));
  TRY_ASSIGN(const std::string birth_text, body.string_at("birth_date"));
  TRY_ASSIGN(const Date birth_date, date_from_text(birth_text));
  TRY_ASSIGN(const PhoneId id, registry.live_phone_of(name, birth_date));
  TRY_ASSIGN(const Phone phone, registry.phone(id));
  return http::Response::json(json::Value::object(
      {{"phone", id.text}, {"state", std::string{name_of(phone.state)}}, {"model", phone.model}}));
}

Result<http::Response> findmy_suspend(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "findmy"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string phone, body.string_at("phone"));
  TRY_ASSIGN(const Phone now, registry.suspend(PhoneId{phone}, kFindmy, caller.name));
  return suspended(now);
}

Result<http::Response> hotline_stop(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "hotline"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string name, body.string_at("name"));
  TRY_ASSIGN(const std::string birth_text, body.string_at("birth_date"));
  TRY_ASSIGN(const Date birth_date, date_from_text(birth_text));
  TRY_ASSIGN(const CardId card, registry.current_card_of(name, birth_date));
  TRY(registry.stop_card(card, kHotline, caller.name));
  return http::Response::json(json::Value::object({{"card", card.text}, {"state", "held"}}));
}

Result<http::Response> events_simulated(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "town"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string what, body.string_at("what"));
  constexpr std::string_view kKnown[] = {"sensor", "approval", "hand", "film"};
  if (std::find(std::begin(kKnown), std::end(kKnown), what) == std::end(kKnown))
    return Error{Reason::MALFORMED, "what is sensor, approval, hand or film"};
  constexpr size_t kMaxName = 64;
  const std::string by = body.string_or("by", "");
  if (by.size() > kMaxName) return Error{Reason::LIMIT_EXCEEDED, "by: at most 64 bytes"};
  TRY(registry.note_simulated(what, by.empty() ? caller.name : caller.name + ": " + by, PhoneId{body.string_or("phone", "")}));
  return http::Response::json(json::Value::object());
}

Result<http::Response> events_list(Registry& registry, const Roles& roles, const http::Request& request) {
  constexpr int64_t kPage = 200;
  TRY(roles.require(request, "operator"));
  TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
  int64_t after = 0;
  if (const auto found = parameters.find("after"); found != parameters.end()) {
    const auto [end, error] = std::from_chars(found->second.data(), found->second.data() + found->second.size(), after);
    if (error != std::errc{} || end != found->second.data() + found->second.size() || after < 0)
      return Error{Reason::MALFORMED, "after is a number"};
  }
  TRY_ASSIGN(const auto records, registry.events(after, kPage));
  json::Value list = json::Value::array();
  for (const EventRecord& it : records)
    list.push(json::Value::object({{"seq", it.seq},
                                   {"at", to_unix(it.at)},
                                   {"kind", it.kind},
                                   {"who", it.who},
                                   {"staff", it.staff},
                                   {"person", it.person},
                                   {"card", it.card},
                                   {"phone", it.phone},
                                   {"body", it.body},
                                   {"previous", to_hex(it.previous)}}));
  TRY_ASSIGN(const LogHead head, registry.log_head());
  return http::Response::json(json::Value::object({{"events", std::move(list)}, {"count", head.events}}));
}

Result<http::Response> events_verify(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY(roles.require(request, "operator"));
  TRY_ASSIGN(const LogHead head, registry.verify_log());
  return http::Response::json(json::Value::object({{"events", head.events}, {"head", to_hex(head.hash)}}));
}

}  // namespace mitome::registry
