// What the wallet keeps, as CBOR records. Each is sealed before it is stored (wallet.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "phone/phone.h"

namespace mitome::phone {

/// What the authority last said about this phone. Pending is computed from active_at on every use.
enum class CardState : uint8_t { kLive = 0, kSuspended = 1, kEnded = 2 };

/// The item in the wallet: record "card".
struct CardItem {
  std::string phone;       ///< the authority's name for this phone
  uint64_t version = 0;    ///< of the state that the phone knows
  CardState state = CardState::kLive;
  std::string cause;       ///< of suspension or end, as the authority wrote it
  Instant added_at, active_at;
  Bytes auth_certificate, sign_certificate, auth_ca, sign_ca;
  std::string instance_slot, auth_slot, sign_slot;

  Bytes encode() const;
  static Result<CardItem> parse(ByteView bytes);
};

/// One one-time mdoc: record "mdoc/<slot>". Gone once it was shown.
struct MdocRecord {
  std::string slot;
  Bytes issuer_signed;
  Instant valid_from, valid_until;

  Bytes encode() const;
  static Result<MdocRecord> parse(ByteView bytes);
};

/// How far an enrolment came: record "enrolment". The steps are those of the article (A17 to A25).
enum class EnrolmentStep : uint8_t { kStarted = 0, kFace = 1, kRead = 2, kPins = 3, kWaiting = 4 };

struct Enrolment {
  EnrolmentStep step = EnrolmentStep::kStarted;
  std::string session;
  Bytes nonce;
  std::string motion;
  std::vector<std::string> motions;  ///< all that can be asked for
  std::string holder;                ///< the name on the card, once it was read
  Instant expires;
  std::string slots;      ///< prefix of its key slots, "e<hex>/"
  Bytes keys;             ///< the evidence's "keys" as sent; empty before the keys are there
  Bytes card, signature;  ///< the evidence's "card" (encoded) and "signature"; empty before the card was read
  Bytes evidence;         ///< as sent the first time, so that a retry is the same

  Bytes encode() const;
  static Result<Enrolment> parse(ByteView bytes);
};

/// A changing call that was agreed to and may or may not have arrived: record "call". It is sent again as it was.
enum class CallKind : uint8_t { kResume = 0, kRefresh = 1, kDelete = 2 };

struct PendingCall {
  CallKind kind = CallKind::kResume;
  std::string idempotency_key;
  uint64_t version = 0;
  Bytes body;
  std::string sign_slot;                ///< resume
  std::vector<std::string> mdoc_slots;  ///< resume and refresh, in the order of the message

  Bytes encode() const;
  static Result<PendingCall> parse(ByteView bytes);
};

Bytes encode_other(const OtherItem& item);
Result<OtherItem> parse_other(ByteView bytes);

Bytes encode_activity(const Activity& activity);
Result<Activity> parse_activity(ByteView bytes);

}  // namespace mitome::phone
