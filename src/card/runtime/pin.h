// PIN counters that survive a torn card: lower the counter durably, compare in constant time, raise it again durably only
// after success (threats CRD-1 to CRD-3).
#pragma once

#include "card/platform.h"
#include "crypto/secret.h"

namespace mitome::card {

/// The bytes of Part::kPin: one byte of length and 16 bytes padded with zeros, so that a comparison touches the same bytes
/// whatever the PINs are.
inline constexpr size_t kPinReferenceSize = 1 + crypto::Pin::kMaxSize;
crypto::SecretBytes encode_pin_reference(const crypto::Pin& pin);

/// Whether the candidate is the reference. No branch and no index depends on either's bytes (tests/pin_timing proves it).
bool pin_matches(ByteView reference, const crypto::Pin& candidate);

enum class PinVerdict : uint8_t { kGood, kWrong, kBlocked };
struct PinOutcome {
  PinVerdict verdict;
  uint8_t tries_left;
};

/// One PIN of an applet. `limit` is how many wrong tries it takes to block it.
class PinSlot {
 public:
  PinSlot(Platform& platform, AppletId applet, uint16_t file, uint8_t limit)
      : platform_(platform), applet_(applet), file_(file), limit_(limit) {}

  /// Never over the limit, whatever the memory says; a counter that was never written is 0. STORAGE_FAILED.
  Result<uint8_t> tries_left();
  /// One try. STORAGE_FAILED: not verified; the counter may be lower, and is never higher than it was.
  Result<PinOutcome> verify(const crypto::Pin& candidate);
  /// A new reference, tries at the limit: for issuance, and for a change after verify().
  Result<void> set(const crypto::Pin& pin);

 private:
  Result<void> write_tries(uint8_t tries);

  Platform& platform_;
  AppletId applet_;
  uint16_t file_;
  uint8_t limit_;
};

}  // namespace mitome::card
