#include "apps/town/card_box.h"

#include "card/card_image.h"

namespace mitome::town {

BoxedCard::BoxedCard(crypto::KeySource& keys, crypto::Random& random, Storage& storage, Interceptor* interceptor)
    : keys_(keys), random_(random), storage_(storage), interceptor_(interceptor) {
  put_in({});
}

void BoxedCard::put_in(card::Silicon silicon) {
  platform_ = std::make_unique<card::SoftwarePlatform>(random_, keys_, std::move(silicon), [this](ByteView bytes) -> Result<void> {
    if (name_.empty()) return {};
    return storage_.save("chips/" + name_, bytes);
  });
}

Result<std::unique_ptr<BoxedCard>> BoxedCard::take_out(const std::string& name, crypto::KeySource& keys, crypto::Random& random,
                                                       Storage& storage, Interceptor* interceptor) {
  TRY_ASSIGN(const auto saved, storage.load("chips/" + name));
  if (!saved) return Error{Reason::NOT_FOUND, "no such card: " + name};
  TRY_ASSIGN(card::Silicon silicon, card::Silicon::parse(saved->reveal()));
  auto card = std::make_unique<BoxedCard>(keys, random, storage, interceptor);
  card->put_in(std::move(silicon));
  card->name_ = name;
  return card;
}

Result<void> BoxedCard::keep(const std::string& name) {
  name_ = name;
  const crypto::SecretBytes encoded = platform_->silicon().encode();
  return storage_.save("chips/" + name_, encoded.reveal());
}

Result<void> BoxedCard::power_cycle() {
  const std::lock_guard lock{mutex_};
  chip_.reset();
  TRY_ASSIGN(chip_, card::boot(*platform_));
  return {};
}

void BoxedCard::power_off() {
  const std::lock_guard lock{mutex_};
  chip_.reset();
}

Result<Bytes> BoxedCard::transmit(ByteView command) {
  const std::lock_guard lock{mutex_};
  if (chip_ == nullptr) return Error{Reason::CARD_SILENT, "no power"};
  WatchedChannel watched{name_, *chip_, interceptor_};
  return watched.transmit(command);
}

}  // namespace mitome::town
