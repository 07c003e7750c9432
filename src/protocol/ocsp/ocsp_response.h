// OCSP answers (RFC 6960 4.2): written by a responder, read and verified by a relying party.
#pragma once

#include "credential/x509/crl.h"
#include "crypto/signer.h"
#include "protocol/ocsp/ocsp_request.h"

namespace mitome::ocsp {

inline constexpr size_t kMaxResponseSize = 64 * 1024;
inline constexpr size_t kMaxAnswers = 64;
inline constexpr size_t kMaxResponderCertificates = 4;

/// OCSPResponseStatus (4.2.1).
enum class ResponseStatus : uint8_t {
  kSuccessful = 0,
  kMalformedRequest = 1,
  kInternalError = 2,
  kTryLater = 3,
  kSigRequired = 5,
  kUnauthorized = 6,
};

enum class CertStatus : uint8_t { kGood = 0, kRevoked = 1, kUnknown = 2 };

inline constexpr uint8_t kCertificateHold = 6;  ///< RFC 5280 5.3.1

struct SingleResponse {
  CertId id;
  CertStatus status = CertStatus::kUnknown;
  Instant revoked_at{};           ///< with kRevoked
  std::optional<uint8_t> reason;  ///< with kRevoked; RFC 5280 5.3.1
  Instant this_update{};
  std::optional<Instant> next_update;
};

/// Who answers: exactly one of the two is there.
struct ResponderId {
  std::optional<Bytes> name;      ///< DER Name
  std::optional<Bytes> key_hash;  ///< SHA-1 of the key's BIT STRING
};

ResponderId by_key(const crypto::PublicKey& key);
ResponderId by_name(const x509::Certificate& responder);

struct ResponseData {
  ResponderId responder;
  Instant produced_at{};
  std::vector<SingleResponse> responses;
  std::optional<Bytes> nonce;
};

/// An answer without content: malformedRequest, internalError, tryLater, unauthorized.
Bytes encode_error(ResponseStatus status);
/// tbsResponseData, what the responder signs.
Bytes encode_response_data(const ResponseData& data);
/// The whole OCSPResponse around signed data, with the responder's certificate unless it is the CA.
Bytes assemble_response(ByteView tbs, crypto::SignatureAlgorithm algorithm, ByteView signature,
                        const std::vector<x509::Certificate>& certificates);
/// Encode, sign, assemble.
Result<Bytes> issue_response(const ResponseData& data, crypto::Signer& signer,
                             const std::vector<x509::Certificate>& certificates);

/// Parsed, not verified. Owns its bytes.
struct BasicResponse {
  ResponseData data;
  Bytes tbs, algorithm, signature;
  std::vector<x509::Certificate> certificates;
};

/// A status other than successful, or bytes that are no answer: STATUS_UNAVAILABLE.
Result<BasicResponse> parse_response(ByteView der);

/// What was asked, and by which rules the answer is judged.
struct Expectation {
  const x509::Certificate& issuer;  ///< the CA of the certificate asked about; verified by the caller
  CertId id;
  std::optional<Bytes> nonce;  ///< sent, and so it must come back
  Instant now;
  Seconds tolerance{300};                         ///< of the clocks
  Seconds max_age{24 * 3600};                     ///< of producedAt, and of thisUpdate where there is no nextUpdate
  const x509::VerifiedCrl* responders = nullptr;  ///< where a delegated responder's own revocation shows; may be null
};

/// An answer whose every check has passed.
struct VerifiedStatus {
  CertStatus status;
  Instant revoked_at;
  std::optional<uint8_t> reason;
  Instant this_update;
};

/// Responder, signature, CertID, times and nonce. OCSP_RESPONDER, OCSP_MISMATCH, OCSP_STALE, OCSP_NONCE,
/// STATUS_UNAVAILABLE: all of the kind "could not ask". Several answers about the one certificate: the worst counts
/// (CAS-4, CVE-2021-37155).
Result<VerifiedStatus> verify_response(ByteView der, const Expectation& expected);

/// CERT_SUSPENDED (certificateHold), CERT_REVOKED or CERT_STATUS_UNKNOWN unless good.
Result<void> require_good(const VerifiedStatus& status);

}  // namespace mitome::ocsp
