// BER-TLV as ISO/IEC 7816-4 5.2.2 writes data objects: tags of up to three bytes, lengths of up to four.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::tlv {

struct Element {
  uint32_t tag;      ///< as its bytes read, e.g. 0xFF20, 0xDF22, 0x7F21
  ByteView value;    ///< into the parsed bytes
  ByteView encoded;  ///< tag, length and value
};

/// Reads one element from the front of `rest` and moves it on. A length over the rest, an indefinite
/// length, or a tag of over three bytes: MALFORMED. Lengths need not be minimal.
Result<Element> read(ByteView& rest);

/// All elements of `bytes`, up to the end or to filler bytes FF FF / 00 (as card files have behind their object).
/// Over 256 elements: LIMIT_EXCEEDED.
Result<std::vector<Element>> read_all(ByteView bytes);

/// The element with this tag among `elements`; MALFORMED, naming the tag, when absent or there twice.
Result<Element> get(const std::vector<Element>& elements, uint32_t tag);

/// Tag, minimal length, value.
Bytes encode(uint32_t tag, ByteView value);

}  // namespace mitome::tlv
