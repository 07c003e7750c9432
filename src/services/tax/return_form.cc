// The fields of a simple return, and its canonical form.
#include <algorithm>

#include "services/tax/tax_office.h"

namespace mitome::services {
namespace {

constexpr int64_t kMostYen = 1'000'000'000;

constexpr Field kFields[] = {
    {"salary", FieldKind::kYen, "Salary before deductions", "給与の収入金額", "From the withholding slip", "源泉徴収票の「支払金額」",
        true, 0, kMostYen},
    {"withheld", FieldKind::kYen, "Tax withheld", "源泉徴収税額", "From the withholding slip", "源泉徴収票の「源泉徴収税額」", true, 0,
        kMostYen},
    {"other_income", FieldKind::kYen, "Miscellaneous income", "雑所得", "After expenses", "収入から必要経費を引いた金額", false, 0,
        kMostYen},
    {"social_insurance", FieldKind::kYen, "Social insurance premiums", "社会保険料", "", "源泉徴収票の「社会保険料等の金額」", false, 0,
        kMostYen},
    {"life_insurance", FieldKind::kYen, "Life insurance deduction", "生命保険料控除額", "At most 120,000", "120,000円まで",
        false, 0, 120'000},
    {"medical_paid", FieldKind::kYen, "Medical expenses paid", "支払った医療費", "", "", false, 0, kMostYen},
    {"medical_refunded", FieldKind::kYen, "of which refunded by insurance", "保険などで補てんされた金額", "", "", false, 0,
        kMostYen},
    {"donations", FieldKind::kYen, "Donations", "寄附金", "To municipalities and recognised bodies", "ふるさと納税など", false,
        0, kMostYen},
    {"dependants", FieldKind::kCount, "Dependants", "控除対象扶養親族の人数", "16 to 18, or 23 to 69 years old", "16〜18歳、23〜69歳",
        false, 0, 20},
};

int64_t number(const CheckedForm& form, std::string_view name) { return form.values.int_at(name).value_or(int64_t{0}); }

void refuse(CheckedForm& form, std::string_view field, std::string_view en, std::string_view ja) {
  if (form.error_of(field) == nullptr) form.errors.push_back({std::string{field}, std::string{en}, std::string{ja}});
}

}  // namespace

std::span<const Field> tax_fields() { return kFields; }

TaxInput read_tax_input(CheckedForm& form) {
  TaxInput input{.salary = number(form, "salary"),
                 .other_income = number(form, "other_income"),
                 .withheld = number(form, "withheld"),
                 .social_insurance = number(form, "social_insurance"),
                 .life_insurance = number(form, "life_insurance"),
                 .medical_paid = number(form, "medical_paid"),
                 .medical_refunded = number(form, "medical_refunded"),
                 .donations = number(form, "donations"),
                 .dependants = number(form, "dependants")};
  if (input.withheld > input.salary + input.other_income)
    refuse(form, "withheld", "More than was earned.", "収入を超えています。");
  if (input.social_insurance > input.salary + input.other_income)
    refuse(form, "social_insurance", "More than was earned.", "収入を超えています。");
  if (input.medical_refunded > input.medical_paid)
    refuse(form, "medical_refunded", "Not more than was paid.", "支払った医療費を超えています。");
  return input;
}

std::string canonical_json(const json::Value& value) {
  if (value.is_array()) {
    std::string out = "[";
    for (const json::Value& item : value.items()) out += (out.size() > 1 ? "," : "") + canonical_json(item);
    return out + "]";
  }
  if (!value.is_object()) return value.dump();
  // Our member names are ASCII, so that bytes sort as UTF-16 units do (RFC 8785 3.2.3).
  auto members = value.members();
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out = "{";
  for (const auto& [name, member] : members)
    out += (out.size() > 1 ? "," : "") + json::Value{name}.dump() + ":" + canonical_json(member);
  return out + "}";
}

}  // namespace mitome::services
