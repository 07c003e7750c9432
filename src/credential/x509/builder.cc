#include "credential/x509/builder.h"

#include <algorithm>
#include <bit>

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"

namespace mitome::x509 {
namespace {

Bytes join(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const auto& part : parts) append(all, part);
  return all;
}

Bytes encode_extension(const Extension& extension) {
  const Bytes critical = extension.critical ? der::boolean(true) : Bytes{};  // DEFAULT FALSE is not written
  return der::sequence({der::oid(extension.oid), critical, der::octet_string(extension.value)});
}

/// GeneralNames with one directoryName, which is EXPLICIT since Name is a CHOICE.
Bytes directory_names(ByteView name) { return der::sequence({der::element(der::constructed(4), name)}); }

Extension distribution_point(ByteView general_name) {
  const Bytes full_name = der::element(der::constructed(0), general_name);
  const Bytes point = der::sequence({der::element(der::constructed(0), full_name)});
  return {std::string{oid::kCrlDistributionPoints}, false, der::sequence({point})};
}

Bytes key_identifier(const Certificate& issuer) {
  if (auto identifier = issuer.subject_key_identifier()) return *identifier;
  return to_bytes(crypto::sha1(subject_public_key(issuer.public_key())));
}

}  // namespace

Bytes subject_public_key(const crypto::PublicKey& key) {
  der::Reader outer{key.spki()};
  auto sequence = outer.next();
  CHECK(sequence.has_value());
  der::Reader reader{sequence->content};
  auto algorithm = reader.next();
  auto bits = reader.expect(der::kBitString);
  CHECK(algorithm.has_value() && bits.has_value() && !bits->content.empty());
  return to_bytes(bits->content.subspan(1));
}

Bytes encode_name(const std::vector<NameAttribute>& attributes) {
  std::vector<Bytes> sets;
  for (const auto& attribute : attributes) {
    // X.520: countryName is a PrintableString whatever the others are.
    const Bytes value =
        attribute.oid == oid::kCountry ? der::printable_string(attribute.value) : der::utf8_string(attribute.value);
    sets.push_back(der::set({der::sequence({der::oid(attribute.oid), value})}));
  }
  return der::element(der::kSequence, join(sets));
}

Bytes encode_tbs(const CertificateTemplate& certificate, crypto::SignatureAlgorithm algorithm) {
  const Bytes version = der::element(der::constructed(0), der::integer(2));
  const Bytes validity = der::sequence({der::time(certificate.not_before), der::time(certificate.not_after)});
  Bytes extensions;
  if (!certificate.extensions.empty()) {
    std::vector<Bytes> parts;
    for (const auto& extension : certificate.extensions) parts.push_back(encode_extension(extension));
    extensions = der::element(der::constructed(3), der::element(der::kSequence, join(parts)));
  }
  return der::sequence({version, der::integer(ByteView{certificate.serial}), algorithm_identifier(algorithm),
                        certificate.issuer_name, validity, certificate.subject_name, certificate.spki, extensions});
}

Bytes assemble_signed(ByteView tbs, crypto::SignatureAlgorithm algorithm, ByteView signature) {
  return der::sequence({tbs, algorithm_identifier(algorithm), der::bit_string(signature_bits(algorithm, signature))});
}

Result<Certificate> issue(const CertificateTemplate& certificate, crypto::Signer& signer) {
  const Bytes tbs = encode_tbs(certificate, signer.algorithm());
  TRY_ASSIGN(const Bytes signature, signer.sign(tbs));
  return Certificate::parse(assemble_signed(tbs, signer.algorithm(), signature));
}

Extension key_usage(uint16_t bits) {
  CHECK(bits != 0 && bits < (1u << 9));
  uint8_t octets[2] = {};
  for (size_t i = 0; i < 9; ++i) {
    if ((bits >> i) & 1) octets[i / 8] = static_cast<uint8_t>(octets[i / 8] | (0x80u >> (i % 8)));
  }
  const size_t count = octets[1] != 0 ? 2 : 1;
  const auto unused = static_cast<uint8_t>(std::countr_zero(octets[count - 1]));
  return {std::string{oid::kKeyUsage}, true, der::bit_string(ByteView{octets, count}, unused)};
}

Extension basic_constraints(bool ca, std::optional<int64_t> path_length) {
  CHECK(ca || !path_length);
  const Bytes flag = ca ? der::boolean(true) : Bytes{};
  const Bytes length = path_length ? der::integer(*path_length) : Bytes{};
  return {std::string{oid::kBasicConstraints}, true, der::sequence({flag, length})};
}

Extension extended_key_usage(const std::vector<std::string>& oids, bool critical) {
  std::vector<Bytes> parts;
  for (const auto& each : oids) parts.push_back(der::oid(each));
  return {std::string{oid::kExtendedKeyUsage}, critical, der::element(der::kSequence, join(parts))};
}

Extension subject_key_identifier(const crypto::PublicKey& key) {
  return {std::string{oid::kSubjectKeyIdentifier}, false, der::octet_string(crypto::sha1(subject_public_key(key)))};
}

Extension authority_key_identifier(const Certificate& issuer) {
  return {std::string{oid::kAuthorityKeyIdentifier}, false,
          der::sequence({der::element(der::context(0), key_identifier(issuer))})};
}

