// CRLs are written straight into one buffer: a million entries through a tree of elements would cost seconds.
#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/builder.h"
#include "credential/x509/oids.h"

namespace mitome::x509 {
namespace {

// The entry extension { reasonCode, ENUMERATED } around its last octet; fixed by DER.
constexpr uint8_t kReasonExtension[] = {0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01};
constexpr size_t kReasonSize = sizeof kReasonExtension + 1;

size_t header_size(size_t content) {
  size_t octets = 2;
  if (content >= 0x80) {
    for (size_t rest = content; rest != 0; rest >>= 8) ++octets;
  }
  return octets;
}

void put_header(Bytes& out, uint8_t tag, size_t content) {
  out.push_back(tag);
  const size_t octets = header_size(content) - 2;
  if (octets == 0) {
    out.push_back(static_cast<uint8_t>(content));
    return;
  }
  out.push_back(static_cast<uint8_t>(0x80 | octets));
  for (size_t i = octets; i-- > 0;) out.push_back(static_cast<uint8_t>(content >> (8 * i)));
}

/// The DER of a time; consecutive entries mostly differ in little, so the last one is kept.
class TimeCache {
 public:
  const Bytes& encode(Instant instant) {
    if (encoded_.empty() || instant != last_) {
      encoded_ = der::time(instant);
      last_ = instant;
    }
    return encoded_;
  }

 private:
  Instant last_;
  Bytes encoded_;
};

size_t time_size(Instant instant) {
  static const Instant generalized_from =
      std::chrono::sys_days{Date{std::chrono::year{2050}, std::chrono::January, std::chrono::day{1}}};
  return instant < generalized_from ? 15 : 17;
}

size_t serial_size(const Bytes& serial) {
  CHECK(!serial.empty() && serial.size() <= 20 && serial[0] != 0);
  return serial.size() + (serial[0] >= 0x80 ? 1 : 0);
}

size_t entry_content_size(const RevokedEntry& entry) {
  return 2 + serial_size(entry.serial) + time_size(entry.revoked_at) + (entry.reason != 0 ? kReasonSize : 0);
}

void put_entry(Bytes& out, const RevokedEntry& entry, TimeCache& times) {
  put_header(out, der::kSequence, entry_content_size(entry));
  put_header(out, der::kInteger, serial_size(entry.serial));
  if (entry.serial[0] >= 0x80) out.push_back(0);
  append(out, entry.serial);
  append(out, times.encode(entry.revoked_at));
  if (entry.reason != 0) {
    append(out, kReasonExtension);
    out.push_back(entry.reason);
  }
}

Bytes crl_extensions(const Certificate& issuer, uint64_t number) {
  uint8_t magnitude[8];
  for (size_t i = 0; i < 8; ++i) magnitude[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
  const Extension authority = authority_key_identifier(issuer);
  const Bytes authority_der = der::sequence({der::oid(authority.oid), der::octet_string(authority.value)});
  const Bytes number_der =
      der::sequence({der::oid(oid::kCrlNumber), der::octet_string(der::integer(ByteView{magnitude}))});
  return der::element(der::constructed(0), der::sequence({authority_der, number_der}));
}

}  // namespace

Result<Bytes> issue_crl(const Certificate& issuer, crypto::Signer& signer, Instant this_update, Instant next_update,
                        uint64_t crl_number, const std::vector<RevokedEntry>& entries) {
  size_t entries_size = 0;
  for (const auto& entry : entries) entries_size += header_size(entry_content_size(entry)) + entry_content_size(entry);
  const Bytes& algorithm = algorithm_identifier(signer.algorithm());
  const Bytes head =
      concat({der::integer(1), algorithm, issuer.subject_name(), der::time(this_update), der::time(next_update)});
  const Bytes tail = crl_extensions(issuer, crl_number);
  const size_t list_size = entries.empty() ? 0 : header_size(entries_size) + entries_size;  // absent, never empty
  const size_t tbs_content = head.size() + list_size + tail.size();
  const size_t tbs_size = header_size(tbs_content) + tbs_content;

  // Room for the outer header is left in front, since its length is known only when the signature is.
  constexpr size_t kRoom = 10, kTrailerSize = 1024;
  Bytes out;
  out.reserve(kRoom + tbs_size + kTrailerSize);
  out.resize(kRoom);
  put_header(out, der::kSequence, tbs_content);
  append(out, head);
  if (!entries.empty()) {
    put_header(out, der::kSequence, entries_size);
    TimeCache times;
    for (const auto& entry : entries) put_entry(out, entry, times);
  }
  append(out, tail);
  CHECK(out.size() == kRoom + tbs_size);

  TRY_ASSIGN(const Bytes signature, signer.sign(ByteView{out}.subspan(kRoom)));
  append(out, algorithm);
  append(out, der::bit_string(signature_bits(signer.algorithm(), signature)));
  Bytes outer;
  put_header(outer, der::kSequence, out.size() - kRoom);
  std::copy(outer.begin(), outer.end(), out.begin() + static_cast<std::ptrdiff_t>(kRoom - outer.size()));
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kRoom - outer.size()));
  return out;
}

}  // namespace mitome::x509
