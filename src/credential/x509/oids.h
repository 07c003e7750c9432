// Object identifiers of certificates, CRLs and OCSP (RFC 5280, RFC 6960).
#pragma once

#include <string_view>

namespace mitome::x509::oid {

inline constexpr std::string_view kCommonName = "2.5.4.3", kCountry = "2.5.4.6", kLocality = "2.5.4.7",
                                  kOrganization = "2.5.4.10", kOrganizationalUnit = "2.5.4.11";

inline constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14", kKeyUsage = "2.5.29.15",
                                  kSubjectAltName = "2.5.29.17", kIssuerAltName = "2.5.29.18",
                                  kBasicConstraints = "2.5.29.19", kCrlNumber = "2.5.29.20", kReasonCode = "2.5.29.21",
                                  kInvalidityDate = "2.5.29.24", kDeltaCrlIndicator = "2.5.29.27",
                                  kNameConstraints = "2.5.29.30",
                                  kCrlDistributionPoints = "2.5.29.31", kCertificatePolicies = "2.5.29.32",
                                  kAuthorityKeyIdentifier = "2.5.29.35", kExtendedKeyUsage = "2.5.29.37",
                                  kAuthorityInfoAccess = "1.3.6.1.5.5.7.1.1";

inline constexpr std::string_view kServerAuth = "1.3.6.1.5.5.7.3.1", kClientAuth = "1.3.6.1.5.5.7.3.2", kOcspSigning = "1.3.6.1.5.5.7.3.9";

inline constexpr std::string_view kOcspAccess = "1.3.6.1.5.5.7.48.1", kOcspBasic = "1.3.6.1.5.5.7.48.1.1",
                                  kOcspNonce = "1.3.6.1.5.5.7.48.1.2", kOcspNoCheck = "1.3.6.1.5.5.7.48.1.5",
                                  kCpsQualifier = "1.3.6.1.5.5.7.2.1";

}  // namespace mitome::x509::oid
