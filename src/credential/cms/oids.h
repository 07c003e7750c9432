// Object identifiers of CMS (RFC 5652, RFC 5035).
#pragma once

#include <string_view>

namespace mitome::cms::oid {

inline constexpr std::string_view kData = "1.2.840.113549.1.7.1", kSignedData = "1.2.840.113549.1.7.2",
                                  kContentType = "1.2.840.113549.1.9.3", kMessageDigest = "1.2.840.113549.1.9.4",
                                  kSigningTime = "1.2.840.113549.1.9.5",
                                  kSigningCertificateV2 = "1.2.840.113549.1.9.16.2.47",
                                  kSha256 = "2.16.840.1.101.3.4.2.1";

}  // namespace mitome::cms::oid
