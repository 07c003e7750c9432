// POST /city/cards/update: a card on the desk's reader is brought up to what the register says now: its text files, and a
// signing certificate for a key that was just made in its chip.
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "issuer/card_parts.h"

namespace mitome::issuer {

Result<json::Value> Issuer::update_city_card(const http::Request& request) {
  TRY_ASSIGN(const registry::RoleToken caller, roles_.require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("card"));
  TRY_ASSIGN(const std::string serial_text, body.string_at("serial"));
  TRY_ASSIGN(const Bytes serial, from_hex(serial_text));
  TRY(registry_.expect_card(CardId{id}, serial));
  TRY_ASSIGN(const registry::Card card, registry_.card(CardId{id}));
  const Instant now = clock_.now();
  if (card.state != registry::State::kActive || card.expires <= now)
    return Error{Reason::CARD_NOT_VALID, "held, ended or expired"};
  TRY_ASSIGN(const registry::Person person, registry_.person(card.person));
  TRY_ASSIGN(json::Value files, text_files(person.facts, hierarchy_.text));
  json::Value answer = json::Value::object({{"card", id}, {"text", std::move(files)}});
  if (body.find("sign_spki") == nullptr) return answer;

  if (registry_.age(person.facts) < 15) return Error{Reason::UNDER_AGE, "no signing certificate under 15"};
  if (person.facts.ward) return Error{Reason::NO_SIGNING_CERTIFICATE, "no signing certificate for a ward"};
  Order order;
  order.holder = registry::Holder::kCard;
  order.holder_id = id;
  order.person = person;
  TRY_ASSIGN(order.sign_spki, rsa_key_at(body, "sign_spki"));
  order.not_before = now;
  order.not_after = certificate_expiry(person.facts.birth_date, now, card.expires);
  TRY_ASSIGN(const Issued issued, issue(order));
  TRY(registry_.renew_card_signing(card.id, person.facts, issued.certificates.front(),
                                   {registry::kCity, caller.name}));
  answer.set("sign_cert", base64url::encode(issued.sign_certificate));
  return answer;
}

}  // namespace mitome::issuer
