#include "base/time.h"

namespace mitome {
namespace {

/// Reads exactly `count` digits at `at`, or -1.
int read_digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Decimal with leading zeros.
std::string digits(int value, size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::string date_text(Date date, const char* separator) {
  return digits(static_cast<int>(date.year()), 4) + separator +
         digits(static_cast<int>(static_cast<unsigned>(date.month())), 2) + separator +
         digits(static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

Result<Date> make_date(int year, int month, int day) {
  const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                  std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || month < 0 || day < 0 || !date.ok()) return Error{Reason::MALFORMED, "no such calendar day"};
  return date;
}

}  // namespace

std::string to_rfc3339(Instant instant) {
  const auto day = std::chrono::floor<Days>(instant);
  const std::chrono::hh_mm_ss time{instant - day};
  return to_full_date(Date{day}) + "T" + digits(static_cast<int>(time.hours().count()), 2) + ":" +
         digits(static_cast<int>(time.minutes().count()), 2) + ":" + digits(static_cast<int>(time.seconds().count()), 2) +
         "Z";
}

Result<Instant> instant_from_rfc3339(std::string_view text) {
  const Error bad{Reason::MALFORMED, "not an RFC 3339 time without fraction"};
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return bad;
  if (text[4] != '-' || text[7] != '-') return bad;
  TRY_ASSIGN(const Date date, make_date(read_digits(text, 0, 4), read_digits(text, 5, 2), read_digits(text, 8, 2)));
  const int hour = read_digits(text, 11, 2);
  const int minute = read_digits(text, 14, 2);
  const int second = read_digits(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return bad;
  const std::string_view zone = text.substr(19);
  std::chrono::minutes offset{0};
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    const int zone_hour = read_digits(zone, 1, 2);
    const int zone_minute = read_digits(zone, 4, 2);
    if (zone_hour < 0 || zone_hour > 23 || zone_minute < 0 || zone_minute > 59) return bad;
    offset = std::chrono::minutes{zone_hour * 60 + zone_minute};
    if (zone[0] == '-') offset = -offset;
  } else if (zone != "Z" && zone != "z") {
    return bad;
  }
  const Instant local = Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
                        std::chrono::minutes{minute} + Seconds{second};
  return local - offset;
}

std::string to_full_date(Date date) { return date_text(date, "-"); }

std::string to_compact_date(Date date) { return date_text(date, ""); }

Result<Date> date_from_text(std::string_view text) {
  if (text.size() == 8) return make_date(read_digits(text, 0, 4), read_digits(text, 4, 2), read_digits(text, 6, 2));
  if (text.size() == 10 && text[4] == '-' && text[7] == '-')
    return make_date(read_digits(text, 0, 4), read_digits(text, 5, 2), read_digits(text, 8, 2));
  return Error{Reason::MALFORMED, "a date is written 1980-02-17 or 19800217"};
}

Date japan_date(Instant instant) { return Date{std::chrono::floor<Days>(instant + kJapanOffset)}; }

Seconds japan_time_of_day(Instant instant) {
  const Instant local = instant + kJapanOffset;
  return local - std::chrono::floor<Days>(local);
}

Instant japan_instant(Date day, int hour, int minute, int second) {
  return Instant{std::chrono::sys_days{day}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         Seconds{second} - kJapanOffset;
}

std::string to_japan_text(Instant instant) {
  std::string text = to_rfc3339(instant + kJapanOffset);
  text[10] = ' ';
  text.pop_back();
  return text;
}

int age_in_years(Date birth, Date on) {
  int age = static_cast<int>(on.year()) - static_cast<int>(birth.year());
  const bool before_birthday =
      on.month() < birth.month() || (on.month() == birth.month() && on.day() < birth.day());
  if (before_birthday) --age;
  return age;
}

}  // namespace mitome
