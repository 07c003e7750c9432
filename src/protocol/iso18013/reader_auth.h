// Reader authentication (ISO/IEC 18013-5 9.1.4): who asks.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "credential/mdoc/device_request.h"
#include "credential/x509/certificate.h"
#include "crypto/signer.h"

namespace mitome::iso18013 {

/// ReaderAuthenticationBytes = #6.24(bstr .cbor ["ReaderAuthentication", SessionTranscript, ItemsRequestBytes]); the
/// transcript without, the items request with tag 24.
Bytes reader_authentication_bytes(ByteView session_transcript, ByteView items_request_bytes);

/// COSE_Sign1 with the payload detached and the reader's chain (end entity first, no root) in the unprotected header.
Result<Bytes> sign_reader_auth(crypto::Signer& signer, const std::vector<x509::Certificate>& chain,
                               ByteView session_transcript, ByteView items_request_bytes);

/// A reader that has proved who it is. Only verify_reader_auth() makes one.
class VerifiedReader {
 public:
  const x509::Certificate& certificate() const { return certificate_; }
  const x509::Certificate& anchor() const { return anchor_; }
  /// The subject's common name, for the consent screen; empty when there is none.
  std::string name() const;

 private:
  friend struct ReaderCheck;
  VerifiedReader(x509::Certificate certificate, x509::Certificate anchor)
      : certificate_(std::move(certificate)), anchor_(std::move(anchor)) {}
  x509::Certificate certificate_, anchor_;
};

struct ReaderTrust {
  std::span<const x509::Certificate> anchors;  ///< reader roots
  Instant now;
  /// Optional: CERT_REVOKED and such.
  std::function<Result<void>(const x509::Certificate& reader, const x509::Certificate& anchor)> status;
};

/// READER_AUTH_MISSING; READER_AUTH_INVALID (signature over another transcript or request, bad chain); READER_UNTRUSTED
/// (no root among the anchors); CERT_PROFILE (not a reader's certificate); CERT_EXPIRED, CERT_NOT_YET_VALID; what
/// `status` says.
Result<VerifiedReader> verify_reader_auth(const mdoc::DocRequest& request, ByteView session_transcript,
                                          const ReaderTrust& trust);

}  // namespace mitome::iso18013
