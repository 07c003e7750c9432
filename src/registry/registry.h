// The lifecycle of every person's card, phone, certificates and mdocs, and the only writer of their state.
//
// Every operation is one transaction: it asks the transition table, changes the state, appends the hash-chained
// event, and stores the answer under its idempotency key, or does nothing of this. What will be signed is recorded
// first (reserve), then signed, then completed; a reservation that is never completed is never good and is revoked
// by tick() after kReservationLife. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/strong.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "registry/transition.h"
#include "store/store.h"

namespace mitome::registry {

inline constexpr std::chrono::minutes kReservationLife{10};
/// Entries of one status list; a list takes new ones until half of them are used, so that an unused index is found
/// by drawing lots and indices tell nothing about order (threats CAS-9).
inline constexpr uint32_t kStatusListSize = 65'536;

enum class Ca : uint8_t { kAuth, kSign };
enum class Holder : uint8_t { kCard, kPhone };
std::string_view name_of(Ca ca);          ///< "auth", "sign"
std::string_view name_of(Holder holder);  ///< "card", "phone"

/// RFC 5280 5.3.1, the codes that the registry gives (domain.md 2.4).
enum class RevocationReason : uint8_t {
  kUnspecified = 0,           ///< reserved and never delivered
  kAffiliationChanged = 3,    ///< what it says of its person is no longer so: moved, another name
  kSuperseded = 4,            ///< replaced by a newer one
  kCessationOfOperation = 5,  ///< no longer needed
  kCertificateHold = 6,       ///< suspended
};

/// What the resident register knows of a person.
struct PersonFacts {
  std::string name;  ///< family and given name with U+3000 between
  std::string kana;
  std::string address;
  std::string local_gov_code;  ///< five digits
  Date birth_date;
  std::string sex;        ///< "1" male, "2" female, "9" not applicable
  std::string my_number;  ///< 12 digits; sealed in the store
  Bytes portrait;
  bool ward = false;  ///< adult ward: no signing certificate in principle
};

struct Person {
  PersonId id;
  PersonFacts facts;
};

struct Card {
  CardId id;
  PersonId person;
  State state;  ///< kActive, kHeld, kEnded
  Instant expires;
};

/// What a phone's state is called outside: pending is active with active_at to come.
enum class PhoneState : uint8_t { kPending, kActive, kSuspended, kEnded };
std::string_view name_of(PhoneState state);

struct Notice {
  int64_t id;
  std::string kind;  ///< "added", "usable", "suspended", "resumed", "replaced", "deleted", "card-stopped", "moved"
  Instant at;
};

struct Phone {
  PhoneId id;
  PersonId person;
  CardId card;
  PhoneState state;
  std::string cause;  ///< of the last change: "enrol", "suspend", "resume", "refresh", "delete", "replace", "stop", "move"
  int64_t version;    ///< one more with every change
  Instant active_at;
  Bytes instance_spki;  ///< whose signature the phone's calls carry
  std::string model;
};

struct CertificateRecord {
  Ca ca;
  Bytes serial;  ///< magnitude
  Holder holder;
  std::string holder_id;
  PersonId person;
  State state;  ///< kReserved, kValid, kHeld, kRevoked
  RevocationReason reason;
  Instant changed_at;  ///< revocation or hold time when revoked or held
  Instant not_before, not_after;
  Bytes der;  ///< empty until completed
};

/// For the status service. kUnknown: never assigned, or reserved and not completed: never good (threats CAS-1).
struct CertificateStatus {
  enum class Kind : uint8_t { kUnknown, kGood, kRevoked } kind = Kind::kUnknown;
  RevocationReason reason = RevocationReason::kUnspecified;  ///< kCertificateHold while suspended
  Instant revoked_at{};
};

struct RevokedCertificate {
  Bytes serial;
  Instant revoked_at;
  RevocationReason reason;
};

struct StatusIndex {
  uint32_t list = 0;
  uint32_t idx = 0;
  auto operator<=>(const StatusIndex&) const = default;
};

/// Numbers not in use at this moment, drawn at random: they become ours by reserve().
struct Proposal {
  std::vector<Bytes> serials;  ///< 8 octets, positive
  std::vector<StatusIndex> indices;
};

/// A certificate as it will be signed.
struct CertificateDraft {
  Ca ca;
  Holder holder;
  std::string holder_id;
  PersonId person;
  Bytes serial;
  Instant not_before, not_after;
  crypto::Sha256Digest tbs;  ///< SHA-256 of tbsCertificate
};

/// An mdoc as it will be signed.
struct MdocDraft {
  StatusIndex index;
  PhoneId phone;
  PersonId person;
  Instant valid_until;
  crypto::Sha256Digest mso;  ///< SHA-256 of the Sig_structure
};

struct Reservation {
  std::vector<CertificateDraft> certificates;
  std::vector<MdocDraft> mdocs;
};

/// A signed certificate of a reservation. Its tbsCertificate must be the recorded one: else CONFLICT.
struct IssuedCertificate {
  Ca ca;
  Bytes der;
  Bytes serial;
};

/// Same key and request: the stored answer again; same key and another request: CONFLICT (threats LFC-4).
struct Idempotency {
  std::string scope;  ///< whose key it is: a phone, a session
  std::string key;
  crypto::Sha256Digest request{};
};

/// Makes the answer inside the transaction that makes it true.
using AnswerPhone = std::function<Bytes(const Phone&)>;

struct NewCard {
  PersonId person;  ///< from person_for()
  PersonFacts facts;
  CardId card;
  Instant expires;
  std::vector<IssuedCertificate> certificates;
};

/// One enrolment from start to finish (endpoints /enrol/…).
struct EnrolmentSession {
  std::string id;
  Bytes nonce;
  std::string model, os, app, biometrics;
  std::string motion;
  Bytes recording;  ///< empty until the face was recorded
  Instant expires;
};

struct NewPhone {
  std::string session;
  crypto::Sha256Digest request{};  ///< of the evidence
  PhoneId phone;
  PersonId person;
  CardId card;
  Bytes card_sign_serial, card_auth_serial;  ///< the card's certificates, judged again in the transaction
  std::string model;
  Bytes instance_spki;
  Instant active_at;
  std::vector<IssuedCertificate> certificates;
  std::vector<StatusIndex> mdocs;
};

/// A change that a phone asks for.
struct PhoneChange {
  PhoneId phone;
  int64_t version;  ///< that the phone knows: else STALE_VERSION
  Idempotency idempotency;
  std::vector<IssuedCertificate> certificates;  ///< resume: the new signing certificate
  std::vector<StatusIndex> mdocs;               ///< resume and refresh: the new batch
};

/// One record of the log (event_log.h).
struct EventRecord {
  int64_t lane = 0;
  int64_t seq = 0;  ///< from 1
  Bytes previous;   ///< hash of the record before; 32 zero bytes for the first
  Instant at{};
  std::string kind, who, staff, person, card, phone;
  std::string body;  ///< the transitions, and notes in our own words; no personal data
};

/// A place in the log that was seen; a later log must extend it (threats I9).
struct LogHead {
  int64_t events = 0;
  crypto::Sha256Digest hash{};
  bool operator==(const LogHead&) const = default;
};

/// Somebody who may ask about people, and how often: no more than `limit` times in each window, so that nobody reads the
/// register from end to end (threats ADM-5). The first refusal of a window is an event of its own.
struct Enquiry {
  std::string caller;  ///< the service's or staff member's name
  Who who = kService;
  std::string what;  ///< of the event, our own words: "holders", "residents", "look-up identity-checked"
  int64_t limit = 0;
  Seconds window{60};
};

/// A person as the staff sees one: what the register says, and what is in use.
struct PersonFile {
  Person person;
  bool died = false;
  std::optional<Card> card;            ///< active or held
  std::optional<State> card_signing;   ///< of the newest signing certificate of that card
  std::optional<Phone> phone;          ///< live
};

/// Who of the staff does it.
struct Staff {
  Who who = kCity;
  std::string name;
};

/// What may change in the register; what is absent stays.
struct NewFacts {
  std::optional<std::string> name, kana, address;
};

/// Why a person leaves the system for good or for now.
enum class Departure : uint8_t { kDied, kRenounced };

/// The PINs of a card that can be forgotten. By reservation and at a kiosk: the first two.
enum class CardPin : uint8_t { kAuth, kSign, kText };
std::string_view name_of(CardPin pin);  ///< "auth", "sign", "text"
Result<CardPin> pin_from_name(std::string_view name);  ///< MALFORMED

inline constexpr std::chrono::hours kPinResetLife{24};
inline constexpr int64_t kMaxFaceTries = 10;  ///< of one session

struct PinReset {
  std::string id;
  CardId card;
  CardPin pin;
  Instant expires;
};

/// What the registry keeps under keys of its own: row MACs, sealed My Numbers.
struct RegistryKeys {
  crypto::SecretBytes row_mac;  ///< 32 bytes
  crypto::SecretBytes sealing;  ///< 32 bytes
};

struct PhoneRow;  // inside, operation.h

/// The schema of the store that is handed in.
store::Migrations registry_schema();

class Registry {
 public:
  Registry(store::Store& store, const Clock& clock, crypto::Random& random, RegistryKeys keys);

