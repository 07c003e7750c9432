#pragma once

#include "base/time.h"

namespace mitome::net {

/// The machine's own clock: for commands that people call, never handed to a simulation.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

}  // namespace mitome::net
