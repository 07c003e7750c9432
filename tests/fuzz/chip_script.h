// What a fuzzer's bytes mean to fuzz_chip, shared with the seeds: first the profile (modulo three), then steps. A step
// is one byte below kReset, the length of the command that follows it, or a deed.
#pragma once

#include "base/hex.h"

namespace mitome::fuzz {

enum Deed : uint8_t {
  kReset = 0xF0,  ///< power off and on
  kTear = 0xF1,   ///< a byte follows: bits 0-1 which of the next writes is the last, bit 2 whether it is still written
  kAgreeLogin = 0xF2,  ///< a phone's holder agrees to one signature by the authentication key
  kAgreeSigning = 0xF3,
  kLongCommand = 0xF4,  ///< two bytes of length follow, and a command; what is above kLongCommand is as kReset
};

class ChipScript {
 public:
  explicit ChipScript(uint8_t profile) : bytes_{profile} {}
  ChipScript& send(std::string_view command) {
    const Bytes bytes = from_hex(command).value();
    if (bytes.size() >= kReset) append(bytes_, Bytes{kLongCommand, static_cast<uint8_t>(bytes.size() >> 8)});
    bytes_.push_back(static_cast<uint8_t>(bytes.size()));
    append(bytes_, bytes);
    return *this;
  }
  ChipScript& deed(Deed deed) {
    bytes_.push_back(deed);
    return *this;
  }
  ChipScript& tear(uint8_t when) {
    append(bytes_, Bytes{kTear, when});
    return *this;
  }
  ByteView view() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace mitome::fuzz