  // Before a signature.
  /// The person with this My Number, or an id for a new one.
  Result<PersonId> person_for(std::string_view my_number);
  /// Fresh ids, unpredictable: "card-…", "phone-…".
  CardId new_card_id();
  PhoneId new_phone_id();
  std::string new_session_id();
  Result<Proposal> propose(size_t serials, size_t indices);
  /// Durable when it returns (threats I7). CONFLICT when a number was taken meanwhile: propose again.
  Result<void> reserve(const Reservation& reservation);

  // Cards.
  /// A new card: its reserved certificates become valid; an earlier card of the person ends, and with it the phone.
  Result<void> register_card(const NewCard& card, Who who);
  /// A lost card: its certificates are held (for good: a card's hold is never lifted) and the phone ends.
  Result<void> stop_card(const CardId& card, Who who, std::string_view staff = "");

  /// What enrolment asks of a card: in use and not expired (CARD_NOT_VALID), its signing certificate valid
  /// (NO_SIGNING_CERTIFICATE when revoked or not the card's) and its user authentication certificate too
  /// (CERT_REVOKED); CERT_SUSPENDED for one on hold, CERT_EXPIRED.
  Result<void> judge_card(const CardId& card, ByteView sign_serial, ByteView auth_serial);

  // What the counter changes (registry_staff.cc).
  /// Moved, or another name: the signing certificates of card and phone and the phone's mdocs are revoked in the same
  /// transaction, since they say what is no longer so; user authentication certificates say nothing and stay (threats
  /// LFC-9). The phone must be registered again: NO_SIGNING_CERTIFICATE until then.
  Result<PersonFile> change_facts(const PersonId& person, const NewFacts& facts, const Staff& staff);
  /// A new signing certificate for a card in use, in place of the one before. CONFLICT when the register says something
  /// else by now than `facts`, which were certified.
  Result<void> renew_card_signing(const CardId& card, const PersonFacts& facts, const IssuedCertificate& certificate,
                                  const Staff& staff);
  /// An adult under guardianship: no signing certificate any more, so no phone either.
  Result<PersonFile> set_ward(const PersonId& person, const Staff& staff);
  /// Card and phone end with all that they hold (threats LFC-9).
  Result<PersonFile> depart(const PersonId& person, Departure departure, const Staff& staff);
  /// The card that a lost one is reported by, on the telephone: NOT_FOUND, also for several people of that name.
  Result<CardId> current_card_of(std::string_view name, Date birth_date);
  /// The card with this certificate, and no other, lies on the desk's reader: CARD_CHANGED.
  Result<void> expect_card(const CardId& card, ByteView auth_serial);
  /// Notes that the counter resets a PIN of a card in use: CARD_NOT_VALID.
  Result<void> note_pin_reset(const CardId& card, CardPin pin, const Staff& staff);
  /// From the app, with an enrolment session whose face was recorded, which is used up. An earlier one for this PIN is
  /// replaced. The same session again: the same reservation; REPLAY for another request.
  Result<PinReset> reserve_pin_reset(std::string_view session, const crypto::Sha256Digest& request, const CardId& card,
                                     CardPin pin);
  /// At a kiosk, once: NOT_FOUND without one, SESSION_EXPIRED after 24 hours, REPLAY. The same `redemption` again: the
  /// same reservation.
  Result<PinReset> redeem_pin_reset(const CardId& card, CardPin pin, const Idempotency& redemption,
                                    std::string_view kiosk);
  /// What was only simulated, so that nobody takes it for real: "sensor", "approval", "hand".
  Result<void> note_simulated(std::string_view what, std::string_view by, const PhoneId& phone);
  /// NO_SIGNING_CERTIFICATE when what the phone's certificates said of its person is no longer so.
  Result<void> judge_facts(const PhoneId& phone);

