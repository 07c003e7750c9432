// The checks of verify_jpki() as one table. Only jpki_verify.cc and tests include this: a test hands in the table
// without one entry and must then see its negative corpus change; nothing outside can switch a check off.
#pragma once

#include <span>
#include <string_view>

#include "verifier/jpki_verify.h"

namespace mitome::verifier {

/// A certificate on trial: parsed, not believed.
struct JpkiSubject {
  const JpkiInput& input;
  const x509::Certificate& certificate;
  const JpkiAuthority* authority = nullptr;  ///< found by the check "chain"
};

struct JpkiCheck {
  std::string_view id;
  std::string_view clause;
  Result<void> (*run)(JpkiSubject&);
};

/// In the order in which they run: what is here and cheap first, what goes over the network late, what changes
/// something last.
std::span<const JpkiCheck> jpki_checks();

/// verify_jpki() by another table.
JpkiVerified verify_jpki_by(const JpkiInput& input, std::span<const JpkiCheck> checks);

}  // namespace mitome::verifier
