// Chips and databases of a town that lives as long as its process: what a card's and a phone's silicon would keep.
#pragma once

#include <map>

#include "card/platform.h"
#include "phone/silicon.h"

namespace mitome::town {

/// A card's silicon in memory.
class MemoryPlatform final : public card::Platform {
 public:
  MemoryPlatform(crypto::KeySource& keys, crypto::Random& random) : keys_source_(keys), random_(random) {}

  Result<std::optional<Bytes>> read(card::Slot slot) override;
  Result<void> write(card::Slot slot, ByteView value) override;
  Result<void> erase(card::Slot slot) override;
  Result<crypto::PublicKey> generate_key(card::Slot slot) override;
  Result<crypto::PublicKey> public_key(card::Slot slot) override;
  Result<Bytes> sign(card::Slot slot, card::RsaPadding padding, ByteView input) override;
  crypto::Random& random() override { return random_; }

 private:
  crypto::KeySource& keys_source_;
  crypto::Random& random_;
  std::map<card::Slot, Bytes> slots_;
  std::map<card::Slot, crypto::PrivateKey> keys_;
};

/// The inside of a phone's chips in memory; it outlives the phone that is switched off and on.
class MemorySilicon final : public phone::Silicon {
 public:
  Result<std::optional<Bytes>> load(std::string_view area) override;
  Result<void> store(std::string_view area, ByteView bytes) override;

 private:
  std::map<std::string, Bytes, std::less<>> areas_;
};

}  // namespace mitome::town
