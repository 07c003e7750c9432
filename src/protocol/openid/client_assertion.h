// private_key_jwt (OpenID Connect Core 9, RFC 7523): how a service says at the gate who it is.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/random.h"
#include "crypto/signer.h"

namespace mitome::openid {

inline constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
inline constexpr Seconds kAssertionLife{60};

/// One that the provider `issuer` takes once, within a minute.
Result<std::string> client_assertion(std::string_view client_id, std::string_view issuer, Instant now,
                                     crypto::Random& random, crypto::Signer& key);

}  // namespace mitome::openid
