// Asking whether something still stands, and believing only a verified answer. Every failure to ask is a refusal (fail
// closed).
#pragma once

#include "base/time.h"
#include "credential/mdoc/verify.h"
#include "credential/x509/certificate.h"
#include "crypto/random.h"
#include "verifier/outbound.h"

namespace mitome::verifier {

/// OCSP at `url`, which comes from the configuration beside the issuer, never from the certificate. Success only for
/// good; CERT_SUSPENDED, CERT_REVOKED, CERT_STATUS_UNKNOWN, the OCSP_ reasons, STATUS_UNAVAILABLE, SSRF_BLOCKED.
Result<void> ask_ocsp(Outbound& outbound, crypto::Random& random, Instant now, const x509::Certificate& certificate,
                      const x509::Certificate& issuer, std::string_view url);

/// The status list that a document names. DOCUMENT_WITHDRAWN, the STATUS_LIST_ reasons, STATUS_UNAVAILABLE,
/// SSRF_BLOCKED.
Result<void> ask_status_list(Outbound& outbound, Instant now, const mdoc::StatusReference& reference,
                             const x509::Certificate& issuer);

}  // namespace mitome::verifier
