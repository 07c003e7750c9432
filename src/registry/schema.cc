#include "registry/registry.h"

namespace mitome::registry {
namespace {

// `mac` columns: HMAC over the row, so that an edit by SQL is seen on the next read (threats LFC-6).
constexpr const char* kFirst = R"(
CREATE TABLE person(
  id TEXT PRIMARY KEY, my_number_tag BLOB NOT NULL UNIQUE, my_number BLOB NOT NULL, name TEXT NOT NULL, kana TEXT NOT NULL,
  address TEXT NOT NULL, local_gov_code TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL, portrait BLOB NOT NULL,
  ward INTEGER NOT NULL CHECK(ward IN (0, 1))) STRICT;
CREATE INDEX person_by_name ON person(name, birth_date);
CREATE TABLE card(
  id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person(id), state TEXT NOT NULL, expires INTEGER NOT NULL,
  mac BLOB NOT NULL, CHECK(state IN ('active', 'held', 'ended'))) STRICT;
CREATE UNIQUE INDEX one_current_card ON card(person) WHERE state IN ('active', 'held');
CREATE TABLE phone(
  id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person(id), card TEXT NOT NULL REFERENCES card(id),
  state TEXT NOT NULL, cause TEXT NOT NULL, version INTEGER NOT NULL, active_at INTEGER NOT NULL,
  instance_spki BLOB NOT NULL, model TEXT NOT NULL, mac BLOB NOT NULL,
  CHECK(state IN ('active', 'suspended', 'ended'))) STRICT;
CREATE UNIQUE INDEX one_live_phone ON phone(person) WHERE state IN ('active', 'suspended');
CREATE TABLE certificate(
  n INTEGER PRIMARY KEY, ca TEXT NOT NULL CHECK(ca IN ('auth', 'sign')), serial BLOB NOT NULL,
  holder TEXT NOT NULL CHECK(holder IN ('card', 'phone')), holder_id TEXT NOT NULL, person TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('reserved', 'valid', 'held', 'revoked')), reason INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, tbs BLOB NOT NULL,
  der BLOB NOT NULL, reserved_at INTEGER NOT NULL, mac BLOB NOT NULL, UNIQUE(ca, serial)) STRICT;
CREATE INDEX certificate_by_holder ON certificate(holder_id);
CREATE INDEX certificate_revoked ON certificate(ca, n) WHERE state IN ('held', 'revoked');
CREATE INDEX certificate_reserved ON certificate(reserved_at) WHERE state = 'reserved';
CREATE TABLE status_list(number INTEGER PRIMARY KEY, used INTEGER NOT NULL) STRICT;
CREATE TABLE mdoc(
  n INTEGER PRIMARY KEY, list INTEGER NOT NULL, idx INTEGER NOT NULL, phone TEXT NOT NULL, person TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('reserved', 'valid', 'revoked')), valid_until INTEGER NOT NULL, mso BLOB NOT NULL,
  reserved_at INTEGER NOT NULL, UNIQUE(list, idx)) STRICT;
CREATE INDEX mdoc_by_phone ON mdoc(phone);
CREATE INDEX mdoc_revoked ON mdoc(list, idx) WHERE state = 'revoked';
CREATE INDEX mdoc_reserved ON mdoc(reserved_at) WHERE state = 'reserved';
CREATE TABLE event(
  lane INTEGER NOT NULL, seq INTEGER NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
  kind TEXT NOT NULL, who TEXT NOT NULL, staff TEXT NOT NULL, person TEXT NOT NULL, card TEXT NOT NULL,
  phone TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(lane, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE event_head(lane INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL) STRICT;
CREATE TABLE idempotency(
  scope TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, answer BLOB NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(scope, key)) STRICT, WITHOUT ROWID;
CREATE TABLE enrolment_session(
  id TEXT PRIMARY KEY, nonce BLOB NOT NULL, model TEXT NOT NULL, os TEXT NOT NULL, app TEXT NOT NULL,
  biometrics TEXT NOT NULL, motion TEXT NOT NULL, recording BLOB NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE notice(
  id INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX notice_by_phone ON notice(phone);
CREATE UNIQUE INDEX one_usable_notice ON notice(phone) WHERE kind = 'usable';
CREATE TABLE publication(kind TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
)";

// How often somebody asked in the present window (threats ADM-5).
constexpr const char* kEnquiries = R"(
CREATE TABLE enquiry(
  caller TEXT NOT NULL, window INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(caller, window)) STRICT, WITHOUT ROWID;
ALTER TABLE person ADD COLUMN departed TEXT NOT NULL DEFAULT '' CHECK(departed IN ('', 'died', 'renounced'));
CREATE TABLE pin_reset(
  id TEXT PRIMARY KEY, card TEXT NOT NULL, pin TEXT NOT NULL CHECK(pin IN ('auth', 'sign')), expires INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK(used IN (0, 1))) STRICT;
CREATE INDEX pin_reset_by_card ON pin_reset(card, pin);
)";

constexpr const char* kFaceTries = "ALTER TABLE enrolment_session ADD COLUMN face_tries INTEGER NOT NULL DEFAULT 0";

}  // namespace

store::Migrations registry_schema() { return {{kFirst, kEnquiries, kFaceTries}}; }

std::string_view name_of(Ca ca) { return ca == Ca::kAuth ? "auth" : "sign"; }
std::string_view name_of(Holder holder) { return holder == Holder::kCard ? "card" : "phone"; }

std::string_view name_of(PhoneState state) {
  switch (state) {
    case PhoneState::kPending:
      return "pending";
    case PhoneState::kActive:
      return "active";
    case PhoneState::kSuspended:
      return "suspended";
    case PhoneState::kEnded:
      return "ended";
  }
  CHECK(false);
}

}  // namespace mitome::registry
