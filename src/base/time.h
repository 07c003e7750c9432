// Instants, in whole seconds since 1970-01-01T00:00:00Z without leap seconds, and
// Japan time, which is UTC+9 always.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mitome {

using Seconds = std::chrono::seconds;
using Instant = std::chrono::sys_seconds;
using Days = std::chrono::days;
using Date = std::chrono::year_month_day;

/// Where the time comes from. Nothing under src/ reads the system clock but through this.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

/// "2026-11-24T10:00:00Z": RFC 3339, UTC, no fraction (the tdate of ISO/IEC 18013-5 7.1).
std::string to_rfc3339(Instant instant);

/// RFC 3339 with Z or a numeric offset; a fraction is refused. MALFORMED otherwise.
Result<Instant> instant_from_rfc3339(std::string_view text);

/// "2026-11-24", RFC 3339 full-date.
std::string to_full_date(Date date);
/// Reads 2026-11-24 and 20261124; a day that no calendar has is MALFORMED.
Result<Date> date_from_text(std::string_view text);
/// "19800217"
std::string to_compact_date(Date date);

inline constexpr std::chrono::hours kJapanOffset{9};

/// The calendar day in Japan at this instant.
Date japan_date(Instant instant);
/// Seconds since midnight in Japan, 0..86399.
Seconds japan_time_of_day(Instant instant);
/// The instant of hour:minute:second on that day in Japan.
Instant japan_instant(Date day, int hour, int minute, int second);
/// "2026-11-24 19:29:59" in Japan time, for people.
std::string to_japan_text(Instant instant);

/// Full years from birth to the day; who is born on 29 February has a birthday on 1 March
/// in other years (the day counting begins with the day before: the legal day differs, see docs/divergences.md).
int age_in_years(Date birth, Date on);

inline Instant instant_from_unix(int64_t seconds) { return Instant{Seconds{seconds}}; }
inline int64_t to_unix(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace mitome
