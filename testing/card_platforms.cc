#include "testing/card_platforms.h"

namespace mitome::testing {
namespace {

Error dead() { return {Reason::STORAGE_FAILED, "no power"}; }

}  // namespace

template <typename Change>
Result<void> TearingPlatform::change(Change&& apply) {
  if (torn_) return dead();
  const bool now = tear_at_ == writes_;
  ++writes_;
  if (!now) return apply();
  torn_ = true;
  if (moment_ == Moment::kAfterWrite) TRY(apply());
  return dead();
}

Result<std::optional<Bytes>> TearingPlatform::read(card::Slot slot) {
  if (torn_) return dead();
  return silicon_.read(slot);
}

Result<void> TearingPlatform::write(card::Slot slot, ByteView value) {
  return change([&] { return silicon_.write(slot, value); });
}

Result<void> TearingPlatform::erase(card::Slot slot) {
  return change([&] { return silicon_.erase(slot); });
}

Result<crypto::PublicKey> TearingPlatform::generate_key(card::Slot slot) {
  if (torn_) return dead();
  return silicon_.generate_key(slot);
}

Result<crypto::PublicKey> TearingPlatform::public_key(card::Slot slot) {
  if (torn_) return dead();
  return silicon_.public_key(slot);
}

Result<Bytes> TearingPlatform::sign(card::Slot slot, card::RsaPadding padding, ByteView input) {
  if (torn_) return dead();
  return silicon_.sign(slot, padding, input);
}

}  // namespace mitome::testing
