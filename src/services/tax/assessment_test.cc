#include "services/tax/assessment.h"

#include <gtest/gtest.h>

namespace mitome::services {
namespace {

TEST(AssessmentTest, IncomeLeftOfASalary) {
  // The bounds of the table for 2025, and values worked by hand from it.
  const std::pair<int64_t, int64_t> cases[] = {{0, 0},
                                               {650'999, 0},
                                               {651'000, 1'000},
                                               {1'899'999, 1'249'999},
                                               {1'900'000, 1'250'000},
                                               {3'599'999, 2'437'200},
                                               {3'600'000, 2'440'000},
                                               {5'000'000, 3'560'000},
                                               {6'599'999, 4'836'800},
                                               {6'600'000, 4'840'000},
                                               {8'499'999, 6'549'999},
                                               {8'500'000, 6'550'000},
                                               {12'000'000, 10'050'000}};
  for (const auto& [salary, left] : cases) EXPECT_EQ(salary_income(salary), left) << salary;
}

TEST(AssessmentTest, BasicDeductionFallsWithIncome) {
  const std::pair<int64_t, int64_t> cases[] = {{1'320'000, 950'000},  {1'320'001, 880'000},  {3'360'001, 680'000},
                                               {4'890'001, 630'000},  {6'550'001, 580'000},  {23'500'001, 480'000},
                                               {24'000'001, 320'000}, {24'500'001, 160'000}, {25'000'001, 0}};
  for (const auto& [income, deduction] : cases) EXPECT_EQ(basic_deduction(income), deduction) << income;
}

TEST(AssessmentTest, TaxByTheQuickTable) {
  const std::pair<int64_t, int64_t> cases[] = {{0, 0},
                                               {1'949'000, 97'450},
                                               {1'950'000, 97'500},
                                               {3'300'000, 232'500},
                                               {6'950'000, 962'500},
                                               {9'000'000, 1'434'000},
                                               {18'000'000, 4'404'000},
                                               {40'000'000, 13'204'000}};
  for (const auto& [taxable, tax] : cases) EXPECT_EQ(income_tax(taxable), tax) << taxable;
}

TEST(AssessmentTest, ARefundOfAnEmployee) {
  // 5,000,000 salary: income 3,560,000; deductions 700,000 + (150,000 - 100,000) + 680,000 = 1,430,000; taxable
  // 2,130,000;
  // tax 115,500; special 2,425; together 117,925; withheld 130,000.
  const Assessment result =
      assess({.salary = 5'000'000, .withheld = 130'000, .social_insurance = 700'000, .medical_paid = 150'000});
  EXPECT_EQ(result.total_income, 3'560'000);
  EXPECT_EQ(result.deductions, 1'430'000);
  EXPECT_EQ(result.taxable, 2'130'000);
  EXPECT_EQ(result.tax, 117'925);
  EXPECT_EQ(result.due, -12'075);
}

TEST(AssessmentTest, WhatIsPaidIsInWholeHundreds) {
  const Assessment result = assess({.salary = 5'000'000, .social_insurance = 700'000, .medical_paid = 150'000});
  EXPECT_EQ(result.due, 117'900);
}

TEST(AssessmentTest, DeductionsNeverMakeIncomeNegative) {
  const Assessment result = assess({.salary = 1'000'000, .withheld = 5'000, .social_insurance = 900'000,
      .dependants = 5});
  EXPECT_EQ(result.taxable, 0);
  EXPECT_EQ(result.tax, 0);
  EXPECT_EQ(result.due, -5'000);
}

TEST(AssessmentTest, EachDeductionHasItsBounds) {
  const auto of = [](const TaxInput& input, std::string_view id) {
    for (const TaxStep& step : assess(input).steps)
      if (step.id == id) return step.yen;
    return int64_t{-1};
  };
  EXPECT_EQ(of({.salary = 5'000'000, .medical_paid = 90'000}, "medical"), 0);
  EXPECT_EQ(of({.salary = 5'000'000, .medical_paid = 9'000'000}, "medical"), 2'000'000);
  EXPECT_EQ(of({.salary = 1'650'000, .medical_paid = 100'000}, "medical"), 50'000);  // 5% of 1,000,000
  EXPECT_EQ(of({.salary = 5'000'000, .donations = 1'000}, "donations"), 0);
  EXPECT_EQ(of({.salary = 5'000'000, .donations = 30'000}, "donations"), 28'000);
  EXPECT_EQ(of({.salary = 5'000'000, .donations = 9'000'000}, "donations"), 1'422'000);  // 40% of 3,560,000
  EXPECT_EQ(of({.salary = 5'000'000, .dependants = 2}, "dependants"), 760'000);
}

TEST(AssessmentTest, TheStepsAddUp) {
  for (int64_t salary = 0; salary < 30'000'000; salary += 777'777) {
    const Assessment result = assess({.salary = salary, .other_income = 123'456, .social_insurance = salary / 7,
        .donations = 50'000});
    EXPECT_EQ(result.taxable % 1000, 0);
    EXPECT_LE(result.taxable, std::max<int64_t>(result.total_income - result.deductions, 0));
    EXPECT_EQ(result.steps.back().yen, result.due);
  }
}

}  // namespace
}  // namespace mitome::services
