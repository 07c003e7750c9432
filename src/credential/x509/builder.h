// Certificates and CRLs, written. The to-be-signed bytes come first, so that they can be recorded before they are
// signed.
#pragma once

#include <string>
#include <vector>

#include "credential/x509/certificate.h"
#include "crypto/signer.h"

namespace mitome::x509 {

struct NameAttribute {
  std::string oid;  ///< "2.5.4.6" C, "2.5.4.7" L, "2.5.4.10" O, "2.5.4.11" OU, "2.5.4.3" CN
  std::string value;
};
/// RDNSequence with one attribute a set; C as PrintableString, others as UTF8String.
Bytes encode_name(const std::vector<NameAttribute>& attributes);

struct CertificateTemplate {
  Bytes serial;                     ///< magnitude, 1 to 20 octets as encoded
  Bytes issuer_name, subject_name;  ///< DER
  Instant not_before, not_after;
  Bytes spki;
  std::vector<Extension> extensions;  ///< written in this order
};

/// tbsCertificate, version 3, with the signer's algorithm inside.
Bytes encode_tbs(const CertificateTemplate& certificate, crypto::SignatureAlgorithm algorithm);
/// SEQUENCE { tbs, algorithm, signature }; an ECDSA signature is turned from r‖s to DER.
Bytes assemble_signed(ByteView tbs, crypto::SignatureAlgorithm algorithm, ByteView signature);
/// encode_tbs, sign, assemble: for CA certificates and tests.
Result<Certificate> issue(const CertificateTemplate& certificate, crypto::Signer& signer);

/// The content of subjectPublicKey's BIT STRING: what key identifiers and OCSP's issuerKeyHash are taken over.
Bytes subject_public_key(const crypto::PublicKey& key);

// Extensions.
Extension key_usage(uint16_t bits);                                        ///< critical
Extension basic_constraints(bool ca, std::optional<int64_t> path_length);  ///< critical
Extension extended_key_usage(const std::vector<std::string>& oids, bool critical = false);
Extension subject_key_identifier(const crypto::PublicKey& key);  ///< SHA-1 of the BIT STRING (4.2.1.2 method 1)
Extension authority_key_identifier(const Certificate& issuer);   ///< keyIdentifier only
Extension authority_key_identifier_full(
    const Certificate& issuer);  ///< keyIdentifier, issuer name and serial as JPKI writes it
Extension certificate_policy(std::string_view oid, std::string_view cps_uri, bool critical);
Extension issuer_alt_name_directory(ByteView name);
Extension crl_distribution_point_directory(ByteView name);
Extension crl_distribution_point_uri(std::string_view uri);
Extension ocsp_access(std::string_view url);
Extension ocsp_no_check();
/// dNSName [2]: the hosts of a TLS server.
Extension subject_alt_dns(const std::vector<std::string>& hosts);
/// permittedSubtrees of dNSName alone, critical (RFC 5280 4.2.1.10): a root that can speak for these hosts and no other.
Extension name_constraints_dns(const std::vector<std::string>& hosts);
/// otherName [0] UTF8String each, in this order.
Extension subject_alt_other_names(const std::vector<std::pair<std::string, std::string>>& oid_and_text);

/// What an issuer runs before every signature (threats CAS-10): serial positive and at most 20 octets, dates ordered
/// and not backdated over `max_backdate`, no duplicate extension, key allowed, an end entity (subject other than
/// issuer) never a CA, key usage present, critical and in step with cA (keyCertSign, with or without cRLSign, for a CA
/// and for nobody else). PROFILE_LINT.
Result<void> lint(const CertificateTemplate& certificate, Instant now, Seconds max_backdate);

struct RevokedEntry {
  Bytes serial;
  Instant revoked_at;
  uint8_t reason;  ///< RFC 5280 5.3.1: 6 certificateHold, …; 0 is not written
};
/// CRL v2 with AKI and cRLNumber, entries in the order given; written directly (1 M entries: 51 ms is the limit).
Result<Bytes> issue_crl(const Certificate& issuer, crypto::Signer& signer, Instant this_update, Instant next_update,
                        uint64_t crl_number, const std::vector<RevokedEntry>& entries);

}  // namespace mitome::x509
