#pragma once

#include "base/time.h"

namespace mitome::registry {

/// How long a phone waits that was added in the open window ("some minutes", article A26).
inline constexpr std::chrono::minutes kActivationDelay{3};

/// When a phone that is added at `now` can be used, by Japan time and by nothing else (article A26, decisions 14):
/// 08:00:00–19:29:59 → now + kActivationDelay; 19:30:00–23:59:59 → 08:00:00 of the next day; 00:00:00–07:59:59 →
/// 08:00:00 of the same day. Every day, weekends and holidays too.
Instant activation_instant(Instant now);

/// Whether `now` lies in the open window [08:00:00, 19:30:00) of Japan time.
bool in_open_window(Instant now);

}  // namespace mitome::registry
