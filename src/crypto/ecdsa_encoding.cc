// ECDSA signatures between raw r‖s (RFC 9053 2.1, ISO/IEC 18013-5) and Ecdsa-Sig-Value (RFC 3279 2.2.3).
#include "codec/der/der.h"
#include "crypto/key.h"

#include <algorithm>

namespace mitome::crypto {
namespace {

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"ECDSA signature: "} + what}; }

/// Writes one INTEGER into out at its end, right-aligned in `coordinate` bytes.
Result<void> append_integer(Bytes& out, ByteView content, size_t coordinate) {
  if (content.empty() || content[0] >= 0x80) return malformed("an integer that is empty or negative");
  if (content[0] == 0 && content.size() > 1) {
    if (content[1] < 0x80) return malformed("an integer that is not minimal");
    content = content.subspan(1);
  }
  if (content.size() > coordinate) return malformed("an integer that is too large");
  out.insert(out.end(), coordinate - content.size(), 0);
  append(out, content);
  return {};
}

}  // namespace

Result<Bytes> ecdsa_raw_to_der(ByteView raw) {
  if (raw.size() != 64 && raw.size() != 96) return malformed("neither 64 nor 96 bytes");
  const Bytes r = der::integer(raw.first(raw.size() / 2));
  const Bytes s = der::integer(raw.subspan(raw.size() / 2));
  return der::sequence({r, s});
}

Result<Bytes> ecdsa_der_to_raw(ByteView der, size_t coordinate) {
  der::Reader outer{der};
  TRY_ASSIGN(const der::Element sequence, outer.expect(der::kSequence));
  TRY(outer.finish());
  der::Reader inner{sequence.content};
  TRY_ASSIGN(const der::Element r, inner.expect(der::kInteger));
  TRY_ASSIGN(const der::Element s, inner.expect(der::kInteger));
  TRY(inner.finish());
  Bytes out;
  out.reserve(2 * coordinate);
  TRY(append_integer(out, r.content, coordinate));
  TRY(append_integer(out, s.content, coordinate));
  return out;
}

}  // namespace mitome::crypto
