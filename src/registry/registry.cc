#include "registry/registry.h"

#include "base/hex.h"
#include "crypto/aead.h"
#include "registry/event_log.h"
#include "registry/operation.h"

namespace mitome::registry {
namespace {

constexpr size_t kNonceSize = 12;
constexpr size_t kMaxDraws = 64;
constexpr std::chrono::hours kSessionKept{1};  // after its end, so that a late phone hears SESSION_EXPIRED

Error not_found(std::string_view what) { return {Reason::NOT_FOUND, "no such " + std::string{what}}; }

std::string id_text(std::string_view prefix, ByteView random) { return std::string{prefix} + to_hex(random); }

}  // namespace

Registry::Registry(store::Store& store, const Clock& clock, crypto::Random& random, RegistryKeys keys)
    : store_(store), clock_(clock), random_(random), keys_(std::move(keys)) {
  CHECK(keys_.row_mac.size() == 32 && keys_.sealing.size() == 32);
}

Bytes Registry::random_bytes(size_t count) {
  const std::lock_guard guard{random_mutex_};
  return random_.bytes(count);
}

CardId Registry::new_card_id() { return CardId{id_text("card-", random_bytes(10))}; }
PhoneId Registry::new_phone_id() { return PhoneId{id_text("phone-", random_bytes(10))}; }
std::string Registry::new_session_id() { return id_text("session-", random_bytes(16)); }

Result<void> Registry::write(const std::function<Result<void>(Operation&)>& body) {
  return store_.write([&](store::Transaction& tx) {
    Operation operation{*this, tx};
    return body(operation);
  });
}

Result<void> Registry::read(const std::function<Result<void>(Operation&)>& body) {
  return store_.read([&](store::Transaction& tx) {
    Operation operation{*this, tx};
    return body(operation);
  });
}

// -- before a signature

Bytes Registry::my_number_tag(std::string_view my_number) const {
  const auto tag = crypto::hmac_sha256(keys_.row_mac.reveal(), concat({as_bytes("my-number:"), as_bytes(my_number)}));
  return to_bytes(ByteView{tag});
}

Result<PersonId> Registry::person_for(std::string_view my_number) {
  PersonId id{id_text("person-", random_bytes(10))};
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row,
               op.tx().query_one("SELECT id FROM person WHERE my_number_tag = ?1", {my_number_tag(my_number)}));
    if (row) id = PersonId{row->text(0)};
    return {};
  }));
  return id;
}

Result<Proposal> Registry::propose(size_t serials, size_t indices) {
  Proposal out;
  TRY(read([&](Operation& op) -> Result<void> {
    while (out.serials.size() < serials) {
      Bytes serial = random_bytes(8);
      serial[0] = static_cast<uint8_t>((serial[0] & 0x3F) | 0x40);  // positive, and always 8 octets
      out.serials.push_back(std::move(serial));
    }
    TRY_ASSIGN(const auto newest,
               op.tx().query_one("SELECT number, used FROM status_list ORDER BY number DESC LIMIT 1"));
    uint32_t list = newest ? static_cast<uint32_t>(newest->integer(0)) : 0;
    if (newest && newest->integer(1) + static_cast<int64_t>(indices) > kStatusListSize / 2) ++list;
    for (size_t draws = 0; out.indices.size() < indices; ++draws) {
      if (draws > kMaxDraws * (indices + 1)) return Error{Reason::LIMIT_EXCEEDED, "no unused index was found"};
      const Bytes drawn = random_bytes(2);  // kStatusListSize is 2^16
      const StatusIndex index{list, static_cast<uint32_t>(drawn[0] << 8 | drawn[1])};
      TRY_ASSIGN(const auto used, op.tx().query_one("SELECT 1 FROM mdoc WHERE list = ?1 AND idx = ?2",
                                                    {int64_t{index.list}, int64_t{index.idx}}));
      if (used || std::find(out.indices.begin(), out.indices.end(), index) != out.indices.end()) continue;
      out.indices.push_back(index);
    }
    return {};
  }));
  return out;
}

