#include "protocol/iso18013/reader_auth.h"

#include <algorithm>

#include "codec/cbor/writer.h"
#include "credential/mdoc/signer_profile.h"

namespace mitome::iso18013 {

Bytes reader_authentication_bytes(ByteView session_transcript, ByteView items_request_bytes) {
  cbor::Writer inner;
  inner.array(3).text("ReaderAuthentication").raw(session_transcript).raw(items_request_bytes);
  return cbor::Writer{}.embedded(inner.view()).take();
}

Result<Bytes> sign_reader_auth(crypto::Signer& signer, const std::vector<x509::Certificate>& chain,
                               ByteView session_transcript, ByteView items_request_bytes) {
  if (signer.public_key().type() == crypto::KeyType::kRsa) return Error{Reason::BAD_KEY, "reader key is RSA"};
  cose::HeaderInput headers;
  for (const auto& certificate : chain) headers.x5chain.push_back(certificate.der());
  return cose::sign1(signer, headers, reader_authentication_bytes(session_transcript, items_request_bytes), true);
}

std::string VerifiedReader::name() const { return certificate_.subject_attribute("2.5.4.3").value_or(""); }

/// Makes what only a finished verification may make.
struct ReaderCheck {
  static VerifiedReader accept(const x509::Certificate& reader, const x509::Certificate& anchor) { return {reader, anchor}; }

  /// Annex B.1.7: digitalSignature, one of the two reader purposes, not a CA.
  static Result<void> profile(const x509::Certificate& reader) {
    const auto usage = reader.key_usage();
    const auto purposes = reader.extended_key_usage();
    const bool reads = std::any_of(purposes.begin(), purposes.end(), [](const std::string& oid) {
      return oid == mdoc::kEkuMdlReader || oid == mdoc::kEkuMdocReader;
    });
    if (reader.is_ca() || !usage || (*usage & x509::kDigitalSignature) == 0 || !reads) {
      return Error{Reason::CERT_PROFILE, "not a reader certificate"};
    }
    return {};
  }

  static Result<x509::Certificate> anchor(const x509::Certificate& reader, const ReaderTrust& trust) {
    for (const auto& anchor : trust.anchors) {
      if (!x509::verify_issued_by(reader, anchor)) continue;
      if (!anchor.valid_at(trust.now)) return Error{Reason::READER_UNTRUSTED, "the root is not valid now"};
      return anchor;
    }
    return Error{Reason::READER_UNTRUSTED, ""};
  }
};

Result<VerifiedReader> verify_reader_auth(const mdoc::DocRequest& request, ByteView session_transcript,
                                          const ReaderTrust& trust) {
  if (!request.reader_auth) return Error{Reason::READER_AUTH_MISSING, ""};
  const auto& chain = request.reader_auth->headers.x5chain;
  if (chain.empty()) return Error{Reason::READER_AUTH_INVALID, "no x5chain"};
  auto parsed = x509::Certificate::parse(chain.front());
  if (!parsed) return Error{Reason::READER_AUTH_INVALID, to_string(parsed.error())};
  const x509::Certificate& reader = *parsed;
  const Bytes payload = reader_authentication_bytes(session_transcript, request.items_request_bytes);
  const auto good = cose::verify(*request.reader_auth, reader.public_key(), payload);
  if (!good) return Error{Reason::READER_AUTH_INVALID, to_string(good.error())};
  TRY_ASSIGN(const auto anchor, ReaderCheck::anchor(reader, trust));
  TRY(ReaderCheck::profile(reader));
  TRY(x509::check_validity(reader, trust.now));
  if (trust.status) TRY(trust.status(reader, anchor));
  return ReaderCheck::accept(reader, anchor);
}

}  // namespace mitome::iso18013
