// What happens to a phone between its enrolment and its end.
#include "registry/operation.h"

namespace mitome::registry {

Result<Phone> Registry::phone(const PhoneId& id) {
  std::optional<Phone> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.find_phone(id));
    if (!row) return Error{Reason::NOT_FOUND, "no such phone"};
    TRY_ASSIGN(out, op.to_phone(*row));
    return {};
  }));
  return std::move(*out);
}

Result<std::vector<Notice>> Registry::notices(const PhoneId& id) {
  std::vector<Notice> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto rows,
               op.tx().query("SELECT id, kind, at FROM notice WHERE phone = ?1 ORDER BY id", {id.text}));
    for (const store::Row& row : rows) out.push_back({row.integer(0), row.text(1), instant_from_unix(row.integer(2))});
    return {};
  }));
  return out;
}

Result<PhoneId> Registry::live_phone_of(std::string_view name, Date birth_date) {
  std::vector<store::Row> rows;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(
        rows, op.tx().query("SELECT phone.id FROM phone JOIN person ON person.id = phone.person WHERE person.name = ?1 "
                            "AND person.birth_date = ?2 AND phone.state IN ('active', 'suspended')",
                            {std::string{name}, to_full_date(birth_date)}));
    return {};
  }));
  if (rows.empty()) return Error{Reason::NOT_FOUND, "nobody of this name and birth date has a phone in use"};
  if (rows.size() > 1)
    return Error{Reason::NOT_FOUND, "several people of this name and birth date: ask at the city counter"};
  return PhoneId{rows.front().text(0)};
}

Result<std::optional<PhoneId>> Registry::live_phone_of(const PersonId& person) {
  std::optional<PhoneId> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto row, op.find_live_phone(person));
    if (row) out = row->id;
    return {};
  }));
  return out;
}

Result<Phone> Registry::suspend(const PhoneId& id, Who who, std::string_view staff) {
  std::optional<Phone> out;
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(auto row, op.find_phone(id));
    if (!row) return Error{Reason::NOT_FOUND, "no such phone"};
    if (row->state == State::kEnded) return Error{Reason::PHONE_ENDED, id.text};
    const bool again = row->state == State::kSuspended;
    TRY(op.change_phone(*row, Event::kSuspend, who));
    TRY_ASSIGN(auto certificates, op.find_certificates(Holder::kPhone, id.text));
    for (CertificateRow& certificate : certificates) {
      if (certificate.record.state == State::kValid)
        TRY(op.change_certificate(certificate, Event::kHold, who, RevocationReason::kCertificateHold));
    }
    TRY_ASSIGN(const auto mdocs, op.find_mdocs(id));
    for (const MdocRow& mdoc : mdocs) {
      if (mdoc.state == State::kValid) TRY(op.change_mdoc(mdoc, Event::kRevoke, who));
    }
    if (!again) TRY(op.notify(id, "suspended"));
    TRY(op.record({"phone-suspended", who, std::string{staff}, row->person, row->card, id}));
    TRY_ASSIGN(out, op.to_phone(*row));
    return {};
  };
  TRY(write(operation));
  return std::move(*out);
}

Result<std::optional<Bytes>> Registry::answered(const Idempotency& idempotency) {
  std::optional<Bytes> out;
  TRY(read([&](Operation& op) -> Result<void> {
    TRY_ASSIGN(out, op.find_answer(idempotency));
    return {};
  }));
  return out;
}

Result<Bytes> Registry::change_phone(const PhoneChange& change, const AnswerPhone& answer, std::string_view kind,
                                     const std::function<Result<void>(Operation&, PhoneRow&)>& body) {
  Bytes out;
  const auto operation = [&](Operation& op) -> Result<void> {
    TRY_ASSIGN(const auto earlier, op.find_answer(change.idempotency));
    if (earlier) {
      out = *earlier;
      return {};
    }
    TRY_ASSIGN(auto row, op.find_phone(change.phone));
    if (!row) return Error{Reason::NOT_FOUND, "no such phone"};
    // First: a late message from before the last change is stale whatever the state is now (threats LFC-5).
    if (row->version != change.version)
      return Error{Reason::STALE_VERSION,
                   "version " + std::to_string(change.version) + ", now " + std::to_string(row->version)};
    if (row->state == State::kEnded) return Error{Reason::PHONE_ENDED, row->id.text};
    TRY(body(op, *row));
    TRY(op.record({std::string{kind}, kPhoneHolder, "", row->person, row->card, row->id}));
    TRY_ASSIGN(const Phone phone, op.to_phone(*row));
    out = answer(phone);
    return op.keep_answer(change.idempotency, out);
  };
  TRY(write(operation));
  return out;
}

Result<Bytes> Registry::resume(const PhoneChange& change, const AnswerPhone& answer) {
  return change_phone(change, answer, "phone-resumed", [&](Operation& op, PhoneRow& row) -> Result<void> {
    TRY(op.judge_facts(row.id));
    TRY(op.change_phone(row, Event::kResume, kPhoneHolder));
    TRY_ASSIGN(auto certificates, op.find_certificates(Holder::kPhone, row.id.text));
    for (CertificateRow& certificate : certificates) {
      if (certificate.record.state != State::kHeld) continue;
      if (certificate.record.ca == Ca::kAuth) {
        TRY(op.change_certificate(certificate, Event::kRelease, kPhoneHolder, RevocationReason::kUnspecified));
      } else {
        TRY(op.change_certificate(certificate, Event::kRevoke, kPhoneHolder, RevocationReason::kSuperseded));
      }
    }
    for (const IssuedCertificate& issued : change.certificates)
      TRY(op.issue_certificate(issued, Holder::kPhone, row.id.text, kPhoneHolder));
    TRY(op.issue_mdocs(change.mdocs, row.id, kPhoneHolder));
    return op.notify(row.id, "resumed");
  });
}

Result<Bytes> Registry::refresh(const PhoneChange& change, const AnswerPhone& answer) {
  return change_phone(change, answer, "phone-refreshed", [&](Operation& op, PhoneRow& row) -> Result<void> {
    if (row.state == State::kSuspended) return Error{Reason::PHONE_SUSPENDED, row.id.text};
    TRY(op.judge_facts(row.id));
    TRY(op.change_phone(row, Event::kRefresh, kPhoneHolder));
    return op.issue_mdocs(change.mdocs, row.id, kPhoneHolder);
  });
}

Result<void> Registry::judge_facts(const PhoneId& phone) {
  return read([&](Operation& op) { return op.judge_facts(phone); });
}

Result<Bytes> Registry::delete_phone(const PhoneChange& change, const AnswerPhone& answer) {
  return change_phone(change, answer, "phone-deleted", [](Operation& op, PhoneRow& row) -> Result<void> {
    return op.end_phone(row, Event::kDelete, kPhoneHolder, RevocationReason::kCessationOfOperation, "deleted");
  });
}

}  // namespace mitome::registry