Result<void> Registry::reserve(const Reservation& reservation) {
  return write([&](Operation& op) -> Result<void> {
    EventHead head{"reserve", kIssuer, "", PersonId{}, CardId{}, PhoneId{}};
    for (const CertificateDraft& draft : reservation.certificates) {
      CertificateRow row;
      row.record = {draft.ca,
                    draft.serial,
                    draft.holder,
                    draft.holder_id,
                    draft.person,
                    State::kNone,
                    RevocationReason::kUnspecified,
                    op.now(),
                    draft.not_before,
                    draft.not_after,
                    Bytes{}};
      row.tbs = to_bytes(ByteView{draft.tbs});
      row.reserved_at = op.now();
      const std::string what =
          std::string{name_of(draft.ca)} + " " + to_hex(draft.serial) + " tbs " + to_hex(draft.tbs);
      TRY_ASSIGN(row.record.state, op.transit(entity_of(row.record), what, State::kNone, Event::kReserve, kIssuer));
      TRY(op.insert_certificate(row));
      head.person = draft.person;
      (draft.holder == Holder::kCard ? head.card.text : head.phone.text) = draft.holder_id;
    }
    for (const MdocDraft& draft : reservation.mdocs) {
      const std::string what =
          std::to_string(draft.index.list) + "/" + std::to_string(draft.index.idx) + " mso " + to_hex(draft.mso);
      TRY_ASSIGN(const State state, op.transit(Entity::kMdoc, what, State::kNone, Event::kReserve, kIssuer));
      TRY(op.tx().run(
          "INSERT INTO mdoc(list, idx, phone, person, state, valid_until, mso, reserved_at) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          {int64_t{draft.index.list}, int64_t{draft.index.idx}, draft.phone.text, draft.person.text,
           std::string{name_of(state)}, to_unix(draft.valid_until), to_bytes(ByteView{draft.mso}), to_unix(op.now())}));
      TRY(
          op.tx().run("INSERT INTO status_list(number, used) VALUES(?1, 1) "
                      "ON CONFLICT(number) DO UPDATE SET used = used + 1",
                      {int64_t{draft.index.list}}));
      head.person = draft.person;
      head.phone = draft.phone;
    }
    return op.record(head);
  });
}

// -- cards

Result<void> Registry::save_person(Operation& op, const PersonId& id, const PersonFacts& facts) {
  const Bytes nonce = random_bytes(kNonceSize);
  TRY_ASSIGN(const Bytes sealed,
             crypto::aes_gcm_seal(keys_.sealing.reveal(), nonce, as_bytes(id.text), as_bytes(facts.my_number)));
  return op.tx().run(
      "INSERT INTO person(id, my_number_tag, my_number, name, kana, address, local_gov_code, birth_date, sex, "
      "portrait, ward) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT(id) DO UPDATE SET name = excluded.name, "
      "kana = excluded.kana, address = excluded.address, local_gov_code = excluded.local_gov_code, "
      "birth_date = excluded.birth_date, sex = excluded.sex, portrait = excluded.portrait, ward = excluded.ward",
      {id.text, my_number_tag(facts.my_number), concat({nonce, sealed}), facts.name, facts.kana, facts.address,
       facts.local_gov_code, to_full_date(facts.birth_date), facts.sex, facts.portrait, int64_t{facts.ward ? 1 : 0}});
}

Result<void> Registry::register_card(const NewCard& card, Who who) {
  return write([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto dead, op.tx().query_one("SELECT 1 FROM person WHERE id = ?1 AND departed = 'died'",
                                                  {card.person.text}));
    if (dead) return Error{Reason::TRANSITION_REFUSED, "the person has died"};
    TRY(save_person(op, card.person, card.facts));
    TRY_ASSIGN(auto earlier, op.find_current_card(card.person));
    if (earlier) {
      TRY_ASSIGN(earlier->state, op.transit(Entity::kCard, earlier->id.text, earlier->state, Event::kReplace, who));
      TRY(op.update_card(*earlier));
      TRY_ASSIGN(auto certificates, op.find_certificates(Holder::kCard, earlier->id.text));
      for (CertificateRow& row : certificates) {
        if (row.record.state == State::kValid || row.record.state == State::kHeld)
          TRY(op.change_certificate(row, Event::kRevoke, who, RevocationReason::kSuperseded));
      }
      TRY(end_phone_of_card(op, card.person, who));
    }
    TRY_ASSIGN(const State state, op.transit(Entity::kCard, card.card.text, State::kNone, Event::kIssue, who));
    TRY(op.insert_card({card.card, card.person, state, card.expires}));
    for (const IssuedCertificate& issued : card.certificates)
      TRY(op.issue_certificate(issued, Holder::kCard, card.card.text, who));
    return op.record({"card-issued", who, "", card.person, card.card, PhoneId{}});
  });
}

Result<void> Registry::end_phone_of_card(Operation& op, const PersonId& person, Who who) {
  TRY_ASSIGN(auto phone, op.find_live_phone(person));
  if (!phone) return {};
  return op.end_phone(*phone, Event::kStop, who, RevocationReason::kCessationOfOperation, "card-stopped");
}

