// A JPKI certificate and a signature by its key, verified: the only way from received bytes to "this is that holder".
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "credential/mdoc/report.h"
#include "credential/x509/certificate.h"
#include "verifier/challenges.h"

namespace mitome::verifier {

enum class Purpose : uint8_t { kUserAuthentication, kSigning };

/// A CA that is trusted, and where its certificates' status is asked. Generations of one name stand beside each other.
struct JpkiAuthority {
  x509::Certificate certificate;
  Purpose purpose;
  std::string ocsp_url;
};

/// The four items of a signing certificate, as it has them.
struct FourItems {
  std::string name, address;
  std::string birth_date;  ///< YYYYMMDD, without the era's digit
  std::string sex;         ///< "1" male, "2" female, "3" unknown
};

struct JpkiInput {
  Purpose purpose = Purpose::kUserAuthentication;
  ByteView certificate;         ///< DER
  ByteView message, signature;  ///< RSA PKCS #1 v1.5 with SHA-256
  ByteView digest;              ///< SHA-256 of the message, where the message itself is elsewhere; else empty
  Instant now;
  std::span<const JpkiAuthority> authorities;
  std::string_view card_policy,
      phone_policy;  ///< of end entities of this purpose; the certificate has one of them and no other
  const Challenge* challenge = nullptr;  ///< that the signature answers
  std::string_view origin;               ///< of the service that judges
  /// Whether a signature that does not fit this challenge fits another one of ours: tells a mix-up from a forgery.
  std::function<bool(const crypto::PublicKey&)> fits_another_challenge;
  /// Success only for good.
  std::function<Result<void>(const x509::Certificate&, const JpkiAuthority&)> status;
  /// Last of all; REPLAY for all but the first.
  std::function<Result<void>()> consume;
};

/// A certificate after the last check. Only verify_jpki() makes one.
class VerifiedHolder {
 public:
  const x509::Certificate& certificate() const { return certificate_; }
  std::string serial() const;  ///< lower-case hex
  std::string_view kind() const { return phone_ ? "phone" : "card"; }
  const std::optional<FourItems>& items() const { return items_; }  ///< of a signing certificate

 private:
  friend class JpkiVerification;
  explicit VerifiedHolder(x509::Certificate certificate) : certificate_(std::move(certificate)) {}
  x509::Certificate certificate_;
  bool phone_ = false;
  std::optional<FourItems> items_;
};

/// The report always; the holder only when every check passed.
struct JpkiVerified {
  mdoc::Report report;
  std::optional<VerifiedHolder> holder;
};

JpkiVerified verify_jpki(const JpkiInput& input);

/// The subjectAltName of a signing certificate; CERT_PROFILE when one of the four is missing, there twice or not a
/// UTF8String.
Result<FourItems> read_four_items(const x509::Certificate& certificate);

}  // namespace mitome::verifier
