// CRLs are written straight into one buffer: a million entries through a tree of elements would cost seconds.
#include <algorithm>

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

/// Writes into room that was measured before; every step stays within it.
class Cursor {
 public:
  explicit Cursor(std::span<uint8_t> room) : at_(room.data()), end_(room.data() + room.size()) {}
  void put(uint8_t octet) {
    CHECK(at_ != end_);
    *at_++ = octet;
  }
  void put(ByteView bytes) {
    CHECK(bytes.size() <= static_cast<size_t>(end_ - at_));
    at_ = std::copy(bytes.begin(), bytes.end(), at_);
  }
  void header(uint8_t tag, size_t content) {
    put(tag);
    const size_t octets = header_size(content) - 2;
    if (octets == 0) {
      put(static_cast<uint8_t>(content));
      return;
    }
    put(static_cast<uint8_t>(0x80 | octets));
    for (size_t i = octets; i-- > 0;) put(static_cast<uint8_t>(content >> (8 * i)));
  }
  bool full() const { return at_ == end_; }

 private:
  uint8_t* at_;
  uint8_t* end_;
};

/// The DER of times of which most fall on the day of the one before: only then is the calendar asked.
class TimeEncoder {
 public:
  ByteView encode(Instant instant) {
    const auto day = std::chrono::floor<Days>(instant);
    if (encoded_.empty() || day != day_) {
      encoded_ = der::time(day);
      day_ = day;
    }
    const auto second = static_cast<unsigned>((instant - day).count());
    two_digits(7, second / 3600);
    two_digits(5, second / 60 % 60);
    two_digits(3, second % 60);
    return encoded_;
  }

 private:
  /// `from_end` counts from the Z, which is 1.
  void two_digits(size_t from_end, unsigned value) {
    uint8_t* at = encoded_.data() + encoded_.size() - from_end;
    at[0] = static_cast<uint8_t>('0' + value / 10);
    at[1] = static_cast<uint8_t>('0' + value % 10);
  }
  Bytes encoded_;
  std::chrono::sys_days day_;
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

void put_entry(Cursor& out, const RevokedEntry& entry, TimeEncoder& times) {
  out.header(der::kSequence, entry_content_size(entry));
  out.header(der::kInteger, serial_size(entry.serial));
  if (entry.serial[0] >= 0x80) out.put(0);
  out.put(entry.serial);
  out.put(times.encode(entry.revoked_at));
  if (entry.reason != 0) {
    out.put(kReasonExtension);
    out.put(entry.reason);
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
  out.resize(kRoom + tbs_size);
  Cursor cursor{std::span{out}.subspan(kRoom)};
  cursor.header(der::kSequence, tbs_content);
  cursor.put(head);
  if (!entries.empty()) {
    cursor.header(der::kSequence, entries_size);
    TimeEncoder times;
    for (const auto& entry : entries) put_entry(cursor, entry, times);
  }
  cursor.put(tail);
  CHECK(cursor.full());

  TRY_ASSIGN(const Bytes signature, signer.sign(ByteView{out}.subspan(kRoom)));
  append(out, algorithm);
  append(out, der::bit_string(signature_bits(signer.algorithm(), signature)));
  const size_t outer_size = header_size(out.size() - kRoom);
  Cursor{std::span{out}.subspan(kRoom - outer_size, outer_size)}.header(der::kSequence, out.size() - kRoom);
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kRoom - outer_size));
  return out;
}

}  // namespace mitome::x509
