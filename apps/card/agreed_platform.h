// A phone's chip whose holder has just agreed to something, as if by face or finger (simulated: docs/divergences.md). A
// card does not ask.
#pragma once

#include <utility>

#include "card/platform.h"

namespace mitome::apps {

class AgreedPlatform final : public card::Platform {
 public:
  /// `chip` must outlive it. kNone: nobody agrees to anything, and a phone lies dark.
  AgreedPlatform(card::Platform& chip, card::UserOperation agreed) : chip_(chip), agreed_(agreed) { agree(); }
  /// The holder agrees anew: one operation, with one signature in it.
  void agree() {
    open_ = agreed_;
    signature_left_ = agreed_ != card::UserOperation::kNone;
  }

  Result<std::optional<Bytes>> read(card::Slot slot) override { return chip_.read(slot); }
  Result<void> write(card::Slot slot, ByteView value) override { return chip_.write(slot, value); }
  Result<void> erase(card::Slot slot) override { return chip_.erase(slot); }
  Result<crypto::PublicKey> generate_key(card::Slot slot) override { return chip_.generate_key(slot); }
  Result<crypto::PublicKey> public_key(card::Slot slot) override { return chip_.public_key(slot); }
  Result<Bytes> sign(card::Slot slot, card::RsaPadding padding, ByteView input) override {
    return chip_.sign(slot, padding, input);
  }
  crypto::Random& random() override { return chip_.random(); }
  card::UserOperation user_operation() override { return open_; }
  bool consume_signature() override { return std::exchange(signature_left_, false); }
  void operation_ended() override {
    open_ = card::UserOperation::kNone;
    signature_left_ = false;
  }

 private:
  card::Platform& chip_;
  card::UserOperation agreed_, open_ = card::UserOperation::kNone;
  bool signature_left_ = false;
};

}  // namespace mitome::apps
