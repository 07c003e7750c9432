#include "registry/operation.h"

#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "codec/der/der.h"
#include "registry/event_log.h"

namespace mitome::registry {
namespace {

constexpr std::string_view kPhoneColumns =
    "id, person, card, state, cause, version, active_at, instance_spki, model, mac";
constexpr std::string_view kCardColumns = "id, person, state, expires, mac";
constexpr std::string_view kCertificateColumns =
    "ca, serial, holder, holder_id, person, state, reason, changed_at, not_before, not_after, tbs, der, reserved_at, "
    "mac";

std::string select(std::string_view columns, std::string_view table, std::string_view condition) {
  return "SELECT " + std::string{columns} + " FROM " + std::string{table} + " WHERE " + std::string{condition};
}

/// What the MAC of a row covers: every column but the MAC itself, in order.
Bytes encode_row(std::string_view table, const std::vector<store::Cell>& cells) {
  cbor::Writer out;
  out.array(cells.size() + 1).text(table);
  for (const store::Cell& cell : cells) {
    if (const auto* number = std::get_if<int64_t>(&cell)) {
      out.integer(*number);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      out.text(*text);
    } else if (const auto* blob = std::get_if<Bytes>(&cell)) {
      out.bytes(*blob);
    } else {
      out.null();
    }
  }
  return out.take();
}

std::vector<store::Cell> phone_cells(const PhoneRow& row) {
  return {row.id.text, row.person.text, row.card.text,          std::string{name_of(row.state)},
          row.cause,   row.version,     to_unix(row.active_at), row.instance_spki,
          row.model};
}

std::vector<store::Cell> card_cells(const Card& card) {
  return {card.id.text, card.person.text, std::string{name_of(card.state)}, to_unix(card.expires)};
}

std::vector<store::Cell> certificate_cells(const CertificateRow& row) {
  const CertificateRecord& it = row.record;
  return {std::string{name_of(it.ca)},
          it.serial,
          std::string{name_of(it.holder)},
          it.holder_id,
          it.person.text,
          std::string{name_of(it.state)},
          static_cast<int64_t>(it.reason),
          to_unix(it.changed_at),
          to_unix(it.not_before),
          to_unix(it.not_after),
          row.tbs,
          it.der,
          to_unix(row.reserved_at)};
}

/// SHA-256 of the first element inside a certificate: its tbsCertificate as signed.
Result<crypto::Sha256Digest> tbs_digest(ByteView certificate) {
  der::Reader outer{certificate};
  TRY_ASSIGN(const der::Element whole, outer.expect(der::kSequence));
  der::Reader inner{whole.content};
  TRY_ASSIGN(const der::Element tbs, inner.expect(der::kSequence));
  return crypto::sha256(tbs.encoded);
}

}  // namespace

Entity entity_of(const CertificateRecord& certificate) {
  if (certificate.holder == Holder::kCard) return Entity::kCardCertificate;
  return certificate.ca == Ca::kAuth ? Entity::kPhoneAuthCertificate : Entity::kPhoneSignCertificate;
}

Registry::Operation::Operation(Registry& registry, store::Transaction& transaction)
    : registry_(registry), transaction_(transaction), now_(registry.clock_.now()) {}

Bytes Registry::Operation::row_mac(ByteView row) const {
  const auto mac = crypto::hmac_sha256(registry_.keys_.row_mac.reveal(), row);
  return to_bytes(ByteView{mac});
}

Result<State> Registry::Operation::transit(Entity entity, std::string_view what, State from, Event event, Who who) {
  TRY_ASSIGN(const State to, next_state(entity, from, event, who));
  note(std::string{name_of(entity)} + " " + std::string{what} + " " + std::string{name_of(from)} + ">" +
       std::string{name_of(to)});
  return to;
}

void Registry::Operation::note(std::string_view text) {
  if (!transitions_.empty()) transitions_ += "; ";
  transitions_ += text;
}

// -- phones

Result<Phone> Registry::Operation::to_phone(const PhoneRow& row) const {
  PhoneState state = PhoneState::kEnded;
  if (row.state == State::kSuspended) state = PhoneState::kSuspended;
  if (row.state == State::kActive) state = now_ < row.active_at ? PhoneState::kPending : PhoneState::kActive;
  return Phone{row.id,      row.person,    row.card,          state,    row.cause,
               row.version, row.active_at, row.instance_spki, row.model};
}

Result<PhoneRow> Registry::Operation::read_phone(const store::Row& row) const {
  TRY_ASSIGN(const State state, state_from_name(row.text(3)));
  PhoneRow out{PhoneId{row.text(0)},
               PersonId{row.text(1)},
               CardId{row.text(2)},
               state,
               row.text(4),
               row.integer(5),
               instant_from_unix(row.integer(6)),
               row.blob(7),
               row.text(8)};
  if (!crypto::equal_constant_time(row_mac(encode_row("phone", phone_cells(out))), row.blob(9)))
    return Error{Reason::ROW_TAMPERED, "phone " + out.id.text};
  return out;
}

Result<std::optional<PhoneRow>> Registry::Operation::find_phone(const PhoneId& id) {
  TRY_ASSIGN(const auto row, transaction_.query_one(select(kPhoneColumns, "phone", "id = ?1"), {id.text}));
  if (!row) return std::optional<PhoneRow>{};
  TRY_ASSIGN(PhoneRow phone, read_phone(*row));
  return std::optional{std::move(phone)};
}

Result<std::optional<PhoneRow>> Registry::Operation::find_live_phone(const PersonId& person) {
  TRY_ASSIGN(const auto row,
             transaction_.query_one(select(kPhoneColumns, "phone", "person = ?1 AND state IN ('active', 'suspended')"),
                                    {person.text}));
  if (!row) return std::optional<PhoneRow>{};
  TRY_ASSIGN(PhoneRow phone, read_phone(*row));
  return std::optional{std::move(phone)};
}

Result<void> Registry::Operation::insert_phone(const PhoneRow& row) {
  std::vector<store::Cell> cells = phone_cells(row);
  cells.emplace_back(row_mac(encode_row("phone", cells)));
  return transaction_.run(
      "INSERT INTO phone(" + std::string{kPhoneColumns} + ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", cells);
}

Result<void> Registry::Operation::update_phone(const PhoneRow& row) {
  return transaction_.run("UPDATE phone SET state = ?2, cause = ?3, version = ?4, mac = ?5 WHERE id = ?1",
                          {row.id.text, std::string{name_of(row.state)}, row.cause, row.version,
                           row_mac(encode_row("phone", phone_cells(row)))});
}

Result<void> Registry::Operation::change_phone(PhoneRow& row, Event event, Who who) {
  TRY_ASSIGN(row.state, transit(Entity::kPhone, row.id.text, row.state, event, who));
  row.cause = name_of(event);
  ++row.version;
  return update_phone(row);
}

Result<void> Registry::Operation::end_phone(PhoneRow& row, Event event, Who who, RevocationReason reason,
                                            std::string_view notice) {
  TRY(change_phone(row, event, who));
  TRY_ASSIGN(std::vector<CertificateRow> certificates, find_certificates(Holder::kPhone, row.id.text));
  for (CertificateRow& certificate : certificates) {
    if (certificate.record.state == State::kRevoked) continue;
    const bool reserved = certificate.record.state == State::kReserved;
    TRY(change_certificate(certificate, reserved ? Event::kAbandon : Event::kRevoke, who, reason));
  }
  TRY(revoke_mdocs(row.id, who));
  return notify(row.id, notice);
}

// -- cards

Result<Card> Registry::Operation::read_card(const store::Row& row) const {
  TRY_ASSIGN(const State state, state_from_name(row.text(2)));
  Card out{CardId{row.text(0)}, PersonId{row.text(1)}, state, instant_from_unix(row.integer(3))};
  if (!crypto::equal_constant_time(row_mac(encode_row("card", card_cells(out))), row.blob(4)))
    return Error{Reason::ROW_TAMPERED, "card " + out.id.text};
  return out;
}

Result<std::optional<Card>> Registry::Operation::find_card(const CardId& id) {
  TRY_ASSIGN(const auto row, transaction_.query_one(select(kCardColumns, "card", "id = ?1"), {id.text}));
  if (!row) return std::optional<Card>{};
  TRY_ASSIGN(Card card, read_card(*row));
  return std::optional{std::move(card)};
}

Result<std::optional<Card>> Registry::Operation::find_current_card(const PersonId& person) {
  TRY_ASSIGN(const auto row,
             transaction_.query_one(select(kCardColumns, "card", "person = ?1 AND state IN ('active', 'held')"),
                                    {person.text}));
  if (!row) return std::optional<Card>{};
  TRY_ASSIGN(Card card, read_card(*row));
  return std::optional{std::move(card)};
}

Result<void> Registry::Operation::insert_card(const Card& card) {
  std::vector<store::Cell> cells = card_cells(card);
  cells.emplace_back(row_mac(encode_row("card", cells)));
  return transaction_.run("INSERT INTO card(" + std::string{kCardColumns} + ") VALUES(?1, ?2, ?3, ?4, ?5)", cells);
}

Result<void> Registry::Operation::update_card(const Card& card) {
  return transaction_.run(
      "UPDATE card SET state = ?2, mac = ?3 WHERE id = ?1",
      {card.id.text, std::string{name_of(card.state)}, row_mac(encode_row("card", card_cells(card)))});
}

Result<void> Registry::Operation::judge_card(const CardId& id, ByteView sign_serial, ByteView auth_serial) {
  TRY_ASSIGN(const auto card, find_card(id));
  if (!card || card->state == State::kEnded) return Error{Reason::CARD_NOT_VALID, "no such card in use"};
  if (card->expires <= now_) return Error{Reason::CARD_NOT_VALID, "the card has expired"};
  for (const Ca ca : {Ca::kSign, Ca::kAuth}) {
    const Reason missing = ca == Ca::kSign ? Reason::NO_SIGNING_CERTIFICATE : Reason::CERT_REVOKED;
    const std::string name{name_of(ca)};
    TRY_ASSIGN(const auto row, find_certificate(ca, ca == Ca::kSign ? sign_serial : auth_serial));
    if (!row || row->record.holder != Holder::kCard || row->record.holder_id != id.text)
      return Error{missing, name + ": not a certificate of this card"};
    if (row->record.state == State::kHeld) return Error{Reason::CERT_SUSPENDED, name};
    if (row->record.state != State::kValid) return Error{missing, name};
    if (row->record.not_after < now_) return Error{Reason::CERT_EXPIRED, name};
  }
  return {};
}

// -- certificates

Result<CertificateRow> Registry::Operation::read_certificate(const store::Row& row) const {
  TRY_ASSIGN(const State state, state_from_name(row.text(5)));
  CertificateRow out;
  out.record = {row.text(0) == "auth" ? Ca::kAuth : Ca::kSign,
                row.blob(1),
                row.text(2) == "card" ? Holder::kCard : Holder::kPhone,
                row.text(3),
                PersonId{row.text(4)},
                state,
                static_cast<RevocationReason>(row.integer(6)),
                instant_from_unix(row.integer(7)),
                instant_from_unix(row.integer(8)),
                instant_from_unix(row.integer(9)),
                row.blob(11)};
  out.tbs = row.blob(10);
  out.reserved_at = instant_from_unix(row.integer(12));
  if (!crypto::equal_constant_time(row_mac(encode_row("certificate", certificate_cells(out))), row.blob(13)))
    return Error{Reason::ROW_TAMPERED, "certificate " + row.text(0) + " " + to_hex(out.record.serial)};
  return out;
}

Result<std::vector<CertificateRow>> Registry::Operation::certificates_where(std::string_view condition,
                                                                            const std::vector<store::Cell>& cells) {
  TRY_ASSIGN(const auto rows, transaction_.query(select(kCertificateColumns, "certificate", condition), cells));
  std::vector<CertificateRow> out;
  out.reserve(rows.size());
  for (const store::Row& row : rows) {
    TRY_ASSIGN(CertificateRow certificate, read_certificate(row));
    out.push_back(std::move(certificate));
  }
  return out;
}

Result<std::optional<CertificateRow>> Registry::Operation::find_certificate(Ca ca, ByteView serial) {
  TRY_ASSIGN(auto rows, certificates_where("ca = ?1 AND serial = ?2", {std::string{name_of(ca)}, to_bytes(serial)}));
  if (rows.empty()) return std::optional<CertificateRow>{};
  return std::optional{std::move(rows.front())};
}

Result<std::vector<CertificateRow>> Registry::Operation::find_certificates(Holder holder, std::string_view holder_id) {
  return certificates_where("holder_id = ?2 AND holder = ?1 ORDER BY n",
                            {std::string{name_of(holder)}, std::string{holder_id}});
}

Result<void> Registry::Operation::insert_certificate(const CertificateRow& row) {
  std::vector<store::Cell> cells = certificate_cells(row);
  cells.emplace_back(row_mac(encode_row("certificate", cells)));
  return transaction_.run("INSERT INTO certificate(" + std::string{kCertificateColumns} +
                              ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                          cells);
}

Result<void> Registry::Operation::change_certificate(CertificateRow& row, Event event, Who who,
                                                     RevocationReason reason) {
  CertificateRecord& it = row.record;
  TRY_ASSIGN(it.state, transit(entity_of(it), to_hex(it.serial), it.state, event, who));
  it.reason = reason;
  it.changed_at = now_;
  return transaction_.run(
      "UPDATE certificate SET state = ?3, reason = ?4, changed_at = ?5, der = ?6, mac = ?7 WHERE ca = ?1 AND serial = "
      "?2",
      {std::string{name_of(it.ca)}, it.serial, std::string{name_of(it.state)}, static_cast<int64_t>(it.reason),
       to_unix(it.changed_at), it.der, row_mac(encode_row("certificate", certificate_cells(row)))});
}

Result<void> Registry::Operation::issue_certificate(const IssuedCertificate& issued, Holder holder,
                                                    std::string_view holder_id, Who who) {
  TRY_ASSIGN(auto row, find_certificate(issued.ca, issued.serial));
  if (!row || row->record.holder != holder || row->record.holder_id != holder_id)
    return Error{Reason::CONFLICT, "the certificate was not reserved for this holder"};
  TRY_ASSIGN(const auto digest, tbs_digest(issued.der));
  if (!equal(digest, row->tbs)) return Error{Reason::CONFLICT, "the signed certificate is not the recorded one"};
  row->record.der = issued.der;
  return change_certificate(*row, Event::kIssue, who, RevocationReason::kUnspecified);
}

Result<void> Registry::Operation::revoke_signing(Holder holder, std::string_view holder_id, Who who,
                                                 RevocationReason reason) {
  TRY_ASSIGN(auto certificates, find_certificates(holder, holder_id));
  for (CertificateRow& row : certificates) {
    if (row.record.ca != Ca::kSign || row.record.state == State::kRevoked) continue;
    const bool reserved = row.record.state == State::kReserved;
    if (reserved && holder == Holder::kCard) continue;  // completed no more: renew_card_signing compares the facts
    TRY(change_certificate(row, reserved ? Event::kAbandon : Event::kRevoke, who, reason));
  }
  return {};
}

Result<void> Registry::Operation::judge_facts(const PhoneId& phone) {
  TRY_ASSIGN(const auto certificates, find_certificates(Holder::kPhone, phone.text));
  for (const CertificateRow& row : certificates) {
    if (row.record.state == State::kRevoked && row.record.reason == RevocationReason::kAffiliationChanged)
      return Error{Reason::NO_SIGNING_CERTIFICATE, "name or address changed since the phone was registered: register it again"};
  }
  return {};
}

// -- mdocs

Result<void> Registry::Operation::revoke_mdocs(const PhoneId& phone, Who who) {
  TRY_ASSIGN(const std::vector<MdocRow> mdocs, find_mdocs(phone));
  for (const MdocRow& mdoc : mdocs) {
    if (mdoc.state == State::kRevoked) continue;
    TRY(change_mdoc(mdoc, mdoc.state == State::kReserved ? Event::kAbandon : Event::kRevoke, who));
  }
  return {};
}

Result<std::vector<MdocRow>> Registry::Operation::find_mdocs(const PhoneId& phone) {
  TRY_ASSIGN(const auto rows,
             transaction_.query("SELECT list, idx, state FROM mdoc WHERE phone = ?1 ORDER BY n", {phone.text}));
  std::vector<MdocRow> out;
  for (const store::Row& row : rows) {
    TRY_ASSIGN(const State state, state_from_name(row.text(2)));
    out.push_back({{static_cast<uint32_t>(row.integer(0)), static_cast<uint32_t>(row.integer(1))}, phone, state});
  }
  return out;
}

Result<void> Registry::Operation::change_mdoc(const MdocRow& row, Event event, Who who) {
  const std::string what = std::to_string(row.index.list) + "/" + std::to_string(row.index.idx);
  TRY_ASSIGN(const State to, transit(Entity::kMdoc, what, row.state, event, who));
  return transaction_.run("UPDATE mdoc SET state = ?3 WHERE list = ?1 AND idx = ?2",
                          {int64_t{row.index.list}, int64_t{row.index.idx}, std::string{name_of(to)}});
}

Result<void> Registry::Operation::issue_mdocs(const std::vector<StatusIndex>& indices, const PhoneId& phone, Who who) {
  TRY_ASSIGN(const std::vector<MdocRow> rows, find_mdocs(phone));
  for (const StatusIndex& index : indices) {
    const MdocRow* found = nullptr;
    for (const MdocRow& row : rows) {
      if (row.index == index) found = &row;
    }
    if (found == nullptr) return Error{Reason::CONFLICT, "the mdoc was not reserved for this phone"};
    TRY(change_mdoc(*found, Event::kIssue, who));
  }
  return {};
}

// -- sessions, answers, notices

Result<std::optional<EnrolmentSession>> Registry::Operation::find_session(std::string_view id) {
  TRY_ASSIGN(const auto row,
             transaction_.query_one("SELECT id, nonce, model, os, app, biometrics, motion, recording, expires "
                                    "FROM enrolment_session WHERE id = ?1",
                                    {std::string{id}}));
  if (!row) return std::optional<EnrolmentSession>{};
  return std::optional{EnrolmentSession{row->text(0), row->blob(1), row->text(2), row->text(3), row->text(4),
                                        row->text(5), row->text(6), row->blob(7), instant_from_unix(row->integer(8))}};
}

Result<std::optional<Bytes>> Registry::Operation::find_answer(const Idempotency& idempotency) {
  TRY_ASSIGN(const auto row,
             transaction_.query_one("SELECT request, answer FROM idempotency WHERE scope = ?1 AND key = ?2",
                                    {idempotency.scope, idempotency.key}));
  if (!row) return std::optional<Bytes>{};
  if (!equal(row->blob(0), idempotency.request))
    return Error{Reason::CONFLICT, "the key came with another request before"};
  return std::optional{row->blob(1)};
}

Result<void> Registry::Operation::keep_answer(const Idempotency& idempotency, const Bytes& answer) {
  return transaction_.run(
      "INSERT INTO idempotency(scope, key, request, answer, at) VALUES(?1, ?2, ?3, ?4, ?5)",
      {idempotency.scope, idempotency.key, to_bytes(ByteView{idempotency.request}), answer, to_unix(now_)});
}

Result<void> Registry::Operation::notify(const PhoneId& phone, std::string_view kind) {
  return transaction_.run("INSERT INTO notice(phone, kind, at) VALUES(?1, ?2, ?3)",
                          {phone.text, std::string{kind}, to_unix(now_)});
}

Result<void> Registry::Operation::record(const EventHead& head) {
  EventRecord out;
  out.at = now_;
  out.kind = head.kind;
  out.who = names_of_who(head.who);
  out.staff = head.staff;
  out.person = head.person.text;
  out.card = head.card.text;
  out.phone = head.phone.text;
  out.body = std::move(transitions_);
  transitions_.clear();
  return append_event(transaction_, registry_.keys_.row_mac.reveal(), std::move(out));
}

}  // namespace mitome::registry
