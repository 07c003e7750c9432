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
  std::string kind;  ///< "added", "usable", "suspended", "resumed", "replaced", "deleted", "card-stopped"
  Instant at;
};

struct Phone {
  PhoneId id;
  PersonId person;
  CardId card;
  PhoneState state;
  std::string cause;  ///< of the last change: "enrol", "suspend", "resume", "refresh", "delete", "replace", "stop"
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

/// A place in the log that was seen; a later log must extend it (threats I9).
struct LogHead {
  int64_t events = 0;
  crypto::Sha256Digest hash{};
  bool operator==(const LogHead&) const = default;
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
  Result<void> stop_card(const CardId& card, Who who);

  /// What enrolment asks of a card: in use and not expired (CARD_NOT_VALID), its signing certificate valid
  /// (NO_SIGNING_CERTIFICATE when revoked or not the card's) and its user authentication certificate too
  /// (CERT_REVOKED); CERT_SUSPENDED for one on hold, CERT_EXPIRED.
  Result<void> judge_card(const CardId& card, ByteView sign_serial, ByteView auth_serial);

  // Enrolment.
  Result<void> open_session(const EnrolmentSession& session);
  /// NOT_FOUND; SESSION_EXPIRED; REPLAY when it was completed.
  Result<EnrolmentSession> session(std::string_view id);
  Result<void> set_motion(std::string_view id, std::string_view motion);
  /// Keeps what the judge keeps of a recording until the enrolment is decided; wiped at completion and by tick().
  Result<void> record_face(std::string_view id, ByteView recording);
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
  /// LOG_BROKEN when the log does not go on from a head that was seen before: a restored or replaced database.
  Result<void> verify_extends(const LogHead& seen);

 private:
  class Operation;
  Bytes random_bytes(size_t count);
  Bytes my_number_tag(std::string_view my_number) const;
  Result<void> write(const std::function<Result<void>(Operation&)>& body);
  Result<void> read(const std::function<Result<void>(Operation&)>& body);
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
