#include "issuer/person_claims.h"

namespace mitome::issuer {
namespace {

std::string japanese_date(Date date) {
  return std::to_string(static_cast<int>(date.year())) + "年" + std::to_string(static_cast<unsigned>(date.month())) +
         "月" + std::to_string(static_cast<unsigned>(date.day())) + "日";
}

std::string_view japanese_sex(const std::string& digit) {
  if (digit == "1") return "男";
  if (digit == "2") return "女";
  return "不明";
}

}  // namespace

Result<mdoc::Claims> person_claims(const FourItems& items, std::string_view my_number, ByteView portrait, Date on) {
  const int age = age_in_years(items.birth_date, on);
  const uint64_t sex = items.sex == "1" ? 1 : items.sex == "2" ? 2 : items.sex == "9" ? 9 : 0;
  mdoc::ClaimNameSpace japan{std::string{kJapanNameSpace},
                             {{"full_name_unicode", mdoc::text_value(items.name)},
                              {"resident_address_unicode", mdoc::text_value(items.address)},
                              {"local_gov_code_unicode", mdoc::text_value(kLocalGovernmentCode)},
                              {"individual_number_unicode", mdoc::text_value(my_number)},
                              {"sex_unicode", mdoc::text_value(japanese_sex(items.sex))},
                              {"birth_date_unicode", mdoc::text_value(japanese_date(items.birth_date))},
                              {"portrait", mdoc::bytes_value(portrait)}}};
  mdoc::ClaimNameSpace iso{std::string{kIsoNameSpace},
                           {{"sex", mdoc::uint_value(sex)},
                            {"birth_date", mdoc::full_date_value(items.birth_date)},
                            {"age_in_years", mdoc::uint_value(static_cast<uint64_t>(age))}}};
  for (int limit : kProvableAges)
    iso.elements.push_back({"age_over_" + std::to_string(limit), mdoc::bool_value(age >= limit)});
  std::vector<mdoc::ClaimNameSpace> spaces;
  spaces.push_back(std::move(japan));
  spaces.push_back(std::move(iso));
  return mdoc::Claims::make(std::string{kDocType}, spaces);
}

}  // namespace mitome::issuer
