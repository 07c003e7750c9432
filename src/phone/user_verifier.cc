#include "phone/user_verifier.h"

#include <algorithm>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"

namespace mitome::phone {
namespace {

constexpr std::string_view kArea = "sensor";

constexpr uint64_t kVersion = 2;  // of the stored state

Bytes count_bytes(uint32_t count) {
  return {static_cast<uint8_t>(count >> 24), static_cast<uint8_t>(count >> 16), static_cast<uint8_t>(count >> 8),
          static_cast<uint8_t>(count)};
}

Result<uint32_t> count_of(ByteView bytes) {
  if (bytes.size() != 4) return Error{Reason::MALFORMED, "sensor state"};
  uint32_t count = 0;
  for (const uint8_t byte : bytes) count = (count << 8) | byte;
  return count;
}

Error error(Reason reason, std::string detail) { return Error{reason, std::move(detail)}; }

}  // namespace

std::string_view biometrics_text(Biometrics kind) {
  switch (kind) {
    case Biometrics::kNone: return "none";
    case Biometrics::kFace: return "face";
    case Biometrics::kFinger: return "finger";
  }
  return "none";
}

std::optional<Biometrics> biometrics_from_text(std::string_view text) {
  for (const Biometrics kind : {Biometrics::kNone, Biometrics::kFace, Biometrics::kFinger})
    if (text == biometrics_text(kind)) return kind;
  return std::nullopt;
}

crypto::Sha256Digest pass_mac(ByteView pairing_key, const Pass& pass) {
  cbor::Writer out;
  out.array(5).text("mitome-pass-1").uint(static_cast<uint64_t>(pass.purpose)).bytes(pass.bound_to);
  out.bytes(pass.challenge).bytes(pass.set);
  return crypto::hmac_sha256(pairing_key, out.view());
}

Result<UserVerifier> UserVerifier::start(Silicon& silicon, Clock& clock, crypto::Random& random,
                                         crypto::SecretBytes pairing_key) {
  UserVerifier verifier{silicon, clock, random, std::move(pairing_key)};
  TRY_ASSIGN(const auto stored, silicon.load(kArea));
  if (stored) {
    TRY_ASSIGN(verifier.state_, parse(*stored));
  } else {
    verifier.state_.set = verifier.draw_set();
    TRY(verifier.save(verifier.state_));
  }
  return verifier;
}

Result<void> UserVerifier::save(const State& state) {
  cbor::Writer out;
  out.array(9).uint(kVersion).uint(static_cast<uint64_t>(state.kind)).bytes(state.set);
  out.array(state.samples.size() * 2);
  for (const SaltedHash& sample : state.samples) out.bytes(sample.salt).bytes(sample.hash);
  out.uint(state.failures);
  out.array(2).bytes(state.passcode.salt).bytes(state.passcode.hash);
  out.uint(state.passcode_failures).integer(to_unix(state.passcode_not_before));
  out.array(state.credentials.size() * 3);
  for (const webauthn::Credential& credential : state.credentials)
    out.bytes(credential.id).bytes(credential.key.spki()).bytes(count_bytes(credential.sign_count));
  TRY(silicon_->store(kArea, out.view()));
  state_ = state;
  return {};
}

Result<UserVerifier::State> UserVerifier::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  const cbor::Value root = document.root();
  const auto number = [&root](size_t index) -> Result<uint64_t> {
    TRY_ASSIGN(const cbor::Value value, root.at(index));
    return value.as_uint();
  };
  const auto blob = [](const cbor::Value& array, size_t index) -> Result<Bytes> {
    TRY_ASSIGN(const cbor::Value value, array.at(index));
    TRY_ASSIGN(const ByteView view, value.as_bytes());
    return to_bytes(view);
  };
  State state;
  TRY_ASSIGN(const uint64_t version, number(0));
  TRY_ASSIGN(const uint64_t kind, number(1));
  if (version != kVersion || kind > 2) return error(Reason::MALFORMED, "sensor state");
  state.kind = static_cast<Biometrics>(kind);
  TRY_ASSIGN(const Bytes set, blob(root, 2));
  if (set.size() != state.set.size()) return error(Reason::MALFORMED, "sensor state");
  std::copy(set.begin(), set.end(), state.set.begin());
  TRY_ASSIGN(const cbor::Value samples, root.at(3));
  for (size_t i = 0; i + 1 < samples.size(); i += 2) {
    TRY_ASSIGN(Bytes salt, blob(samples, i));
    TRY_ASSIGN(Bytes hash, blob(samples, i + 1));
    state.samples.push_back({std::move(salt), std::move(hash)});
  }
  TRY_ASSIGN(const uint64_t failures, number(4));
  state.failures = static_cast<unsigned>(failures);
  TRY_ASSIGN(const cbor::Value passcode, root.at(5));
  TRY_ASSIGN(state.passcode.salt, blob(passcode, 0));
  TRY_ASSIGN(state.passcode.hash, blob(passcode, 1));
  TRY_ASSIGN(const uint64_t passcode_failures, number(6));
  state.passcode_failures = static_cast<unsigned>(passcode_failures);
  TRY_ASSIGN(const cbor::Value not_before, root.at(7));
  TRY_ASSIGN(const int64_t not_before_unix, not_before.as_int());
  state.passcode_not_before = instant_from_unix(not_before_unix);
  TRY_ASSIGN(const cbor::Value credentials, root.at(8));
  for (size_t i = 0; i + 2 < credentials.size(); i += 3) {
    TRY_ASSIGN(Bytes id, blob(credentials, i));
    TRY_ASSIGN(const Bytes spki, blob(credentials, i + 1));
    TRY_ASSIGN(crypto::PublicKey key, crypto::PublicKey::from_spki(spki));
    TRY_ASSIGN(const Bytes counted, blob(credentials, i + 2));
    TRY_ASSIGN(const uint32_t count, count_of(counted));
    state.credentials.push_back({std::move(id), std::move(key), count});
  }
  return state;
}

