// What the services of the town may ask about who stands before them: by the serial of a certificate whose signature
// they have just verified.
#include "base/hex.h"
#include "registry/endpoints.h"

namespace mitome::registry {
namespace {

constexpr size_t kMaxSerial = 20;        // RFC 5280 4.1.2.2
constexpr int64_t kPerMinute = 3'000;    // fifty a second: a busy service, and far from the whole country
constexpr std::string_view kInsuredNumber = "insured-number";

struct Asked {
  RoleToken caller;
  Person person;
};

Result<Asked> asked(Registry& registry, const Roles& roles, const http::Request& request, std::string_view role) {
  TRY_ASSIGN(RoleToken caller, roles.require(request, role));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string text, body.string_at("serial"));
  TRY_ASSIGN(const Bytes serial, from_hex(text));
  if (serial.empty() || serial.size() > kMaxSerial) return Error{Reason::MALFORMED, "serial"};
  const Enquiry enquiry{caller.name, kService, std::string{request.path()}, kPerMinute, std::chrono::minutes{1}};
  TRY_ASSIGN(Person person, registry.person_of(serial, enquiry));
  return Asked{std::move(caller), std::move(person)};
}

/// Ten digits of our own making. In life the insurer gives them out.
std::string insured_number(const Registry& registry, const PersonId& person) {
  const Bytes mac = from_hex(registry.pseudonym(kInsuredNumber, "", person)).value();
  std::string digits;
  for (size_t i = 0; i < 10; ++i) digits += static_cast<char>('0' + mac[i] % 10);
  return digits;
}

}  // namespace

Result<http::Response> holders(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Asked it, asked(registry, roles, request, "verifier"));
  return http::Response::json(
      json::Value::object({{"holder", registry.pseudonym("holder", it.caller.name, it.person.id)}}));
}

Result<http::Response> residents(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Asked it, asked(registry, roles, request, "municipality"));
  const PersonFacts& facts = it.person.facts;
  // Everybody of 15 years who is no ward has a registered seal here: a synthetic town has no drawer of seals
  // (docs/divergences.md).
  return http::Response::json(json::Value::object(
      {{"name", facts.name},
       {"kana", facts.kana},
       {"address", facts.address},
       {"birth_date", to_compact_date(facts.birth_date)},
       {"sex", facts.sex},
       {"seal_registered", registry.age(facts) >= 15 && !facts.ward},
       {"household", json::Value::object({{"head", facts.name}, {"relation", "head"}, {"relation_ja", "世帯主"}})}}));
}

Result<http::Response> insured(Registry& registry, const Roles& roles, const http::Request& request) {
  TRY_ASSIGN(const Asked it, asked(registry, roles, request, "insurer"));
  return http::Response::json(
      json::Value::object({{"person_ref", registry.pseudonym("insured", it.caller.name, it.person.id)},
                           {"insured_number", insured_number(registry, it.person.id)},
                           {"name", it.person.facts.name},
                           {"birth_date", to_compact_date(it.person.facts.birth_date)}}));
}

}  // namespace mitome::registry
