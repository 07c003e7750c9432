#include "protocol/apdu/apdu.h"

namespace mitome::apdu {
namespace {

constexpr size_t kHeaderSize = 4;
constexpr size_t kMaxData = 65535;
constexpr size_t kMaxResponse = 65536;
constexpr int kMaxRounds = 64;
constexpr size_t kMaxCollected = 64 * 1024;

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"APDU: "} + what}; }

uint32_t number16(ByteView bytes, size_t at) { return static_cast<uint32_t>(bytes[at] << 8 | bytes[at + 1]); }

/// 5.1: one byte, 0 stands for 256.
uint32_t short_le(uint8_t byte) { return byte == 0 ? 256 : byte; }
/// Two bytes, 0 stands for 65536.
uint32_t extended_le(uint32_t number) { return number == 0 ? 65536 : number; }

/// 00 Lc(2) data [Le(2)], or 00 Le(2).
Result<CommandApdu> parse_extended(CommandApdu command, ByteView body) {
  command.extended = true;
  const uint32_t length = number16(body, 1);
  if (body.size() == 3) {
    command.le = extended_le(length);
    return command;
  }
  if (length == 0) return malformed("an extended Lc of zero");
  const size_t behind = body.size() - 3;
  if (behind != length && behind != length + 2) return malformed("Lc differs from the data");
  command.data = to_bytes(body.subspan(3, length));
  if (behind > length) command.le = extended_le(number16(body, 3 + length));
  return command;
}

Result<CommandApdu> parse_short(CommandApdu command, ByteView body) {
  const size_t length = body[0];
  const size_t behind = body.size() - 1;
  if (behind != length && behind != length + 1) return malformed("Lc differs from the data");
  command.data = to_bytes(body.subspan(1, length));
  if (behind > length) command.le = short_le(body[1 + length]);
  return command;
}

}  // namespace

// ISO/IEC 7816-4 5.1, table 1: case 1 has the header alone, 2 Le, 3 Lc and data, 4 all.
Result<CommandApdu> CommandApdu::parse(ByteView bytes) {
  if (bytes.size() < kHeaderSize) return malformed("a command shorter than its header");
  CommandApdu command;
  command.cla = bytes[0];
  command.ins = bytes[1];
  command.p1 = bytes[2];
  command.p2 = bytes[3];
  const ByteView body = bytes.subspan(kHeaderSize);
  if (body.empty()) return command;
  if (body.size() == 1) {
    command.le = short_le(body[0]);
    return command;
  }
  if (body[0] != 0) return parse_short(std::move(command), body);
  if (body.size() < 3) return malformed("an extended length that ends too early");
  return parse_extended(std::move(command), body);
}

Bytes CommandApdu::encode() const {
  CHECK(data.size() <= kMaxData && (!le || (*le >= 1 && *le <= 65536)));
  const bool wide = extended || data.size() > 255 || (le && *le > 256);
  Bytes out{cla, ins, p1, p2};
  out.reserve(kHeaderSize + 5 + data.size());
  if (wide && (!data.empty() || le)) out.push_back(0);
  if (!data.empty()) {
    if (wide) out.push_back(static_cast<uint8_t>(data.size() >> 8));
    out.push_back(static_cast<uint8_t>(data.size()));
    append(out, data);
  }
  if (le) {
    if (wide) out.push_back(static_cast<uint8_t>(*le >> 8));
    out.push_back(static_cast<uint8_t>(*le));
  }
  return out;
}

Result<ResponseApdu> ResponseApdu::parse(ByteView bytes) {
  if (bytes.size() < 2) return malformed("a response shorter than its status word");
  if (bytes.size() > kMaxResponse + 2) return malformed("a response over 64 KiB");
  const size_t data = bytes.size() - 2;
  return ResponseApdu{to_bytes(bytes.first(data)), static_cast<StatusWord>(number16(bytes, data))};
}

Bytes ResponseApdu::encode() const {
  Bytes out = data;
  out.push_back(static_cast<uint8_t>(sw >> 8));
  out.push_back(static_cast<uint8_t>(sw));
  return out;
}

Result<ResponseApdu> transact(ApduChannel& channel, const CommandApdu& command) {
  CommandApdu next = command;
  Bytes collected;
  for (int round = 0; round < kMaxRounds; ++round) {
    TRY_ASSIGN(const Bytes bytes, channel.transmit(next.encode()));
    TRY_ASSIGN(ResponseApdu response, ResponseApdu::parse(bytes));
    if (response.data.size() > next.le.value_or(0))
      return Error{Reason::LIMIT_EXCEEDED, "the card answered more than was asked for"};
    if (collected.size() + response.data.size() > kMaxCollected)
      return Error{Reason::LIMIT_EXCEEDED, "the card answered over 64 KiB"};
    append(collected, response.data);
    const uint8_t sw1 = static_cast<uint8_t>(response.sw >> 8), sw2 = static_cast<uint8_t>(response.sw);
    if (sw1 == 0x61) {
      next = CommandApdu{0x00, 0xC0, 0x00, 0x00, {}, short_le(sw2), false};
    } else if (sw1 == 0x6C) {
      if (next.le == short_le(sw2)) return Error{Reason::MALFORMED, "the card refuses the length that it asked for"};
      next.le = short_le(sw2);
    } else {
      response.data = std::move(collected);
      return response;
    }
  }
  return Error{Reason::LIMIT_EXCEEDED, "the card asked to go on for more than 64 rounds"};
}

}  // namespace mitome::apdu
