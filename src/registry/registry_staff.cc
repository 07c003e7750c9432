// What the city counter does to a person's card and phone, and what it may look up for that.
#include "base/hex.h"
#include "codec/json/json.h"
#include "registry/event_log.h"
#include "registry/operation.h"

namespace mitome::registry {
namespace {

constexpr std::string_view kReservationScope = "pin-reset", kEnrolmentKind = "enrolment";

Error no_person() { return {Reason::NOT_FOUND, "no such person"}; }

std::string_view name_of(Departure departure) { return departure == Departure::kDied ? "died" : "renounced"; }

Bytes encode(const PinReset& reset) {
  return to_bytes(json::Value::object({{"id", reset.id},
                                       {"card", reset.card.text},
                                       {"pin", std::string{name_of(reset.pin)}},
                                       {"expires", to_unix(reset.expires)}})
                      .dump());
}

Result<PinReset> decode(ByteView bytes) {
  TRY_ASSIGN(const json::Value value, json::parse(as_text(bytes)));
  TRY_ASSIGN(const std::string id, value.string_at("id"));
  TRY_ASSIGN(const std::string card, value.string_at("card"));
  TRY_ASSIGN(const std::string pin_name, value.string_at("pin"));
  TRY_ASSIGN(const CardPin pin, pin_from_name(pin_name));
  TRY_ASSIGN(const int64_t expires, value.int_at("expires"));
  return PinReset{id, CardId{card}, pin, instant_from_unix(expires)};
}

}  // namespace

std::string_view name_of(CardPin pin) {
  constexpr std::string_view kNames[] = {"auth", "sign", "text"};
  return kNames[static_cast<size_t>(pin)];
}

Result<CardPin> pin_from_name(std::string_view name) {
  for (const CardPin pin : {CardPin::kAuth, CardPin::kSign, CardPin::kText})
    if (name_of(pin) == name) return pin;
  return Error{Reason::MALFORMED, "the PIN is auth, sign or text"};
}

// -- looking up

Result<PersonFile> Registry::file_of(const PersonId& id) {
  TRY_ASSIGN(Person found, person(id));
  PersonFile file{std::move(found), false, {}, {}, {}};
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.tx().query_one("SELECT departed FROM person WHERE id = ?1", {id.text}));
    file.died = row && row->text(0) == name_of(Departure::kDied);
    TRY_ASSIGN(file.card, op.find_current_card(id));
    if (file.card) {
      TRY_ASSIGN(const auto certificates, op.find_certificates(Holder::kCard, file.card->id.text));
      for (const CertificateRow& certificate : certificates)
        if (certificate.record.ca == Ca::kSign) file.card_signing = certificate.record.state;
    }
    TRY_ASSIGN(const auto live, op.find_live_phone(id));
    if (!live) return {};
    TRY_ASSIGN(Phone phone, op.to_phone(*live));
    file.phone = std::move(phone);
    return {};
  }));
  return file;
}

Result<std::vector<PersonFile>> Registry::find_people(std::string_view name, Date birth_date, const Enquiry& enquiry) {
  std::vector<PersonId> ids;
  TRY(enquire(enquiry, [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto rows, op.tx().query("SELECT id FROM person WHERE name = ?1 AND birth_date = ?2 ORDER BY id",
                                              {std::string{name}, to_full_date(birth_date)}));
    for (const store::Row& row : rows) ids.emplace_back(PersonId{row.text(0)});
    // A look-up that finds nobody is written down too: who tries names shows.
    op.note(enquiry.what + " found " + std::to_string(ids.size()));
    return op.record({"person-looked-up", enquiry.who, enquiry.caller, ids.size() == 1 ? ids.front() : PersonId{},
                      CardId{}, PhoneId{}});
  }));
  if (ids.empty()) return Error{Reason::NOT_FOUND, "nobody of this name and birth date"};
  std::vector<PersonFile> files;
  for (const PersonId& id : ids) {
    TRY_ASSIGN(PersonFile file, file_of(id));
    files.push_back(std::move(file));
  }
  return files;
}

Result<PersonFile> Registry::find_by_card(ByteView auth_serial, const Enquiry& enquiry) {
  PersonId id;
  TRY(enquire(enquiry, [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.find_certificate(Ca::kAuth, auth_serial));
    if (!row || row->record.holder != Holder::kCard) return Error{Reason::NOT_FOUND, "no card has this certificate"};
    id = row->record.person;
    op.note(enquiry.what + " by card");
    return op.record(
        {"person-looked-up", enquiry.who, enquiry.caller, id, CardId{row->record.holder_id}, PhoneId{}});
  }));
  return file_of(id);
}

Result<CardId> Registry::current_card_of(std::string_view name, Date birth_date) {
  std::vector<store::Row> rows;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(rows, op.tx().query("SELECT card.id FROM card JOIN person ON person.id = card.person WHERE "
                                   "person.name = ?1 AND person.birth_date = ?2 AND card.state IN ('active', 'held')",
                                   {std::string{name}, to_full_date(birth_date)}));
    return {};
  }));
  if (rows.empty()) return Error{Reason::NOT_FOUND, "nobody of this name and birth date has a card in use"};
  if (rows.size() > 1)
    return Error{Reason::NOT_FOUND, "several people of this name and birth date: ask at the city counter"};
  return CardId{rows.front().text(0)};
}

