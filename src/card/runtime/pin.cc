#include "card/runtime/pin.h"

#include <algorithm>
#include <array>

namespace mitome::card {
namespace {

using Reference = std::array<uint8_t, kPinReferenceSize>;

void fill_reference(std::span<uint8_t, kPinReferenceSize> out, const crypto::Pin& pin) {
  const ByteView bytes = pin.reveal();
  std::fill(out.begin(), out.end(), uint8_t{0});
  out[0] = static_cast<uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.begin() + 1);
}

}  // namespace

crypto::SecretBytes encode_pin_reference(const crypto::Pin& pin) {
  Bytes reference(kPinReferenceSize);
  fill_reference(std::span<uint8_t, kPinReferenceSize>{reference}, pin);
  return crypto::SecretBytes{std::move(reference)};
}

bool pin_matches(ByteView reference, const crypto::Pin& candidate) {
  Reference tried;
  fill_reference(tried, candidate);
  const bool same = crypto::equal_constant_time(reference, tried);
  crypto::wipe(tried);
  return same;
}

Result<uint8_t> PinSlot::tries_left() {
  TRY_ASSIGN(const auto stored, platform_.read({applet_, file_, Part::kTries}));
  if (!stored || stored->size() != 1 || (*stored)[0] > limit_) return uint8_t{0};
  return (*stored)[0];
}

Result<void> PinSlot::write_tries(uint8_t tries) {
  return platform_.write({applet_, file_, Part::kTries}, ByteView{&tries, 1});
}

Result<PinOutcome> PinSlot::verify(const crypto::Pin& candidate) {
  TRY_ASSIGN(const uint8_t tries, tries_left());
  if (tries == 0) return PinOutcome{PinVerdict::kBlocked, 0};  // not compared: a blocked card is no oracle (CRD-6)
  const uint8_t left = static_cast<uint8_t>(tries - 1);
  TRY(write_tries(left));
  TRY_ASSIGN(auto stored, platform_.read({applet_, file_, Part::kPin}));
  if (!stored) return Error{Reason::STORAGE_FAILED, "no reference PIN"};
  const crypto::SecretBytes reference{std::move(*stored)};
  if (!pin_matches(reference.reveal(), candidate)) return PinOutcome{PinVerdict::kWrong, left};
  TRY(write_tries(limit_));
  return PinOutcome{PinVerdict::kGood, limit_};
}

Result<void> PinSlot::set(const crypto::Pin& pin) {
  const crypto::SecretBytes reference = encode_pin_reference(pin);
  TRY(platform_.write({applet_, file_, Part::kPin}, reference.reveal()));
  return write_tries(limit_);
}

}  // namespace mitome::card
