#include "credential/statuslist/status_list.h"

#include "codec/cbor/writer.h"
#include "codec/deflate/deflate.h"

namespace mitome::statuslist {
namespace {

bool allowed(uint64_t bits) { return bits == 1 || bits == 2 || bits == 4 || bits == 8; }

}  // namespace

StatusList::StatusList(uint8_t bits, size_t size) : bits_(bits) {
  CHECK(allowed(bits));
  const size_t per_byte = 8u / bits;
  CHECK(size <= kMaxListBytes * per_byte);
  bytes_.resize((size + per_byte - 1) / per_byte);
}

Result<StatusList> StatusList::read(const cbor::Value& value) {
  TRY_ASSIGN(const auto bits_value, value.get("bits"));
  TRY_ASSIGN(const uint64_t bits, bits_value.as_uint());
  if (!allowed(bits)) return Error{Reason::MALFORMED, "bits is not 1, 2, 4 or 8"};
  TRY_ASSIGN(const auto list_value, value.get("lst"));
  TRY_ASSIGN(const ByteView compressed, list_value.as_bytes());
  TRY_ASSIGN(Bytes bytes, deflate::decompress(compressed, kMaxListBytes));
  return StatusList{static_cast<uint8_t>(bits), std::move(bytes)};
}

void StatusList::set(size_t index, uint8_t value) {
  CHECK(index < size() && value < (1u << bits_));
  const size_t per_byte = 8u / bits_, shift = index % per_byte * bits_;
  uint8_t& byte = bytes_[index / per_byte];
  const unsigned mask = ((1u << bits_) - 1) << shift;
  byte = static_cast<uint8_t>((byte & ~mask) | (static_cast<unsigned>(value) << shift));
}

uint8_t StatusList::get(size_t index) const {
  CHECK(index < size());
  const size_t per_byte = 8u / bits_, shift = index % per_byte * bits_;
  return static_cast<uint8_t>((bytes_[index / per_byte] >> shift) & ((1u << bits_) - 1));
}

Bytes StatusList::encode(int level) const {
  const Bytes compressed = deflate::compress(bytes_, level);
  cbor::Writer writer;
  writer.map(2).text("bits").uint(bits_).text("lst").bytes(compressed);
  return writer.take();
}

}  // namespace mitome::statuslist