// -- changing

Result<PersonFile> Registry::change_facts(const PersonId& id, const NewFacts& facts, const Staff& staff) {
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.tx().query_one("SELECT name, kana, address FROM person WHERE id = ?1", {id.text}));
    if (!row) return no_person();
    const std::string name = facts.name.value_or(row->text(0)), kana = facts.kana.value_or(row->text(1)),
                      address = facts.address.value_or(row->text(2));
    if (name == row->text(0) && kana == row->text(1) && address == row->text(2))
      return Error{Reason::MALFORMED, "nothing changes"};
    TRY(op.tx().run("UPDATE person SET name = ?2, kana = ?3, address = ?4 WHERE id = ?1", {id.text, name, kana, address}));
    EventHead head{"person-moved", staff.who, staff.name, id, CardId{}, PhoneId{}};
    TRY_ASSIGN(const auto card, op.find_current_card(id));
    if (card) {
      head.card = card->id;
      TRY(op.revoke_signing(Holder::kCard, card->id.text, staff.who, RevocationReason::kAffiliationChanged));
    }
    TRY_ASSIGN(auto phone, op.find_live_phone(id));
    if (phone) {
      head.phone = phone->id;
      TRY(op.change_phone(*phone, Event::kMove, staff.who));
      TRY(op.revoke_signing(Holder::kPhone, phone->id.text, staff.who, RevocationReason::kAffiliationChanged));
      TRY(op.revoke_mdocs(phone->id, staff.who));
      TRY(op.notify(phone->id, "moved"));
    }
    return op.record(head);
  };
  TRY(write(operation));
  return file_of(id);
}

Result<void> Registry::renew_card_signing(const CardId& id, const PersonFacts& facts,
                                          const IssuedCertificate& certificate, const Staff& staff) {
  return write([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto card, op.find_card(id));
    if (!card || card->state != State::kActive || card->expires <= op.now())
      return Error{Reason::CARD_NOT_VALID, "no such card in use"};
    TRY_ASSIGN(const auto row, op.tx().query_one("SELECT name, address, ward FROM person WHERE id = ?1",
                                                 {card->person.text}));
    if (!row || row->text(0) != facts.name || row->text(1) != facts.address || (row->integer(2) == 1) != facts.ward)
      return Error{Reason::CONFLICT, "the register changed meanwhile"};
    TRY_ASSIGN(auto earlier, op.find_certificates(Holder::kCard, id.text));
    for (CertificateRow& old : earlier) {
      if (old.record.ca == Ca::kSign && old.record.state == State::kValid)
        TRY(op.change_certificate(old, Event::kRevoke, staff.who, RevocationReason::kSuperseded));
    }
    TRY(op.issue_certificate(certificate, Holder::kCard, id.text, staff.who));
    return op.record({"card-signing-renewed", staff.who, staff.name, card->person, id, PhoneId{}});
  });
}

Result<PersonFile> Registry::set_ward(const PersonId& id, const Staff& staff) {
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY(op.tx().run("UPDATE person SET ward = 1 WHERE id = ?1 AND ward = 0", {id.text}));
    if (op.tx().changes() != 1) return Error{Reason::NOT_FOUND, "no such person who is not a ward"};
    TRY_ASSIGN(const auto card, op.find_current_card(id));
    if (card)
      TRY(op.revoke_signing(Holder::kCard, card->id.text, staff.who, RevocationReason::kCessationOfOperation));
    TRY(end_phone_of_card(op, id, staff.who));
    return op.record({"person-ward", staff.who, staff.name, id, card ? card->id : CardId{}, PhoneId{}});
  };
  TRY(write(operation));
  return file_of(id);
}

Result<PersonFile> Registry::depart(const PersonId& id, Departure departure, const Staff& staff) {
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY(op.tx().run("UPDATE person SET departed = ?2 WHERE id = ?1 AND departed <> 'died'",
                    {id.text, std::string{name_of(departure)}}));
    if (op.tx().changes() != 1) return Error{Reason::NOT_FOUND, "no such person alive"};
    TRY_ASSIGN(auto card, op.find_current_card(id));
    if (!card && departure == Departure::kRenounced) return Error{Reason::NOT_FOUND, "no card to give back"};
    if (card) {
      TRY_ASSIGN(card->state, op.transit(Entity::kCard, card->id.text, card->state, Event::kReturn, staff.who));
      TRY(op.update_card(*card));
      TRY_ASSIGN(auto certificates, op.find_certificates(Holder::kCard, card->id.text));
      for (CertificateRow& row : certificates) {
        if (row.record.state == State::kValid || row.record.state == State::kHeld)
          TRY(op.change_certificate(row, Event::kRevoke, staff.who, RevocationReason::kCessationOfOperation));
      }
    }
    TRY(end_phone_of_card(op, id, staff.who));
    return op.record({"person-" + std::string{name_of(departure)}, staff.who, staff.name, id,
                      card ? card->id : CardId{}, PhoneId{}});
  };
  TRY(write(operation));
  return file_of(id);
}

