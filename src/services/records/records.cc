#include "services/records/records.h"

#include <algorithm>
#include <array>

#include "base/hex.h"
#include "crypto/hash.h"

namespace mitome::services {
namespace {

using std::chrono::sys_days;

constexpr int kYearsOfChecks = 5, kFirstCheckAge = 20;
constexpr Days kMedicinesFor{365};
constexpr size_t kIdBytes = 12;

/// Chance that belongs to one person: the same question, the same answer.
class Lot {
 public:
  explicit Lot(const RecordsOf& person)
      : seed_(crypto::sha256({as_bytes("mitome-records-1|"), as_bytes(person.name), as_bytes("|"),
                              as_bytes(to_compact_date(person.birth_date))})) {}

  crypto::Sha256Digest digest(std::string_view question) const { return crypto::sha256({seed_, as_bytes(question)}); }
  /// Within [low, high].
  int64_t between(std::string_view question, int64_t low, int64_t high) const {
    const auto bytes = digest(question);
    uint64_t number = 0;
    for (size_t i = 0; i < 7; ++i) number = number << 8 | bytes[i];
    return low + static_cast<int64_t>(number % static_cast<uint64_t>(high - low + 1));
  }
  std::string id(std::string_view question) const { return to_hex(ByteView{digest(question)}.first(kIdBytes)); }

