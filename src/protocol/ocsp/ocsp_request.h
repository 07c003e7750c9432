// OCSP requests (RFC 6960 4.1) with the nonce of RFC 8954 and RFC 9654.
#pragma once

#include <optional>
#include <vector>

#include "credential/x509/certificate.h"

namespace mitome::ocsp {

inline constexpr size_t kMaxRequestSize = 16 * 1024;
inline constexpr size_t kMaxQuestions = 16;
inline constexpr size_t kMinNonceSize = 1, kMaxNonceSize = 128;  // RFC 9654 2.1
inline constexpr size_t kNonceSize = 32;                         // what our client sends

inline constexpr std::string_view kRequestType = "application/ocsp-request";
inline constexpr std::string_view kResponseType = "application/ocsp-response";

enum class HashAlgorithm : uint8_t { kSha1, kSha256 };

/// Which certificate is asked about (4.1.1). Two are equal only if every part is, the hash algorithm too.
struct CertId {
  HashAlgorithm hash;
  Bytes issuer_name_hash, issuer_key_hash;
  Bytes serial;  ///< magnitude, big endian, no leading zero

  bool operator==(const CertId&) const = default;
};

/// The CertID of a serial number of that issuer.
CertId cert_id(HashAlgorithm hash, const x509::Certificate& issuer, ByteView serial);
Bytes encode_cert_id(const CertId& id);
/// From the whole SEQUENCE; another hash algorithm, wrong sizes or a negative serial number: MALFORMED.
Result<CertId> parse_cert_id(ByteView der);

struct Request {
  std::vector<CertId> ids;
  std::optional<Bytes> nonce;
};

Bytes encode_request(const Request& request);
/// A requestor's name and signature may be there and are not looked at. Over kMaxQuestions or kMaxRequestSize:
/// LIMIT_EXCEEDED; a nonce outside 1 to 128 octets, an unknown critical extension or no question: MALFORMED.
Result<Request> parse_request(ByteView der);

/// The Extensions element that holds only this nonce, and the nonce out of such an element.
Bytes encode_nonce_extensions(ByteView nonce);
/// Empty when there is no nonce among them.
Result<std::optional<Bytes>> parse_nonce_extensions(ByteView content);

}  // namespace mitome::ocsp
