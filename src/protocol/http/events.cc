#include "protocol/http/events.h"

namespace mitome::http {

void EventStream::publish(std::string_view event, const json::Value& data) {
  const std::lock_guard lock{mutex_};
  ++last_;
  // JSON has no line break of its own, so one data line is all there is.
  std::string frame = "id: " + std::to_string(last_) + "\nevent: " + std::string{event} + "\ndata: " + data.dump() + "\n\n";
  for (const auto& [ticket, listener] : listeners_) listener(frame);
  kept_.emplace_back(last_, std::move(frame));
  if (kept_.size() > kKeptEvents) kept_.pop_front();
}

uint64_t EventStream::listen(uint64_t after, Listener listener) {
  const std::lock_guard lock{mutex_};
  if (listeners_.size() >= kMaxListeners) return 0;
  if (after != 0)
    for (const auto& [number, frame] : kept_)
      if (number > after) listener(frame);
  const uint64_t ticket = next_ticket_++;
  listeners_.emplace(ticket, std::move(listener));
  return ticket;
}

void EventStream::leave(uint64_t ticket) {
  const std::lock_guard lock{mutex_};
  listeners_.erase(ticket);
}

size_t EventStream::listeners() const {
  const std::lock_guard lock{mutex_};
  return listeners_.size();
}

}  // namespace mitome::http
