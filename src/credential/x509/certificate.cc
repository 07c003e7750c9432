#include "credential/x509/certificate.h"

#include <algorithm>
#include <array>
#include <bit>

#include "codec/der/der.h"
#include "codec/pem/pem.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"

namespace mitome::x509 {
namespace {

constexpr size_t kMaxExtensions = 32, kMaxNameAttributes = 32, kMaxListItems = 64;
constexpr size_t kMaxSerialSize = 20;  // RFC 5280 4.1.2.2

using Attributes = std::vector<std::pair<std::string, std::string>>;

Error malformed(std::string_view what) { return Error{Reason::MALFORMED, std::string{what}}; }

bool is_text(uint8_t tag) { return tag == der::kUtf8String || tag == der::kPrintableString || tag == der::kIa5String; }

/// Checks the structure of a Name and collects its textual attributes.
Result<Attributes> parse_name(ByteView content) {
  Attributes attributes;
  for (der::Reader sets{content}; !sets.empty();) {
    TRY_ASSIGN(const auto set, sets.expect(der::kSet));
    der::Reader items{set.content};
    if (items.empty()) return malformed("empty RelativeDistinguishedName");
    while (!items.empty()) {
      TRY_ASSIGN(const auto item, items.expect(der::kSequence));
      der::Reader fields{item.content};
      TRY_ASSIGN(const auto type, fields.expect(der::kOid));
      TRY_ASSIGN(const auto value, fields.next());
      TRY(fields.finish());
      TRY_ASSIGN(auto oid, der::oid_text(type.content));
      if (attributes.size() == kMaxNameAttributes) return malformed("name of too many attributes");
      // Another string type is kept as an attribute without text, so that it is never mistaken for a missing one.
      attributes.emplace_back(std::move(oid), is_text(value.tag) ? std::string{as_text(value.content)} : std::string{});
    }
  }
  return attributes;
}

std::optional<std::string> first(const Attributes& attributes, std::string_view oid) {
  for (const auto& [type, text] : attributes) {
    if (type == oid) return text;
  }
  return std::nullopt;
}

Result<ByteView> bit_string_bytes(const der::Element& element) {
  if (element.content.empty() || element.content[0] != 0) return malformed("BIT STRING is not whole bytes");
  return element.content.subspan(1);
}

Result<uint16_t> parse_key_usage(ByteView der_bytes) {
  der::Reader reader{der_bytes};
  TRY_ASSIGN(const auto element, reader.expect(der::kBitString));
  TRY(reader.finish());
  const ByteView content = element.content;
  if (content.size() < 2 || content.size() > 3 || content[0] > 7) return malformed("keyUsage");
  // A named bit list ends with its last set bit (X.690 11.2.2).
  if (std::countr_zero(content.back()) != content[0]) return malformed("keyUsage has trailing zero bits");
  uint16_t bits = 0;
  for (size_t i = 0; i < (content.size() - 1) * 8; ++i) {
    if ((content[1 + i / 8] >> (7 - i % 8)) & 1) bits = static_cast<uint16_t>(bits | (1u << i));
  }
  return bits;
}

/// The items of a non-empty SEQUENCE OF that is the whole of `der_bytes`.
Result<std::vector<der::Element>> sequence_items(ByteView der_bytes) {
  der::Reader outer{der_bytes};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  std::vector<der::Element> items;
  for (der::Reader reader{sequence.content}; !reader.empty();) {
    TRY_ASSIGN(const auto item, reader.next());
    if (items.size() == kMaxListItems) return malformed("list of too many items");
    items.push_back(item);
  }
  if (items.empty()) return malformed("empty list");
  return items;
}

}  // namespace

struct Certificate::Impl {
  Bytes der, tbs, serial, issuer_name, subject_name, inner_algorithm, outer_algorithm, signature;
  Instant not_before, not_after;
  std::optional<crypto::PublicKey> key;
  Attributes subject, issuer;
  std::vector<Extension> extensions;
  std::optional<uint16_t> key_usage;
  std::vector<std::string> extended_key_usage, policies;
  bool is_ca = false;
  std::optional<int64_t> path_length;
  std::optional<Bytes> subject_key_identifier, authority_key_identifier;
  std::vector<OtherName> other_names;
  std::optional<std::string> ocsp_url;