Extension authority_key_identifier_full(const Certificate& issuer) {
  const Bytes names = der::element(der::constructed(4), issuer.issuer_name());
  Bytes serial = der::integer(ByteView{issuer.serial()});
  serial[0] = der::context(2);  // [2] IMPLICIT INTEGER
  return {std::string{oid::kAuthorityKeyIdentifier}, false,
          der::sequence({der::element(der::context(0), key_identifier(issuer)),
                         der::element(der::constructed(1), names), serial})};
}

Extension certificate_policy(std::string_view oid, std::string_view cps_uri, bool critical) {
  Bytes qualifiers;
  if (!cps_uri.empty()) {
    qualifiers = der::sequence({der::sequence({der::oid(oid::kCpsQualifier), der::ia5_string(cps_uri)})});
  }
  return {std::string{oid::kCertificatePolicies}, critical,
          der::sequence({der::sequence({der::oid(oid), qualifiers})})};
}

Extension issuer_alt_name_directory(ByteView name) {
  return {std::string{oid::kIssuerAltName}, false, directory_names(name)};
}

Extension crl_distribution_point_directory(ByteView name) {
  return distribution_point(der::element(der::constructed(4), name));
}

Extension crl_distribution_point_uri(std::string_view uri) {
  return distribution_point(der::element(der::context(6), as_bytes(uri)));
}

Extension ocsp_access(std::string_view url) {
  const Bytes description = der::sequence({der::oid(oid::kOcspAccess), der::element(der::context(6), as_bytes(url))});
  return {std::string{oid::kAuthorityInfoAccess}, false, der::sequence({description})};
}

Extension ocsp_no_check() { return {std::string{oid::kOcspNoCheck}, false, der::null()}; }

Extension subject_alt_other_names(const std::vector<std::pair<std::string, std::string>>& oid_and_text) {
  std::vector<Bytes> names;
  for (const auto& [type, text] : oid_and_text) {
    const Bytes value = der::element(der::constructed(0), der::utf8_string(text));
    names.push_back(der::element(der::constructed(0), {der::oid(type), value}));
  }
  return {std::string{oid::kSubjectAltName}, false, der::element(der::kSequence, join(names))};
}

Extension subject_alt_dns(const std::vector<std::string>& hosts) {
  std::vector<Bytes> names;
  for (const std::string& host : hosts) names.push_back(der::element(der::context(2), as_bytes(host)));
  return {std::string{oid::kSubjectAltName}, false, der::element(der::kSequence, join(names))};
}

Extension name_constraints_dns(const std::vector<std::string>& hosts) {
  std::vector<Bytes> subtrees;
  for (const std::string& host : hosts) subtrees.push_back(der::sequence({der::element(der::context(2), as_bytes(host))}));
  return {std::string{oid::kNameConstraints}, true, der::sequence({der::element(der::constructed(0), join(subtrees))})};
}

namespace {

Error refused(std::string_view rule) { return Error{Reason::PROFILE_LINT, std::string{rule}}; }

const Extension* find(const CertificateTemplate& certificate, std::string_view oid) {
  for (const auto& extension : certificate.extensions) {
    if (extension.oid == oid) return &extension;
  }
  return nullptr;
}

Result<void> lint_serial(ByteView serial) {
  while (!serial.empty() && serial[0] == 0) serial = serial.subspan(1);
  if (serial.empty()) return refused("serial number is not positive");
  const size_t encoded_size = serial.size() + (serial[0] >= 0x80 ? 1 : 0);
  if (encoded_size > 20) return refused("serial number is over 20 octets");  // RFC 5280 4.1.2.2
  return {};
}

Result<void> lint_extensions(const CertificateTemplate& certificate) {
  for (auto it = certificate.extensions.begin(); it != certificate.extensions.end(); ++it) {
    if (std::any_of(certificate.extensions.begin(), it, [&](const auto& other) { return other.oid == it->oid; })) {
      return refused("extension " + it->oid + " occurs twice");
    }
  }
  const Extension* usage = find(certificate, oid::kKeyUsage);
  if (usage == nullptr) return refused("key usage is missing");
  if (!usage->critical) return refused("key usage is not critical");
  const Extension* constraints = find(certificate, oid::kBasicConstraints);
  const bool is_ca = constraints != nullptr && constraints->value != der::sequence({});
  // The house has roots and end entities only: an end entity that is a CA could issue in everybody's name.
  if (is_ca && certificate.subject_name != certificate.issuer_name) return refused("an end entity may not be a CA");
  const bool root_usage =
      usage->value == key_usage(kKeyCertSign | kCrlSign).value || usage->value == key_usage(kKeyCertSign).value;
  if (is_ca != root_usage) return refused("key usage does not fit the basic constraints");
  return {};
}

}  // namespace

Result<void> lint(const CertificateTemplate& certificate, Instant now, Seconds max_backdate) {
  TRY(lint_serial(certificate.serial));
  if (certificate.not_after <= certificate.not_before) return refused("validity ends before it begins");
  if (certificate.not_before < now - max_backdate) return refused("validity is backdated");
  TRY(lint_extensions(certificate));
  if (auto key = crypto::PublicKey::from_spki(certificate.spki); !key) return refused("key: " + key.error().detail);
  return {};
}

}  // namespace mitome::x509
