#include "registry/activation.h"

#include <gtest/gtest.h>

namespace mitome::registry {
namespace {

Instant at(const char* text) { return instant_from_rfc3339(text).value(); }

// F8: every second of a day, against the sentence of the article written a second time with numbers.
TEST(Activation, EverySecondOfADay) {
  const Date day = date_from_text("2026-11-24").value();
  const Date next = date_from_text("2026-11-25").value();
  for (int second = 0; second < 86'400; ++second) {
    const Instant now = japan_instant(day, 0, 0, second);
    Instant expected = now + Seconds{180};
    if (second < 28'800) expected = japan_instant(day, 8, 0, 0);
    if (second >= 70'200) expected = japan_instant(next, 8, 0, 0);
    ASSERT_EQ(to_unix(activation_instant(now)), to_unix(expected)) << second;
    ASSERT_EQ(in_open_window(now), second >= 28'800 && second < 70'200) << second;
  }
}

// ISS-13
TEST(Activation, TheEdgesInWords) {
  EXPECT_EQ(activation_instant(at("2026-06-01T19:29:59+09:00")), at("2026-06-01T19:32:59+09:00"));
  EXPECT_EQ(activation_instant(at("2026-06-01T19:30:00+09:00")), at("2026-06-02T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2026-06-01T19:30:01+09:00")), at("2026-06-02T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2026-06-01T07:59:59+09:00")), at("2026-06-01T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2026-06-01T08:00:00+09:00")), at("2026-06-01T08:03:00+09:00"));
}

// Weekends, the end of the year, a leap day, and years where 32-bit clocks and UTCTime end.
TEST(Activation, EveryDayIsAlike) {
  EXPECT_EQ(activation_instant(at("2026-12-31T23:59:59+09:00")), at("2027-01-01T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2028-02-28T20:00:00+09:00")), at("2028-02-29T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2026-06-06T12:00:00+09:00")), at("2026-06-06T12:03:00+09:00"));  // a Saturday
  EXPECT_EQ(activation_instant(at("2038-01-19T20:00:00+09:00")), at("2038-01-20T08:00:00+09:00"));
  EXPECT_EQ(activation_instant(at("2049-12-31T20:00:00+09:00")), at("2050-01-01T08:00:00+09:00"));
}

}  // namespace
}  // namespace mitome::registry
