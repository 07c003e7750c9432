// APDUs (ISO/IEC 7816-4 5.1 to 5.3), short and extended, cases 1 to 4.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::apdu {

/// SW1 ‖ SW2.
using StatusWord = uint16_t;
inline constexpr StatusWord kSuccess = 0x9000, kEndOfFile = 0x6282, kWrongLength = 0x6700, kSecurityStatus = 0x6982,
                            kBlocked = 0x6983, kReferenceInvalidated = 0x6984, kConditions = 0x6985,
                            kNoCurrentFile = 0x6986, kWrongData = 0x6A80, kFileNotFound = 0x6A82,
                            kRecordNotFound = 0x6A83, kDataNotFound = 0x6A88, kMoreData = 0x6100,
                            kWrongParameters = 0x6A86, kWrongOffset = 0x6B00,
                            kUnknownInstruction = 0x6D00, kUnknownClass = 0x6E00, kLastCommandExpected = 0x6883,
                            kMemoryFailure = 0x6581, kIncompatibleFile = 0x6981, kWrongLe = 0x6C00;

struct CommandApdu {
  uint8_t cla = 0, ins = 0, p1 = 0, p2 = 0;
  Bytes data;                   ///< Nc = size, at most 65535
  std::optional<uint32_t> le;   ///< Ne: 1..256 short, up to 65536 extended; absent in cases 1 and 3
  bool extended = false;        ///< was, or is to be, written in extended form

  /// MALFORMED when the lengths do not add up (a card answers that with 6700).
  static Result<CommandApdu> parse(ByteView bytes);
  /// Short form where it fits and `extended` is not set.
  Bytes encode() const;
};

struct ResponseApdu {
  Bytes data;
  StatusWord sw = 0;

  /// At least two bytes, at most 65538; else MALFORMED.
  static Result<ResponseApdu> parse(ByteView bytes);
  Bytes encode() const;
  bool ok() const { return sw == kSuccess; }
};

/// The way to a card: one command out, one response in. The other end may be a chip in this process,
/// vpcd, or PC/SC.
class ApduChannel {
 public:
  virtual ~ApduChannel() = default;
  /// CARD_SILENT when nothing came back. Whether the command took effect is then unknown.
  virtual Result<Bytes> transmit(ByteView command) = 0;
};

/// Sends and parses; follows 61xx with GET RESPONSE and 6Cxx with the right Le, for at most 64
/// rounds and 64 KiB (CVE-2025-49010): LIMIT_EXCEEDED.
Result<ResponseApdu> transact(ApduChannel& channel, const CommandApdu& command);

}  // namespace mitome::apdu
