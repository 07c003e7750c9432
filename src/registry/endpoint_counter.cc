// The city counter, where a person stands with a card and something has to change.
#include <algorithm>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "registry/endpoints.h"
#include "registry/person_text.h"

namespace mitome::registry {
namespace {

/// A clerk serves some twenty people an hour; whoever looks up more is reading the register (threats ADM-5).
constexpr int64_t kLookupsPerHour = 60;
constexpr std::string_view kLookupReasons[] = {"moving",    "lost-card", "new-card", "pin-forgotten",
                                               "ward",      "departure", "question"};

json::Value card_json(const PersonFile& file) {
  if (!file.card) return nullptr;
  json::Value card = json::Value::object({{"card", file.card->id.text},
                                          {"state", std::string{name_of(file.card->state)}},
                                          {"expires", to_unix(file.card->expires)}});
  card.set("signing", file.card_signing ? std::string{name_of(*file.card_signing)} : std::string{"none"});
  return card;
}

json::Value phone_json(const PersonFile& file) {
  if (!file.phone) return nullptr;
  return json::Value::object({{"phone", file.phone->id.text},
                              {"state", std::string{name_of(file.phone->state)}},
                              {"model", file.phone->model},
                              {"cause", file.phone->cause}});
}

/// What the clerk sees: no My Number (endpoints.md).
json::Value file_json(const Registry& registry, const PersonFile& file, bool with_portrait) {
  const PersonFacts& facts = file.person.facts;
  json::Value out = json::Value::object({{"person", file.person.id.text},
                                         {"name", facts.name},
                                         {"kana", facts.kana},
                                         {"address", facts.address},
                                         {"birth_date", to_compact_date(facts.birth_date)},
                                         {"age", registry.age(facts)},
                                         {"sex", facts.sex},
                                         {"ward", facts.ward},
                                         {"died", file.died},
                                         {"card", card_json(file)},
                                         {"phone", phone_json(file)}});
  if (with_portrait) out.set("portrait", base64url::encode(facts.portrait));
  return out;
}

struct Counter {
  Staff staff;
  json::Value body;
};

Result<Counter> at_counter(const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const RoleToken caller, roles.require(request, "city"));
  TRY_ASSIGN(json::Value body, http::json_body(request));
  return Counter{{kCity, caller.name}, std::move(body)};
}

Result<PersonId> person_at(const json::Value& body) {
  TRY_ASSIGN(const std::string person, body.string_at("person"));
  return PersonId{person};
}

http::Response answer(const Registry& registry, const PersonFile& file) {
  return http::Response::json(file_json(registry, file, false));
}

Result<std::optional<std::string>> optional_text(const json::Value& body, std::string_view name) {
  if (body.find(name) == nullptr) return std::optional<std::string>{};
  TRY_ASSIGN(std::string text, person_text(body, name));
  return std::optional{std::move(text)};
}

}  // namespace

Result<http::Response> city_lookup(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  const std::string why = at.body.string_or("why", "");
  if (std::find(std::begin(kLookupReasons), std::end(kLookupReasons), why) == std::end(kLookupReasons))
    return Error{Reason::FORM_INVALID, "a look-up needs its reason, 'why'"};
  const Enquiry enquiry{at.staff.name, kCity, "look-up " + why, kLookupsPerHour, std::chrono::hours{1}};
  json::Value people = json::Value::array();
  if (at.body.find("serial") != nullptr) {
    TRY_ASSIGN(const std::string text, at.body.string_at("serial"));
    TRY_ASSIGN(const Bytes serial, from_hex(text));
    TRY_ASSIGN(const PersonFile file, registry.find_by_card(serial, enquiry));
    people.push(file_json(registry, file, true));
  } else {
    TRY_ASSIGN(const std::string name, at.body.string_at("name"));
    TRY_ASSIGN(const std::string birth_text, at.body.string_at("birth_date"));
    TRY_ASSIGN(const Date birth_date, date_from_text(birth_text));
    TRY_ASSIGN(const auto files, registry.find_people(name, birth_date, enquiry));
    for (const PersonFile& file : files) people.push(file_json(registry, file, true));
  }
  return http::Response::json(json::Value::object({{"people", std::move(people)}}));
}

Result<http::Response> city_move(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  TRY_ASSIGN(const PersonId person, person_at(at.body));
  NewFacts facts;
  TRY_ASSIGN(facts.name, optional_text(at.body, "name"));
  TRY_ASSIGN(facts.kana, optional_text(at.body, "kana"));
  TRY_ASSIGN(facts.address, optional_text(at.body, "address"));
  TRY_ASSIGN(const PersonFile file, registry.change_facts(person, facts, at.staff));
  return answer(registry, file);
}

Result<http::Response> city_stop(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  TRY_ASSIGN(const std::string card, at.body.string_at("card"));
  TRY(registry.stop_card(CardId{card}, kCity, at.staff.name));
  TRY_ASSIGN(const Card stopped, registry.card(CardId{card}));
  TRY_ASSIGN(const PersonFile file, registry.file_of(stopped.person));
  return answer(registry, file);
}

Result<http::Response> city_ward(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  TRY_ASSIGN(const PersonId person, person_at(at.body));
  TRY_ASSIGN(const PersonFile file, registry.set_ward(person, at.staff));
  return answer(registry, file);
}

Result<http::Response> city_depart(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  TRY_ASSIGN(const PersonId person, person_at(at.body));
  TRY_ASSIGN(const std::string why, at.body.string_at("why"));
  if (why != "died" && why != "renounced") return Error{Reason::MALFORMED, "why is died or renounced"};
  const Departure departure = why == "died" ? Departure::kDied : Departure::kRenounced;
  TRY_ASSIGN(const PersonFile file, registry.depart(person, departure, at.staff));
  return answer(registry, file);
}

Result<http::Response> city_pin_reset(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Counter at, at_counter(roles, request));
  TRY_ASSIGN(const std::string card, at.body.string_at("card"));
  TRY_ASSIGN(const std::string pin_name, at.body.string_at("pin"));
  TRY_ASSIGN(const CardPin pin, pin_from_name(pin_name));
  TRY_ASSIGN(const std::string serial_text, at.body.string_at("serial"));
  TRY_ASSIGN(const Bytes serial, from_hex(serial_text));
  TRY(registry.expect_card(CardId{card}, serial));
  TRY(registry.note_pin_reset(CardId{card}, pin, at.staff));
  return http::Response::json(json::Value::object({{"card", card}, {"pin", pin_name}}));
}

}  // namespace mitome::registry
