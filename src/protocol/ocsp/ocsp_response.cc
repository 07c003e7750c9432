#include "protocol/ocsp/ocsp_response.h"

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/builder.h"
#include "credential/x509/oids.h"
#include "crypto/hash.h"

namespace mitome::ocsp {
namespace {

Error malformed(std::string_view what) { return Error{Reason::MALFORMED, std::string{what}}; }

Bytes encode_status(const SingleResponse& response) {
  if (response.status != CertStatus::kRevoked)
    return der::element(der::context(static_cast<uint8_t>(response.status)), {});
  Bytes reason;
  if (response.reason) reason = der::element(der::constructed(0), der::enumerated(*response.reason));
  return der::element(der::constructed(1), {der::generalized_time(response.revoked_at), reason});
}

Bytes encode_single(const SingleResponse& response) {
  Bytes next;
  if (response.next_update) next = der::element(der::constructed(0), der::generalized_time(*response.next_update));
  return der::sequence(
      {encode_cert_id(response.id), encode_status(response), der::generalized_time(response.this_update), next});
}

Result<Instant> parse_time(der::Reader& reader) {
  TRY_ASSIGN(const auto element, reader.expect(der::kGeneralizedTime));
  return der::time_value(element);
}

Result<void> parse_revoked_info(ByteView content, SingleResponse& response) {
  der::Reader reader{content};
  TRY_ASSIGN(response.revoked_at, parse_time(reader));
  if (reader.peek() == der::constructed(0)) {
    TRY_ASSIGN(const auto wrapped, reader.next());
    der::Reader inner{wrapped.content};
    TRY_ASSIGN(const auto element, inner.expect(der::kEnumerated));
    TRY(inner.finish());
    TRY_ASSIGN(const int64_t code, der::small_integer(element));
    if (code < 0 || code > 10) return malformed("CRLReason");
    response.reason = static_cast<uint8_t>(code);
  }
  return reader.finish();
}

Result<void> parse_status(const der::Element& element, SingleResponse& response) {
  if (element.tag == der::constructed(1)) {
    response.status = CertStatus::kRevoked;
    return parse_revoked_info(element.content, response);
  }
  if (!element.content.empty()) return malformed("certStatus");
  if (element.tag == der::context(0))
    response.status = CertStatus::kGood;
  else if (element.tag == der::context(2))
    response.status = CertStatus::kUnknown;
  else
    return malformed("certStatus");
  return {};
}

Result<SingleResponse> parse_single(ByteView content) {
  der::Reader reader{content};
  SingleResponse response;
  TRY_ASSIGN(const auto id, reader.expect(der::kSequence));
  TRY_ASSIGN(response.id, parse_cert_id(id.encoded));
  TRY_ASSIGN(const auto status, reader.next());
  TRY(parse_status(status, response));
  TRY_ASSIGN(response.this_update, parse_time(reader));
  if (reader.peek() == der::constructed(0)) {
    TRY_ASSIGN(const auto wrapped, reader.next());
    der::Reader inner{wrapped.content};
    TRY_ASSIGN(response.next_update, parse_time(inner));
    TRY(inner.finish());
  }
  if (reader.peek() == der::constructed(1)) TRY(reader.next());  // singleExtensions
  TRY(reader.finish());
  return response;
}

Result<ResponderId> parse_responder_id(const der::Element& element) {
  der::Reader reader{element.content};
  ResponderId id;
  if (element.tag == der::constructed(1)) {
    TRY_ASSIGN(const auto name, reader.expect(der::kSequence));
    id.name = to_bytes(name.encoded);
  } else if (element.tag == der::constructed(2)) {
    TRY_ASSIGN(const auto hash, reader.expect(der::kOctetString));
    id.key_hash = to_bytes(hash.content);
  } else {
    return malformed("responderID");
  }
  TRY(reader.finish());
  return id;
}

Result<ResponseData> parse_data(ByteView content) {
  der::Reader reader{content};
  if (reader.peek() == der::constructed(0)) return malformed("version is not 1");
  ResponseData data;
  TRY_ASSIGN(const auto responder, reader.next());
  TRY_ASSIGN(data.responder, parse_responder_id(responder));
  TRY_ASSIGN(data.produced_at, parse_time(reader));
  TRY_ASSIGN(const auto list, reader.expect(der::kSequence));
  for (der::Reader items{list.content}; !items.empty();) {
    TRY_ASSIGN(const auto item, items.expect(der::kSequence));
    if (data.responses.size() == kMaxAnswers) return malformed("too many answers");
    TRY_ASSIGN(auto response, parse_single(item.content));
    data.responses.push_back(std::move(response));
  }
  if (reader.peek() == der::constructed(1)) {
    TRY_ASSIGN(const auto extensions, reader.next());
    TRY_ASSIGN(data.nonce, parse_nonce_extensions(extensions.content));
  }
  TRY(reader.finish());
  return data;
}

Result<std::vector<x509::Certificate>> parse_certificates(ByteView content) {
  der::Reader outer{content};
  TRY_ASSIGN(const auto list, outer.expect(der::kSequence));
  TRY(outer.finish());
  std::vector<x509::Certificate> certificates;
  for (der::Reader items{list.content}; !items.empty();) {
    TRY_ASSIGN(const auto item, items.expect(der::kSequence));
    if (certificates.size() == kMaxResponderCertificates) return malformed("too many certificates");
    TRY_ASSIGN(auto certificate, x509::Certificate::parse(item.encoded));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

Result<BasicResponse> parse_basic(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  TRY_ASSIGN(const auto tbs, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto bits, reader.expect(der::kBitString));
  if (bits.content.empty() || bits.content[0] != 0) return malformed("signature is not whole bytes");
  BasicResponse response;
  if (!reader.empty()) {
    TRY_ASSIGN(const auto wrapped, reader.expect(der::constructed(0)));
    TRY_ASSIGN(response.certificates, parse_certificates(wrapped.content));
  }
  TRY(reader.finish());
  TRY_ASSIGN(response.data, parse_data(tbs.content));
  response.tbs = to_bytes(tbs.encoded);
  response.algorithm = to_bytes(algorithm.encoded);
  response.signature = to_bytes(bits.content.subspan(1));
  return response;
}

Result<BasicResponse> parse_outer(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  TRY_ASSIGN(const auto status, reader.expect(der::kEnumerated));
  TRY_ASSIGN(const int64_t code, der::small_integer(status));
  if (code != 0) return malformed("responder answers with status " + std::to_string(code));
  TRY_ASSIGN(const auto wrapped, reader.expect(der::constructed(0)));
  TRY(reader.finish());
  der::Reader inner{wrapped.content};
  TRY_ASSIGN(const auto bytes, inner.expect(der::kSequence));
  TRY(inner.finish());
  der::Reader fields{bytes.content};
  TRY_ASSIGN(const auto type, fields.expect(der::kOid));
  TRY_ASSIGN(const auto content, fields.expect(der::kOctetString));
  TRY(fields.finish());
  TRY_ASSIGN(const auto oid, der::oid_text(type.content));
  if (oid != x509::oid::kOcspBasic) return malformed("response type " + oid + " is not basic");
  return parse_basic(content.content);
}

}  // namespace

ResponderId by_key(const crypto::PublicKey& key) { return {std::nullopt, crypto::sha1(x509::subject_public_key(key))}; }

ResponderId by_name(const x509::Certificate& responder) { return {responder.subject_name(), std::nullopt}; }

Bytes encode_error(ResponseStatus status) {
  CHECK(status != ResponseStatus::kSuccessful);
  return der::sequence({der::enumerated(static_cast<uint8_t>(status))});
}

Bytes encode_response_data(const ResponseData& data) {
  CHECK(data.responder.name.has_value() != data.responder.key_hash.has_value());
  const Bytes responder = data.responder.name
                              ? der::element(der::constructed(1), *data.responder.name)
                              : der::element(der::constructed(2), der::octet_string(*data.responder.key_hash));
  Bytes list, extensions;
  for (const auto& response : data.responses) append(list, encode_single(response));
  if (data.nonce) extensions = der::element(der::constructed(1), encode_nonce_extensions(*data.nonce));
  return der::sequence(
      {responder, der::generalized_time(data.produced_at), der::element(der::kSequence, list), extensions});
}

Bytes assemble_response(ByteView tbs, crypto::SignatureAlgorithm algorithm, ByteView signature,
                        const std::vector<x509::Certificate>& certificates) {
  Bytes list;
  for (const auto& certificate : certificates) append(list, certificate.der());
  Bytes wrapped;
  if (!list.empty()) wrapped = der::element(der::constructed(0), der::element(der::kSequence, list));
  const Bytes basic = der::sequence({tbs, x509::algorithm_identifier(algorithm),
                                     der::bit_string(x509::signature_bits(algorithm, signature)), wrapped});
  const Bytes content = der::sequence({der::oid(x509::oid::kOcspBasic), der::octet_string(basic)});
  return der::sequence({der::enumerated(0), der::element(der::constructed(0), content)});
}

Result<Bytes> issue_response(const ResponseData& data, crypto::Signer& signer,
                             const std::vector<x509::Certificate>& certificates) {
  const Bytes tbs = encode_response_data(data);
  TRY_ASSIGN(const Bytes signature, signer.sign(tbs));
  return assemble_response(tbs, signer.algorithm(), signature, certificates);
}

Result<BasicResponse> parse_response(ByteView der) {
  const auto unavailable = [](std::string detail) { return Error{Reason::STATUS_UNAVAILABLE, std::move(detail)}; };
  if (der.empty()) return unavailable("empty OCSP answer");
  if (der.size() > kMaxResponseSize) return unavailable("OCSP answer over 64 KiB");
  auto parsed = parse_outer(der);
  if (!parsed) return unavailable("OCSP answer: " + parsed.error().detail);
  return parsed;
}

}  // namespace mitome::ocsp
