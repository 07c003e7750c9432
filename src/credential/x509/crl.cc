#include "credential/x509/crl.h"

#include <algorithm>

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"

namespace mitome::x509 {
namespace {

Error malformed(std::string_view what) { return Error{Reason::MALFORMED, std::string{what}}; }

/// Numeric order of magnitudes without leading zeros.
bool serial_less(ByteView a, ByteView b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

struct ParsedExtension {
  std::string oid;
  bool critical = false;
  ByteView value;
};

Result<ParsedExtension> parse_extension(const der::Element& element) {
  if (element.tag != der::kSequence) return malformed("extension");
  der::Reader fields{element.content};
  ParsedExtension extension;
  TRY_ASSIGN(const auto type, fields.expect(der::kOid));
  TRY_ASSIGN(extension.oid, der::oid_text(type.content));
  if (fields.peek() == der::kBoolean) {
    TRY_ASSIGN(const auto flag, fields.next());
    TRY_ASSIGN(extension.critical, der::boolean_value(flag));
  }
  TRY_ASSIGN(const auto value, fields.expect(der::kOctetString));
  TRY(fields.finish());
  extension.value = value.content;
  return extension;
}

Result<Bytes> magnitude(const der::Element& element) {
  ByteView content = element.content;
  if (content.empty() || content.size() > 21 || (content[0] & 0x80)) return malformed("serial or CRL number");
  if (content[0] == 0 && content.size() > 1) {
    if ((content[1] & 0x80) == 0) return malformed("number is not minimal");
    content = content.subspan(1);
  }
  return to_bytes(content);
}

}  // namespace

/// The parts of a CertificateList, not verified.
class CrlParser {
 public:
  Result<void> parse(ByteView der);
  VerifiedCrl& list() { return list_; }

  ByteView tbs, issuer, outer_algorithm, inner_algorithm, signature;
  std::optional<Bytes> authority_key_identifier;

 private:
  Result<void> parse_tbs(ByteView content);
  Result<void> parse_entries(ByteView content);
  Result<RevokedEntry> parse_entry(ByteView content);
  Result<void> parse_entry_extensions(ByteView content, RevokedEntry& entry);
  Result<void> parse_extensions(ByteView content);
  Result<void> parse_number(ByteView value);
  Result<void> parse_authority_key_identifier(ByteView value);

