// X.509 certificates (RFC 5280): parsed, kept with their exact bytes, and verified against an issuer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/key.h"

namespace mitome::x509 {

inline constexpr size_t kMaxCertificateSize = 64 * 1024;

/// KeyUsage bits (RFC 5280 4.2.1.3), bit 0 = digitalSignature as the lowest.
enum KeyUsage : uint16_t {
  kDigitalSignature = 1 << 0,
  kNonRepudiation = 1 << 1,
  kKeyEncipherment = 1 << 2,
  kDataEncipherment = 1 << 3,
  kKeyAgreement = 1 << 4,
  kKeyCertSign = 1 << 5,
  kCrlSign = 1 << 6,
};

struct Extension {
  std::string oid;
  bool critical = false;
  Bytes value;  ///< content of the extnValue OCTET STRING
};

struct OtherName {
  std::string oid;
  Bytes value;  ///< DER inside the [0] EXPLICIT
};

/// Parsed, not verified. Immutable; copies share.
class Certificate {
 public:
  /// Strict DER, version 3, no duplicate extension, nothing behind it; CERT_MALFORMED.
  static Result<Certificate> parse(ByteView der);
  static Result<Certificate> from_pem(std::string_view pem);  ///< the first CERTIFICATE block

  const Bytes& der() const;
  std::string pem() const;
  const Bytes& tbs() const;           ///< exact bytes of tbsCertificate
  const Bytes& serial() const;        ///< magnitude, big endian, no leading zero
  const Bytes& issuer_name() const;   ///< DER Name
  const Bytes& subject_name() const;  ///< DER Name
  const Bytes& signature() const;     ///< content of the signature's BIT STRING, as it stands
  Instant not_before() const;
  Instant not_after() const;
  const crypto::PublicKey& public_key() const;

  /// First attribute of that type in the subject or issuer as text: "2.5.4.6" country, "2.5.4.3" CN.
  std::optional<std::string> subject_attribute(std::string_view oid) const;
  std::optional<std::string> issuer_attribute(std::string_view oid) const;

  const std::vector<Extension>& extensions() const;
  const Extension* extension(std::string_view oid) const;
  std::optional<uint16_t> key_usage() const;
  std::vector<std::string> extended_key_usage() const;  ///< empty when absent
  bool is_ca() const;
  std::optional<int64_t> path_length() const;
  std::optional<Bytes> subject_key_identifier() const;
  std::optional<Bytes> authority_key_identifier() const;  ///< keyIdentifier
  std::vector<std::string> policies() const;
  std::vector<OtherName> subject_other_names() const;  ///< otherName entries of subjectAltName
  std::optional<std::string> ocsp_url() const;         ///< from authorityInfoAccess

  crypto::Sha256Digest fingerprint() const;  ///< SHA-256 of the DER
  bool valid_at(Instant at) const { return not_before() <= at && at <= not_after(); }

  bool operator==(const Certificate& other) const { return der() == other.der(); }

 private:
  struct Impl;
  friend Result<void> verify_certificate_signature(const Certificate& certificate, const crypto::PublicKey& key);
  explicit Certificate(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;  // shared: immutable, cached by several verifiers
};

/// One link: `issuer` is a CA with keyCertSign, its subject is the certificate's issuer, the key identifiers agree, its
/// path length allows this certificate, no critical extension is unknown (name constraints never are known), cA and keyCertSign go
/// together, its key verifies the signature, and the inner
/// and outer algorithms agree. Validity times are the caller's. CERT_UNTRUSTED.
Result<void> verify_issued_by(const Certificate& certificate, const Certificate& issuer);

/// The signature alone, with the agreement of the inner and outer algorithms. For what verify_issued_by() is too much:
/// a key that is trusted by itself. CERT_UNTRUSTED.
Result<void> verify_certificate_signature(const Certificate& certificate, const crypto::PublicKey& key);

/// The issuer among `candidates`, chosen by key identifier and signature, never by name alone (three JPKI generations
/// share one name). CERT_UNTRUSTED when there is none.
Result<Certificate> find_issuer(const Certificate& certificate, const std::vector<Certificate>& candidates);

/// CERT_NOT_YET_VALID or CERT_EXPIRED.
Result<void> check_validity(const Certificate& certificate, Instant at);

}  // namespace mitome::x509
