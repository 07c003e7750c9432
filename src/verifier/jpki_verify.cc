#include "verifier/jpki_verify.h"

#include "base/hex.h"
#include "codec/der/der.h"
#include "verifier/jpki_checks.h"

namespace mitome::verifier {
namespace {

constexpr std::string_view kNameOid = "1.2.392.200149.8.5.5.1", kSexOid = "1.2.392.200149.8.5.5.3",
                           kBirthDateOid = "1.2.392.200149.8.5.5.4", kAddressOid = "1.2.392.200149.8.5.5.5";

Error profile(std::string_view detail) { return Error{Reason::CERT_PROFILE, std::string{detail}}; }

Result<std::string> other_name(const std::vector<x509::OtherName>& names, std::string_view oid) {
  std::optional<std::string> text;
  for (const auto& name : names) {
    if (name.oid != oid) continue;
    if (text) return profile("an item of the person is there twice");
    der::Reader reader{name.value};
    const auto element = reader.expect(der::kUtf8String);
    if (!element) return profile("an item of the person is not a UTF8String");
    text = std::string{as_text(element->content)};
  }
  if (!text) return profile("an item of the person is missing");
  return std::move(*text);
}

}  // namespace

Result<FourItems> read_four_items(const x509::Certificate& certificate) {
  const auto names = certificate.subject_other_names();
  FourItems items;
  TRY_ASSIGN(items.name, other_name(names, kNameOid));
  TRY_ASSIGN(items.address, other_name(names, kAddressOid));
  TRY_ASSIGN(items.sex, other_name(names, kSexOid));
  TRY_ASSIGN(const std::string birth_date, other_name(names, kBirthDateOid));
  // EYYYYMMDD: the era's digit and the Gregorian date (domain of JPKI).
  if (birth_date.size() != 9 || !date_from_text(std::string_view{birth_date}.substr(1))) return profile("birth date");
  items.birth_date = birth_date.substr(1);
  return items;
}

std::string VerifiedHolder::serial() const { return to_hex(certificate_.serial()); }

/// Makes what only a finished verification may make.
class JpkiVerification {
 public:
  static VerifiedHolder accept(const x509::Certificate& certificate, const JpkiInput& input) {
    VerifiedHolder holder{certificate};
    holder.phone_ = certificate.policies() == std::vector{std::string{input.phone_policy}};
    if (input.purpose == Purpose::kSigning) {
      if (auto items = read_four_items(certificate)) holder.items_ = std::move(items).value();
    }
    return holder;
  }
};

JpkiVerified verify_jpki_by(const JpkiInput& input, std::span<const JpkiCheck> checks) {
  CHECK(input.challenge != nullptr && input.status && input.consume);
  JpkiVerified verified;
  const auto certificate = x509::Certificate::parse(input.certificate);
  if (!certificate) {
    verified.report.verdict = certificate.error().reason;
    verified.report.detail = certificate.error().detail;
    return verified;
  }
  JpkiSubject subject{input, *certificate};
  Result<void> result;
  for (const auto& check : checks) {
    auto outcome = mdoc::Outcome::kNotRun;
    if (result) {
      result = check.run(subject);
      outcome = result ? mdoc::Outcome::kPassed : mdoc::Outcome::kFailed;
    }
    const Reason reason = outcome == mdoc::Outcome::kFailed ? result.error().reason : Reason::GOOD;
    verified.report.checks.push_back({check.id, check.clause, outcome, reason, 0});
  }
  if (!result) {
    verified.report.verdict = result.error().reason;
    verified.report.detail = result.error().detail;
    return verified;
  }
  verified.holder = JpkiVerification::accept(*certificate, input);
  return verified;
}

JpkiVerified verify_jpki(const JpkiInput& input) { return verify_jpki_by(input, jpki_checks()); }

}  // namespace mitome::verifier
