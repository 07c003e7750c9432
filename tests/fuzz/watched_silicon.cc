#include "tests/fuzz/watched_silicon.h"

#include <algorithm>

#include "card/runtime/pin.h"
#include "protocol/jpki/identifiers.h"
#include "testing/card_maker.h"

namespace mitome::fuzz {

const std::vector<KnownPin>& known_pins() {
  using namespace jpki;
  using namespace testing;
  const auto pin = [](AppletId applet, uint16_t file) { return Slot{applet, file, Part::kPin}; };
  static const std::vector<KnownPin> pins{
      {pin(AppletId::kJpki, kAuthPin), kJpkiAid, kTestAuthPin, kAuthTries},
      {pin(AppletId::kJpki, kSignPin), kJpkiAid, kTestSignPin, kSignTries},
      {pin(AppletId::kText, kTextPin), kTextAid, kTestTextPin, kTextTries},
      {pin(AppletId::kText, kNumberAPin), kTextAid, kTestMyNumber, kNumberTries},
      {pin(AppletId::kText, kNumberBPin), kTextAid, kTestNumberB, kNumberTries},
      {pin(AppletId::kSurface, kSurfaceBirthPin), kSurfaceAid, kTestBirthPin, kNumberTries},
      {pin(AppletId::kSurface, kSurfaceNumberBPin), kSurfaceAid, kTestNumberB, kNumberTries},
      {pin(AppletId::kSurface, kSurfaceNumberAPin), kSurfaceAid, kTestMyNumber, kNumberTries},
      {pin(AppletId::kJuki, kJukiPin), kJukiAid, kTestJukiPin, kJukiTries},
      {pin(AppletId::kCommon, kJukiPin), kCommonAid, kTestJukiPin, kJukiTries},
  };
  return pins;
}

// -- what is issued

WatchedSilicon::WatchedSilicon(TokenProfile profile) : profile_(profile) {
  static testing::CardMaker maker;
  maker.issue(*this, {.profile = profile});
  add_secrets();
  watching_ = true;
}

/// Bytes that occur nowhere else, so that an answer that shows some of them can be told.
void WatchedSilicon::add_secret(AppletId applet, uint16_t file, std::initializer_list<uint16_t> pins) {
  Secret secret{{applet, file, Part::kContent}, {}};
  for (const uint16_t pin : pins) secret.opened_by.push_back({applet, pin, Part::kPin});
  const bool record = applet == AppletId::kJuki;
  if (!record) issued_[secret.slot] = testing::SeededRandom{secrets_.size() + 1000}.bytes(600);
  secrets_.push_back(std::move(secret));
}

void WatchedSilicon::add_secrets() {
  using namespace jpki;
  add_secret(AppletId::kJpki, kSignCertificateFile, {kSignPin});
  if (profile_ == TokenProfile::kAndroid) add_secret(AppletId::kJpki, kAuthCertificateFile, {kAuthPin});
  add_secret(AppletId::kText, kMyNumberFile, {kTextPin, kNumberAPin});
  add_secret(AppletId::kText, kAttributesFile, {kTextPin, kNumberBPin});
  add_secret(AppletId::kText, kIntegrityFile, {kTextPin});
  add_secret(AppletId::kSurface, kSurfaceAgeFile, {kSurfaceBirthPin});
  add_secret(AppletId::kSurface, kSurfaceFaceFile, {kSurfaceNumberBPin, kSurfaceNumberAPin});
  add_secret(AppletId::kSurface, kSurfaceNumberFile, {kSurfaceNumberAPin});
  add_secret(AppletId::kJuki, kJukiRecordFile, {kJukiPin});
}

std::optional<Bytes> WatchedSilicon::at(Slot slot) const {
  for (const auto* memory : {&changed_, &issued_}) {
    if (const auto found = memory->find(slot); found != memory->end()) return found->second;
  }
  return std::nullopt;
}

Bytes WatchedSilicon::pin_value(Slot pin) const {
  const Bytes reference = at(pin).value();
  CHECK(reference.size() == card::kPinReferenceSize && reference[0] < reference.size());
  return to_bytes(ByteView{reference}.subspan(1, reference[0]));
}

std::set<Slot> WatchedSilicon::pins_that_changed() const {
  std::set<Slot> pins;
  for (const auto& [slot, value] : changed_) pins.insert({slot.applet, slot.file, Part::kPin});
  return pins;
}

// -- what the chip may do

bool WatchedSilicon::open(const Secret& secret) const {
  if (secret.slot.applet == AppletId::kJpki && secret.slot.file == jpki::kSignCertificateFile &&
      profile_ == TokenProfile::kPhone && operation_ == card::UserOperation::kSigning)
    return true;
  return std::any_of(secret.opened_by.begin(), secret.opened_by.end(),
                     [this](Slot pin) { return verified_.contains(pin); });
}

/// CRD-11: not even looked at before its PIN. CRD-1: a PIN is compared only after its try was taken.
void WatchedSilicon::may_read(Slot slot) const {
  CHECK(command_.has_value());
  if (slot.part == Part::kPin) CHECK(lowered_ == slot);
  if (slot.part != Part::kContent) return;
  const bool dark = profile_ == TokenProfile::kPhone && operation_ == card::UserOperation::kNone;
  CHECK(slot.applet != AppletId::kJpki || !dark);
  for (const Secret& secret : secrets_) CHECK(secret.slot != slot || open(secret));
}

/// Down by one for each real VERIFY; up only by the right PIN, after its try was taken, or by a change after VERIFY.
void WatchedSilicon::may_write_tries(Slot slot, ByteView value) {
  const Slot pin{slot.applet, slot.file, Part::kPin};
  CHECK(value.size() == 1);
  if (value[0] < tries(pin)) {
    CHECK(is(0x00, 0x20) && !command_->data.empty() && value[0] == tries(pin) - 1 && !lowered_);
    lowered_ = pin;
    return;
  }
  const auto known =
      std::find_if(known_pins().begin(), known_pins().end(), [&](const KnownPin& each) { return each.slot == pin; });
  CHECK(known != known_pins().end() && value[0] == known->limit);
  if (is_change()) {
    CHECK(replaced_ == pin);
    return;
  }
  CHECK(is(0x00, 0x20) && lowered_ == pin && command_->data == pin_value(pin));
  raised_ = pin;
}

void WatchedSilicon::may_write_pin(Slot slot, ByteView value) {
  CHECK(is_change() && verified_.contains(slot) && !replaced_);
  CHECK(equal(value, card::encode_pin_reference(crypto::Pin::from_command(command_->data).value()).reveal()));
  replaced_ = slot;
}

/// CRD-5, CRD-9: its PIN was verified since the last selection, for the signing key in this very turn; or the phone's
/// holder agreed.
void WatchedSilicon::may_sign(Slot slot) const {
  CHECK(!signed_);
  if (slot == card::kCommonKeySlot) {
    CHECK(is(0x00, 0x88));
    return;
  }
  CHECK(is(0x80, 0x2A) && (slot == card::kAuthKeySlot || slot == card::kSignKeySlot));
  const bool signing = slot == card::kSignKeySlot;
  const Slot pin{AppletId::kJpki, signing ? jpki::kSignPin : jpki::kAuthPin, Part::kPin};
  const bool by_pin = signing ? fresh_.contains(pin) : verified_.contains(pin);
  if (profile_ != TokenProfile::kPhone) {
    CHECK(by_pin);
    return;
  }
  CHECK(consumed_);
  CHECK(by_pin || operation_ == (signing ? card::UserOperation::kSigning : card::UserOperation::kAuthentication));
}

Result<std::optional<Bytes>> WatchedSilicon::read(Slot slot) {
  if (torn_) return Error{Reason::STORAGE_FAILED, "no power"};
  if (performing_) may_read(slot);
  return at(slot);
}

Result<void> WatchedSilicon::write(Slot slot, ByteView value) {
  if (torn_) return Error{Reason::STORAGE_FAILED, "no power"};
  if (!watching_) {
    issued_[slot] = to_bytes(value);
    return {};
  }
  CHECK(slot.part == Part::kTries || slot.part == Part::kPin);
  if (slot.part == Part::kTries) may_write_tries(slot, value);
  if (slot.part == Part::kPin) may_write_pin(slot, value);
  torn_ = tear_in_ == size_t{0};
  if (tear_in_ && !torn_) --*tear_in_;
  if (!torn_ || tear_after_) changed_[slot] = to_bytes(value);
  return torn_ ? Result<void>{Error{Reason::STORAGE_FAILED, "no power"}} : Result<void>{};
}

Result<void> WatchedSilicon::erase(Slot slot) {
  CHECK(!watching_);
  issued_.erase(slot);
  return {};
}

Result<crypto::PublicKey> WatchedSilicon::generate_key(Slot slot) {
  CHECK(!watching_);
  return public_keys_.emplace(slot, keys_.generate(crypto::KeyType::kRsa).public_key()).first->second;
}

Result<crypto::PublicKey> WatchedSilicon::public_key(Slot slot) { return public_keys_.at(slot); }

/// Nothing is signed in truth: that would be nearly all of a run's time.
Result<Bytes> WatchedSilicon::sign(Slot slot, card::RsaPadding padding, ByteView input) {
  CHECK(!torn_ && (padding == card::RsaPadding::kPss ? input.size() == 32 : !input.empty() && input.size() <= 245));
  may_sign(slot);
  signed_ = true;
  if (slot == card::kSignKeySlot) fresh_.erase({AppletId::kJpki, jpki::kSignPin, Part::kPin});
  return Bytes(256, 0x5A);
}

bool WatchedSilicon::consume_signature() {
  consumed_ = std::exchange(signature_left_, false);
  return consumed_;
}

void WatchedSilicon::operation_ended() {
  operation_ = card::UserOperation::kNone;
  signature_left_ = false;
  std::erase_if(verified_, [](Slot pin) { return pin.applet == AppletId::kJpki; });
  std::erase_if(fresh_, [](Slot pin) { return pin.applet == AppletId::kJpki; });
}

// -- what it may answer

void WatchedSilicon::judge_leaks(ByteView data) const {
  constexpr size_t kTooMuchForChance = 8;
  if (data.size() < kTooMuchForChance) return;
  for (const Secret& secret : secrets_) {
    const Bytes content = at(secret.slot).value();
    CHECK(open(secret) || as_text(content).find(as_text(data)) == std::string_view::npos);
  }
}

void WatchedSilicon::judge_verify(apdu::StatusWord sw) {
  if (sw == apdu::kSuccess) {
    CHECK(raised_.has_value());
    verified_.insert(*raised_);
    fresh_.insert(*raised_);
  } else if (lowered_) {
    verified_.erase(*lowered_);
    fresh_.erase(*lowered_);
    CHECK(torn_ || sw == (0x63C0 | tries(*lowered_)));
  }
}

void WatchedSilicon::judge(const apdu::ResponseApdu& answer) {
  performing_ = false;
  CHECK(answer.data.size() <= (command_ && command_->le ? *command_->le : 0));
  CHECK(answer.data.empty() || answer.sw == apdu::kSuccess || answer.sw == apdu::kEndOfFile ||
        (answer.sw & 0xFF00) == apdu::kMoreData);
  CHECK(answer.sw != apdu::kMemoryFailure || torn_);
  CHECK(!signed_ || !answer.data.empty());
  judge_leaks(answer.data);
  if (!command_) return;
  if (is(0x00, 0x20) && !command_->data.empty()) judge_verify(answer.sw);
  if (is(0x80, 0x2A) && answer.sw == apdu::kSuccess) CHECK(signed_ && answer.data.size() == 256);
  if (is(0x00, 0xA4) && command_->p1 == 0x04 && answer.sw == apdu::kSuccess) {
    const bool dark = profile_ == TokenProfile::kPhone && operation_ == card::UserOperation::kNone;
    CHECK(!dark || !equal(command_->data, jpki::kJpkiAid));
    forget();
  }
}

}  // namespace mitome::fuzz