  // Enrolment.
  Result<void> open_session(const EnrolmentSession& session);
  /// NOT_FOUND; SESSION_EXPIRED; REPLAY when it was completed.
  Result<EnrolmentSession> session(std::string_view id);
  Result<void> set_motion(std::string_view id, std::string_view motion);
  /// Before each recording is judged (threats ISS-9). LIMIT_EXCEEDED from the eleventh on: the person begins anew.
  Result<void> count_face_try(std::string_view id);
  /// Keeps what the judge keeps of a recording until the enrolment is decided; wiped at completion and by tick().
  Result<void> record_face(std::string_view id, ByteView recording);
  /// A session that waits for a person's decision lives at least until then; it never ends earlier for that.
  Result<void> extend_session(std::string_view id, Instant until);
  /// The event of a decision whether a film shows the person on the card. NOT_FOUND.
  Result<void> record_likeness(const PersonId& person, bool approved, Who who, std::string_view staff);
  /// The stored answer of a completed session: none while it is open; REPLAY for another request.
  Result<std::optional<Bytes>> completed_enrolment(std::string_view session, const crypto::Sha256Digest& request);
  /// Makes the phone live and ends any other live phone of the person. Judges session, card and the card's
  /// certificates again. Two at once: both may succeed one after the other, and one phone is live (threats LFC-1).
  Result<Bytes> complete_enrolment(const NewPhone& phone, const AnswerPhone& answer);

