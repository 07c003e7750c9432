// Health checks and medicines: of who is logged in, and of nobody else. They are shown and not kept.
#include "services/login/respond.h"
#include "services/portal/portal.h"

namespace mitome::services {

http::Response Portal::health_list(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    json::Value out = json::Value::array();
    for (const HealthCheck& check : health_checks({who.second.name, who.second.birth_date}, japan_date(clock_.now())))
      out.push(to_json(check));
    return json::Value::object({{"checks", std::move(out)}});
  }());
}

http::Response Portal::health_one(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
    const auto id = parameters.find("id");
    for (const HealthCheck& check : health_checks({who.second.name, who.second.birth_date}, japan_date(clock_.now())))
      if (id != parameters.end() && check.id == id->second) return to_json(check);
    return Error{Reason::NOT_FOUND, "no such health check of yours"};
  }());
}

http::Response Portal::medicine_list(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    json::Value out = json::Value::array();
    for (const Dispensed& one : medicines({who.second.name, who.second.birth_date}, japan_date(clock_.now())))
      out.push(to_json(one));
    return json::Value::object({{"medicines", std::move(out)}});
  }());
}

}  // namespace mitome::services
