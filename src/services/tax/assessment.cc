#include "services/tax/assessment.h"

#include <algorithm>

#include "services/form/form.h"

namespace mitome::services {
namespace {

constexpr int64_t kMedicalMost = 2'000'000, kMedicalOwnShare = 100'000, kDonationOwnShare = 2'000,
    kPerDependant = 380'000;

struct Rate {
  int64_t up_to;  ///< taxable income
  int64_t percent, off;
};
constexpr Rate kRates[] = {{1'949'000, 5, 0},           {3'299'000, 10, 97'500},      {6'949'000, 20, 427'500},
                           {8'999'000, 23, 636'000},    {17'999'000, 33, 1'536'000},  {39'999'000, 40, 2'796'000},
                           {INT64_MAX, 45, 4'796'000}};

struct Basic {
  int64_t up_to, yen;
};
constexpr Basic kBasic[] = {{1'320'000, 950'000}, {3'360'000, 880'000},  {4'890'000, 680'000},  {6'550'000, 630'000},
                            {23'500'000, 580'000}, {24'000'000, 480'000}, {24'500'000, 320'000}, {25'000'000, 160'000}};

const Rate& rate_of(int64_t taxable) {
  return *std::find_if(std::begin(kRates), std::end(kRates), [&](const Rate& rate) { return taxable <= rate.up_to; });
}

std::string yen(int64_t number) { return with_commas(number); }

class Steps {
 public:
  explicit Steps(Assessment& out) : out_(out) {}
  int64_t add(std::string id, std::string en, std::string ja, std::string formula, int64_t value) {
    out_.steps.push_back({std::move(id), std::move(en), std::move(ja), std::move(formula), value});
    return value;
  }

 private:
  Assessment& out_;
};

int64_t medical_deduction(const TaxInput& input, int64_t total) {
  const int64_t own = std::min(kMedicalOwnShare, total * 5 / 100);
  return std::clamp<int64_t>(input.medical_paid - input.medical_refunded - own, 0, kMedicalMost);
}

int64_t donation_deduction(const TaxInput& input, int64_t total) {
  return std::max<int64_t>(std::min(input.donations, total * 40 / 100) - kDonationOwnShare, 0);
}

int64_t add_deductions(const TaxInput& input, int64_t total, Steps& steps) {
  int64_t sum = 0;
  if (input.social_insurance > 0)
    sum += steps.add("social", "Social insurance premiums", "社会保険料控除", yen(input.social_insurance),
        input.social_insurance);
  if (input.life_insurance > 0)
    sum += steps.add("life", "Life insurance premiums", "生命保険料控除", yen(input.life_insurance), input.life_insurance);
  if (input.medical_paid > 0) {
    sum += steps.add("medical", "Medical expenses", "医療費控除",
                     yen(input.medical_paid) + " − " + yen(input.medical_refunded) + " − min(100,000, " + yen(total)
                         + " × 5%)",
                     medical_deduction(input, total));
  }
  if (input.donations > 0) {
    sum += steps.add("donations", "Donations", "寄附金控除",
                     "min(" + yen(input.donations) + ", " + yen(total) + " × 40%) − 2,000",
                         donation_deduction(input, total));
  }
  if (input.dependants > 0) {
    sum += steps.add("dependants", "Dependants", "扶養控除", std::to_string(input.dependants) + " × 380,000",
                     input.dependants * kPerDependant);
  }
  return sum + steps.add("basic", "Basic deduction", "基礎控除", yen(total) + " → 第86条 (art. 86)", basic_deduction(total));
}

}  // namespace

int64_t salary_income(int64_t salary) {
  // Between the two bounds the table works on a quarter of the salary, cut to whole thousands.
  const int64_t quarter = salary / 4 / 1000 * 1000;
  if (salary <= 650'999) return 0;
  if (salary < 1'900'000) return salary - 650'000;
  if (salary < 3'600'000) return quarter * 28 / 10 - 80'000;
  if (salary < 6'600'000) return quarter * 32 / 10 - 440'000;
  if (salary < 8'500'000) return salary * 9 / 10 - 1'100'000;
  return salary - 1'950'000;
}

int64_t basic_deduction(int64_t total_income) {
  for (const Basic& basic : kBasic)
    if (total_income <= basic.up_to) return basic.yen;
  return 0;
}

int64_t income_tax(int64_t taxable) {
  const Rate& rate = rate_of(taxable);
  return taxable * rate.percent / 100 - rate.off;
}

Assessment assess(const TaxInput& input) {
  Assessment out;
  Steps steps{out};
  const int64_t employment = steps.add("employment", "Income from employment", "給与所得",
                                       yen(input.salary) + " → 別表第五 (appended table 5)", salary_income(input.salary));
  out.total_income = steps.add("total", "Total income", "総所得金額", yen(employment) + " + " + yen(input.other_income),
                               employment + input.other_income);
  out.deductions = add_deductions(input, out.total_income, steps);
  const int64_t before = std::max<int64_t>(out.total_income - out.deductions, 0);
  out.taxable = steps.add("taxable", "Taxable income, in whole thousands", "課税される所得金額（千円未満切捨て）",
                          "⌊(" + yen(out.total_income) + " − " + yen(out.deductions) + ") ÷ 1,000⌋ × 1,000",
                              before / 1000 * 1000);
  const Rate& rate = rate_of(out.taxable);
  const int64_t base = steps.add("base", "Income tax", "所得税額",
                                 yen(out.taxable) + " × " + std::to_string(rate.percent) + "% − " + yen(rate.off),
                                 income_tax(out.taxable));
  const int64_t special = steps.add("special", "Special tax for reconstruction", "復興特別所得税額",
                                    "⌊" + yen(base) + " × 2.1%⌋", base * 21 / 1000);
  out.tax = steps.add("tax", "Tax of the year", "所得税及び復興特別所得税の額", yen(base) + " + " + yen(special), base + special);
  const int64_t rest = out.tax - input.withheld;
  // What is to be paid is cut to whole hundreds, a refund is not (Act on General Rules for National Taxes, art. 119).
  out.due = rest > 0 ? rest / 100 * 100 : rest;
  steps.add("due", "To pay (negative: refund)", "納める税金（マイナスは還付）", yen(out.tax) + " − " + yen(input.withheld), out.due);
  return out;
}

json::Value to_json(const Assessment& assessment) {
  json::Value steps = json::Value::array();
  for (const TaxStep& step : assessment.steps) {
    steps.push(json::Value::object(
        {{"id", step.id}, {"label", step.en}, {"label_ja", step.ja}, {"formula", step.formula}, {"yen", step.yen}}));
  }
  return json::Value::object({{"steps", std::move(steps)},
                              {"total_income", assessment.total_income},
                              {"deductions", assessment.deductions},
                              {"taxable", assessment.taxable},
                              {"tax", assessment.tax},
                              {"due", assessment.due}});
}

}  // namespace mitome::services