  Result<void> parse(ByteView bytes);
  Result<void> parse_tbs(ByteView content);
  Result<void> parse_serial(der::Reader& reader);
  Result<void> parse_validity(der::Reader& reader);
  Result<void> parse_extensions(ByteView content);
  Result<void> parse_extension(const Extension& extension);
  Result<void> parse_basic_constraints(ByteView value);
  Result<void> parse_extended_key_usage(ByteView value);
  Result<void> parse_authority_key_identifier(ByteView value);
  Result<void> parse_policies(ByteView value);
  Result<void> parse_subject_alt_name(ByteView value);
  Result<void> parse_authority_info_access(ByteView value);
};

Result<void> Certificate::Impl::parse(ByteView bytes) {
  der::Reader outer{bytes};
  TRY_ASSIGN(const auto certificate, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{certificate.content};
  TRY_ASSIGN(const auto tbs_element, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto signature_element, reader.expect(der::kBitString));
  TRY(reader.finish());
  TRY_ASSIGN(const ByteView signature_bits, bit_string_bytes(signature_element));
  der = to_bytes(bytes);
  tbs = to_bytes(tbs_element.encoded);
  outer_algorithm = to_bytes(algorithm.encoded);
  signature = to_bytes(signature_bits);
  return parse_tbs(tbs_element.content);
}

Result<void> Certificate::Impl::parse_tbs(ByteView content) {
  der::Reader reader{content};
  TRY_ASSIGN(const auto version, reader.expect(der::constructed(0)));
  der::Reader version_reader{version.content};
  TRY_ASSIGN(const auto number, version_reader.next());
  TRY(version_reader.finish());
  TRY_ASSIGN(const int64_t version_number, der::small_integer(number));
  if (version_number != 2) return malformed("not version 3");
  TRY(parse_serial(reader));
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  inner_algorithm = to_bytes(algorithm.encoded);
  TRY_ASSIGN(const auto issuer_element, reader.expect(der::kSequence));
  if (issuer_element.content.empty()) return malformed("empty issuer name");
  issuer_name = to_bytes(issuer_element.encoded);
  TRY_ASSIGN(issuer, parse_name(issuer_element.content));
  TRY(parse_validity(reader));
  TRY_ASSIGN(const auto subject_element, reader.expect(der::kSequence));
  subject_name = to_bytes(subject_element.encoded);
  TRY_ASSIGN(subject, parse_name(subject_element.content));
  TRY_ASSIGN(const auto spki, reader.expect(der::kSequence));
  TRY_ASSIGN(key, crypto::PublicKey::from_spki(spki.encoded));
  if (reader.empty()) return {};
  // issuerUniqueID and subjectUniqueID must not be used (RFC 5280 4.1.2.8) and are refused here by their tags.
  TRY_ASSIGN(const auto wrapped, reader.expect(der::constructed(3)));
  TRY(reader.finish());
  return parse_extensions(wrapped.content);
}

Result<void> Certificate::Impl::parse_serial(der::Reader& reader) {
  TRY_ASSIGN(const auto element, reader.expect(der::kInteger));
  ByteView content = element.content;
  if (content.empty() || content.size() > kMaxSerialSize) return malformed("serial number of wrong size");
  if (content[0] & 0x80) return malformed("negative serial number");
  if (content[0] == 0) {
    if (content.size() == 1) return malformed("serial number is zero");
    if ((content[1] & 0x80) == 0) return malformed("serial number is not minimal");
    content = content.subspan(1);
  }
  serial = to_bytes(content);
  return {};
}

Result<void> Certificate::Impl::parse_validity(der::Reader& reader) {
  TRY_ASSIGN(const auto validity, reader.expect(der::kSequence));
  der::Reader times{validity.content};
  TRY_ASSIGN(const auto begin, times.next());
  TRY_ASSIGN(const auto end, times.next());
  TRY(times.finish());
  TRY_ASSIGN(not_before, der::time_value(begin));
  TRY_ASSIGN(not_after, der::time_value(end));
  return {};
}

Result<void> Certificate::Impl::parse_extensions(ByteView content) {
  TRY_ASSIGN(const auto items, sequence_items(content));
  if (items.size() > kMaxExtensions) return malformed("too many extensions");
  for (const auto& item : items) {
    if (item.tag != der::kSequence) return malformed("extension");
    der::Reader fields{item.content};
    TRY_ASSIGN(const auto type, fields.expect(der::kOid));
    Extension extension;
    TRY_ASSIGN(extension.oid, der::oid_text(type.content));
    if (fields.peek() == der::kBoolean) {
      TRY_ASSIGN(const auto flag, fields.next());
      TRY_ASSIGN(extension.critical, der::boolean_value(flag));
      if (!extension.critical) return malformed("DEFAULT FALSE is encoded");
    }
    TRY_ASSIGN(const auto value, fields.expect(der::kOctetString));
    TRY(fields.finish());
    extension.value = to_bytes(value.content);
    const bool twice = std::any_of(extensions.begin(), extensions.end(),
                                   [&](const Extension& other) { return other.oid == extension.oid; });
    if (twice) return malformed("extension " + extension.oid + " occurs twice");
    TRY(parse_extension(extension));
    extensions.push_back(std::move(extension));
  }
  return {};
}

Result<void> Certificate::Impl::parse_extension(const Extension& extension) {
  const ByteView value = extension.value;
  // RFC 5280 4.2.1.1, 4.2.1.2, 4.2.2.1: never critical.
  const bool hint = extension.oid == oid::kAuthorityKeyIdentifier || extension.oid == oid::kSubjectKeyIdentifier ||
                    extension.oid == oid::kAuthorityInfoAccess;
  if (hint && extension.critical) return malformed("extension " + extension.oid + " is critical");
  if (extension.oid == oid::kKeyUsage) {
    TRY_ASSIGN(key_usage, parse_key_usage(value));
    return {};
  }
  if (extension.oid == oid::kSubjectKeyIdentifier) {
    der::Reader reader{value};
    TRY_ASSIGN(const auto element, reader.expect(der::kOctetString));
    TRY(reader.finish());
    subject_key_identifier = to_bytes(element.content);
    return {};
  }
  if (extension.oid == oid::kBasicConstraints) return parse_basic_constraints(value);
  if (extension.oid == oid::kExtendedKeyUsage) return parse_extended_key_usage(value);
  if (extension.oid == oid::kAuthorityKeyIdentifier) return parse_authority_key_identifier(value);
  if (extension.oid == oid::kCertificatePolicies) return parse_policies(value);
  if (extension.oid == oid::kSubjectAltName) return parse_subject_alt_name(value);
  if (extension.oid == oid::kAuthorityInfoAccess) return parse_authority_info_access(value);
  return {};
}

Result<void> Certificate::Impl::parse_basic_constraints(ByteView value) {
  der::Reader outer{value};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  if (reader.peek() == der::kBoolean) {
    TRY_ASSIGN(const auto flag, reader.next());
    TRY_ASSIGN(is_ca, der::boolean_value(flag));
    if (!is_ca) return malformed("DEFAULT FALSE is encoded");
  }
  if (reader.peek() == der::kInteger) {
    TRY_ASSIGN(const auto number, reader.next());
    TRY_ASSIGN(path_length, der::small_integer(number));
    if (*path_length < 0 || !is_ca) return malformed("pathLenConstraint");
  }
  return reader.finish();
}

Result<void> Certificate::Impl::parse_extended_key_usage(ByteView value) {
  TRY_ASSIGN(const auto items, sequence_items(value));
  for (const auto& item : items) {
    if (item.tag != der::kOid) return malformed("extKeyUsage");
    TRY_ASSIGN(auto text, der::oid_text(item.content));
    extended_key_usage.push_back(std::move(text));
  }
  return {};
}

Result<void> Certificate::Impl::parse_authority_key_identifier(ByteView value) {
  der::Reader outer{value};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  if (reader.peek() == der::context(0)) {
    TRY_ASSIGN(const auto identifier, reader.next());
    authority_key_identifier = to_bytes(identifier.content);
  }
  // The issuer's name and serial number may follow, both or none (RFC 5280 4.2.1.1).
  if (!reader.empty()) {
    TRY(reader.expect(der::constructed(1)));
    TRY(reader.expect(der::context(2)));
  }
  return reader.finish();
}

Result<void> Certificate::Impl::parse_policies(ByteView value) {
  TRY_ASSIGN(const auto items, sequence_items(value));
  for (const auto& item : items) {
    if (item.tag != der::kSequence) return malformed("certificatePolicies");
    der::Reader reader{item.content};
    TRY_ASSIGN(const auto policy, reader.expect(der::kOid));
    if (!reader.empty()) TRY(reader.expect(der::kSequence));
    TRY(reader.finish());
    TRY_ASSIGN(auto text, der::oid_text(policy.content));
    policies.push_back(std::move(text));
  }
  return {};
}

Result<void> Certificate::Impl::parse_subject_alt_name(ByteView value) {
  TRY_ASSIGN(const auto items, sequence_items(value));
  for (const auto& item : items) {
    if (item.tag != der::constructed(0)) continue;  // dNSName, directoryName and others: nobody here asks for them
    der::Reader reader{item.content};
    TRY_ASSIGN(const auto type, reader.expect(der::kOid));
    TRY_ASSIGN(const auto wrapped, reader.expect(der::constructed(0)));
    TRY(reader.finish());
    der::Reader inner{wrapped.content};
    TRY_ASSIGN(const auto content, inner.next());
    TRY(inner.finish());
    OtherName name;
    TRY_ASSIGN(name.oid, der::oid_text(type.content));
    name.value = to_bytes(content.encoded);
    other_names.push_back(std::move(name));
  }
  return {};
}

Result<void> Certificate::Impl::parse_authority_info_access(ByteView value) {
  TRY_ASSIGN(const auto items, sequence_items(value));
  for (const auto& item : items) {
    if (item.tag != der::kSequence) return malformed("authorityInfoAccess");
    der::Reader reader{item.content};
    TRY_ASSIGN(const auto method, reader.expect(der::kOid));
    TRY_ASSIGN(const auto location, reader.next());
    TRY(reader.finish());
    TRY_ASSIGN(const auto text, der::oid_text(method.content));
    if (text == oid::kOcspAccess && location.tag == der::context(6) && !ocsp_url) {
      ocsp_url = std::string{as_text(location.content)};
    }
  }
  return {};
}

Result<Certificate> Certificate::parse(ByteView der) {
  if (der.size() > kMaxCertificateSize) return Error{Reason::CERT_MALFORMED, "larger than 64 KiB"};
  auto impl = std::make_shared<Impl>();
  if (auto parsed = impl->parse(der); !parsed) {
    const Error& error = parsed.error();
    return Error{Reason::CERT_MALFORMED,
                 error.reason == Reason::BAD_KEY ? "public key: " + error.detail : error.detail};
  }
  return Certificate{std::move(impl)};
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  auto der = pem::decode_one(pem, "CERTIFICATE");
  if (!der) return Error{Reason::CERT_MALFORMED, der.error().detail};
  return parse(*der);
}

const Bytes& Certificate::der() const { return impl_->der; }
std::string Certificate::pem() const { return pem::encode("CERTIFICATE", impl_->der); }
const Bytes& Certificate::tbs() const { return impl_->tbs; }
const Bytes& Certificate::serial() const { return impl_->serial; }
const Bytes& Certificate::issuer_name() const { return impl_->issuer_name; }
const Bytes& Certificate::subject_name() const { return impl_->subject_name; }
Instant Certificate::not_before() const { return impl_->not_before; }
Instant Certificate::not_after() const { return impl_->not_after; }
const crypto::PublicKey& Certificate::public_key() const { return *impl_->key; }
const Bytes& Certificate::signature() const { return impl_->signature; }

std::optional<std::string> Certificate::subject_attribute(std::string_view oid) const {
  return first(impl_->subject, oid);
}
std::optional<std::string> Certificate::issuer_attribute(std::string_view oid) const {
  return first(impl_->issuer, oid);
}

const std::vector<Extension>& Certificate::extensions() const { return impl_->extensions; }
const Extension* Certificate::extension(std::string_view oid) const {
  for (const auto& each : impl_->extensions) {
    if (each.oid == oid) return &each;
  }
  return nullptr;
}
std::optional<uint16_t> Certificate::key_usage() const { return impl_->key_usage; }
std::vector<std::string> Certificate::extended_key_usage() const { return impl_->extended_key_usage; }
bool Certificate::is_ca() const { return impl_->is_ca; }
std::optional<int64_t> Certificate::path_length() const { return impl_->path_length; }
std::optional<Bytes> Certificate::subject_key_identifier() const { return impl_->subject_key_identifier; }
std::optional<Bytes> Certificate::authority_key_identifier() const { return impl_->authority_key_identifier; }
std::vector<std::string> Certificate::policies() const { return impl_->policies; }
std::vector<OtherName> Certificate::subject_other_names() const { return impl_->other_names; }
std::optional<std::string> Certificate::ocsp_url() const { return impl_->ocsp_url; }
crypto::Sha256Digest Certificate::fingerprint() const { return crypto::sha256(impl_->der); }

namespace {

Error untrusted(std::string_view detail) { return Error{Reason::CERT_UNTRUSTED, std::string{detail}}; }

/// What a relying party here understands; any other critical extension stops it (RFC 5280 4.2).
constexpr std::array kUnderstood{oid::kKeyUsage,           oid::kBasicConstraints,     oid::kExtendedKeyUsage,
                                 oid::kSubjectAltName,     oid::kSubjectKeyIdentifier, oid::kAuthorityKeyIdentifier,
                                 oid::kIssuerAltName,      oid::kCertificatePolicies,  oid::kCrlDistributionPoints,
                                 oid::kAuthorityInfoAccess};

Result<void> check_extensions(const Certificate& certificate) {
  for (const auto& extension : certificate.extensions()) {
    const bool understood = std::find(kUnderstood.begin(), kUnderstood.end(), extension.oid) != kUnderstood.end();
    if (extension.critical && !understood) {
      return untrusted("critical extension " + extension.oid + " is not understood");
    }
  }
  // Not processed here, so not passed over either, whether they say that they are critical (as they must) or not.
  if (certificate.extension(oid::kNameConstraints) != nullptr) return untrusted("name constraints are not understood");
  // RFC 5280 4.2.1.9: without cA no keyCertSign, and with it the extension is critical.
  const bool signs = (certificate.key_usage().value_or(0) & kKeyCertSign) != 0;
  if (signs && !certificate.is_ca()) return untrusted("keyCertSign without cA");
  if (certificate.is_ca() && !certificate.extension(oid::kBasicConstraints)->critical) {
    return untrusted("basic constraints of a CA are not critical");
  }
  return {};
}

}  // namespace

Result<void> verify_issued_by(const Certificate& certificate, const Certificate& issuer) {
  if (!issuer.is_ca()) return untrusted("issuer is not a CA");
  if ((issuer.key_usage().value_or(0) & kKeyCertSign) == 0) return untrusted("issuer may not sign certificates");
  if (certificate.issuer_name() != issuer.subject_name()) return untrusted("issuer name differs");
  const auto authority = certificate.authority_key_identifier();
  const auto subject = issuer.subject_key_identifier();
  if (authority && subject && *authority != *subject) return untrusted("key identifier differs");
  if (certificate.is_ca() && issuer.path_length() == 0 && !(certificate == issuer)) {
    return untrusted("issuer may not certify another CA");
  }
  TRY(check_extensions(certificate));
  TRY(check_extensions(issuer));
  return verify_certificate_signature(certificate, issuer.public_key());
}

Result<void> verify_certificate_signature(const Certificate& certificate, const crypto::PublicKey& key) {
  const auto& impl = *certificate.impl_;
  if (impl.inner_algorithm != impl.outer_algorithm) return untrusted("inner and outer signature algorithms differ");
  if (auto verified = verify_bits(key, impl.outer_algorithm, impl.tbs, impl.signature); !verified) {
    return untrusted(verified.error().detail);
  }
  return {};
}

Result<Certificate> find_issuer(const Certificate& certificate, const std::vector<Certificate>& candidates) {
  std::string last = "no issuer among the trusted certificates";
  for (const auto& candidate : candidates) {
    // The cheap comparisons come first, inside; the signature decides among generations of one name.
    auto verified = verify_issued_by(certificate, candidate);
    if (verified) return candidate;
    if (candidate.subject_name() == certificate.issuer_name()) last = verified.error().detail;
  }
  return untrusted(last);
}

Result<void> check_validity(const Certificate& certificate, Instant at) {
  if (at < certificate.not_before()) {
    return Error{Reason::CERT_NOT_YET_VALID, "valid from " + to_rfc3339(certificate.not_before())};
  }
  if (at > certificate.not_after()) {
    return Error{Reason::CERT_EXPIRED, "valid until " + to_rfc3339(certificate.not_after())};
  }
  return {};
}

}  // namespace mitome::x509
