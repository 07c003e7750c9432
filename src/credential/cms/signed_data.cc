#include "credential/cms/signed_data.h"

#include "codec/der/der.h"
#include "credential/cms/attributes.h"
#include "credential/cms/oids.h"
#include "credential/x509/algorithm.h"

namespace mitome::cms {
namespace {

using crypto::SignatureAlgorithm;

/// RFC 5754 2: without parameters.
Bytes sha256_identifier() { return der::sequence({der::oid(oid::kSha256)}); }

Bytes issuer_and_serial(const x509::Certificate& certificate) {
  return der::sequence({certificate.issuer_name(), der::integer(ByteView{certificate.serial()})});
}

/// The attributes under another tag: [0] IMPLICIT in the message, SET OF where they are hashed (RFC 5652 5.4).
Bytes retagged(ByteView element, uint8_t tag) {
  Bytes out = to_bytes(element);
  if (!out.empty()) out[0] = tag;
  return out;
}

Bytes signer_info(const Parts& parts) {
  return der::sequence({der::integer(int64_t{1}), issuer_and_serial(parts.signer), sha256_identifier(),
                        retagged(parts.attributes, der::constructed(0)), x509::algorithm_identifier(parts.algorithm),
                        der::octet_string(x509::signature_bits(parts.algorithm, parts.signature))});
}

Bytes certificates(const Parts& parts) {
  std::vector<Bytes> all{parts.signer.der()};
  for (const auto& each : parts.chain) all.push_back(each.der());
  return set_of(std::move(all), der::constructed(0));
}

Bytes encapsulated(const std::optional<ByteView>& content) {
  if (!content) return der::sequence({der::oid(oid::kData)});
  return der::sequence({der::oid(oid::kData), der::element(der::constructed(0), der::octet_string(*content))});
}

Error malformed(std::string_view what) { return {Reason::MALFORMED, "SignedData: " + std::string{what}}; }

Result<void> check_parts(const Parts& parts) {
  TRY_ASSIGN(const Attributes attributes, parse_attributes(parts.attributes));
  if (attributes.signer && *attributes.signer != parts.signer.fingerprint()) return malformed("the attributes name another certificate");
  if (parts.content && crypto::sha256(*parts.content) != attributes.digest) return malformed("the attributes name another content");
  if (parts.algorithm == SignatureAlgorithm::kEcdsaSha384) return Error{Reason::BAD_KEY, "CMS is signed with SHA-256 here"};
  if (parts.chain.size() >= kMaxCertificates) return Error{Reason::LIMIT_EXCEEDED, "certificates in SignedData"};
  const auto& key = parts.signer.public_key();
  const bool fits = (parts.algorithm == SignatureAlgorithm::kEcdsaSha256) == (key.type() == crypto::KeyType::kP256) &&
                    key.type() != crypto::KeyType::kP384;
  if (!fits || !key.verify(parts.algorithm, parts.attributes, parts.signature)) {
    return Error{Reason::BAD_SIGNATURE, "the signature is not the signer's over these attributes"};
  }
  return {};
}

/// The parts of a SignedData as they were received.
struct Received {
  std::optional<ByteView> content;
  std::vector<x509::Certificate> certificates;
  ByteView issuer_and_serial, attributes, algorithm, signature;
};

Result<std::optional<ByteView>> read_content(const der::Element& element) {
  der::Reader reader{element.content};
  TRY_ASSIGN(const der::Element type, reader.expect(der::kOid));
  if (!equal(type.encoded, der::oid(oid::kData))) return malformed("content type");
  if (reader.empty()) return std::optional<ByteView>{};
  TRY_ASSIGN(const der::Element holder, reader.expect(der::constructed(0)));
  TRY(reader.finish());
  der::Reader inner{holder.content};
  TRY_ASSIGN(const der::Element octets, inner.expect(der::kOctetString));
  TRY(inner.finish());
  return std::optional<ByteView>{octets.content};
}

Result<std::vector<x509::Certificate>> read_certificates(const der::Element& element) {
  std::vector<x509::Certificate> all;
  for (der::Reader reader{element.content}; !reader.empty();) {
    TRY_ASSIGN(const der::Element one, reader.expect(der::kSequence));
    if (all.size() == kMaxCertificates) return Error{Reason::LIMIT_EXCEEDED, "certificates in SignedData"};
    TRY_ASSIGN(x509::Certificate certificate, x509::Certificate::parse(one.encoded));
    all.push_back(std::move(certificate));
  }
  return all;
}

Result<void> read_signer(const der::Element& element, Received& out) {
  der::Reader set{element.content};
  TRY_ASSIGN(const der::Element one, set.expect(der::kSequence));
  TRY(set.finish());  // one signer
  der::Reader reader{one.content};
  TRY_ASSIGN(const der::Element version, reader.expect(der::kInteger));
  TRY_ASSIGN(const der::Element sid, reader.expect(der::kSequence));
  TRY_ASSIGN(const der::Element digest, reader.expect(der::kSequence));
  TRY_ASSIGN(const der::Element attributes, reader.expect(der::constructed(0)));
  TRY_ASSIGN(const der::Element algorithm, reader.expect(der::kSequence));
  TRY_ASSIGN(const der::Element signature, reader.expect(der::kOctetString));
  TRY(reader.finish());  // no unsigned attributes: nobody reads them here
  if (!equal(version.encoded, der::integer(int64_t{1}))) return malformed("signer version");
  if (!equal(digest.encoded, sha256_identifier())) return malformed("digest algorithm");
  out.issuer_and_serial = sid.encoded;
  out.attributes = attributes.encoded;
  out.algorithm = algorithm.encoded;
  out.signature = signature.content;
  return {};
}

Result<ByteView> signed_data_of(ByteView content_info) {
  if (content_info.size() > kMaxSignedData) return Error{Reason::LIMIT_EXCEEDED, "SignedData over 320 KiB"};
  der::Reader outer{content_info};
  TRY_ASSIGN(const der::Element info, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader parts{info.content};
  TRY_ASSIGN(const der::Element type, parts.expect(der::kOid));
  if (!equal(type.encoded, der::oid(oid::kSignedData))) return malformed("not SignedData");
  TRY_ASSIGN(const der::Element explicit_content, parts.expect(der::constructed(0)));
  TRY(parts.finish());
  der::Reader inner{explicit_content.content};
  TRY_ASSIGN(const der::Element data, inner.expect(der::kSequence));
  TRY(inner.finish());
  return data.content;
}

Result<Received> read_signed_data(ByteView content_info) {
  TRY_ASSIGN(const ByteView data, signed_data_of(content_info));
  der::Reader reader{data};
  TRY_ASSIGN(const der::Element version, reader.expect(der::kInteger));
  TRY_ASSIGN(const der::Element digests, reader.expect(der::kSet));
  TRY_ASSIGN(const der::Element content, reader.expect(der::kSequence));
  TRY_ASSIGN(const der::Element certificates, reader.expect(der::constructed(0)));
  TRY_ASSIGN(const der::Element signers, reader.expect(der::kSet));
  TRY(reader.finish());
  if (!equal(version.encoded, der::integer(int64_t{1}))) return malformed("version");
  if (!equal(digests.content, sha256_identifier())) return malformed("digest algorithms");
  Received out;
  TRY_ASSIGN(out.content, read_content(content));
  TRY_ASSIGN(out.certificates, read_certificates(certificates));
  TRY(read_signer(signers, out));
  return out;
}

}  // namespace

Result<Bytes> assemble(const Parts& parts) {
  TRY(check_parts(parts));
  const Bytes data = der::sequence({der::integer(int64_t{1}), der::set({sha256_identifier()}), encapsulated(parts.content),
                                    certificates(parts), der::set({signer_info(parts)})});
  return der::sequence({der::oid(oid::kSignedData), der::element(der::constructed(0), data)});
}

Result<Bytes> sign(const AttributeChoice& choice, const x509::Certificate& signer, const std::vector<x509::Certificate>& chain,
                   crypto::Signer& key) {
  const Bytes attributes = signed_attributes(choice);
  TRY_ASSIGN(const Bytes signature, key.sign(attributes));
  return assemble({attributes, signer, chain, key.algorithm(), signature, {}});
}

Result<Verified> verify(ByteView content_info, const crypto::Sha256Digest& content) {
  TRY_ASSIGN(Received received, read_signed_data(content_info));
  const Bytes attributes = retagged(received.attributes, der::kSet);
  TRY_ASSIGN(const Attributes said, parse_attributes(attributes));
  const bool other_inside = received.content && crypto::sha256(*received.content) != content;
  if (said.digest != content || other_inside) return Error{Reason::VALUE_DIGEST_MISMATCH, "CMS message digest"};
  std::optional<x509::Certificate> signer;
  std::vector<x509::Certificate> others;
  for (auto& each : received.certificates) {
    if (!signer && equal(issuer_and_serial(each), received.issuer_and_serial)) signer = std::move(each);
    else others.push_back(std::move(each));
  }
  if (!signer) return malformed("no certificate of the signer");
  if (said.signer && *said.signer != signer->fingerprint()) {
    return Error{Reason::BAD_SIGNATURE, "signing-certificate-v2 names another certificate"};
  }
  TRY(x509::verify_bits(signer->public_key(), received.algorithm, attributes, received.signature));
  return Verified{std::move(*signer), std::move(others), said.signing_time, said.signer.has_value()};
}

}  // namespace mitome::cms
