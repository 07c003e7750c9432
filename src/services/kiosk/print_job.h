// A paper on its way out of a kiosk, and whose it is.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "render/certificate_pdf.h"

namespace mitome::services {

/// A resident as the municipality knows them. Lives as long as a request.
struct Resident {
  std::string name, kana, address, sex;
  Date birth_date{};
  bool seal_registered = false;
  std::string household_head, relation_ja;
};
/// Says which person this is without saying who: SHA-256 over what is printed of them.
crypto::Sha256Digest person_digest(const Resident& resident);

/// Bound for good to one session, one person and one certificate; there is no way to change any of them (threats §1, Kawasaki).
struct PrintJob {
  std::string id;             ///< 128 random bits in hexadecimal
  std::string visit;          ///< the session that asked for it
  crypto::Sha256Digest person{};
  std::string serial;         ///< of the certificate that the person showed
  std::string document;       ///< "residence" or "seal"
  crypto::Sha256Digest code{};  ///< hash of the verification code
  Bytes pdf, preview;
};
/// What is written into the paper and compared before it leaves: "mitome-job:ID:SHA-256 of all three".
std::string binding_of(const PrintJob& job);

}  // namespace mitome::services
