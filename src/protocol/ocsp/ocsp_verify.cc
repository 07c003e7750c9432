// What a relying party does with an OCSP answer before it believes it (RFC 6960 3.2, 4.2.2.2).
#include <algorithm>

#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"
#include "protocol/ocsp/ocsp_response.h"

namespace mitome::ocsp {
namespace {

bool matches(const ResponderId& id, const x509::Certificate& certificate) {
  if (id.name) return *id.name == certificate.subject_name();
  return *id.key_hash == *by_key(certificate.public_key()).key_hash;
}

/// Delegated: issued by this very CA for this very purpose, valid now, and not itself in need of a status that nobody
/// gives.
Result<void> check_delegated(const x509::Certificate& responder, const Expectation& expected) {
  const auto refuse = [](std::string_view detail) { return Error{Reason::OCSP_RESPONDER, std::string{detail}}; };
  if (auto issued = x509::verify_issued_by(responder, expected.issuer); !issued) {
    return refuse("responder is not certified by the issuer: " + issued.error().detail);
  }
  const auto purposes = responder.extended_key_usage();
  if (std::find(purposes.begin(), purposes.end(), x509::oid::kOcspSigning) == purposes.end()) {
    return refuse("responder has no OCSPSigning purpose");
  }
  if ((responder.key_usage().value_or(0) & x509::kDigitalSignature) == 0) return refuse("responder may not sign");
  if (!responder.valid_at(expected.now)) return refuse("responder certificate is not valid now");
  if (expected.responders != nullptr) {
    if (expected.responders->find(responder.serial())) return refuse("responder certificate is revoked");
  } else if (responder.extension(x509::oid::kOcspNoCheck) == nullptr) {
    return refuse("responder's own status cannot be known (no ocsp-nocheck)");
  }
  return {};
}

Result<void> check_responder(const BasicResponse& response, const Expectation& expected) {
  const auto verify_by = [&](const crypto::PublicKey& key) -> Result<void> {
    auto verified = x509::verify_bits(key, response.algorithm, response.tbs, response.signature);
    if (!verified) return Error{Reason::OCSP_RESPONDER, verified.error().detail};
    return {};
  };
  if (matches(response.data.responder, expected.issuer)) return verify_by(expected.issuer.public_key());
  for (const auto& candidate : response.certificates) {
    if (!matches(response.data.responder, candidate)) continue;
    TRY(check_delegated(candidate, expected));
    return verify_by(candidate.public_key());
  }
  return Error{Reason::OCSP_RESPONDER, "responder is neither the issuer nor among the certificates sent"};
}

Result<void> check_times(const SingleResponse& response, const Expectation& expected) {
  const auto stale = [](std::string_view detail) { return Error{Reason::OCSP_STALE, std::string{detail}}; };
  if (response.this_update > expected.now + expected.tolerance) return stale("thisUpdate is in the future");
  if (response.next_update) {
    if (*response.next_update < response.this_update) return stale("nextUpdate is before thisUpdate");
    if (*response.next_update + expected.tolerance < expected.now) return stale("nextUpdate has passed");
  } else if (response.this_update + expected.max_age + expected.tolerance < expected.now) {
    return stale("thisUpdate is too old");
  }
  return {};
}

Result<void> check_produced_at(const ResponseData& data, const Expectation& expected) {
  if (data.produced_at > expected.now + expected.tolerance) {
    return Error{Reason::OCSP_STALE, "producedAt is in the future"};
  }
  if (data.produced_at + expected.max_age + expected.tolerance < expected.now) {
    return Error{Reason::OCSP_STALE, "producedAt is too old"};
  }
  return {};
}

int badness(CertStatus status) {
  if (status == CertStatus::kRevoked) return 2;
  return status == CertStatus::kUnknown ? 1 : 0;
}

}  // namespace

Result<VerifiedStatus> verify_response(ByteView der, const Expectation& expected) {
  TRY_ASSIGN(const BasicResponse response, parse_response(der));
  TRY(check_responder(response, expected));
  if (expected.nonce && response.data.nonce != expected.nonce) {
    return Error{Reason::OCSP_NONCE, response.data.nonce ? "another nonce" : "no nonce"};
  }
  TRY(check_produced_at(response.data, expected));
  std::optional<VerifiedStatus> verdict;
  for (const auto& single : response.data.responses) {
    if (!(single.id == expected.id)) continue;
    TRY(check_times(single, expected));
    if (!verdict || badness(single.status) > badness(verdict->status)) {
      verdict = VerifiedStatus{single.status, single.revoked_at, single.reason, single.this_update};
    } else if (verdict->status == CertStatus::kRevoked && single.status == CertStatus::kRevoked &&
               verdict->reason == kCertificateHold) {
      verdict->reason = single.reason;  // of two revocations the final one counts, not the hold
    }
  }
  if (!verdict) return Error{Reason::OCSP_MISMATCH, "no answer about the certificate that was asked for"};
  return *verdict;
}

Result<void> require_good(const VerifiedStatus& status) {
  if (status.status == CertStatus::kGood) return {};
  if (status.status == CertStatus::kUnknown) return Error{Reason::CERT_STATUS_UNKNOWN, ""};
  const std::string since = "since " + to_rfc3339(status.revoked_at);
  if (status.reason == kCertificateHold) return Error{Reason::CERT_SUSPENDED, since};
  return Error{Reason::CERT_REVOKED, since};
}

}  // namespace mitome::ocsp
