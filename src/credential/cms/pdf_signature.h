// A signature inside a PDF, PAdES baseline B-B (ETSI EN 319 142-1 6): one incremental update (ISO 32000-1 7.5.6) behind the bytes that
// were there, with an invisible signature field on the first page. For files with a plain cross-reference table, as Cairo writes them.
#pragma once

#include "credential/cms/signed_data.h"

namespace mitome::pades {

/// Room for the CMS in bytes; what is left is filled with zeros.
inline constexpr size_t kReserved = 6 * 1024;
inline constexpr size_t kMaxPdf = 16 * 1024 * 1024;

struct SignatureFacts {
  std::string name, reason, location;  ///< UTF-8
  Instant signed_at;                   ///< /M: where PAdES wants the time, and not in the CMS
};

struct Prepared {
  Bytes pdf;                    ///< whole, with zeros where the CMS will stand
  size_t contents = 0;          ///< where its '<' stands
  crypto::Sha256Digest digest;  ///< of what the byte range covers: all but <…>
};
/// MALFORMED for a file that is signed or updated already, has a form or annotations, or is not as Cairo writes it; LIMIT_EXCEEDED.
Result<Prepared> prepare(ByteView pdf, const SignatureFacts& facts);
/// Puts a detached CMS over `digest` in its place. LIMIT_EXCEEDED when it is over kReserved.
Result<Bytes> complete(Prepared prepared, ByteView cms);

/// The three steps with a key at hand.
Result<Bytes> sign(ByteView pdf, const SignatureFacts& facts, const x509::Certificate& signer,
                   const std::vector<x509::Certificate>& chain, crypto::Signer& key);

/// The one signature, which must cover the whole file but its own contents, and name its signer (RFC 5035). MALFORMED, and the
/// reasons of cms::verify(). Trust in the signer is the caller's next question.
Result<cms::Verified> verify(ByteView pdf);

}  // namespace mitome::pades
