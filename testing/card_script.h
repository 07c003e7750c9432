// A card as a script: this goes out, that comes back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/hex.h"
#include "protocol/apdu/apdu.h"

namespace mitome::testing {

/// Answers what a function says, and keeps what it was sent.
class ScriptedCard final : public apdu::ApduChannel {
 public:
  using Answer = std::function<Result<Bytes>(ByteView command, size_t number)>;
  explicit ScriptedCard(Answer answer) : answer_(std::move(answer)) {}
  Result<Bytes> transmit(ByteView command) override {
    sent_.push_back(to_hex(command));
    return answer_(command, sent_.size() - 1);
  }
  const std::vector<std::string>& sent() const { return sent_; }

 private:
  Answer answer_;
  std::vector<std::string> sent_;
};

/// Sends hexadecimal, answers hexadecimal.
inline std::string converse(apdu::ApduChannel& channel, std::string_view command) {
  return to_hex(channel.transmit(from_hex(command).value()).value());
}

}  // namespace mitome::testing
