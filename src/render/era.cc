#include "render/era.h"

#include <algorithm>
#include <array>

namespace mitome::render {
namespace {

using namespace std::chrono;

struct Era {
  Date first_day;
  std::string_view name;
};

constexpr std::array kEras{
    Era{Date{year{2019}, May, day{1}}, "令和"},       Era{Date{year{1989}, January, day{8}}, "平成"},
    Era{Date{year{1926}, December, day{25}}, "昭和"}, Era{Date{year{1912}, July, day{30}}, "大正"},
    Era{Date{year{1873}, January, day{1}}, "明治"},
};
constexpr int kMeijiFirstYear = 1868;

std::string month_and_day(Date date) {
  return std::to_string(unsigned{date.month()}) + "月" + std::to_string(unsigned{date.day()}) + "日";
}

/// The era of that day; none before 1873.
const Era* era_of(Date date) {
  const auto found = std::find_if(kEras.begin(), kEras.end(), [date](const Era& era) { return date >= era.first_day; });
  return found == kEras.end() ? nullptr : &*found;
}

int year_of(const Era& era, Date date) {
  const int begin = era.name == "明治" ? kMeijiFirstYear : int{era.first_day.year()};
  return int{date.year()} - begin + 1;
}

}  // namespace

std::string era_date(Date date) {
  const Era* const era = era_of(date);
  if (era == nullptr) return std::to_string(int{date.year()}) + "年" + month_and_day(date);
  const int count = year_of(*era, date);
  return std::string{era->name} + (count == 1 ? "元" : std::to_string(count)) + "年" + month_and_day(date);
}

std::string era_digits(Date date) {
  const Era* const era = era_of(date);
  const int count = era == nullptr ? int{date.year()} % 100 : year_of(*era, date);
  return (count < 10 ? "0" : "") + std::to_string(count) + to_compact_date(date).substr(4);
}

}  // namespace mitome::render
