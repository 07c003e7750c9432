// DER (X.690): what X.509, OCSP and CMS need to be written, and a strict bounded reader.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace mitome::der {

inline constexpr uint8_t kBoolean = 0x01, kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05,
                         kOid = 0x06, kEnumerated = 0x0A, kUtf8String = 0x0C, kPrintableString = 0x13,
                         kIa5String = 0x16, kUtcTime = 0x17, kGeneralizedTime = 0x18, kSequence = 0x30, kSet = 0x31;

/// Context tags: [n] IMPLICIT primitive is context(n), [n] EXPLICIT or constructed is constructed(n).
constexpr uint8_t context(uint8_t n) { return static_cast<uint8_t>(0x80 | n); }
constexpr uint8_t constructed(uint8_t n) { return static_cast<uint8_t>(0xA0 | n); }

// Writing: each returns the whole element.
Bytes element(uint8_t tag, ByteView content);
Bytes element(uint8_t tag, std::initializer_list<ByteView> content);
Bytes sequence(std::initializer_list<ByteView> content);
Bytes set(std::initializer_list<ByteView> content);
Bytes boolean(bool value);
Bytes integer(int64_t value);
/// A non-negative integer from its big-endian magnitude; a leading zero is added or removed as DER asks.
Bytes integer(ByteView magnitude);
Bytes enumerated(uint8_t value);
Bytes null();
/// "1.2.392.200149.8.5.5.1"; CHECKs the form, since OIDs are constants of ours.
Bytes oid(std::string_view dotted);
Bytes octet_string(ByteView content);
/// Whole bytes, or with the count of unused bits.
Bytes bit_string(ByteView content, uint8_t unused_bits = 0);
Bytes utf8_string(std::string_view text);
Bytes printable_string(std::string_view text);
Bytes ia5_string(std::string_view text);
/// UTCTime through 2049, GeneralizedTime after (RFC 5280 4.1.2.5).
Bytes time(Instant instant);
Bytes generalized_time(Instant instant);

/// Strict DER in: definite minimal lengths, one-byte tags, nothing beyond the view.
struct Element {
  uint8_t tag;
  ByteView content;
  ByteView encoded;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  /// The tag of the next element, 0 at the end.
  uint8_t peek() const { return rest_.empty() ? 0 : rest_[0]; }
  /// The next element whatever it is; MALFORMED.
  Result<Element> next();
  /// The next element, which must have this tag; MALFORMED.
  Result<Element> expect(uint8_t tag);
  /// MALFORMED if anything remains.
  Result<void> finish() const;

 private:
  ByteView rest_;
};

Result<std::string> oid_text(ByteView content);         ///< "1.2.840…" from an OID's content
Result<Instant> time_value(const Element& element);     ///< UTCTime or GeneralizedTime, Z, no fraction
Result<int64_t> small_integer(const Element& element);  ///< INTEGER or ENUMERATED that fits int64
Result<bool> boolean_value(const Element& element);

}  // namespace mitome::der
