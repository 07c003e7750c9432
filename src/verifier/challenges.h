// Challenges that a verifier gave out, in its store: each belongs to one origin, ends, and serves once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/random.h"
#include "store/store.h"

namespace mitome::verifier {

inline constexpr Seconds kChallengeLife{300};

struct Challenge {
  std::string id;
  std::string kind;    ///< "login" or "sign"
  std::string origin;  ///< of the service that gave it
  Bytes nonce;
  Bytes content;  ///< the document to be signed; empty for a login
  Instant expires;
  bool used = false;
};

class Challenges {
 public:
  Challenges(store::Store& store, crypto::Random& random) : store_(store), random_(random) {}

  /// A new one, durable. LIMIT_EXCEEDED while too many are open.
  Result<Challenge> open(std::string_view kind, std::string_view origin, Bytes content, Instant now);
  /// Open, expired or used; NOT_FOUND for another kind.
  Result<Challenge> find(std::string_view id, std::string_view kind);
  /// Marks it used, drops its content and has its effect, in one transaction; REPLAY for all but the first.
  using Effect = std::function<Result<void>(store::Transaction&)>;
  Result<void> consume(const Challenge& challenge, const Effect& effect = nullptr);
  /// Other open ones of that kind, the newest 64.
  Result<std::vector<Challenge>> others(const Challenge& challenge, Instant now);

 private:
  store::Store& store_;
  crypto::Random& random_;
};

}  // namespace mitome::verifier