  // Phones.
  Result<Phone> phone(const PhoneId& id);
  Result<std::vector<Notice>> notices(const PhoneId& id);
  /// The live phone of the person with this name and birth date; NOT_FOUND, also when there are several such people.
  Result<PhoneId> live_phone_of(std::string_view name, Date birth_date);
  Result<std::optional<PhoneId>> live_phone_of(const PersonId& person);
  /// Certificates on hold, mdocs revoked. Of a suspended phone: again, with a new version. PHONE_ENDED.
  Result<Phone> suspend(const PhoneId& id, Who who, std::string_view staff = "");
  /// The stored answer to this change, if it was made before.
  Result<std::optional<Bytes>> answered(const Idempotency& idempotency);
  /// The user authentication certificate is good again; the signing certificate on hold is revoked and the new one
  /// valid; a new batch of mdocs. STALE_VERSION, PHONE_ENDED, TRANSITION_REFUSED.
  Result<Bytes> resume(const PhoneChange& change, const AnswerPhone& answer);
  /// A new batch for an active phone; PHONE_SUSPENDED for a suspended one.
  Result<Bytes> refresh(const PhoneChange& change, const AnswerPhone& answer);
  /// Ends the phone at once.
  Result<Bytes> delete_phone(const PhoneChange& change, const AnswerPhone& answer);

