#include "credential/cms/attributes.h"

#include <algorithm>
#include <map>

#include "codec/der/der.h"
#include "credential/cms/oids.h"

namespace mitome::cms {
namespace {

constexpr size_t kMaxAttributes = 16;

Bytes attribute(std::string_view type, ByteView value) { return der::sequence({der::oid(type), der::set({value})}); }

/// SigningCertificateV2 with one ESSCertIDv2: SHA-256 is the DEFAULT and not written; the hash says it all, so no issuerSerial.
Bytes signing_certificate(const x509::Certificate& signer) {
  return der::sequence({der::sequence({der::sequence({der::octet_string(signer.fingerprint())})})});
}

Error malformed(std::string_view what) { return {Reason::MALFORMED, "signed attributes: " + std::string{what}}; }

Result<crypto::Sha256Digest> digest_value(ByteView content) {
  crypto::Sha256Digest digest;
  if (content.size() != digest.size()) return malformed("a digest not of 32 bytes");
  std::copy(content.begin(), content.end(), digest.begin());
  return digest;
}

Result<crypto::Sha256Digest> named_certificate(const der::Element& value) {
  if (value.tag != der::kSequence) return malformed("signing-certificate-v2");
  der::Reader outer{value.content};
  TRY_ASSIGN(const der::Element certificates, outer.expect(der::kSequence));  // policies may follow
  der::Reader list{certificates.content};
  TRY_ASSIGN(const der::Element first, list.expect(der::kSequence));
  der::Reader id{first.content};
  if (id.peek() == der::kSequence) {
    TRY_ASSIGN(const der::Element algorithm, id.next());
    if (!equal(algorithm.encoded, der::sequence({der::oid(oid::kSha256)}))) return malformed("a certificate hash that is not SHA-256");
  }
  TRY_ASSIGN(const der::Element hash, id.expect(der::kOctetString));
  return digest_value(hash.content);
}

using Values = std::map<std::string, der::Element, std::less<>>;

Result<Values> read_values(ByteView set) {
  der::Reader outer{set};
  TRY_ASSIGN(const der::Element all, outer.expect(der::kSet));
  TRY(outer.finish());
  Values values;
  for (der::Reader reader{all.content}; !reader.empty();) {
    TRY_ASSIGN(const der::Element one, reader.expect(der::kSequence));
    der::Reader parts{one.content};
    TRY_ASSIGN(const der::Element type, parts.expect(der::kOid));
    TRY_ASSIGN(const std::string name, der::oid_text(type.content));
    TRY_ASSIGN(const der::Element held, parts.expect(der::kSet));
    TRY(parts.finish());
    der::Reader inner{held.content};
    TRY_ASSIGN(const der::Element value, inner.next());
    TRY(inner.finish());
    if (!values.emplace(name, value).second) return malformed("an attribute twice");
    if (values.size() > kMaxAttributes) return Error{Reason::LIMIT_EXCEEDED, "signed attributes"};
  }
  return values;
}

}  // namespace

Bytes set_of(std::vector<Bytes> elements, uint8_t tag) {
  std::sort(elements.begin(), elements.end());
  Bytes content;
  for (const Bytes& each : elements) append(content, each);
  return der::element(tag, content);
}

Bytes signed_attributes(const AttributeChoice& choice) {
  std::vector<Bytes> all{attribute(oid::kContentType, der::oid(oid::kData)),
                         attribute(oid::kMessageDigest, der::octet_string(choice.digest))};
  if (choice.signing_time) all.push_back(attribute(oid::kSigningTime, der::time(*choice.signing_time)));
  if (choice.signer) all.push_back(attribute(oid::kSigningCertificateV2, signing_certificate(*choice.signer)));
  return set_of(std::move(all), der::kSet);
}

Result<Attributes> parse_attributes(ByteView set) {
  TRY_ASSIGN(const Values values, read_values(set));
  Attributes out;
  const auto type = values.find(oid::kContentType), digest = values.find(oid::kMessageDigest);
  if (type == values.end() || !equal(type->second.encoded, der::oid(oid::kData))) return malformed("content type");
  if (digest == values.end() || digest->second.tag != der::kOctetString) return malformed("message digest");
  TRY_ASSIGN(out.digest, digest_value(digest->second.content));
  if (const auto time = values.find(oid::kSigningTime); time != values.end()) {
    TRY_ASSIGN(out.signing_time, der::time_value(time->second));
  }
  if (const auto named = values.find(oid::kSigningCertificateV2); named != values.end()) {
    TRY_ASSIGN(out.signer, named_certificate(named->second));
  }
  return out;
}

}  // namespace mitome::cms
