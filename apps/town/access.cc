#include "apps/town/access.h"

#include <algorithm>

namespace mitome::town {

Instant MovableClock::now() const {
  const int64_t shown = offset_ + (beside_ != nullptr ? to_unix(beside_->now()) : 0);
  int64_t latest = latest_;
  while (shown > latest && !latest_.compare_exchange_weak(latest, shown)) {
  }
  return instant_from_unix(std::max(shown, latest));
}

void MovableClock::move_to(int hour, int minute, int second) {
  const Instant from = now();
  Instant then = japan_instant(japan_date(from), hour, minute, second);
  if (then < from) then += Days{1};
  advance(then - from);
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
