// What a reader holds to verify a card offline: the key that vouches for the signers of its files, and the CAs of its
// certificates.
#pragma once

#include <string>
#include <vector>

#include "credential/x509/certificate.h"
#include "crypto/key.h"

namespace mitome::apps {

struct CardTrust {
  crypto::PublicKey files;  ///< by it is the CV certificate beside the files (protocol/jpki/cv_certificate.h)
  std::vector<x509::Certificate> authorities;

  /// PEM: one PUBLIC KEY, and any number of CERTIFICATEs, as `mitome card new --trust-out` writes. STORAGE_FAILED,
  /// MALFORMED, BAD_KEY.
  static Result<CardTrust> open(const std::string& path);
  /// Issued by one of the authorities: CERT_UNTRUSTED otherwise. Neither dates nor revocation are asked.
  Result<void> verify(const x509::Certificate& certificate) const;
};

}  // namespace mitome::apps
