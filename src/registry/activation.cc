#include "registry/activation.h"

namespace mitome::registry {
namespace {

constexpr Seconds kOpens = std::chrono::hours{8};
constexpr Seconds kCloses = std::chrono::hours{19} + std::chrono::minutes{30};

}  // namespace

bool in_open_window(Instant now) {
  const Seconds time = japan_time_of_day(now);
  return kOpens <= time && time < kCloses;
}

Instant activation_instant(Instant now) {
  if (in_open_window(now)) return now + kActivationDelay;
  const Seconds time = japan_time_of_day(now);
  const Instant midnight = now - time;
  return midnight + kOpens + (time < kOpens ? Days{0} : Days{1});
}

}  // namespace mitome::registry