UserVerifier::SaltedHash UserVerifier::salted(ByteView secret) {
  SaltedHash out{random_->bytes(16), {}};
  const auto digest = crypto::sha256({out.salt, secret});
  out.hash.assign(digest.begin(), digest.end());
  return out;
}

bool UserVerifier::matches(const SaltedHash& enrolled, ByteView secret) {
  return crypto::equal_constant_time(enrolled.hash, crypto::sha256({enrolled.salt, secret}));
}

Result<UserVerifier::State> UserVerifier::begin() {
  if (!enrolled()) return error(Reason::BIOMETRICS_NOT_SET_UP, "");
  if (locked()) return error(Reason::USER_AUTH_LOCKED, "");
  State next = state_;
  ++next.failures;
  TRY(save(next));
  return next;
}

Result<Pass> UserVerifier::succeed(State next, Purpose purpose, const crypto::Sha256Digest& bound_to,
                                   const PassChallenge& challenge) {
  next.failures = 0;
  TRY(save(next));
  Pass pass{purpose, bound_to, challenge, state_.set, {}};
  pass.mac = pass_mac(pairing_key_.reveal(), pass);
  return pass;
}

Result<Pass> UserVerifier::verify(std::optional<ByteView> sample, Purpose purpose,
                                  const crypto::Sha256Digest& bound_to, const PassChallenge& challenge) {
  if (!sample && enrolled() && !locked()) return error(Reason::USER_AUTH_REQUIRED, "nobody is in front of the sensor");
  TRY_ASSIGN(State next, begin());
  bool seen = false;
  for (const SaltedHash& enrolled_sample : state_.samples) seen = matches(enrolled_sample, *sample) || seen;
  if (!seen) return error(locked() ? Reason::USER_AUTH_LOCKED : Reason::USER_AUTH_FAILED, tries_left());
  return succeed(std::move(next), purpose, bound_to, challenge);
}

