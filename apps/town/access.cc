#include "apps/town/access.h"

namespace mitome::town {

void MovableClock::move_to(int hour, int minute, int second) {
  const Date today = japan_date(now_);
  Instant then = japan_instant(today, hour, minute, second);
  if (then < now_) then += Days{1};
  now_ = then;
}

http::Request Place::with_token(http::Request request) const {
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  return request;
}

Result<json::Value> Place::get(std::string_view path) const {
  return http::call_json(network_, with_token(http::get("http://" + host_ + std::string{path})));
}

Result<json::Value> Place::post(std::string_view path, const json::Value& body) const {
  return http::call_json(network_, with_token(http::post_json("http://" + host_ + std::string{path}, body)));
}

}  // namespace mitome::town