 private:
  crypto::Sha256Digest seed_;
};

struct Measure {
  std::string_view code, en, ja, unit;
  int64_t from, to;   ///< where a person's usual value lies, tenths
  int64_t swing;      ///< from year to year
  int64_t by_decade;  ///< added for each ten years of life over 30
  int64_t low, high;  ///< reference
  bool whole;
};

// Ranges of reference as the specific health checks in Japan print them; usual values chosen to lie mostly inside.
constexpr Measure kMeasures[] = {
    {"systolic", "Systolic blood pressure", "収縮期血圧", "mmHg", 1040, 1260, 60, 40, -1, 1290, true},
    {"diastolic", "Diastolic blood pressure", "拡張期血圧", "mmHg", 620, 780, 40, 15, -1, 840, true},
    {"ldl", "LDL cholesterol", "LDLコレステロール", "mg/dL", 800, 1220, 80, 30, 600, 1190, true},
    {"hdl", "HDL cholesterol", "HDLコレステロール", "mg/dL", 450, 780, 40, 0, 400, -1, true},
    {"triglycerides", "Triglycerides", "中性脂肪", "mg/dL", 500, 1450, 150, 20, 300, 1490, true},
    {"glucose", "Fasting glucose", "空腹時血糖", "mg/dL", 820, 980, 40, 12, -1, 990, true},
    {"hba1c", "HbA1c", "HbA1c（NGSP）", "%", 50, 55, 1, 0, -1, 55, false},
    {"ast", "AST", "AST（GOT）", "U/L", 150, 280, 30, 0, -1, 300, true},
    {"alt", "ALT", "ALT（GPT）", "U/L", 120, 300, 40, 0, -1, 300, true},
    {"ggt", "γ-GT", "γ-GT（γ-GTP）", "U/L", 130, 480, 50, 0, -1, 500, true},
    {"haemoglobin", "Haemoglobin", "ヘモグロビン", "g/dL", 124, 158, 3, 0, 121, 165, false},
    {"egfr", "eGFR", "eGFR", "mL/min/1.73m²", 880, 1060, 30, -70, 600, -1, true},
};
constexpr int64_t kBmiLow = 185, kBmiHigh = 249;

struct Pair {
  std::string_view en, ja;
};
constexpr Pair kCheckPlaces[] = {{"Mitome Health Centre", "認め健診センター"},
                                 {"Kasuga Hill Screening Clinic", "かすが丘健診クリニック"},
                                 {"Workplace check, mobile unit 3", "職場健診（巡回3号車）"}};
constexpr Pair kPharmacies[] = {{"Station Pharmacy", "えきまえ薬局"}, {"Green Leaf Pharmacy", "みどりの葉薬局"},
    {"Harbour Pharmacy", "みなと薬局"}};

struct Medicine {
  Pair name, form, use;
};
// Taken for years, by chance and age; dispensed for 28 days at a time.
constexpr int kChronicDays = 28;
struct Chronic {
  Medicine medicine;
  int64_t percent_at_40, percent_by_decade;
};
constexpr Chronic kChronic[] = {
    {{{"Amlodipine", "アムロジピン"}, {"tablet 5 mg", "錠 5mg"}, {"one tablet after breakfast", "1日1回 朝食後 1錠"}}, 12, 14},
    {{{"Rosuvastatin", "ロスバスタチン"}, {"tablet 2.5 mg", "錠 2.5mg"}, {"one tablet after supper", "1日1回 夕食後 1錠"}}, 10, 10},
    {{{"Metformin", "メトホルミン"}, {"tablet 250 mg", "錠 250mg"}, {"one tablet after breakfast and supper",
        "1日2回 朝夕食後 1錠"}}, 4, 5},
};
// For some days, now and then; the month says when.
struct Passing {
  Medicine medicine;
  int percent, days;
  unsigned from_month, to_month;
};
constexpr Passing kPassing[] = {
    {{{"Fexofenadine", "フェキソフェナジン"}, {"tablet 60 mg", "錠 60mg"}, {"one tablet after breakfast and supper",
        "1日2回 朝夕食後 1錠"}}, 40, 14, 2, 4},
    {{{"Acetaminophen", "アセトアミノフェン"}, {"tablet 200 mg", "錠 200mg"},
        {"two tablets for fever, six hours apart", "発熱時 2錠（6時間以上あけて）"}}, 9, 5, 1, 12},
    {{{"Amoxicillin", "アモキシシリン"}, {"capsule 250 mg", "カプセル 250mg"},
        {"one capsule after each meal", "1日3回 毎食後 1カプセル"}}, 4, 7, 1, 12},
    {{{"Loxoprofen", "ロキソプロフェン"}, {"tablet 60 mg", "錠 60mg"}, {"one tablet when in pain, after a meal", "疼痛時 1錠 食後"}},
        7, 5, 1, 12},
    {{{"Lansoprazole", "ランソプラゾール"}, {"OD tablet 15 mg", "OD錠 15mg"}, {"one tablet after supper", "1日1回 夕食後 1錠"}}, 4,
        14, 1, 12},
};

int64_t decades_over(int age, int from) { return age > from ? (age - from) / 10 : 0; }

Measured measure(const Lot& lot, const Measure& what, int year, int age) {
  const std::string code{what.code};
  const int64_t usual = lot.between(code, what.from, what.to) + what.by_decade * decades_over(age, 30);
  int64_t value = usual + lot.between(code + std::to_string(year), -what.swing, what.swing);
  if (what.whole) value = value / 10 * 10;
  return {what.code, what.en, what.ja, what.unit, value, what.low, what.high, what.whole};
}

/// Height, weight and what follows from the two.
void measure_body(const Lot& lot, int year, std::vector<Measured>& out) {
  const int64_t height = lot.between("height", 1500, 1790);
  const int64_t usual = lot.between("bmi", 192, 262);
  const int64_t weight = usual * height * height / 1'000'000 + lot.between("weight" + std::to_string(year), -18, 18);
  const int64_t bmi = weight * 1'000'000 / (height * height);
  out.push_back({"height", "Height", "身長", "cm", height, -1, -1, false});
  out.push_back({"weight", "Weight", "体重", "kg", weight, -1, -1, false});
  out.push_back({"bmi", "BMI", "BMI", "kg/m²", bmi, kBmiLow, kBmiHigh, false});
}

HealthCheck check_of(const Lot& lot, const RecordsOf& person, int year) {
  const std::string question = "check" + std::to_string(year);
  const auto first = sys_days{std::chrono::year{year} / std::chrono::May / 10};
  HealthCheck check{lot.id(question), Date{first + Days{lot.between(question + "day", 0, 150)}}, {}, {}, {}};
  const Pair& place = kCheckPlaces[lot.between("place", 0, std::size(kCheckPlaces) - 1)];
  check.place_en = place.en;
  check.place_ja = place.ja;
  measure_body(lot, year, check.values);
  for (const Measure& what : kMeasures)
    check.values.push_back(measure(lot, what, year, age_in_years(person.birth_date, check.day)));
  return check;
}

class Pharmacy {
 public:
  Pharmacy(const Lot& lot, std::vector<Dispensed>& out) : lot_(lot), out_(out) {}
  void dispense(const Medicine& medicine, sys_days day, int days) {
    const std::string question = std::string{medicine.name.en} + std::to_string(day.time_since_epoch().count());
    const Pair& pharmacy = kPharmacies[lot_.between("pharmacy", 0, std::size(kPharmacies) - 1)];
    out_.push_back({lot_.id(question), Date{day}, pharmacy.en, pharmacy.ja, medicine.name.en, medicine.name.ja,
        medicine.form.en,
                    medicine.form.ja, medicine.use.en, medicine.use.ja, days});
  }

