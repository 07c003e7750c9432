#include "apps/town/memory_silicon.h"

namespace mitome::town {

Result<std::optional<Bytes>> MemoryPlatform::read(card::Slot slot) {
  const auto found = slots_.find(slot);
  if (found == slots_.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{found->second};
}

Result<void> MemoryPlatform::write(card::Slot slot, ByteView value) {
  slots_[slot] = to_bytes(value);
  return {};
}

Result<void> MemoryPlatform::erase(card::Slot slot) {
  slots_.erase(slot);
  return {};
}

Result<crypto::PublicKey> MemoryPlatform::generate_key(card::Slot slot) {
  keys_.erase(slot);
  return keys_.emplace(slot, keys_source_.generate(crypto::KeyType::kRsa)).first->second.public_key();
}

Result<crypto::PublicKey> MemoryPlatform::public_key(card::Slot slot) {
  const auto found = keys_.find(slot);
  if (found == keys_.end()) return Error{Reason::NOT_FOUND, "no key in this slot"};
  return found->second.public_key();
}

Result<Bytes> MemoryPlatform::sign(card::Slot slot, card::RsaPadding padding, ByteView input) {
  const auto found = keys_.find(slot);
  if (found == keys_.end()) return Error{Reason::NOT_FOUND, "no key in this slot"};
  return padding == card::RsaPadding::kPss ? found->second.sign_pss_digest(input) : found->second.sign_pkcs1_raw(input);
}

Result<std::optional<Bytes>> MemorySilicon::load(std::string_view area) {
  const auto found = areas_.find(area);
  if (found == areas_.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{found->second};
}

Result<void> MemorySilicon::store(std::string_view area, ByteView bytes) {
  areas_.insert_or_assign(std::string{area}, to_bytes(bytes));
  return {};
}

}  // namespace mitome::town
