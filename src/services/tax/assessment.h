// Income tax of one year for a simple return, in whole yen, step by step so that the page can show each formula.
// The rules are those for income of 2025 (Reiwa 7); which of them are left out is said in docs/divergences.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/json/json.h"

namespace mitome::services {

/// What the taxpayer fills in; yen.
struct TaxInput {
  int64_t salary = 0;              ///< gross, from the withholding slip
  int64_t other_income = 0;        ///< miscellaneous income after expenses
  int64_t withheld = 0;            ///< tax withheld at source
  int64_t social_insurance = 0;    ///< premiums paid
  int64_t life_insurance = 0;      ///< deduction from the certificates, at most 120,000
  int64_t medical_paid = 0, medical_refunded = 0;
  int64_t donations = 0;
  int64_t dependants = 0;          ///< aged 16 to 18 or 23 to 69: 380,000 each
};

struct TaxStep {
  std::string id, en, ja, formula;
  int64_t yen;
};

struct Assessment {
  std::vector<TaxStep> steps;
  int64_t total_income = 0, deductions = 0, taxable = 0, tax = 0;
  int64_t due = 0;  ///< to pay; negative: to be refunded
};

/// 給与所得: the income left of a salary (Income Tax Act art. 28 and appended table 5, year 2025).
int64_t salary_income(int64_t salary);
/// 基礎控除 of the year 2025 by total income.
int64_t basic_deduction(int64_t total_income);
/// Art. 89: the quick table, on taxable income that is a multiple of 1,000.
int64_t income_tax(int64_t taxable);

Assessment assess(const TaxInput& input);
json::Value to_json(const Assessment& assessment);

}  // namespace mitome::services
