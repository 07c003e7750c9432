#include "net/system_clock.h"

#include <ctime>

namespace mitome::net {

Instant SystemClock::now() const {
  timespec now{};
  CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
  return instant_from_unix(now.tv_sec);
}

}  // namespace mitome::net
