#include "services/records/records.h"

#include <gtest/gtest.h>

#include <set>

namespace mitome::services {
namespace {

using std::chrono::sys_days;
const Date kToday{std::chrono::year{2026} / 6 / 1};
RecordsOf person(int number) {
  return {"人" + std::to_string(number), Date{std::chrono::year{1940 + number % 80} / (1
      + static_cast<unsigned>(number) % 12) / 7}};
}

TEST(RecordsTest, TheSamePersonHasTheSameRecords) {
  for (int number = 0; number < 20; ++number) {
    const auto once = health_checks(person(number), kToday), again = health_checks(person(number), kToday);
    ASSERT_EQ(once.size(), again.size());
    for (size_t i = 0; i < once.size(); ++i) EXPECT_EQ(to_json(once[i]).dump(), to_json(again[i]).dump());
  }
}

TEST(RecordsTest, ADayLaterThePastIsTheSame) {
  const auto before = medicines(person(20), kToday), after = medicines(person(20), Date{sys_days{kToday} + Days{1}});
  std::set<std::string> later;
  for (const auto& one : after) later.insert(one.id);
  for (const auto& one : before)
    EXPECT_TRUE(one.day <= Date{sys_days{kToday} - Days{364}} || later.contains(one.id)) << one.medicine_en;
}

TEST(RecordsTest, NoTwoPersonsShareAnId) {
  std::set<std::string> ids;
  size_t count = 0;
  for (int number = 0; number < 80; ++number) {
    for (const auto& check : health_checks(person(number), kToday)) ids.insert(check.id), ++count;
    for (const auto& one : medicines(person(number), kToday)) ids.insert(one.id), ++count;
  }
  EXPECT_EQ(ids.size(), count);
  EXPECT_GT(count, 300u);
}

TEST(RecordsTest, ValuesAreThoseOfLivingPeople) {
  for (int number = 0; number < 80; ++number) {
    for (const auto& check : health_checks(person(number), kToday)) {
      EXPECT_LE(check.day, kToday);
      int64_t height = 0, weight = 0;
      for (const auto& value : check.values) {
        if (value.code == "height") height = value.tenths;
        if (value.code == "weight") weight = value.tenths;
        if (value.code == "bmi") {
          EXPECT_EQ(value.tenths, weight * 1'000'000 / (height * height));
          EXPECT_GE(value.tenths, 170);
          EXPECT_LE(value.tenths, 290);
        }
        if (value.code == "systolic") {
          EXPECT_GE(value.tenths, 900);
          EXPECT_LE(value.tenths, 1700);
        }
        EXPECT_GT(value.tenths, 0) << value.en;
      }
    }
  }
}

TEST(RecordsTest, ChildrenHaveNoHealthChecksOfGrownPeople) {
  EXPECT_TRUE(health_checks({"子", Date{std::chrono::year{2015} / 5 / 5}}, kToday).empty());
}

TEST(RecordsTest, MedicinesAreOfTheLastYearNewestFirst) {
  size_t somebody = 0;
  for (int number = 0; number < 80; ++number) {
    const auto list = medicines(person(number), kToday);
    somebody += list.empty() ? 0 : 1;
    for (size_t i = 0; i < list.size(); ++i) {
      EXPECT_LE(list[i].day, kToday);
      EXPECT_GT(sys_days{list[i].day}, sys_days{kToday} - Days{366});
      EXPECT_GE(list[i == 0 ? 0 : i - 1].day, list[i].day);
    }
  }
  EXPECT_GT(somebody, 40u);
}

}  // namespace
}  // namespace mitome::services
