#pragma once

#include <cmath>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"

namespace mitome::cbor {

/// CBOR out (RFC 8949): definite lengths, minimal heads. Map order is the caller's: for deterministic
/// encoding (4.2.1) write keys in the order of their encoded bytes. Counts are not checked against
/// what follows; tests read everything back.
class Writer {
 public:
  Writer& uint(uint64_t value) { return head(0, value); }
  Writer& integer(int64_t value);
  Writer& bytes(ByteView value);
  /// The head of a byte string whose content the caller writes next.
  Writer& bytes_head(size_t size) { return head(2, size); }
  Writer& text(std::string_view value);
  Writer& array(size_t count) { return head(4, count); }
  Writer& map(size_t pairs) { return head(5, pairs); }
  Writer& tag(uint64_t number) { return head(6, number); }
  Writer& boolean(bool value);
  Writer& null();
  /// A simple value, 0 to 23 or 32 to 255 (CHECK).
  Writer& simple(uint8_t value);
  /// The shortest of half, single and double that keeps the value (RFC 8949 4.2.2).
  Writer& floating(double value);
  /// Bytes that are already CBOR, as they are.
  Writer& raw(ByteView encoded);
  /// #6.24(bstr .cbor encoded)
  Writer& embedded(ByteView encoded) { return tag(24).bytes(encoded); }
  void reserve(size_t size) { out_.reserve(size); }
  size_t size() const { return out_.size(); }
  /// Empty again; the memory stays.
  void clear() { out_.clear(); }

  const Bytes& view() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  Writer& head(uint8_t major, uint64_t argument);
  Bytes out_;
};

}  // namespace mitome::cbor
