// Web Authentication, the relying party's side (W3C Web Authentication Level 3, sections 7.1 and 7.2): a browser's authenticator makes
// a key for us, and later says with it that its holder was there and was verified. Only ES256, and user verification always.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "credential/cose/cose.h"
#include "crypto/hash.h"
#include "crypto/key.h"

namespace mitome::webauthn {

inline constexpr size_t kMaxCredentialId = 1023;  ///< 7.1, step 26
inline constexpr size_t kMaxClientData = 8 * 1024, kMaxAuthenticatorData = 8 * 1024;
inline constexpr int64_t kAlgorithm = cose::kEs256;

/// Who asks.
struct RelyingParty {
  std::string id;      ///< RP ID: "phone.localhost"
  std::string origin;  ///< "http://phone.localhost:8709"
};

/// A key of an authenticator, as registered.
struct Credential {
  Bytes id;
  crypto::PublicKey key;
  uint32_t sign_count = 0;
};

/// What navigator.credentials.create gave.
struct Registration {
  Bytes client_data;         ///< clientDataJSON
  Bytes attestation_object;  ///< CBOR
};

/// What navigator.credentials.get gave.
struct Assertion {
  Bytes credential;  ///< id
  Bytes client_data, authenticator_data;
  Bytes signature;  ///< ECDSA in DER
};

/// Attestation "none", or "packed" by the credential's own key (8.2, 8.7). WEBAUTHN_TYPE, NONCE_MISMATCH, WEBAUTHN_ORIGIN,
/// WEBAUTHN_RP_ID, WEBAUTHN_USER_PRESENCE, WEBAUTHN_USER_VERIFICATION, WEBAUTHN_ALGORITHM, WEBAUTHN_ATTESTATION, BAD_KEY,
/// BAD_SIGNATURE, MALFORMED, LIMIT_EXCEEDED.
Result<Credential> verify_registration(const Registration& registration, const RelyingParty& party, ByteView challenge);

/// The authenticator's counter as it is now. The reasons above, and WEBAUTHN_COUNTER: the counter did not move, so that
/// the authenticator may have been copied (6.1.1). That the credential is the one named is the caller's part.
Result<uint32_t> verify_assertion(const Assertion& assertion, const Credential& credential, const RelyingParty& party,
                                  ByteView challenge);

/// The challenge inside clientDataJSON, unverified: to find what it answers. MALFORMED.
Result<Bytes> challenge_in(ByteView client_data);

}  // namespace mitome::webauthn
