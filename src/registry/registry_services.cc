// What services and staff may know of a person, and how often they may ask.
#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "registry/operation.h"

namespace mitome::registry {
namespace {

/// In use at this moment, as far as the registry knows; what is revoked is as if it had never been.
Result<void> check_in_use(const std::optional<CertificateRow>& row, Instant now) {
  if (!row || row->record.state == State::kReserved || row->record.state == State::kRevoked)
    return Error{Reason::NOT_FOUND, "no certificate in use has this serial"};
  if (row->record.state == State::kHeld) return Error{Reason::CERT_SUSPENDED, "certificateHold"};
  if (now < row->record.not_before) return Error{Reason::CERT_NOT_YET_VALID, "not activated"};
  if (row->record.not_after < now) return Error{Reason::CERT_EXPIRED, ""};
  return {};
}

}  // namespace

Result<void> Registry::enquire(const Enquiry& enquiry, const std::function<Result<void>(Operation&)>& body) {
  bool over = false;
  const auto operation = [&](Operation& op) -> Result<void> {
    const int64_t window = to_unix(op.now()) / enquiry.window.count();
    TRY(op.tx().run("DELETE FROM enquiry WHERE caller = ?1 AND window <> ?2", {enquiry.caller, window}));
    TRY(op.tx().run("INSERT INTO enquiry(caller, window, count) VALUES(?1, ?2, 1) "
                    "ON CONFLICT(caller, window) DO UPDATE SET count = count + 1",
                    {enquiry.caller, window}));
    TRY_ASSIGN(const auto row, op.tx().query_one("SELECT count FROM enquiry WHERE caller = ?1 AND window = ?2",
                                                 {enquiry.caller, window}));
    over = row->integer(0) > enquiry.limit;
    if (!over) return body(op);
    if (row->integer(0) > enquiry.limit + 1) return {};  // the operator was told
    op.note(enquiry.what + " over " + std::to_string(enquiry.limit));
    return op.record({"lookup-limit", enquiry.who, enquiry.caller, PersonId{}, CardId{}, PhoneId{}});
  };
  TRY(write(operation));
  if (over) return Error{Reason::LIMIT_EXCEEDED, std::to_string(enquiry.limit) + " are allowed"};
  return {};
}

Result<Person> Registry::person_of(ByteView serial, const Enquiry& enquiry) {
  PersonId id;
  const auto operation = [&](Operation& op) -> Result<void> {
    // Who signs is asked about as who logs in; of two serials of 64 random bits none is in both CAs.
    TRY_ASSIGN(auto row, op.find_certificate(Ca::kAuth, serial));
    if (!row) {
      TRY_ASSIGN(row, op.find_certificate(Ca::kSign, serial));
    }
    TRY(check_in_use(row, op.now()));
    id = row->record.person;
    op.note(enquiry.what);
    const bool card = row->record.holder == Holder::kCard;
    return op.record({"person-asked", enquiry.who, enquiry.caller, id, CardId{card ? row->record.holder_id : ""},
                      PhoneId{card ? "" : row->record.holder_id}});
  };
  TRY(enquire(enquiry, operation));
  return person(id);
}

std::string Registry::pseudonym(std::string_view kind, std::string_view caller, const PersonId& person) const {
  cbor::Writer out;
  out.array(4).text("mitome-pseudonym-1").text(kind).text(caller).text(person.text);
  const auto mac = crypto::hmac_sha256(keys_.row_mac.reveal(), out.view());
  return to_hex(ByteView{mac}.first(16));
}

int Registry::age(const PersonFacts& facts) const {
  return age_in_years(facts.birth_date, japan_date(clock_.now()));
}

}  // namespace mitome::registry
