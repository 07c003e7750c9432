// The town's own page: who lives here and where one can go, and the person's computer with its card reader.
#include "apps/town/pc_reader.h"
#include "apps/town/places.h"
#include "codec/base64url/base64url.h"
#include "services/directory.h"

namespace mitome::town {
namespace {

/// Where a service has a first day: whether it has come.
void say_opening(json::Value& place, const json::Value& openings, std::string_view service) {
  for (const json::Value& opening : openings.items()) {
    if (opening.string_or("service", "") != service) continue;
    const auto open = opening.bool_at("open");
    place.set("open", open.has_value() && *open);
    if (open && *open) return;
    const std::string from = opening.string_or("from", "");
    place.set("opening", "from " + from).set("opening_ja", from + " から");
  }
}

json::Value one_place(std::string_view name, bool phone, bool card) {
  json::Value accepts = json::Value::array();
  if (phone) accepts.push("phone");
  if (card) accepts.push("card");
  return json::Value::object({{"place", name}, {"accepts", std::move(accepts)}});
}

/// What the directory says of clinics, or of shops by their chains.
json::Value branches(const json::Value& directory, std::string_view list) {
  json::Value all = json::Value::array();
  for (const json::Value& each : directory.find(list)->items()) {
    json::Value branch = json::Value::object({{"name", each.string_or("name", "")}, {"name_ja", each.string_or("name_ja", "")}});
    if (const json::Value* accepts = each.find("accepts")) branch.set("accepts", *accepts);
    const std::string chain = each.string_or("chain", "");
    for (const json::Value& one : directory.find("chains")->items())
      if (!chain.empty() && one.string_or("id", "") == chain) branch.set("accepts", *one.find("accepts"));
    all.push(std::move(branch));
  }
  return all;
}

class FrontPage final : public Premises {
 public:
  explicit FrontPage(Ground& ground)
      : town_(ground.town),
        hand_(ground.hand),
        reader_(town_.addresses().origin("gate"), hand_.reader("pc"), town_.network(), town_.clock()) {}

  std::vector<http::Route> routes() override {
    std::vector<http::Route> all = {
        {"GET", "/api/people", "anyone", [this](const http::Request&) { return people(); }},
        {"GET", "/api/places", "anyone", [this](const http::Request&) { return places(); }},
        {"GET", "/api/phones", "anyone", [this](const http::Request&) { return phones(); }}};
    for (auto& route : hand_routes(hand_, "pc")) all.push_back(std::move(route));
    for (auto& route : town::routes(reader_)) all.push_back(std::move(route));
    return all;
  }

 private:
  http::Response people() {
    json::Value list = json::Value::array();
    for (const CardLabel& label : town_.cards())
      list.push(json::Value::object({{"name", label.name},
                                     {"card", label.card},
                                     {"birth_date", label.birth_date},
                                     {"portrait", "data:image/png;base64," + base64url::encode_standard(label.portrait)}}));
    return http::Response::json(json::Value::object({{"people", std::move(list)}}));
  }

  http::Response places() {
    const json::Value known = directory_.to_json(town_.clock().now());
    const json::Value& openings = *known.find("openings");
    json::Value portal = one_place("portal", true, true), tax = one_place("tax", true, true), kiosk = one_place("kiosk", true, true),
                clinic = one_place("clinic", true, true);
    say_opening(portal, openings, "portal");
    say_opening(tax, openings, "tax");
    say_opening(clinic, openings, "clinic");
    say_opening(kiosk, openings, "kiosk");
    const json::Value& hours = *known.find("kiosk_hours");
    const std::string from = hours.string_or("from", ""), until = hours.string_or("until", "");
    const auto in_hours = hours.bool_at("open"), begun = kiosk.bool_at("open");
    if (begun && *begun)
      kiosk.set("open", in_hours && *in_hours).set("opening", from + " to " + until).set("opening_ja", from + "〜" + until);
    kiosk.set("branches", branches(known, "shops"));
    clinic.set("branches", branches(known, "clinics"));
    return http::Response::json(json::Value::object(
        {{"places", json::Value::array({portal, kiosk, one_place("counter", true, false), clinic, tax, one_place("desk", false, true)})}}));
  }

  http::Response phones() {
    json::Value list = json::Value::array();
    const json::Value things = hand_.look("pc");
    for (const json::Value& thing : things.find("items")->items())
      if (thing.string_or("kind", "") == "phone")
        list.push(json::Value::object({{"id", thing.string_or("id", "")},
                                       {"name", thing.string_or("label", "")},
                                       {"name_ja", thing.string_or("label_ja", "")}}));
    return http::Response::json(json::Value::object({{"phones", std::move(list)}}));
  }

  Town& town_;
  Hand& hand_;
  PcReader reader_;
  services::Directory directory_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_front_page(Ground& ground) {
  return std::unique_ptr<Premises>{std::make_unique<FrontPage>(ground)};
}

}  // namespace mitome::town