Result<void> Registry::stop_card(const CardId& id, Who who, std::string_view staff) {
  return write([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(auto card, op.find_card(id));
    if (!card) return not_found("card");
    TRY_ASSIGN(card->state, op.transit(Entity::kCard, id.text, card->state, Event::kStop, who));
    TRY(op.update_card(*card));
    TRY_ASSIGN(auto certificates, op.find_certificates(Holder::kCard, id.text));
    for (CertificateRow& row : certificates) {
      if (row.record.state == State::kValid)
        TRY(op.change_certificate(row, Event::kHold, who, RevocationReason::kCertificateHold));
    }
    TRY(end_phone_of_card(op, card->person, who));
    return op.record({"card-stopped", who, std::string{staff}, card->person, id, PhoneId{}});
  });
}

Result<void> Registry::judge_card(const CardId& card, ByteView sign_serial, ByteView auth_serial) {
  return read([&](Operation& op) { return op.judge_card(card, sign_serial, auth_serial); });
}

// -- reading

Result<Person> Registry::person(const PersonId& id) {
  std::optional<Person> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(
        const auto row,
        op.tx().query_one("SELECT name, kana, address, local_gov_code, birth_date, sex, portrait, ward, my_number "
                          "FROM person WHERE id = ?1",
                          {id.text}));
    if (!row) return not_found("person");
    const Bytes& sealed = row->blob(8);
    if (sealed.size() < kNonceSize) return Error{Reason::ROW_TAMPERED, "person " + id.text};
    const auto digits = crypto::aes_gcm_open(keys_.sealing.reveal(), ByteView{sealed}.first(kNonceSize),
                                             as_bytes(id.text), ByteView{sealed}.subspan(kNonceSize));
    if (!digits) return Error{Reason::ROW_TAMPERED, "person " + id.text};
    TRY_ASSIGN(const Date birth, date_from_text(row->text(4)));
    out = Person{id,
                 {row->text(0), row->text(1), row->text(2), row->text(3), birth, row->text(5),
                  std::string{as_text(*digits)}, row->blob(6), row->integer(7) == 1}};
    return {};
  }));
  return std::move(*out);
}

Result<Card> Registry::card(const CardId& id) {
  std::optional<Card> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(out, op.find_card(id));
    return {};
  }));
  if (!out) return not_found("card");
  return std::move(*out);
}

Result<CertificateRecord> Registry::certificate(Ca ca, ByteView serial) {
  std::optional<CertificateRow> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(out, op.find_certificate(ca, serial));
    return {};
  }));
  if (!out) return not_found("certificate");
  return std::move(out->record);
}

Result<std::vector<CertificateRecord>> Registry::certificates_of(Holder holder, std::string_view holder_id) {
  std::vector<CertificateRecord> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(auto rows, op.find_certificates(holder, holder_id));
    for (CertificateRow& row : rows) out.push_back(std::move(row.record));
    return {};
  }));
  return out;
}

Result<CertificateStatus> Registry::certificate_status(Ca ca, ByteView serial) {
  using Kind = CertificateStatus::Kind;
  std::optional<CertificateRow> row;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(row, op.find_certificate(ca, serial));
    return {};
  }));
  if (!row || row->record.state == State::kReserved) return CertificateStatus{};
  if (row->record.state == State::kValid)
    return CertificateStatus{Kind::kGood, RevocationReason::kUnspecified, Instant{}};
  return CertificateStatus{Kind::kRevoked, row->record.reason, row->record.changed_at};
}

Result<std::vector<RevokedCertificate>> Registry::revoked(Ca ca, Instant now) {
  std::vector<RevokedCertificate> out;
  constexpr size_t kPage = 10'000;
  TRY(read([&](Operation& op) -> Result<void> {
    for (size_t page = kPage, offset = 0; page == kPage; offset += kPage) {
      TRY_ASSIGN(const auto rows,
                 op.certificates_where(
                     "ca = ?1 AND state IN ('held', 'revoked') AND not_after >= ?2 ORDER BY n LIMIT ?3 OFFSET ?4",
                     {std::string{name_of(ca)}, to_unix(now), int64_t{kPage}, static_cast<int64_t>(offset)}));
      page = rows.size();
      for (const CertificateRow& row : rows)
        out.push_back({row.record.serial, row.record.changed_at, row.record.reason});
    }
    return {};
  }));
  return out;
}

Result<uint32_t> Registry::status_lists() {
  uint32_t count = 0;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.tx().query_one("SELECT coalesce(max(number) + 1, 0) FROM status_list"));
    count = static_cast<uint32_t>(row->integer(0));
    return {};
  }));
  return count;
}

