#include "card/runtime/chip.h"

#include <algorithm>

#include "codec/tlv/tlv.h"
#include "crypto/secret.h"

namespace mitome::card {
namespace {

using apdu::CommandApdu;
using apdu::ResponseApdu;

constexpr uint8_t kChainingBit = 0x10;
constexpr uint8_t kSelect = 0xA4, kGetResponse = 0xC0;
constexpr size_t kMaxChain = 65535;

ResponseApdu status(apdu::StatusWord sw) { return {{}, sw}; }

/// The classes this chip knows: interindustry 00 and its own 80, each perhaps a link of a chain; no secure messaging, no
/// further channels.
bool known_class(uint8_t cla) { return (cla & ~kChainingBit) == 0x00 || (cla & ~kChainingBit) == 0x80; }

bool same_header(const CommandApdu& a, const CommandApdu& b) {
  return ((a.cla ^ b.cla) & ~kChainingBit) == 0 && a.ins == b.ins && a.p1 == b.p1 && a.p2 == b.p2;
}

/// Commands carry PINs: what is kept of them is wiped.
void join(Bytes& front, ByteView part) {
  Bytes joined = concat({front, part});
  crypto::wipe(front);
  front = std::move(joined);
}

}  // namespace

Chip::Chip(Platform& platform, std::vector<std::unique_ptr<Applet>> applets)
    : platform_(platform), applets_(std::move(applets)) {}

void Chip::reset() {
  if (current_ != nullptr) current_->clear();
  current_ = nullptr;
  if (chain_) crypto::wipe(chain_->data);
  chain_.reset();
  waiting_.clear();
  platform_.operation_ended();
}

Result<Bytes> Chip::transmit(ByteView command) { return answer(command).encode(); }

ResponseApdu Chip::answer(ByteView bytes) {
  auto parsed = CommandApdu::parse(bytes);
  if (!parsed) {
    if (chain_) crypto::wipe(chain_->data);
    chain_.reset();
    return status(apdu::kWrongLength);
  }
  return collect_chain(std::move(*parsed));
}

/// ISO/IEC 7816-4 5.3.3: links have bit 5 of CLA set, the last has not; all have one header.
ResponseApdu Chip::collect_chain(CommandApdu command) {
  if (!known_class(command.cla)) {
    if (chain_) crypto::wipe(chain_->data);
    chain_.reset();
    return status(apdu::kUnknownClass);
  }
  if (chain_) {
    CommandApdu begun = std::move(*chain_);
    chain_.reset();
    const bool broken = !same_header(begun, command);
    const bool too_long = begun.data.size() + command.data.size() > kMaxChain;
    if (!broken && !too_long) join(begun.data, command.data);
    crypto::wipe(command.data);
    if (broken || too_long) {
      crypto::wipe(begun.data);
      return status(broken ? apdu::kLastCommandExpected : apdu::kWrongLength);
    }
    begun.cla = command.cla;
    begun.le = command.le;
    begun.extended = command.extended;
    command = std::move(begun);
  }
  if ((command.cla & kChainingBit) != 0) {
    chain_ = std::move(command);
    return status(apdu::kSuccess);
  }
  ResponseApdu response = dispatch(command);
  crypto::wipe(command.data);
  return response;
}

ResponseApdu Chip::dispatch(const CommandApdu& command) {
  if (command.cla == 0x00 && command.ins == kGetResponse) return get_response(command);
  waiting_.clear();
  ResponseApdu response = perform(command);
  if (response.sw != apdu::kSuccess || !command.le || response.data.size() <= *command.le) return response;
  return give(std::move(response.data), *command.le);
}

/// 00 C0 00 00 Le
ResponseApdu Chip::get_response(const CommandApdu& command) {
  if (command.p1 != 0x00 || command.p2 != 0x00) return status(apdu::kWrongParameters);
  if (!command.data.empty() || !command.le) return status(apdu::kWrongLength);
  if (waiting_.empty()) return status(apdu::kConditions);
  return give(std::move(waiting_), *command.le);
}

ResponseApdu Chip::give(Bytes data, uint32_t le) {
  const size_t given = std::min<size_t>(data.size(), le);
  waiting_.assign(data.begin() + static_cast<ptrdiff_t>(given), data.end());
  data.resize(given);
  const size_t left = waiting_.size();
  const auto more = static_cast<apdu::StatusWord>(apdu::kMoreData | (left > 0xFF ? 0x00 : left));
  return {std::move(data), left == 0 ? apdu::kSuccess : more};
}

ResponseApdu Chip::perform(const CommandApdu& command) {
  if (command.cla == 0x00 && command.ins == kSelect) return select(command);
  if (current_ != nullptr) return current_->process(command);
  if (command.ins == 0x2A) return status(apdu::kSecurityStatus);  // nothing signs before its PIN
  const bool needs_file = command.cla == 0x00 && (command.ins == 0xB0 || command.ins == 0xB2 || command.ins == 0x20 || command.ins == 0x24);
  return status(needs_file ? apdu::kNoCurrentFile : apdu::kUnknownInstruction);
}

/// No master file can be selected: P1 00 without data is refused at cold start and does nothing later; 3F00 is not there.
ResponseApdu Chip::select(const CommandApdu& command) {
  if (command.p1 == 0x04) return select_application(command);
  if (command.p1 == 0x00) {
    if (!command.data.empty()) return status(apdu::kFileNotFound);
    return status(current_ == nullptr ? apdu::kWrongParameters : apdu::kSuccess);
  }
  if (command.p1 != 0x02) return status(apdu::kWrongParameters);
  return current_ == nullptr ? status(apdu::kNoCurrentFile) : current_->process(command);
}

/// 00 A4 04 0C <AID>: whole identifiers only, so that no other card's driver takes this for its own. An application that is
/// not there leaves the current one as it is (7.1.2).
ResponseApdu Chip::select_application(const CommandApdu& command) {
  if (command.p2 != 0x0C && command.p2 != 0x00) return status(apdu::kWrongParameters);
  const auto found = std::find_if(applets_.begin(), applets_.end(),
                                  [&](const auto& applet) { return equal(applet->aid(), command.data); });
  if (found == applets_.end() || !(*found)->visible()) return status(apdu::kFileNotFound);
  if (current_ != nullptr) current_->clear();
  current_ = found->get();
  if (command.p2 == 0x0C || !command.le) return status(apdu::kSuccess);
  return {tlv::encode(0x6F, tlv::encode(0x84, current_->aid())), apdu::kSuccess};
}

}  // namespace mitome::card
