// The face or finger sensor and its secure path to the secure element.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "phone/silicon.h"
#include "protocol/webauthn/webauthn.h"

namespace mitome::phone {

enum class Biometrics : uint8_t { kNone = 0, kFace = 1, kFinger = 2 };
std::string_view biometrics_text(Biometrics kind);  ///< "none", "face", "finger"
std::optional<Biometrics> biometrics_from_text(std::string_view text);

/// What the holder agreed to. A pass for one purpose is none for another.
enum class Purpose : uint8_t {
  kEnrol = 1,
  kLogin = 2,
  kSign = 3,
  kPresent = 4,
  kResume = 5,
  kDelete = 6,
  kContactless = 7
};

/// Names a state of the enrolled faces or fingers; another one after every change. Keys made under one die with it.
using BiometricSet = std::array<uint8_t, 16>;

using PassChallenge = std::array<uint8_t, 16>;

/// The sensor's word to the secure element: the enrolled holder is here and means exactly this. Good for one operation.
struct Pass {
  Purpose purpose;
  crypto::Sha256Digest bound_to;  ///< SHA-256 of what is done with it
  PassChallenge challenge;        ///< the secure element's, fresh
  BiometricSet set;
  crypto::Sha256Digest mac;  ///< HMAC-SHA-256 under the key that sensor and secure element were paired with
};

/// The MAC of a pass; the secure element computes the same.
crypto::Sha256Digest pass_mac(ByteView pairing_key, const Pass& pass);

/// The sensor. Either simulated: a “sample” is what it sees, and the same bytes are the same face; in life a matcher in the secure
/// enclave stands here (docs/divergences.md). Or the sensor of whoever sits before the page, by Web Authentication: each credential is one
/// enrolled face or finger. All state is durable: switching off and on gives no further tries.
class UserVerifier {
 public:
  static constexpr unsigned kMaxFailures = 5;           ///< then the passcode is needed (threats PHN-2)
  static constexpr unsigned kPasscodeFreeFailures = 5;  ///< then kPasscodeDelay between tries
  static constexpr unsigned kMaxPasscodeFailures = 50;  ///< then never again
  static constexpr Seconds kPasscodeDelay{30};
  static constexpr size_t kMaxSamples = 5, kMaxSampleSize = 64 * 1024, kMaxCredentials = 5;

  /// Reads the area "sensor". STORAGE_FAILED, MALFORMED.
  static Result<UserVerifier> start(Silicon& silicon, Clock& clock, crypto::Random& random,
                                    crypto::SecretBytes pairing_key);

  Biometrics kind() const { return state_.kind; }
  BiometricSet set() const { return state_.set; }
  bool enrolled() const {
    return state_.kind != Biometrics::kNone && !(state_.samples.empty() && state_.credentials.empty());
  }
  bool locked() const { return state_.failures >= kMaxFailures; }
  bool has_passcode() const { return !state_.passcode.hash.empty(); }
  size_t samples() const { return state_.samples.size(); }
  const std::vector<webauthn::Credential>& credentials() const { return state_.credentials; }

  /// Who is in front? USER_AUTH_REQUIRED when nobody is (no sample; costs nothing), BIOMETRICS_NOT_SET_UP,
  /// USER_AUTH_LOCKED after five failures, USER_AUTH_FAILED. The failure is counted durably before the comparison.
  Result<Pass> verify(std::optional<ByteView> sample, Purpose purpose, const crypto::Sha256Digest& bound_to,
                      const PassChallenge& challenge);

  /// The same by an authenticator's assertion. Counted as a failure before it is looked at: USER_AUTH_FAILED for a credential that
  /// is not enrolled, else what webauthn::verify_assertion says.
  Result<Pass> verify(const webauthn::Assertion& assertion, const webauthn::RelyingParty& party, ByteView challenge,
                      Purpose purpose, const crypto::Sha256Digest& bound_to, const PassChallenge& pass_challenge);

  /// A new set; the secure element must hear of it. Another kind forgets the samples of the former. Enrolling needs a
  /// kind (BIOMETRICS_NOT_SET_UP); at most kMaxSamples of kMaxSampleSize bytes: LIMIT_EXCEEDED.
  Result<void> change(Biometrics kind, std::optional<ByteView> new_sample);
  /// The same with a credential that was registered. BIOMETRICS_NOT_SET_UP, LIMIT_EXCEEDED; CONFLICT when it is enrolled already.
  Result<void> enrol(Biometrics kind, webauthn::Credential credential);

  /// Sets the first passcode (at least 4 characters: else PIN_FORMAT); afterwards it must be that one, which also
  /// unlocks. PIN_WRONG; USER_AUTH_LOCKED while tries must wait.
  Result<void> passcode(std::string_view typed);
  /// As out of the box: no face, no finger, no passcode, another set.
  Result<void> forget();

 private:
  struct SaltedHash {
    Bytes salt, hash;
  };
  struct State {
    Biometrics kind = Biometrics::kNone;
    BiometricSet set{};
    std::vector<SaltedHash> samples;
    std::vector<webauthn::Credential> credentials;
    unsigned failures = 0;
    SaltedHash passcode;
    unsigned passcode_failures = 0;
    Instant passcode_not_before{};
  };

  UserVerifier(Silicon& silicon, Clock& clock, crypto::Random& random, crypto::SecretBytes pairing_key)
      : silicon_(&silicon), clock_(&clock), random_(&random), pairing_key_(std::move(pairing_key)) {}
  Result<void> save(const State& state);
  Result<State> begin();  ///< the failure counted, durably
  Result<Pass> succeed(State next, Purpose purpose, const crypto::Sha256Digest& bound_to, const PassChallenge& challenge);
  std::string tries_left() const { return "tries left: " + std::to_string(kMaxFailures - state_.failures); }
  static Result<State> parse(ByteView bytes);
  BiometricSet draw_set();
  SaltedHash salted(ByteView secret);
  static bool matches(const SaltedHash& enrolled, ByteView secret);

  Silicon* silicon_;
  Clock* clock_;
  crypto::Random* random_;
  crypto::SecretBytes pairing_key_;
  State state_;
};

}  // namespace mitome::phone