Result<Bytes> Registry::status_bits(uint32_t list) {
  TRY_ASSIGN(const uint32_t lists, status_lists());
  if (list >= lists) return not_found("status list");
  Bytes bits(kStatusListSize / 8, 0);
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto rows,
               op.tx().query("SELECT idx FROM mdoc WHERE list = ?1 AND state = 'revoked'", {int64_t{list}}));
    for (const store::Row& row : rows) {
      const auto idx = static_cast<size_t>(row.integer(0));
      bits.at(idx / 8) = static_cast<uint8_t>(bits.at(idx / 8) | 1 << idx % 8);
    }
    return {};
  }));
  return bits;
}

// -- publishing and time

Result<int64_t> Registry::next_publication(std::string_view kind) {
  int64_t number = 0;
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY(op.tx().run(
        "INSERT INTO publication(kind, number) VALUES(?1, 1) ON CONFLICT(kind) DO UPDATE SET number = number + 1",
        {std::string{kind}}));
    TRY_ASSIGN(const auto row,
               op.tx().query_one("SELECT number FROM publication WHERE kind = ?1", {std::string{kind}}));
    number = row->integer(0);
    return {};
  };
  TRY(write(operation));
  return number;
}

Result<void> Registry::tick() {
  const int64_t now = to_unix(clock_.now());
  const int64_t oldest = to_unix(clock_.now() - kReservationLife);
  bool due = false;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(
        const auto row,
        op.tx().query_one("SELECT EXISTS(SELECT 1 FROM phone WHERE state = 'active' AND active_at <= ?1 AND NOT EXISTS("
                          "SELECT 1 FROM notice WHERE phone = phone.id AND kind = 'usable')) OR "
                          "EXISTS(SELECT 1 FROM certificate WHERE state = 'reserved' AND reserved_at < ?2) OR "
                          "EXISTS(SELECT 1 FROM mdoc WHERE state = 'reserved' AND reserved_at < ?2) OR "
                          "EXISTS(SELECT 1 FROM enrolment_session WHERE expires < ?3)",
                          {now, oldest, to_unix(clock_.now() - kSessionKept)}));
    due = row->integer(0) != 0;
    return {};
  }));
  if (!due) return {};
  return write([&](Operation& op) -> Result<void> {
    TRY(
        op.tx().run("INSERT INTO notice(phone, kind, at) SELECT id, 'usable', ?1 FROM phone WHERE state = 'active' AND "
                    "active_at <= ?1 AND NOT EXISTS(SELECT 1 FROM notice WHERE phone = phone.id AND kind = 'usable')",
                    {to_unix(op.now())}));
    TRY_ASSIGN(auto certificates,
               op.certificates_where("state = 'reserved' AND reserved_at < ?1 ORDER BY n LIMIT 1000", {oldest}));
    for (CertificateRow& row : certificates)
      TRY(op.change_certificate(row, Event::kAbandon, kSystem, RevocationReason::kUnspecified));
    TRY_ASSIGN(const auto mdocs,
               op.tx().query("SELECT list, idx, phone FROM mdoc WHERE state = 'reserved' AND reserved_at < ?1 "
                             "ORDER BY n LIMIT 1000",
                             {oldest}));
    for (const store::Row& row : mdocs) {
      const StatusIndex index{static_cast<uint32_t>(row.integer(0)), static_cast<uint32_t>(row.integer(1))};
      TRY(op.change_mdoc({index, PhoneId{row.text(2)}, State::kReserved}, Event::kAbandon, kSystem));
    }
    TRY(op.tx().run("DELETE FROM enrolment_session WHERE expires < ?1", {to_unix(op.now() - kSessionKept)}));
    if (certificates.empty() && mdocs.empty()) return {};
    return op.record({"reservations-abandoned", kSystem, "", PersonId{}, CardId{}, PhoneId{}});
  });
}

// -- the log

Result<LogHead> Registry::verify_log() {
  LogHead head;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(head, verify_event_log(op.tx(), keys_.row_mac.reveal(), nullptr));
    return {};
  }));
  return head;
}

Result<LogHead> Registry::log_head() {
  LogHead head;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(head, read_log_head(op.tx(), keys_.row_mac.reveal()));
    return {};
  }));
  return head;
}

Result<std::vector<EventRecord>> Registry::events(int64_t after, int64_t limit) {
  std::vector<EventRecord> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(out, read_events(op.tx(), after, limit));
    return {};
  }));
  return out;
}

Result<void> Registry::verify_extends(const LogHead& seen) {
  return read([&](Operation& op) -> Result<void> {
    TRY(verify_event_log(op.tx(), keys_.row_mac.reveal(), &seen));
    return {};
  });
}

}  // namespace mitome::registry
