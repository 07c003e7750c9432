// Inside the registry: one operation is one transaction with the rows that it reads and writes, the transitions that
// it makes, and the event that it leaves behind.
#pragma once

#include "registry/registry.h"

namespace mitome::registry {

struct PhoneRow {
  PhoneId id;
  PersonId person;
  CardId card;
  State state = State::kNone;
  std::string cause;
  int64_t version = 0;
  Instant active_at{};
  Bytes instance_spki;
  std::string model;
};

struct CertificateRow {
  CertificateRecord record;
  Bytes tbs;  ///< SHA-256, recorded before the signature
  Instant reserved_at{};
};

struct MdocRow {
  StatusIndex index;
  PhoneId phone;
  State state = State::kNone;
};

/// Who does what to whom: the head of an event.
struct EventHead {
  std::string kind;
  Who who;
  std::string staff;
  PersonId person;
  CardId card;
  PhoneId phone;
};

class Registry::Operation {
 public:
  Operation(Registry& registry, store::Transaction& transaction);
  Instant now() const { return now_; }
  store::Transaction& tx() { return transaction_; }

  /// Asks the transition table and notes the transition for the event.
  Result<State> transit(Entity entity, std::string_view what, State from, Event event, Who who);

  Result<Phone> to_phone(const PhoneRow& row) const;
  Result<std::optional<PhoneRow>> find_phone(const PhoneId& id);
  Result<std::optional<PhoneRow>> find_live_phone(const PersonId& person);
  Result<void> insert_phone(const PhoneRow& row);
  Result<void> update_phone(const PhoneRow& row);
  /// Cause, one more version, and the transition.
  Result<void> change_phone(PhoneRow& row, Event event, Who who);
  /// Ends a live phone with all that it holds.
  Result<void> end_phone(PhoneRow& row, Event event, Who who, RevocationReason reason, std::string_view notice);

  Result<std::optional<Card>> find_card(const CardId& id);
  Result<std::optional<Card>> find_current_card(const PersonId& person);
  Result<void> insert_card(const Card& card);
  Result<void> update_card(const Card& card);

  Result<std::optional<CertificateRow>> find_certificate(Ca ca, ByteView serial);
  Result<std::vector<CertificateRow>> find_certificates(Holder holder, std::string_view holder_id);
  Result<std::vector<CertificateRow>> certificates_where(std::string_view condition,
                                                         const std::vector<store::Cell>& cells);
  Result<void> insert_certificate(const CertificateRow& row);
  Result<void> change_certificate(CertificateRow& row, Event event, Who who, RevocationReason reason);
  /// From reserved to valid with its DER; the tbsCertificate must be the recorded one, the holder the right one.
  Result<void> issue_certificate(const IssuedCertificate& issued, Holder holder, std::string_view holder_id, Who who);

  /// Of a person whose name or address changed: what says so is revoked, with the reason affiliationChanged.
  Result<void> revoke_signing(Holder holder, std::string_view holder_id, Who who, RevocationReason reason);
  Result<void> revoke_mdocs(const PhoneId& phone, Who who);
  /// NO_SIGNING_CERTIFICATE
  Result<void> judge_facts(const PhoneId& phone);

  Result<std::vector<MdocRow>> find_mdocs(const PhoneId& phone);
  Result<void> change_mdoc(const MdocRow& row, Event event, Who who);
  Result<void> issue_mdocs(const std::vector<StatusIndex>& indices, const PhoneId& phone, Who who);

  Result<void> judge_card(const CardId& card, ByteView sign_serial, ByteView auth_serial);
  Result<std::optional<EnrolmentSession>> find_session(std::string_view id);

  Result<std::optional<Bytes>> find_answer(const Idempotency& idempotency);
  Result<void> keep_answer(const Idempotency& idempotency, const Bytes& answer);

  Result<void> notify(const PhoneId& phone, std::string_view kind);
  /// Our own words for the event, beside its transitions; no personal data.
  void note(std::string_view text);
  /// Appends the event with every transition made so far.
  Result<void> record(const EventHead& head);

 private:
  Bytes row_mac(ByteView row) const;
  Result<CertificateRow> read_certificate(const store::Row& row) const;
  Result<PhoneRow> read_phone(const store::Row& row) const;
  Result<Card> read_card(const store::Row& row) const;

  Registry& registry_;
  store::Transaction& transaction_;
  Instant now_;
  std::string transitions_;
};

Entity entity_of(const CertificateRecord& certificate);

}  // namespace mitome::registry
