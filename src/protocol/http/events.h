// Server-sent events (HTML 9.2): news that a page hears without asking again.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "codec/json/json.h"

namespace mitome::http {

inline constexpr size_t kKeptEvents = 64;        ///< for who comes back with Last-Event-ID
inline constexpr size_t kMaxListeners = 256;

/// One stream of news with everybody who listens. Safe to use from several threads; outlives its listeners' connections.
class EventStream {
 public:
  /// Called with one frame at a time, under a lock: hand it on and return.
  using Listener = std::function<void(const std::string& frame)>;

  /// To everybody who listens, and to who comes back later and missed it, as far as it is kept.
  void publish(std::string_view event, const json::Value& data);

  /// From what followed event number `after` (0: only what comes). 0 when too many listen already.
  uint64_t listen(uint64_t after, Listener listener);
  void leave(uint64_t ticket);
  size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  uint64_t last_ = 0, next_ticket_ = 1;
  std::deque<std::pair<uint64_t, std::string>> kept_;
  std::map<uint64_t, Listener> listeners_;
};

}  // namespace mitome::http