 private:
  const Lot& lot_;
  std::vector<Dispensed>& out_;
};

void dispense_chronic(const Lot& lot, int age, sys_days today, Pharmacy& pharmacy) {
  const int64_t phase = lot.between("phase", 0, kChronicDays - 1);
  for (const Chronic& chronic : kChronic) {
    if (age < 35) continue;
    const int64_t percent = chronic.percent_at_40 + chronic.percent_by_decade * decades_over(age, 40);
    if (lot.between(chronic.medicine.name.en, 1, 100) > percent) continue;
    for (sys_days day = today; day > today - kMedicinesFor; day -= Days{1}) {
      if ((day.time_since_epoch().count() + phase) % kChronicDays == 0) pharmacy.dispense(chronic.medicine, day,
          kChronicDays);
    }
  }
}

/// At most one a month of each kind, on a day of its own.
void dispense_passing(const Lot& lot, sys_days today, Pharmacy& pharmacy) {
  for (int back = 0; back <= 12; ++back) {
    const Date now{today};
    const auto month = (now.year() / now.month()) - std::chrono::months{back};
    const std::string which = std::to_string(static_cast<int>(month.year())) + "-"
        + std::to_string(static_cast<unsigned>(month.month()));
    for (const Passing& passing : kPassing) {
      const unsigned number = static_cast<unsigned>(month.month());
      const std::string question = std::string{passing.medicine.name.en} + which;
      if (number < passing.from_month || number > passing.to_month) continue;
      if (lot.between(question, 1, 100) > passing.percent) continue;
      const sys_days day = sys_days{month / 1} + Days{lot.between(question + "day", 0, 26)};
      if (day <= today && day > today - kMedicinesFor) pharmacy.dispense(passing.medicine, day, passing.days);
    }
  }
}

std::string decimal(int64_t tenths, bool whole) {
  return whole ? std::to_string(tenths / 10) : std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

json::Value to_json(const Measured& value) {
  return json::Value::object(
      {{"code", value.code},
       {"name", value.en},
       {"name_ja", value.ja},
       {"unit", value.unit},
       {"value", decimal(value.tenths, value.whole)},
       {"low", value.low < 0 ? json::Value{} : json::Value{decimal(value.low, value.whole)}},
       {"high", value.high < 0 ? json::Value{} : json::Value{decimal(value.high, value.whole)}},
       {"outside", value.outside()}});
}

}  // namespace

std::vector<HealthCheck> health_checks(const RecordsOf& person, Date today) {
  const Lot lot{person};
  std::vector<HealthCheck> out;
  for (int back = 0; back < kYearsOfChecks; ++back) {
    const int year = static_cast<int>(today.year()) - back;
    HealthCheck check = check_of(lot, person, year);
    const bool grown = age_in_years(person.birth_date, check.day) >= kFirstCheckAge;
    if (check.day <= today && grown) out.push_back(std::move(check));
  }
  return out;
}

std::vector<Dispensed> medicines(const RecordsOf& person, Date today) {
  const Lot lot{person};
  std::vector<Dispensed> out;
  Pharmacy pharmacy{lot, out};
  dispense_chronic(lot, age_in_years(person.birth_date, today), today, pharmacy);
  dispense_passing(lot, today, pharmacy);
  std::stable_sort(out.begin(), out.end(), [](const Dispensed& a, const Dispensed& b) { return a.day > b.day; });
  return out;
}

json::Value to_json(const HealthCheck& check) {
  json::Value values = json::Value::array();
  for (const Measured& value : check.values) values.push(to_json(value));
  return json::Value::object({{"id", check.id},
                              {"day", to_full_date(check.day)},
                              {"place", check.place_en},
                              {"place_ja", check.place_ja},
                              {"values", std::move(values)}});
}

json::Value to_json(const Dispensed& dispensed) {
  return json::Value::object({{"id", dispensed.id},
                              {"day", to_full_date(dispensed.day)},
                              {"pharmacy", dispensed.pharmacy_en},
                              {"pharmacy_ja", dispensed.pharmacy_ja},
                              {"medicine", dispensed.medicine_en},
                              {"medicine_ja", dispensed.medicine_ja},
                              {"form", dispensed.form_en},
                              {"form_ja", dispensed.form_ja},
                              {"use", dispensed.use_en},
                              {"use_ja", dispensed.use_ja},
                              {"days", dispensed.days}});
}

}  // namespace mitome::services
