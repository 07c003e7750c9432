// The registered claims of a JWT (RFC 7519 4.1), judged against what the caller expects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "codec/json/json.h"

namespace mitome::jose {

inline constexpr Seconds kClockSkew{60};

struct Expected {
  std::string issuer;
  std::vector<std::string> audiences;  ///< the token is for one of these
  bool sole_audience = false;          ///< and for nobody else (OpenID Connect Core 3.1.3.7 3)
  Instant now;
  Seconds longest_life{3600};          ///< from now to exp
};

/// iss, aud and exp must be there; nbf and iat are judged when they are. ISSUER_MISMATCH, AUDIENCE_MISMATCH, TOKEN_EXPIRED,
/// TOKEN_NOT_YET_VALID (nbf or iat from the future), LIMIT_EXCEEDED (lives too long), MALFORMED (absent or of another type).
Result<void> check_claims(const json::Value& claims, const Expected& expected);

}  // namespace mitome::jose
