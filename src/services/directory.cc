#include "services/directory.h"

#include <algorithm>

namespace mitome::services {
namespace {

using namespace std::chrono;

template <typename T>
Result<T> by_id(const std::vector<T>& all, std::string_view id, std::string_view what) {
  for (const T& each : all)
    if (each.id == id) return each;
  return Error{Reason::NOT_FOUND, std::string{what}};
}

Error use_card(const std::string& where) { return {Reason::USE_PHYSICAL_CARD, where}; }

json::Value texts(const std::vector<std::string>& all) {
  json::Value out = json::Value::array();
  for (const auto& each : all) out.push(each);
  return out;
}

json::Value holders(bool phone) { return phone ? texts({"phone", "card"}) : texts({"card"}); }

}  // namespace

Result<Holder> holder_from_name(std::string_view name) {
  if (name == "phone") return Holder::kPhone;
  if (name == "card") return Holder::kCard;
  return Error{Reason::MALFORMED, "holder is phone or card"};
}

std::string_view name_of(Holder holder) { return holder == Holder::kPhone ? "phone" : "card"; }

Directory::Directory()
    : chains_{{"minamo", "Minamo Mart", "みなもマート", true, {"sign"}},
              {"toge", "Toge Store", "とうげストア", true, {"sign"}},
              {"akane", "Akane Mall", "あかねモール", true, {"auth", "sign"}},
              {"hoshinoki", "Hoshinoki Store", "ほしの木ストア", false, {}}},
      shops_{{"minamo-1", "minamo", "Minamo Mart, Station Square", "みなもマート駅前店"},
             {"toge-1", "toge", "Toge Store, Mihon-cho", "とうげストア見本町店"},
             {"akane-1", "akane", "Akane Mall, ground floor", "あかねモール１階"},
             {"hoshinoki-1", "hoshinoki", "Hoshinoki Store, Kana", "ほしの木ストア仮名店"}},
      municipalities_{{"kaku", "Kaku City", "架空市", "架空市長　見本　太郎", true, {"residence", "seal"}, "架空市"},
                      {"kana", "Kana Town", "仮名町", "仮名町長　例示　花", false, {"residence"}, "仮名町"}},
      clinics_{{"izumi", "Izumi Slope Clinic", "いずみ坂クリニック", true}, {"hatori", "Hatori Dental", "はとり歯科", false}},
      openings_{{"portal", "Portal", "ポータル", Date{year{2025}, June, day{24}}},
                {"kiosk", "Certificates at shops", "コンビニ交付", Date{year{2025}, June, day{24}}},
                {"clinic", "Health insurance at clinics", "医療機関の保険資格確認", Date{year{2025}, September, day{19}}},
                {"tax", "Tax filing, season of 2026", "確定申告（2026年）", Date{year{2026}, February, day{16}}}} {}

Result<Shop> Directory::shop(std::string_view id) const { return by_id(shops_, id, "shop"); }
Result<Chain> Directory::chain_of(const Shop& shop) const { return by_id(chains_, shop.chain, "chain"); }
Result<Municipality> Directory::municipality(std::string_view id) const { return by_id(municipalities_, id, "municipality"); }
Result<Clinic> Directory::clinic(std::string_view id) const { return by_id(clinics_, id, "clinic"); }

Result<Municipality> Directory::municipality_at(std::string_view address) const {
  for (const auto& each : municipalities_)
    if (address.find(each.address_part) != std::string_view::npos) return each;
  return Error{Reason::MUNICIPALITY_NOT_SERVED, "no municipality here has this address"};
}

Result<void> Directory::check_open(std::string_view service, Instant now) const {
  for (const auto& each : openings_) {
    if (each.service != service) continue;
    if (japan_date(now) < each.from) return Error{Reason::SERVICE_NOT_OPEN_YET, to_full_date(each.from)};
    return {};
  }
  return Error{Reason::NOT_FOUND, "service"};
}

Result<void> Directory::check_hours(Instant now) {
  const Seconds time = japan_time_of_day(now);
  if (time < kKioskOpens || time >= kKioskCloses) return Error{Reason::KIOSK_CLOSED, "06:30 to 23:00"};
  return {};
}

Result<void> Directory::check_shop(const Shop& shop, Holder holder, Instant now) const {
  if (holder == Holder::kCard) return {};
  TRY_ASSIGN(const Chain chain, chain_of(shop));
  if (!chain.phone) return use_card(chain.name);
  return check_open("kiosk", now);
}

Result<void> Directory::check_municipality(const Municipality& municipality, std::string_view document, Holder holder) {
  const auto& all = municipality.documents;
  if (std::find(all.begin(), all.end(), document) == all.end()) return Error{Reason::MUNICIPALITY_NOT_SERVED, municipality.name};
  if (holder == Holder::kPhone && !municipality.phone) return use_card(municipality.name);
  return {};
}

Result<void> Directory::check_clinic(const Clinic& clinic, Holder holder, Instant now) const {
  if (holder == Holder::kCard) return {};
  if (!clinic.phone) return use_card(clinic.name);
  return check_open("clinic", now);
}

json::Value Directory::to_json(Instant now) const {
  json::Value chains = json::Value::array(), shops = json::Value::array(), towns = json::Value::array(),
              clinics = json::Value::array(), openings = json::Value::array();
  for (const auto& each : chains_)
    chains.push(json::Value::object({{"id", each.id}, {"name", each.name}, {"name_ja", each.name_ja},
                                     {"accepts", holders(each.phone)}, {"pin_resets", texts(each.pin_resets)}}));
  for (const auto& each : shops_)
    shops.push(json::Value::object({{"id", each.id}, {"chain", each.chain}, {"name", each.name}, {"name_ja", each.name_ja}}));
  for (const auto& each : municipalities_)
    towns.push(json::Value::object({{"id", each.id}, {"name", each.name}, {"name_ja", each.name_ja},
                                    {"accepts", holders(each.phone)}, {"documents", texts(each.documents)}}));
  for (const auto& each : clinics_)
    clinics.push(json::Value::object({{"id", each.id}, {"name", each.name}, {"name_ja", each.name_ja}, {"accepts", holders(each.phone)}}));
  for (const auto& each : openings_)
    openings.push(json::Value::object({{"service", each.service}, {"name", each.name}, {"name_ja", each.name_ja},
                                       {"from", to_full_date(each.from)}, {"open", japan_date(now) >= each.from}}));
  const json::Value hours = json::Value::object({{"from", "06:30"}, {"until", "23:00"}, {"open", check_hours(now).has_value()}});
  return json::Value::object({{"chains", chains}, {"shops", shops}, {"municipalities", towns}, {"clinics", clinics},
                              {"openings", openings}, {"kiosk_hours", hours}});
}

}  // namespace mitome::services