// -- forgotten PINs

Result<void> Registry::expect_card(const CardId& card, ByteView auth_serial) {
  return read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.find_certificate(Ca::kAuth, auth_serial));
    if (!row || row->record.holder != Holder::kCard || row->record.holder_id != card.text)
      return Error{Reason::CARD_CHANGED, "another card lies on the reader"};
    return {};
  });
}

Result<void> Registry::note_pin_reset(const CardId& id, CardPin pin, const Staff& staff) {
  return write([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto card, op.find_card(id));
    if (!card || card->state != State::kActive || card->expires <= op.now())
      return Error{Reason::CARD_NOT_VALID, "no such card in use"};
    op.note(std::string{name_of(pin)} + " PIN at the counter");
    return op.record({"pin-reset", staff.who, staff.name, card->person, id, PhoneId{}});
  });
}

Result<PinReset> Registry::reserve_pin_reset(std::string_view session, const crypto::Sha256Digest& request,
                                             const CardId& id, CardPin pin) {
  PinReset out;
  const Idempotency idempotency{std::string{kReservationScope}, std::string{session}, request};
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto earlier, op.find_answer(idempotency));
    if (earlier) {
      TRY_ASSIGN(out, decode(*earlier));
      return {};
    }
    TRY_ASSIGN(const EnrolmentSession open, open_session_of(op, session));
    TRY_ASSIGN(const bool fresh,
               op.tx().insert_if_absent(kEnrolmentKind, as_bytes(session), to_unix(open.expires)));
    CHECK(fresh);
    TRY_ASSIGN(const auto card, op.find_card(id));
    if (!card || card->state != State::kActive || card->expires <= op.now())
      return Error{Reason::CARD_NOT_VALID, "no such card in use"};
    out = {"reset-" + to_hex(random_bytes(10)), id, pin, op.now() + kPinResetLife};
    TRY(op.tx().run("DELETE FROM pin_reset WHERE card = ?1 AND pin = ?2", {id.text, std::string{name_of(pin)}}));
    TRY(op.tx().run("INSERT INTO pin_reset(id, card, pin, expires, used) VALUES(?1, ?2, ?3, ?4, 0)",
                    {out.id, id.text, std::string{name_of(pin)}, to_unix(out.expires)}));
    TRY(op.tx().run("UPDATE enrolment_session SET recording = x'' WHERE id = ?1", {std::string{session}}));
    op.note(std::string{name_of(pin)} + " PIN");
    TRY(op.record({"pin-reset-reserved", kPhoneHolder, "", card->person, id, PhoneId{}}));
    return op.keep_answer(idempotency, encode(out));
  };
  TRY(write(operation));
  return out;
}

Result<PinReset> Registry::redeem_pin_reset(const CardId& id, CardPin pin, const Idempotency& redemption,
                                            std::string_view kiosk) {
  PinReset out;
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto earlier, op.find_answer(redemption));
    if (earlier) {
      TRY_ASSIGN(out, decode(*earlier));
      return {};
    }
    TRY_ASSIGN(const auto card, op.find_card(id));
    if (!card || card->state != State::kActive || card->expires <= op.now())
      return Error{Reason::CARD_NOT_VALID, "no such card in use"};
    TRY_ASSIGN(const auto row,
               op.tx().query_one("SELECT id, expires, used FROM pin_reset WHERE card = ?1 AND pin = ?2",
                                 {id.text, std::string{name_of(pin)}}));
    if (!row) return Error{Reason::NOT_FOUND, "nothing is reserved for this PIN"};
    if (row->integer(2) != 0) return Error{Reason::REPLAY, "the reservation was used"};
    out = {row->text(0), id, pin, instant_from_unix(row->integer(1))};
    if (out.expires <= op.now()) return Error{Reason::SESSION_EXPIRED, "reserved more than 24 hours ago"};
    TRY(op.tx().run("UPDATE pin_reset SET used = 1 WHERE id = ?1", {out.id}));
    op.note(std::string{name_of(pin)} + " PIN at a kiosk");
    TRY(op.record({"pin-reset", kService, std::string{kiosk}, card->person, id, PhoneId{}}));
    return op.keep_answer(redemption, encode(out));
  };
  TRY(write(operation));
  return out;
}

Result<void> Registry::note_simulated(std::string_view what, std::string_view by, const PhoneId& id) {
  return write([&](Operation& op) -> Result<void> {
    EventHead head{"simulated", kSystem, std::string{by}, PersonId{}, CardId{}, id};
    if (!id.text.empty()) {
      TRY_ASSIGN(const auto phone, op.find_phone(id));
      if (!phone) return Error{Reason::NOT_FOUND, "no such phone"};
      head.person = phone->person;
    }
    op.note(what);
    return op.record(head);
  });
}

}  // namespace mitome::registry
