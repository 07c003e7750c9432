// IACA root and document signer certificates (ISO/IEC 18013-5 Annex B.1.2, B.1.4; ISO/IEC TS 23220-4 for documents that are no licence).
#pragma once

#include <span>

#include "credential/mdoc/signer_cache.h"

namespace mitome::mdoc {

inline constexpr std::string_view kEkuMdlDocumentSigner = "1.0.18013.5.1.2", kEkuMdocDocumentSigner = "1.0.23220.4.1.2",
                                  kEkuMdlReader = "1.0.18013.5.1.6", kEkuMdocReader = "1.0.23220.4.1.6";
/// B.1.4: a document signer lives at most 457 days.
inline constexpr Days kMaxSignerLife{457};

/// Not a CA, digitalSignature, one of the two document signer purposes, EC key, life of at most kMaxSignerLife. DS_PROFILE.
Result<void> check_signer_profile(const x509::Certificate& signer);
/// The countries (and the states, where both name one) of signer and root agree. DS_PROFILE.
Result<void> check_same_country(const x509::Certificate& signer, const x509::Certificate& root);

/// The anchor that this signer leads to: itself when it is pinned, else a root that issued it. A root that came in a chain is
/// never looked at. UNTRUSTED_ISSUER.
Result<x509::Certificate> find_anchor(const x509::Certificate& signer, std::span<const x509::Certificate> anchors);

}  // namespace mitome::mdoc
