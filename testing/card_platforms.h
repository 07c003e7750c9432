// Chips that tests can tear, and phones whose holder is a line of the test.
#pragma once

#include "card/runtime/software_platform.h"

namespace mitome::testing {

/// Loses power at one chosen write, and answers nothing from then on: a card pulled out of the reader. Counts writes until then.
class TearingPlatform final : public card::Platform {
 public:
  enum class Moment : uint8_t { kBeforeWrite, kAfterWrite };  ///< is the old or the new value in the slot?

  explicit TearingPlatform(card::Platform& silicon) : silicon_(silicon) {}
  /// The n-th write from now, counted from 0, is the last thing that happens.
  void tear_at(size_t n, Moment moment) {
    tear_at_ = writes_ + n;
    moment_ = moment;
  }
  size_t writes() const { return writes_; }
  bool torn() const { return torn_; }

  Result<std::optional<Bytes>> read(card::Slot slot) override;
  Result<void> write(card::Slot slot, ByteView value) override;
  Result<void> erase(card::Slot slot) override;
  Result<crypto::PublicKey> generate_key(card::Slot slot) override;
  Result<crypto::PublicKey> public_key(card::Slot slot) override;
  Result<Bytes> sign(card::Slot slot, card::RsaPadding padding, ByteView input) override;
  crypto::Random& random() override { return silicon_.random(); }

 private:
  template <typename Change>
  Result<void> change(Change&& apply);

  card::Platform& silicon_;
  size_t writes_ = 0;
  std::optional<size_t> tear_at_;
  Moment moment_ = Moment::kBeforeWrite;
  bool torn_ = false;
};

/// A phone's secure element with the holder's agreement as a switch.
class PhonePlatform final : public card::SoftwarePlatform {
 public:
  using SoftwarePlatform::SoftwarePlatform;
  /// Face or finger was shown for one operation.
  void agree(card::UserOperation operation) {
    operation_ = operation;
    signature_left_ = true;
  }
  card::UserOperation user_operation() override { return operation_; }
  bool consume_signature() override { return std::exchange(signature_left_, false); }
  void operation_ended() override {
    operation_ = card::UserOperation::kNone;
    signature_left_ = false;
  }

 private:
  card::UserOperation operation_ = card::UserOperation::kNone;
  bool signature_left_ = false;
};

}  // namespace mitome::testing
