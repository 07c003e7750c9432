#include "protocol/ocsp/ocsp_request.h"

#include "codec/der/der.h"
#include "credential/x509/builder.h"
#include "credential/x509/oids.h"
#include "crypto/hash.h"

namespace mitome::ocsp {
namespace {

constexpr std::string_view kSha1Oid = "1.3.14.3.2.26", kSha256Oid = "2.16.840.1.101.3.4.2.1";
constexpr size_t kMaxExtensions = 8;

Error malformed(std::string_view what) { return Error{Reason::MALFORMED, std::string{what}}; }

Bytes digest(HashAlgorithm hash, ByteView data) {
  if (hash == HashAlgorithm::kSha1) return crypto::sha1(data);
  const auto digest = crypto::sha256(data);
  return {digest.begin(), digest.end()};
}

size_t digest_size(HashAlgorithm hash) { return hash == HashAlgorithm::kSha1 ? 20 : 32; }

Result<HashAlgorithm> parse_hash_algorithm(ByteView content) {
  der::Reader reader{content};
  TRY_ASSIGN(const auto type, reader.expect(der::kOid));
  // NULL parameters may be there or not (RFC 5754 2); nothing else may.
  if (!reader.empty()) TRY(reader.expect(der::kNull));
  TRY(reader.finish());
  TRY_ASSIGN(const auto text, der::oid_text(type.content));
  if (text == kSha1Oid) return HashAlgorithm::kSha1;
  if (text == kSha256Oid) return HashAlgorithm::kSha256;
  return malformed("hash algorithm " + text + " is not supported");
}

Result<Bytes> parse_serial(der::Reader& reader) {
  TRY_ASSIGN(const auto element, reader.expect(der::kInteger));
  ByteView content = element.content;
  if (content.empty() || content.size() > 21 || (content[0] & 0x80)) return malformed("serial number");
  if (content[0] == 0 && content.size() > 1) {
    if ((content[1] & 0x80) == 0) return malformed("serial number is not minimal");
    content = content.subspan(1);
  }
  return to_bytes(content);
}

Result<Bytes> parse_nonce(ByteView value) {
  der::Reader reader{value};
  TRY_ASSIGN(const auto element, reader.expect(der::kOctetString));
  TRY(reader.finish());
  if (element.content.size() < kMinNonceSize || element.content.size() > kMaxNonceSize) {
    return malformed("nonce is not of 1 to 128 octets");
  }
  return to_bytes(element.content);
}

Result<CertId> parse_question(ByteView content) {
  der::Reader reader{content};
  TRY_ASSIGN(const auto id, reader.expect(der::kSequence));
  if (reader.peek() == der::constructed(0)) TRY(reader.next());  // singleRequestExtensions: hints to the responder
  TRY(reader.finish());
  return parse_cert_id(id.encoded);
}

Result<Request> parse_tbs(ByteView content) {
  der::Reader reader{content};
  if (reader.peek() == der::constructed(0)) return malformed("version is not 1");  // DEFAULT v1 is not encoded
  if (reader.peek() == der::constructed(1)) TRY(reader.next());                    // requestorName
  TRY_ASSIGN(const auto list, reader.expect(der::kSequence));
  Request request;
  for (der::Reader items{list.content}; !items.empty();) {
    TRY_ASSIGN(const auto item, items.expect(der::kSequence));
    if (request.ids.size() == kMaxQuestions) return Error{Reason::LIMIT_EXCEEDED, "over 16 questions in one request"};
    TRY_ASSIGN(auto id, parse_question(item.content));
    request.ids.push_back(std::move(id));
  }
  if (request.ids.empty()) return malformed("no question");
  if (reader.peek() == der::constructed(2)) {
    TRY_ASSIGN(const auto extensions, reader.next());
    TRY_ASSIGN(request.nonce, parse_nonce_extensions(extensions.content));
  }
  TRY(reader.finish());
  return request;
}

}  // namespace

CertId cert_id(HashAlgorithm hash, const x509::Certificate& issuer, ByteView serial) {
  return {hash, digest(hash, issuer.subject_name()), digest(hash, x509::subject_public_key(issuer.public_key())),
          to_bytes(serial)};
}

Bytes encode_cert_id(const CertId& id) {
  const auto oid = id.hash == HashAlgorithm::kSha1 ? kSha1Oid : kSha256Oid;
  return der::sequence({der::sequence({der::oid(oid), der::null()}), der::octet_string(id.issuer_name_hash),
                        der::octet_string(id.issuer_key_hash), der::integer(ByteView{id.serial})});
}

Result<CertId> parse_cert_id(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto name_hash, reader.expect(der::kOctetString));
  TRY_ASSIGN(const auto key_hash, reader.expect(der::kOctetString));
  CertId id;
  TRY_ASSIGN(id.serial, parse_serial(reader));
  TRY(reader.finish());
  TRY_ASSIGN(id.hash, parse_hash_algorithm(algorithm.content));
  const size_t size = digest_size(id.hash);
  if (name_hash.content.size() != size || key_hash.content.size() != size) return malformed("hash of wrong size");
  id.issuer_name_hash = to_bytes(name_hash.content);
  id.issuer_key_hash = to_bytes(key_hash.content);
  return id;
}

Bytes encode_nonce_extensions(ByteView nonce) {
  const Bytes value = der::octet_string(der::octet_string(nonce));
  return der::sequence({der::sequence({der::oid(x509::oid::kOcspNonce), value})});
}

Result<std::optional<Bytes>> parse_nonce_extensions(ByteView content) {
  der::Reader outer{content};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  std::optional<Bytes> nonce;
  size_t count = 0;
  for (der::Reader reader{sequence.content}; !reader.empty();) {
    TRY_ASSIGN(const auto item, reader.expect(der::kSequence));
    if (++count > kMaxExtensions) return Error{Reason::LIMIT_EXCEEDED, "too many extensions"};
    der::Reader fields{item.content};
    TRY_ASSIGN(const auto type, fields.expect(der::kOid));
    bool critical = false;
    if (fields.peek() == der::kBoolean) {
      TRY_ASSIGN(const auto flag, fields.next());
      TRY_ASSIGN(critical, der::boolean_value(flag));
    }
    TRY_ASSIGN(const auto value, fields.expect(der::kOctetString));
    TRY(fields.finish());
    TRY_ASSIGN(const auto oid, der::oid_text(type.content));
    if (oid == x509::oid::kOcspNonce) {
      if (nonce) return malformed("two nonces");
      TRY_ASSIGN(nonce, parse_nonce(value.content));
    } else if (critical) {
      return malformed("critical extension " + oid + " is not understood");
    }
  }
  return nonce;
}

Bytes encode_request(const Request& request) {
  Bytes list;
  for (const auto& id : request.ids) append(list, der::sequence({encode_cert_id(id)}));
  Bytes extensions;
  if (request.nonce) extensions = der::element(der::constructed(2), encode_nonce_extensions(*request.nonce));
  return der::sequence({der::sequence({der::element(der::kSequence, list), extensions})});
}

Result<Request> parse_request(ByteView der) {
  if (der.size() > kMaxRequestSize) return Error{Reason::LIMIT_EXCEEDED, "OCSP request over 16 KiB"};
  der::Reader outer{der};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  TRY_ASSIGN(const auto tbs, reader.expect(der::kSequence));
  if (reader.peek() == der::constructed(0)) TRY(reader.next());  // optionalSignature
  TRY(reader.finish());
  return parse_tbs(tbs.content);
}

}  // namespace mitome::ocsp
