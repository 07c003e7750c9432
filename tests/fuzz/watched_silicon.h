// A chip's memory that judges each touch: what it knows of the rules it has from the commands that came in and from its
// own table, not from the applications. A broken rule is a failed CHECK.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "card/card_image.h"
#include "testing/fakes.h"

namespace mitome::fuzz {

using card::AppletId;
using card::Part;
using card::Slot;
using card::TokenProfile;

struct KnownPin {
  Slot slot;
  ByteView aid;
  std::string_view value;  ///< as issued
  uint8_t limit;
};

const std::vector<KnownPin>& known_pins();

class WatchedSilicon final : public card::Platform {
 public:
  /// A card with all five applications, also where the profile is a phone's: whatever the token, no application answers
  /// out of turn.
  explicit WatchedSilicon(TokenProfile profile);

  /// As it was issued.
  void restore() {
    changed_.clear();
    random_ = testing::SeededRandom{7};
    power_on();
    operation_ = card::UserOperation::kNone;
  }
  void power_on() {
    torn_ = false;
    tear_in_.reset();
    forget();
  }
  void tear(size_t writes, bool after) {
    tear_in_ = writes;
    tear_after_ = after;
  }
  bool torn() const { return torn_; }
  void agree(card::UserOperation operation) {
    operation_ = operation;
    signature_left_ = true;
  }

  /// The command that the chip is about to perform, chained parts joined; null when it must perform none.
  void begin(std::optional<apdu::CommandApdu> command) {
    performing_ = true;
    command_ = std::move(command);
    lowered_.reset();
    raised_.reset();
    replaced_.reset();
    consumed_ = signed_ = false;
  }
  /// Its answer.
  void judge(const apdu::ResponseApdu& answer);

  std::set<Slot> pins_that_changed() const;
  Bytes pin_value(Slot pin) const;
  uint8_t tries(Slot pin) const { return at({pin.applet, pin.file, Part::kTries}).value().at(0); }

  Result<std::optional<Bytes>> read(Slot slot) override;
  Result<void> write(Slot slot, ByteView value) override;
  Result<void> erase(Slot slot) override;
  Result<crypto::PublicKey> generate_key(Slot slot) override;
  Result<crypto::PublicKey> public_key(Slot slot) override;
  Result<Bytes> sign(Slot slot, card::RsaPadding padding, ByteView input) override;
  crypto::Random& random() override { return random_; }
  card::UserOperation user_operation() override { return operation_; }
  bool consume_signature() override;
  void operation_ended() override;

 private:
  struct Secret {
    Slot slot;
    std::vector<Slot> opened_by;
  };

  void add_secrets();
  void add_secret(AppletId applet, uint16_t file, std::initializer_list<uint16_t> pins);
  bool open(const Secret& secret) const;
  void forget() {
    verified_.clear();
    fresh_.clear();
  }
  std::optional<Bytes> at(Slot slot) const;
  bool is(uint8_t cla, uint8_t ins) const { return command_ && command_->cla == cla && command_->ins == ins; }
  bool is_change() const { return is(0x00, 0x24) || is(0x80, 0x32); }
  void may_read(Slot slot) const;
  void may_write_tries(Slot slot, ByteView value);
  void may_write_pin(Slot slot, ByteView value);
  void may_sign(Slot slot) const;
  void judge_verify(apdu::StatusWord sw);
  void judge_leaks(ByteView data) const;

  TokenProfile profile_;
  bool watching_ = false;
  testing::SeededRandom random_{7};
  testing::PooledKeySource keys_;
  std::map<Slot, crypto::PublicKey> public_keys_;
  std::map<Slot, Bytes> issued_, changed_;
  std::vector<Secret> secrets_;

  std::set<Slot> verified_, fresh_;  // what a right VERIFY has opened, by Part::kPin
  card::UserOperation operation_ = card::UserOperation::kNone;
  bool signature_left_ = false;
  std::optional<size_t> tear_in_;
  bool tear_after_ = false, torn_ = false;

  bool performing_ = false;
  std::optional<apdu::CommandApdu> command_;
  std::optional<Slot> lowered_, raised_, replaced_;  // the PIN whose tries or value this command changed
  bool consumed_ = false, signed_ = false;
};

}  // namespace mitome::fuzz
