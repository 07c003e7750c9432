// JSON Web Signature (RFC 7515), compact, ES256. The algorithm is the caller's policy: the header must name it and chooses
// nothing. What brings or points to a key, and what is critical, is refused (RFC 8725 3.1, 3.10; threats WEB-4).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json/json.h"
#include "crypto/key.h"
#include "crypto/signer.h"

namespace mitome::jose {

inline constexpr size_t kMaxToken = 64 * 1024;
inline constexpr size_t kMaxKeyId = 256;

/// Parsed, not verified.
struct Jws {
  std::string key_id;     ///< header "kid"; empty when absent
  std::string type;       ///< header "typ"; empty when absent
  Bytes signing_input;    ///< the received bytes up to the second dot
  Bytes payload;
  Bytes signature;        ///< 64 bytes

  /// LIMIT_EXCEEDED; BAD_SIGNATURE when it is not exactly 64 bytes long, before anything else is looked at; MALFORMED (also for a
  /// name that stands twice); JOSE_ALGORITHM unless the header says ES256; JOSE_HEADER for jwk, jku, x5c, x5u and crit.
  static Result<Jws> parse(std::string_view compact);
};

/// BAD_SIGNATURE; JOSE_ALGORITHM for a key that is not on P-256.
Result<void> verify(const Jws& message, const crypto::PublicKey& key);

/// Parses and verifies: the payload as a JSON object, MALFORMED when it is none.
Result<json::Value> verify_claims(std::string_view compact, const crypto::PublicKey& key);

/// Signs; the header is {alg, typ, kid: the key's thumbprint}. CHECKs that the signer makes ES256.
Result<std::string> sign(std::string_view type, ByteView payload, crypto::Signer& signer);

}  // namespace mitome::jose
