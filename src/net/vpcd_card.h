// A card in the virtual reader of vsmartcard (vpcd): pcscd on the one side, a chip in this process on the other.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "protocol/apdu/apdu.h"

namespace mitome::net {

/// vpcd's first slot listens here, the second on the port behind it.
inline constexpr uint16_t kVpcdPort = 35963;

/// What vpcd says to a card, and what the card answers. Messages are two bytes of length (big endian) and a body; a body of one byte is
/// a control code: 00 power off, 01 power on, 02 reset, 04 the ATR, please. Any other body is a command APDU.
class VpcdDialogue {
 public:
  /// `power_cycle` resets the chip.
  VpcdDialogue(apdu::ApduChannel& card, std::function<void()> power_cycle) : card_(card), power_cycle_(std::move(power_cycle)) {}
  /// The body to send back; nothing for what is not answered.
  std::optional<Bytes> answer(ByteView body);
  size_t commands() const { return commands_; }

 private:
  apdu::ApduChannel& card_;
  std::function<void()> power_cycle_;
  size_t commands_ = 0;
};

/// Connects to vpcd and serves until `stop` is set (looked at twice a second) or vpcd hangs up, both good. UNREACHABLE when nothing
/// listens there. TCP_QUICKACK is armed anew before every read: with Debian's vpcd a command takes 48 ms otherwise.
Result<void> serve_vpcd(VpcdDialogue& dialogue, const std::string& host, uint16_t port, const std::atomic<bool>& stop,
                        const std::function<void()>& on_connected);

}  // namespace mitome::net
