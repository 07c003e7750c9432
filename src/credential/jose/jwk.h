// Public keys as JSON Web Keys (RFC 7517): EC on P-256 and nothing else, since ES256 is all that we sign and believe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json/json.h"
#include "crypto/key.h"

namespace mitome::jose {

inline constexpr size_t kMaxKeys = 16;  ///< of one JWK Set

/// {kty, crv, x, y, use: "sig", alg: "ES256", kid: its thumbprint}; CHECKs that the key is on P-256.
json::Value to_jwk(const crypto::PublicKey& key);

/// BAD_KEY for another kty, crv, alg or use, for a point off the curve, and for a private key (member "d").
Result<crypto::PublicKey> from_jwk(const json::Value& jwk);

/// RFC 7638 with SHA-256, base64url; CHECKs that the key is on P-256.
std::string thumbprint(const crypto::PublicKey& key);

/// The key of a JWK Set (RFC 7517 5) whose kid is that one. Keys that we cannot use are passed over, as the standard asks;
/// NOT_FOUND when none is left, BAD_KEY when two have that kid.
Result<crypto::PublicKey> find_key(const json::Value& jwks, std::string_view key_id);

}  // namespace mitome::jose