Result<Pass> UserVerifier::verify(const webauthn::Assertion& assertion, const webauthn::RelyingParty& party,
                                  ByteView challenge, Purpose purpose, const crypto::Sha256Digest& bound_to,
                                  const PassChallenge& pass_challenge) {
  TRY_ASSIGN(State next, begin());
  const auto known = std::find_if(next.credentials.begin(), next.credentials.end(),
                                  [&assertion](const auto& one) { return one.id == assertion.credential; });
  if (known == next.credentials.end())
    return error(locked() ? Reason::USER_AUTH_LOCKED : Reason::USER_AUTH_FAILED, tries_left());
  const auto count = webauthn::verify_assertion(assertion, *known, party, challenge);
  if (!count.has_value()) return locked() ? error(Reason::USER_AUTH_LOCKED, tries_left()) : count.error();
  known->sign_count = *count;
  return succeed(std::move(next), purpose, bound_to, pass_challenge);
}

BiometricSet UserVerifier::draw_set() {
  BiometricSet set{};
  random_->fill(set);
  return set;
}

Result<void> UserVerifier::change(Biometrics kind, std::optional<ByteView> new_sample) {
  State next = state_;
  if (kind != next.kind) {
    next.samples.clear();
    next.credentials.clear();
  }
  next.kind = kind;
  if (new_sample) {
    if (kind == Biometrics::kNone) return error(Reason::BIOMETRICS_NOT_SET_UP, "choose face or finger first");
    if (next.samples.size() == kMaxSamples || new_sample->size() > kMaxSampleSize)
      return error(Reason::LIMIT_EXCEEDED, "samples");
    next.samples.push_back(salted(*new_sample));
  }
  next.set = draw_set();
  return save(next);
}

Result<void> UserVerifier::enrol(Biometrics kind, webauthn::Credential credential) {
  if (kind == Biometrics::kNone) return error(Reason::BIOMETRICS_NOT_SET_UP, "choose face or finger first");
  State next = state_;
  if (kind != next.kind) {
    next.samples.clear();
    next.credentials.clear();
  }
  next.kind = kind;
  if (next.credentials.size() == kMaxCredentials) return error(Reason::LIMIT_EXCEEDED, "credentials");
  for (const webauthn::Credential& one : next.credentials)
    if (one.id == credential.id) return error(Reason::CONFLICT, "this face or finger is enrolled already");
  next.credentials.push_back(std::move(credential));
  next.set = draw_set();
  return save(next);
}

Result<void> UserVerifier::forget() {
  State next;
  next.set = draw_set();
  return save(next);
}

Result<void> UserVerifier::passcode(std::string_view typed) {
  State next = state_;
  if (!has_passcode()) {
    if (typed.size() < 4 || typed.size() > 64) return error(Reason::PIN_FORMAT, "a passcode has 4 to 64 characters");
    next.passcode = salted(as_bytes(typed));
    next.failures = 0;
    return save(next);
  }
  if (next.passcode_failures >= kMaxPasscodeFailures) return error(Reason::USER_AUTH_LOCKED, "too many wrong passcodes");
  if (clock_->now() < next.passcode_not_before)
    return error(Reason::USER_AUTH_LOCKED, "wait until " + to_rfc3339(next.passcode_not_before));
  ++next.passcode_failures;
  if (next.passcode_failures >= kPasscodeFreeFailures) next.passcode_not_before = clock_->now() + kPasscodeDelay;
  TRY(save(next));
  if (!matches(state_.passcode, as_bytes(typed))) return error(Reason::PIN_WRONG, "the phone's passcode");
  next.passcode_failures = 0;
  next.passcode_not_before = Instant{};
  next.failures = 0;
  return save(next);
}

}  // namespace mitome::phone