  // Reading.
  Result<Person> person(const PersonId& id);
  Result<Card> card(const CardId& id);
  /// NOT_FOUND for a serial never assigned.
  Result<CertificateRecord> certificate(Ca ca, ByteView serial);
  Result<std::vector<CertificateRecord>> certificates_of(Holder holder, std::string_view holder_id);
  Result<CertificateStatus> certificate_status(Ca ca, ByteView serial);
  /// Revoked and held ones whose validity has not ended at `now`, in the order of issue.
  Result<std::vector<RevokedCertificate>> revoked(Ca ca, Instant now);
  /// One bit for each index, least significant first (draft-ietf-oauth-status-list 4.1): kStatusListSize / 8 bytes.
  /// NOT_FOUND for a list that was never begun.
  Result<Bytes> status_bits(uint32_t list);
  Result<uint32_t> status_lists();  ///< how many lists were begun: 0 … n-1

  // What services and staff may know.
  /// The person behind a certificate, of either CA, that is in use. NOT_FOUND for a serial that was never issued
  /// and for a revoked one; CERT_SUSPENDED, CERT_NOT_YET_VALID, CERT_EXPIRED; LIMIT_EXCEEDED. Every answer is an event.
  Result<Person> person_of(ByteView serial, const Enquiry& enquiry);
  /// What `caller` may call the person: opaque, always the same, and another one for each caller and kind, so that two
  /// of them cannot compare what they keep (threats SVC-6). 32 hexadecimal digits.
  std::string pseudonym(std::string_view kind, std::string_view caller, const PersonId& person) const;
  /// By name and birth date, as somebody says who stands at the counter; every one of that name. NOT_FOUND, LIMIT_EXCEEDED.
  Result<std::vector<PersonFile>> find_people(std::string_view name, Date birth_date, const Enquiry& enquiry);
  /// By the card that lies on the desk's reader, whatever its state: NOT_FOUND, LIMIT_EXCEEDED.
  Result<PersonFile> find_by_card(ByteView auth_serial, const Enquiry& enquiry);
  Result<PersonFile> file_of(const PersonId& person);
  /// Full years today in Japan.
  int age(const PersonFacts& facts) const;

  // Publishing and time.
  /// The next number of that kind ("crl-auth", "list-0", …), from 1; durable before anything is signed with it; never
  /// down.
  Result<int64_t> next_publication(std::string_view kind);
  /// Makes the "usable" notices that have become due, once each, and revokes reservations never completed.
  Result<void> tick();

  // The log.
  /// Every record from the first; LOG_BROKEN naming the first bad one.
  Result<LogHead> verify_log();
  Result<LogHead> log_head();
  /// Records behind number `after`, at most `limit`.
  Result<std::vector<EventRecord>> events(int64_t after, int64_t limit);
  /// LOG_BROKEN when the log does not go on from a head that was seen before: a restored or replaced database.
  Result<void> verify_extends(const LogHead& seen);

 private:
  class Operation;
  Bytes random_bytes(size_t count);
  Bytes my_number_tag(std::string_view my_number) const;
  Result<void> write(const std::function<Result<void>(Operation&)>& body);
  Result<void> read(const std::function<Result<void>(Operation&)>& body);
  Result<void> enquire(const Enquiry& enquiry, const std::function<Result<void>(Operation&)>& body);
  Result<void> save_person(Operation& op, const PersonId& id, const PersonFacts& facts);
  Result<void> end_phone_of_card(Operation& op, const PersonId& person, Who who);
  static Result<EnrolmentSession> open_session_of(Operation& op, std::string_view id);
  Result<Bytes> change_phone(const PhoneChange& change, const AnswerPhone& answer, std::string_view kind,
                             const std::function<Result<void>(Operation&, PhoneRow&)>& body);

  store::Store& store_;
  const Clock& clock_;
  std::mutex random_mutex_;  // Random is not thread-safe
  crypto::Random& random_;
  RegistryKeys keys_;
};

}  // namespace mitome::registry
