// The issuing keys and certificates: two JPKI authorities, the mdoc root and its signers, the signers of
// cards' files. A test hierarchy: every organisation name ends in -TEST and every policy stands in the test arm
// (domain.md 2.3).
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "credential/x509/certificate.h"
#include "crypto/random.h"
#include "crypto/signer.h"
#include "protocol/jpki/text_files.h"

namespace mitome::issuer {

/// A certificate and the signer with its key.
struct Authority {
  x509::Certificate certificate;
  std::unique_ptr<crypto::Signer> signer;
};

/// What signs files of cards, and the CV certificate that says so.
struct FileSigner {
  std::unique_ptr<crypto::Signer> signer;
  Bytes cv_certificate;  ///< EF 0004
  jpki::KeyId key_id;
  crypto::PublicKey ca_key;  ///< what readers verify the CV certificate with
};

struct Hierarchy {
  Authority auth_ca;    ///< user authentication CA, RSA-2048
  Authority sign_ca;    ///< signing CA, RSA-2048
  Authority auth_ocsp;  ///< delegated responders (RFC 6960 4.2.2.2), P-256
  Authority sign_ocsp;
  Authority iaca;             ///< root of the mdoc, P-256
  Authority document_signer;  ///< P-256, at most 457 days
  Authority status_signer;    ///< signs status lists, issued by the IACA as the document signer is
  FileSigner text, surface;   ///< of the text and surface applications; one CA vouches for both

  /// New keys and certificates, valid from the day before `now`. PROFILE_LINT or CRYPTO_FAILED only by a bug or a
  /// broken signer.
  static Result<Hierarchy> create(crypto::KeySource& keys, crypto::Random& random, Instant now);

  /// All of it with its private keys, to be kept sealed and read by parse(). BAD_KEY for a key that lives in a token.
  Result<crypto::SecretBytes> encode() const;
  /// What encode() gave. MALFORMED, BAD_KEY; BAD_SIGNATURE when a key is not its certificate's.
  static Result<Hierarchy> parse(ByteView encoded);
};

// The end-entity policies, test arm. The phone's are our choice: the real ones are not public (docs/divergences.md).
inline constexpr std::string_view kCardAuthPolicy = "1.2.392.200149.8.5.1.0.30";
inline constexpr std::string_view kCardSignPolicy = "1.2.392.200149.8.5.1.0.20";
inline constexpr std::string_view kPhoneAuthPolicy = "1.2.392.200149.8.5.1.0.31";
inline constexpr std::string_view kPhoneSignPolicy = "1.2.392.200149.8.5.1.0.21";

}  // namespace mitome::issuer
