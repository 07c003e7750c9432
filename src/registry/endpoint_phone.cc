#include "registry/endpoints.h"
#include "registry/phone_caller.h"

namespace mitome::registry {

Result<http::Response> phone_state(Registry& registry, const http::Request& request) {
  TRY_ASSIGN(const PhoneCaller caller, authenticate_phone(registry, request));
  TRY(registry.tick());  // what became due is told to who asks first; nothing else runs by time here
  TRY_ASSIGN(const auto notices, registry.notices(caller.phone.id));
  json::Value list = json::Value::array();
  for (const Notice& notice : notices)
    list.push(json::Value::object({{"id", notice.id}, {"kind", notice.kind}, {"at", to_unix(notice.at)}}));
  return http::Response::json(json::Value::object({{"state", std::string{name_of(caller.phone.state)}},
                                                   {"cause", caller.phone.cause},
                                                   {"version", caller.phone.version},
                                                   {"active_at", to_unix(caller.phone.active_at)},
                                                   {"notices", std::move(list)}}));
}

Result<http::Response> phone_delete(Registry& registry, const http::Request& request) {
  TRY_ASSIGN(const PhoneCaller caller, authenticate_phone(registry, request));
  TRY(http::json_body(request));
  const PhoneChange change{caller.phone.id, caller.call.version, caller.idempotency, {}, {}};
  TRY_ASSIGN(Bytes body, registry.delete_phone(change, [](const Phone& phone) {
    return to_bytes(json::Value::object({{"state", std::string{name_of(phone.state)}}}).dump());
  }));
  return http::Response::bytes(std::move(body), "application/json");
}

}  // namespace mitome::registry
