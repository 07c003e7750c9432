// Proof Key for Code Exchange (RFC 7636), method S256 only.
#pragma once

#include <string>
#include <string_view>

#include "crypto/random.h"

namespace mitome::openid {

/// 256 random bits in base64url: 43 characters.
std::string code_verifier(crypto::Random& random);
/// BASE64URL(SHA-256(verifier)).
std::string code_challenge(std::string_view verifier);
/// 43 to 128 unreserved characters (RFC 7636 4.1).
bool is_code_verifier(std::string_view text);
/// 43 characters of base64url that are 32 bytes.
bool is_code_challenge(std::string_view text);

}  // namespace mitome::openid
