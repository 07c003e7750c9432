// POST /city/cards and /city/cards/replace: the city issues a physical card, the first or the next.
#include "codec/base64url/base64url.h"
#include "issuer/card_parts.h"
#include "issuer/issuer.h"
#include "registry/person_text.h"

namespace mitome::issuer {
namespace {

constexpr size_t kMaxPortrait = 512 * 1024;

Result<registry::PersonFacts> parse_person(const json::Value& body) {
  const json::Value* person = body.find("person");
  if (person == nullptr || !person->is_object()) return Error{Reason::MALFORMED, "no person"};
  registry::PersonFacts facts;
  TRY_ASSIGN(facts.name, registry::person_text(*person, "name"));
  TRY_ASSIGN(facts.kana, registry::person_text(*person, "kana"));
  TRY_ASSIGN(facts.address, registry::person_text(*person, "address"));
  TRY_ASSIGN(const std::string birth, person->string_at("birth_date"));
  TRY_ASSIGN(facts.birth_date, date_from_text(birth));
  TRY_ASSIGN(facts.sex, registry::person_text(*person, "sex"));
  TRY_ASSIGN(facts.my_number, person->string_at("my_number"));
  TRY_ASSIGN(facts.portrait, person->base64url_at("portrait"));
  if (facts.portrait.empty() || facts.portrait.size() > kMaxPortrait)
    return Error{Reason::LIMIT_EXCEEDED, "portrait empty or over 512 KiB"};
  facts.local_gov_code = kLocalGovernmentCode;
  if (const json::Value* ward = body.find("ward")) {
    TRY_ASSIGN(facts.ward, ward->as_bool());
  }
  return facts;
}

/// What a new card costs its holder (docs/divergences.md); nothing when the old one ran out or has no more room.
json::Value fee(std::string_view why) {
  const bool own_fault = why == "lost" || why == "damaged";
  return json::Value::object({{"yen", own_fault ? 1000 : 0},
                              {"card", own_fault ? 800 : 0},
                              {"certificates", own_fault ? 200 : 0}});
}

}  // namespace

Result<Bytes> rsa_key_at(const json::Value& body, std::string_view name) {
  TRY_ASSIGN(Bytes spki, body.base64url_at(name));
  TRY_ASSIGN(const crypto::PublicKey key, crypto::PublicKey::from_spki(spki));
  if (key.type() != crypto::KeyType::kRsa || key.modulus_size() != 256)
    return Error{Reason::BAD_KEY, std::string{name} + " is not RSA-2048"};
  return spki;
}

Result<json::Value> text_files(const registry::PersonFacts& facts, FileSigner& text) {
  TRY_ASSIGN(const Bytes number, jpki::text_file_my_number(facts.my_number));
  TRY_ASSIGN(const Bytes attributes,
             jpki::text_file_attributes({facts.name, facts.address, facts.birth_date, facts.sex}));
  TRY_ASSIGN(const Bytes integrity, jpki::text_file_integrity(number, attributes, *text.signer));
  json::Value files = json::Value::array();
  for (const Bytes& file : {number, attributes, integrity, text.cv_certificate, jpki::text_file_version(text.key_id)})
    files.push(base64url::encode(file));
  return files;
}

Result<json::Value> Issuer::issue_city_card(const http::Request& request) {
  TRY(roles_.require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const registry::PersonFacts facts, parse_person(body));
  return card_for(facts, body);
}

Result<json::Value> Issuer::replace_city_card(const http::Request& request) {
  TRY(roles_.require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string why, body.string_at("why"));
  if (why != "lost" && why != "damaged" && why != "expiring" && why != "full")
    return Error{Reason::MALFORMED, "why is lost, damaged, expiring or full"};
  TRY_ASSIGN(const std::string id, body.string_at("person"));
  TRY_ASSIGN(const registry::Person person, registry_.person(PersonId{id}));
  TRY_ASSIGN(json::Value grant, card_for(person.facts, body));
  grant.set("fee", fee(why));
  grant.set("name", person.facts.name);
  grant.set("birth_date", to_compact_date(person.facts.birth_date));
  return grant;
}

Result<json::Value> Issuer::card_for(const registry::PersonFacts& facts, const json::Value& body) {
  const Instant now = clock_.now();
  Order order;
  order.holder = registry::Holder::kCard;
  TRY_ASSIGN(order.auth_spki, rsa_key_at(body, "auth_spki"));
  if (body.find("sign_spki") != nullptr) {
    if (age_in_years(facts.birth_date, japan_date(now)) < 15)
      return Error{Reason::UNDER_AGE, "no signing certificate under 15"};
    if (facts.ward) return Error{Reason::NO_SIGNING_CERTIFICATE, "no signing certificate for a ward"};
    TRY_ASSIGN(order.sign_spki, rsa_key_at(body, "sign_spki"));
    if (order.sign_spki == order.auth_spki) return Error{Reason::BAD_KEY, "one key for two purposes"};
  }
  TRY_ASSIGN(const PersonId id, registry_.person_for(facts.my_number));
  order.person = {id, facts};
  const CardId card = registry_.new_card_id();
  order.holder_id = card.text;
  const Instant card_end = card_expiry(facts.birth_date, now);
  order.not_before = now;
  order.not_after = certificate_expiry(facts.birth_date, now, card_end);
  TRY_ASSIGN(json::Value files, text_files(facts, hierarchy_.text));
  const CardFace face{japan_date(card_end), random_.digits(4)};
  TRY_ASSIGN(json::Value pictures, surface_files(facts, face, hierarchy_.surface));
  TRY_ASSIGN(Issued issued, issue(order));
  TRY(registry_.register_card({id, facts, card, card_end, issued.certificates}, registry::kCity));

  json::Value grant = json::Value::object({{"person", id.text}, {"card", card.text}, {"expires", to_unix(card_end)}});
  grant.set("auth_cert", base64url::encode(issued.auth_certificate));
  if (!issued.sign_certificate.empty()) grant.set("sign_cert", base64url::encode(issued.sign_certificate));
  grant.set("auth_ca", base64url::encode(hierarchy_.auth_ca.certificate.der()));
  grant.set("sign_ca", base64url::encode(hierarchy_.sign_ca.certificate.der()));
  grant.set("text", std::move(files)).set("surface", std::move(pictures));
  // For the counter, which writes the rest into the chip: printed, and not kept here.
  grant.set("security_code", face.security_code);
  grant.set("serial", "40" + random_.digits(13)).set("municipality", facts.local_gov_code).set("resident_code", random_.digits(11));
  return grant;
}

}  // namespace mitome::issuer
