// CMS SignedData (RFC 5652) with one signer and SHA-256, written in two steps, because the key is often elsewhere: in a card, in a phone
// behind the gate. First the bytes to sign, then, with the signature that came back, the whole. Strict DER both ways.
#pragma once

#include <optional>
#include <vector>

#include "credential/x509/certificate.h"
#include "crypto/hash.h"
#include "crypto/signer.h"

namespace mitome::cms {

inline constexpr size_t kMaxSignedData = 256 * 1024 + 64 * 1024;
inline constexpr size_t kMaxCertificates = 8;

/// What the signed attributes say.
struct AttributeChoice {
  crypto::Sha256Digest digest;                      ///< of the content
  const x509::Certificate* signer = nullptr;        ///< signing-certificate-v2 (RFC 5035 3), where it is known before the signature
  std::optional<Instant> signing_time = {};         ///< RFC 5652 11.3; PAdES forbids it (EN 319 142-1 6.3)
};
/// The signed attributes as the DER of a SET OF: exactly the bytes that are hashed and signed (RFC 5652 5.4). Keep them; assemble()
/// takes them as they are.
Bytes signed_attributes(const AttributeChoice& choice);

struct Parts {
  ByteView attributes;                              ///< from signed_attributes()
  x509::Certificate signer;
  std::vector<x509::Certificate> chain = {};        ///< above the signer, without the root
  crypto::SignatureAlgorithm algorithm;             ///< one with SHA-256
  ByteView signature;                               ///< r‖s for ECDSA, modulus size for RSA
  std::optional<ByteView> content = {};             ///< carried inside; absent: detached
};
/// ContentInfo. BAD_SIGNATURE unless the signature is the signer's over these attributes; MALFORMED when the attributes are not of
/// signed_attributes(), or name another content or certificate; BAD_KEY for an algorithm with another hash.
Result<Bytes> assemble(const Parts& parts);

/// Both steps with a key at hand.
Result<Bytes> sign(const AttributeChoice& choice, const x509::Certificate& signer, const std::vector<x509::Certificate>& chain,
                   crypto::Signer& key);

/// What a verified SignedData says. Whether the signer is to be trusted, and was good then, is the caller's next question.
struct Verified {
  x509::Certificate signer;
  std::vector<x509::Certificate> others;            ///< every other certificate inside
  std::optional<Instant> signing_time;
  bool names_signer = false;                        ///< had signing-certificate-v2, and it fits
};
/// Checks structure, message digest, signing-certificate-v2 where it stands, and the signature. A content inside must have the same
/// digest. MALFORMED, LIMIT_EXCEEDED, CERT_MALFORMED, VALUE_DIGEST_MISMATCH (another content), BAD_SIGNATURE.
Result<Verified> verify(ByteView content_info, const crypto::Sha256Digest& content);

}  // namespace mitome::cms
