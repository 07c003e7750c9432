// The profiles of JPKI end-entity certificates (domain.md 2.2 and 2.3): extension order, criticality, string types.
#pragma once

#include <string>

#include "base/time.h"
#include "credential/x509/builder.h"
#include "crypto/random.h"
#include "issuer/hierarchy.h"

namespace mitome::issuer {

enum class Holder : uint8_t { kCard, kPhone };

/// What a signing certificate says about its person.
struct FourItems {
  std::string name;  ///< family and given name with U+3000 between
  std::string address;
  Date birth_date;
  std::string sex;  ///< ISO/IEC 5218 digit: "1" male, "2" female, else unknown
};

/// The municipality of every synthetic person: 99 is no prefecture.
inline constexpr std::string_view kLocalGovernmentCode = "99201";

struct EndEntity {
  Holder holder;
  Bytes serial;  ///< magnitude
  Bytes spki;
  Instant not_before, not_after;
  std::string ocsp_url;  ///< user authentication certificates only
};

x509::CertificateTemplate user_authentication_certificate(const Authority& ca, const EndEntity& entity,
                                                          crypto::Random& random);
x509::CertificateTemplate signing_certificate(const Authority& ca, const EndEntity& entity, const FourItems& items,
                                              crypto::Random& random);

/// 23:59:59 Japan time on the n-th birthday after the day of issue (domain.md 2.2: notAfter is 14:59:59Z).
Instant end_of_birthday(Date birth, Instant issued, int nth);
/// A card lives to the 10th birthday after issue, to the 5th under 18.
Instant card_expiry(Date birth, Instant issued);
/// Certificates live to the 5th birthday after issue, never longer than what they stand on.
Instant certificate_expiry(Date birth, Instant issued, Instant cap);

/// EYYYYMMDD: the era's digit (1 Meiji … 5 Reiwa) and the Gregorian date.
std::string era_birth_date(Date birth);

}  // namespace mitome::issuer
