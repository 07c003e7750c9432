#include "render/era.h"

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

}  // namespace

std::string era_date(Date date) {
  for (const Era& era : kEras) {
    if (date < era.first_day) continue;
    const int begin = era.name == "明治" ? kMeijiFirstYear : int{era.first_day.year()};
    const int count = int{date.year()} - begin + 1;
    return std::string{era.name} + (count == 1 ? "元" : std::to_string(count)) + "年" + month_and_day(date);
  }
  return std::to_string(int{date.year()}) + "年" + month_and_day(date);
}

}  // namespace mitome::render
