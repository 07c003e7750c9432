// The verifier's checks as one table. Only verify.cc and tests include this: a test hands in the table without one entry and must
// then see its negative corpus change; nothing outside can switch a check off.
#pragma once

#include <span>
#include <string_view>

#include "credential/mdoc/device_response.h"
#include "credential/mdoc/verify.h"

namespace mitome::mdoc {

/// One document on trial: everything is parsed, nothing is believed.
struct Subject {
  const VerifyInput& input;
  const DeviceResponse& response;
  const Document& document;
  const MobileSecurityObject& mso;
  std::span<const MobileSecurityObject> all_msos;  ///< of all documents of the response
  const crypto::Sha256Digest& fingerprint;         ///< of the signer certificate's DER
  const x509::Certificate& signer;
  std::optional<x509::Certificate> anchor;         ///< found by the check "issuer_chain", or remembered by the cache
  bool remembered = false;                         ///< signer and anchor came out of the cache
  bool last = false;                               ///< the last document of the response
};

struct CheckEntry {
  std::string_view id;
  std::string_view clause;
  bool of_issuer;  ///< also run by a wallet over what an issuer sent it
  Result<void> (*run)(Subject&);
};

/// In the order in which they run.
std::span<const CheckEntry> verify_checks();

/// verify_device_response() by another table.
Verified verify_by(ByteView bytes, const VerifyInput& input, std::span<const CheckEntry> checks);

}  // namespace mitome::mdoc
