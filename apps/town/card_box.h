// A card of the town: its silicon, kept, and its chip while it has power. Safe to use from several threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "apps/town/storage.h"
#include "apps/town/switchboard.h"
#include "card/runtime/chip.h"
#include "card/runtime/software_platform.h"

namespace mitome::town {

class BoxedCard final : public apdu::ApduChannel {
 public:
  /// A blank chip, which nothing is kept of until keep() names it.
  BoxedCard(crypto::KeySource& keys, crypto::Random& random, Storage& storage, Interceptor* interceptor);
  /// The card that the storage has as "chips/NAME". NOT_FOUND.
  static Result<std::unique_ptr<BoxedCard>> take_out(const std::string& name, crypto::KeySource& keys, crypto::Random& random,
                                                     Storage& storage, Interceptor* interceptor);

  card::SoftwarePlatform& platform() { return *platform_; }
  /// From now on every change of the silicon is durable.
  Result<void> keep(const std::string& name);

  /// Power on: the chip forgets who was verified.
  Result<void> power_cycle();
  void power_off();
  /// CARD_SILENT without power.
  Result<Bytes> transmit(ByteView command) override;

 private:
  void put_in(card::Silicon silicon);

  crypto::KeySource& keys_;
  crypto::Random& random_;
  Storage& storage_;
  Interceptor* interceptor_;
  std::string name_;
  std::unique_ptr<card::SoftwarePlatform> platform_;
  std::mutex mutex_;  // over the chip: one command at a time
  std::unique_ptr<card::Chip> chip_;
};

}  // namespace mitome::town