  VerifiedCrl list_;
  bool has_number_ = false;
};

Result<void> CrlParser::parse(ByteView der) {
  der::Reader outer{der};
  TRY_ASSIGN(const auto list, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{list.content};
  TRY_ASSIGN(const auto tbs_element, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  TRY_ASSIGN(const auto bits, reader.expect(der::kBitString));
  TRY(reader.finish());
  if (bits.content.empty() || bits.content[0] != 0) return malformed("signature is not whole bytes");
  tbs = tbs_element.encoded;
  outer_algorithm = algorithm.encoded;
  signature = bits.content.subspan(1);
  return parse_tbs(tbs_element.content);
}

Result<void> CrlParser::parse_tbs(ByteView content) {
  der::Reader reader{content};
  TRY_ASSIGN(const auto version, reader.expect(der::kInteger));
  TRY_ASSIGN(const int64_t number, der::small_integer(version));
  if (number != 1) return malformed("not version 2");
  TRY_ASSIGN(const auto algorithm, reader.expect(der::kSequence));
  inner_algorithm = algorithm.encoded;
  TRY_ASSIGN(const auto issuer_element, reader.expect(der::kSequence));
  issuer = issuer_element.encoded;
  TRY_ASSIGN(const auto this_update, reader.next());
  TRY_ASSIGN(list_.this_update_, der::time_value(this_update));
  if (reader.peek() != der::kUtcTime && reader.peek() != der::kGeneralizedTime) return malformed("no nextUpdate");
  TRY_ASSIGN(const auto next_update, reader.next());
  TRY_ASSIGN(list_.next_update_, der::time_value(next_update));
  if (reader.peek() == der::kSequence) {
    TRY_ASSIGN(const auto entries, reader.next());
    TRY(parse_entries(entries.content));
  }
  TRY_ASSIGN(const auto extensions, reader.expect(der::constructed(0)));
  TRY(reader.finish());
  return parse_extensions(extensions.content);
}

Result<void> CrlParser::parse_entries(ByteView content) {
  if (content.empty()) return malformed("empty revokedCertificates");
  auto& entries = list_.entries_;
  for (der::Reader reader{content}; !reader.empty();) {
    TRY_ASSIGN(const auto element, reader.expect(der::kSequence));
    TRY_ASSIGN(auto entry, parse_entry(element.content));
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return serial_less(a.serial, b.serial); });
  const auto twice = std::adjacent_find(entries.begin(), entries.end(),
                                        [](const auto& a, const auto& b) { return a.serial == b.serial; });
  if (twice != entries.end()) return malformed("a serial number is listed twice");
  return {};
}

Result<RevokedEntry> CrlParser::parse_entry(ByteView content) {
  der::Reader reader{content};
  RevokedEntry entry{};
  TRY_ASSIGN(const auto serial, reader.expect(der::kInteger));
  TRY_ASSIGN(entry.serial, magnitude(serial));
  TRY_ASSIGN(const auto time, reader.next());
  TRY_ASSIGN(entry.revoked_at, der::time_value(time));
  if (!reader.empty()) {
    TRY_ASSIGN(const auto extensions, reader.expect(der::kSequence));
    TRY(reader.finish());
    TRY(parse_entry_extensions(extensions.content, entry));
  }
  return entry;
}

Result<void> CrlParser::parse_entry_extensions(ByteView content, RevokedEntry& entry) {
  for (der::Reader reader{content}; !reader.empty();) {
    TRY_ASSIGN(const auto element, reader.next());
    TRY_ASSIGN(const auto extension, parse_extension(element));
    if (extension.oid == oid::kReasonCode) {
      der::Reader value{extension.value};
      TRY_ASSIGN(const auto code, value.expect(der::kEnumerated));
      TRY(value.finish());
      TRY_ASSIGN(const int64_t number, der::small_integer(code));
      // removeFromCRL (8) belongs to delta CRLs; 7 is not used (RFC 5280 5.3.1).
      if (number < 0 || number > 10 || number == 7 || number == 8) return malformed("reason code of an entry");
      entry.reason = static_cast<uint8_t>(number);
    } else if (extension.critical) {
      return malformed("critical extension " + extension.oid + " of an entry is not understood");
    }
  }
  return {};
}

Result<void> CrlParser::parse_extensions(ByteView content) {
  der::Reader outer{content};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  for (der::Reader reader{sequence.content}; !reader.empty();) {
    TRY_ASSIGN(const auto element, reader.next());
    TRY_ASSIGN(const auto extension, parse_extension(element));
    if (extension.oid == oid::kDeltaCrlIndicator) return malformed("delta CRL");
    if (extension.oid == oid::kCrlNumber) {
      if (extension.critical) return malformed("CRL number is critical");  // RFC 5280 5.2.3
      TRY(parse_number(extension.value));
    } else if (extension.oid == oid::kAuthorityKeyIdentifier) {
      TRY(parse_authority_key_identifier(extension.value));
    } else if (extension.critical) {
      return malformed("critical extension " + extension.oid + " is not understood");
    }
  }
  if (!has_number_) return malformed("no CRL number");
  return {};
}

Result<void> CrlParser::parse_number(ByteView value) {
  if (has_number_) return malformed("two CRL numbers");
  der::Reader reader{value};
  TRY_ASSIGN(const auto element, reader.expect(der::kInteger));
  TRY(reader.finish());
  TRY_ASSIGN(const Bytes number, magnitude(element));
  if (number.size() > 8) return malformed("CRL number over 64 bits");
  for (const uint8_t octet : number) list_.number_ = (list_.number_ << 8) | octet;
  has_number_ = true;
  return {};
}

Result<void> CrlParser::parse_authority_key_identifier(ByteView value) {
  der::Reader outer{value};
  TRY_ASSIGN(const auto sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader reader{sequence.content};
  if (reader.peek() == der::context(0)) {
    TRY_ASSIGN(const auto identifier, reader.next());
    authority_key_identifier = to_bytes(identifier.content);
  }
  return {};
}

std::optional<RevokedEntry> VerifiedCrl::find(ByteView serial) const {
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), serial,
                       [](const RevokedEntry& entry, ByteView key) { return serial_less(entry.serial, key); });
  if (at == entries_.end() || !equal(at->serial, serial)) return std::nullopt;
  return *at;
}

Result<VerifiedCrl> verify_crl(ByteView der, const Certificate& issuer, Instant now,
                               std::optional<uint64_t> last_number) {
  const auto invalid = [](std::string_view detail) { return Error{Reason::CRL_INVALID, std::string{detail}}; };
  if (der.size() > kMaxCrlSize) return invalid("larger than 128 MiB");
  CrlParser crl;
  if (auto parsed = crl.parse(der); !parsed) return invalid(parsed.error().detail);
  if (!equal(crl.issuer, issuer.subject_name())) return invalid("another issuer");
  const auto identifier = issuer.subject_key_identifier();
  if (crl.authority_key_identifier && identifier && *crl.authority_key_identifier != *identifier) {
    return invalid("another key of the issuer");
  }
  if ((issuer.key_usage().value_or(0) & kCrlSign) == 0) return invalid("issuer may not sign CRLs");
  if (!equal(crl.inner_algorithm, crl.outer_algorithm)) return invalid("inner and outer signature algorithms differ");
  if (auto signature = verify_bits(issuer.public_key(), crl.outer_algorithm, crl.tbs, crl.signature); !signature) {
    return invalid(signature.error().detail);
  }
  if (now < crl.list().this_update()) return invalid("from the future");
  if (now >= crl.list().next_update()) return invalid("expired");
  if (last_number && crl.list().number() < *last_number) return invalid("older than one already seen");
  return std::move(crl.list());
}

}  // namespace mitome::x509
