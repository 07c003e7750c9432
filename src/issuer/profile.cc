#include "issuer/profile.h"

#include <algorithm>
#include <array>

#include "credential/x509/oids.h"

namespace mitome::issuer {
namespace {

namespace oid = x509::oid;

constexpr std::string_view kCps = "http://cps.mitome.invalid/cps.html";
constexpr std::string_view kPersonalData = "1.2.392.200149.8.5.5.";

Bytes issuer_alternative_name(std::string_view unit) {
  return x509::encode_name({{std::string{oid::kCountry}, "JP"},
                            {std::string{oid::kOrganization}, "公的個人認証サービス-TEST"},
                            {std::string{oid::kOrganizationalUnit}, std::string{unit}},
                            {std::string{oid::kOrganizationalUnit}, "認め試験運用者"}});
}

/// CRLs are partitioned by municipality, named by a directory name without address.
Bytes distribution_point(std::string_view unit) {
  return x509::encode_name({{std::string{oid::kCountry}, "JP"},
                            {std::string{oid::kOrganization}, "JPKI-TEST"},
                            {std::string{oid::kOrganizationalUnit}, std::string{unit}},
                            {std::string{oid::kOrganizationalUnit}, "CRL Distribution Points"},
                            {std::string{oid::kOrganizationalUnit}, "Kakuu-to"},
                            {std::string{oid::kCommonName}, "Kakuu-shi CRLDP"}});
}

std::string random_characters(crypto::Random& random, std::string_view alphabet, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out.push_back(alphabet[random.below(alphabet.size())]);
  return out;
}

constexpr std::string_view kDigits = "0123456789", kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

x509::CertificateTemplate frame(const Authority& ca, const EndEntity& entity, Bytes subject) {
  x509::CertificateTemplate certificate;
  certificate.serial = entity.serial;
  certificate.issuer_name = ca.certificate.subject_name();
  certificate.subject_name = std::move(subject);
  certificate.not_before = entity.not_before;
  certificate.not_after = entity.not_after;
  certificate.spki = entity.spki;
  return certificate;
}

/// The certificate's key identifier comes from the key itself.
x509::Extension key_identifier(const Bytes& spki) {
  const auto key = crypto::PublicKey::from_spki(spki);
  CHECK(key.has_value());  // the caller has parsed it
  return x509::subject_key_identifier(*key);
}

size_t characters_in(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Date nth_birthday_after(Date birth, Date day, int nth) {
  int year = static_cast<int>(day.year());
  for (int found = 0;; ++year) {
    Date birthday{std::chrono::year{year}, birth.month(), birth.day()};
    // Born on 29 February: the last day of February in other years.
    if (!birthday.ok())
      birthday =
          Date{std::chrono::year_month_day_last{std::chrono::year{year}, std::chrono::month_day_last{birth.month()}}};
    if (std::chrono::sys_days{birthday} > std::chrono::sys_days{day} && ++found == nth) return birthday;
  }
}

}  // namespace

x509::CertificateTemplate user_authentication_certificate(const Authority& ca, const EndEntity& entity,
                                                          crypto::Random& random) {
  // 23 characters in the shape that real ones have; what their parts mean is not public, so ours mean nothing.
  const std::string common_name = random_characters(random, kDigits, 6) + "E" + random_characters(random, kDigits, 2) +
                                  random_characters(random, kLetters, 5) + std::string{kLocalGovernmentCode} + "003A";
  auto certificate =
      frame(ca, entity,
            x509::encode_name({{std::string{oid::kCountry}, "JP"}, {std::string{oid::kCommonName}, common_name}}));
  const auto policy = entity.holder == Holder::kCard ? kCardAuthPolicy : kPhoneAuthPolicy;
  certificate.extensions = {
      x509::key_usage(x509::kDigitalSignature),
      x509::extended_key_usage({std::string{oid::kClientAuth}}),
      x509::certificate_policy(policy, kCps, true),
      x509::issuer_alt_name_directory(issuer_alternative_name("公的個人認証サービス利用者証明用")),
      x509::crl_distribution_point_directory(distribution_point("JPKI for user authentication")),
      x509::ocsp_access(entity.ocsp_url),
      x509::authority_key_identifier_full(ca.certificate),
      key_identifier(entity.spki),
  };
  return certificate;
}

x509::CertificateTemplate signing_certificate(const Authority& ca, const EndEntity& entity, const FourItems& items,
                                              crypto::Random& random) {
  const std::string common_name =
      to_compact_date(japan_date(entity.not_before)) + random_characters(random, kDigits, 20);
  auto certificate = frame(ca, entity,
                           x509::encode_name({{std::string{oid::kCountry}, "JP"},
                                              {std::string{oid::kLocality}, "Kakuu-to"},
                                              {std::string{oid::kLocality}, "Kakuu-shi"},
                                              {std::string{oid::kCommonName}, common_name}}));
  const auto policy = entity.holder == Holder::kCard ? kCardSignPolicy : kPhoneSignPolicy;
  const std::string sex = items.sex == "1" || items.sex == "2" ? items.sex : "3";
  const auto item = [](int leaf, std::string text) {
    return std::pair{std::string{kPersonalData} + std::to_string(leaf), std::move(text)};
  };
  certificate.extensions = {
      x509::key_usage(x509::kDigitalSignature | x509::kNonRepudiation),
      x509::certificate_policy(policy, kCps, true),
      // The order in which real ones have them: 1, 4, 3, 5, 2, 6 (domain.md 2.3). No character of a synthetic name is
      // replaced.
      x509::subject_alt_other_names({item(1, items.name), item(4, era_birth_date(items.birth_date)), item(3, sex),
                                     item(5, items.address), item(2, std::string(characters_in(items.name), '0')),
                                     item(6, std::string(characters_in(items.address), '0'))}),
      x509::issuer_alt_name_directory(issuer_alternative_name("公的個人認証サービス署名用")),
      x509::crl_distribution_point_directory(distribution_point("JPKI for digital signature")),
      x509::authority_key_identifier_full(ca.certificate),
      key_identifier(entity.spki),
  };
  return certificate;
}

Instant end_of_birthday(Date birth, Instant issued, int nth) {
  return japan_instant(nth_birthday_after(birth, japan_date(issued), nth), 23, 59, 59);
}

Instant card_expiry(Date birth, Instant issued) {
  return end_of_birthday(birth, issued, age_in_years(birth, japan_date(issued)) >= 18 ? 10 : 5);
}

Instant certificate_expiry(Date birth, Instant issued, Instant cap) {
  return std::min(end_of_birthday(birth, issued, 5), cap);
}

std::string era_birth_date(Date birth) {
  using std::chrono::year, std::chrono::month, std::chrono::day;
  struct Era {
    Date from;
    char digit;
  };
  static constexpr std::array<Era, 4> kEras{{{Date{year{2019}, month{5}, day{1}}, '5'},
                                             {Date{year{1989}, month{1}, day{8}}, '4'},
                                             {Date{year{1926}, month{12}, day{25}}, '3'},
                                             {Date{year{1912}, month{7}, day{30}}, '2'}}};
  for (const Era& era : kEras)
    if (birth >= era.from) return era.digit + to_compact_date(birth);
  return '1' + to_compact_date(birth);
}

}  // namespace mitome::issuer
