// Bytes there and back over TCP on this machine: the limit of a card behind vpcd, whose messages are two bytes of
// length and a body.
#pragma once

#include <functional>
#include <thread>

#include "base/bytes.h"
#include "protocol/apdu/apdu.h"

namespace mitome::bench {

/// One connection, Nagle's algorithm off. The other end runs in a thread of its own until this one hangs up.
class Loopback final : public apdu::ApduChannel {
 public:
  /// `other_end` connects to this port of 127.0.0.1.
  explicit Loopback(std::function<void(uint16_t port)> other_end);
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;
  ~Loopback() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  int socket_ = -1;
  std::thread other_end_;
};

/// An other end that does nothing but answer: as many bytes as the first two of a command say.
void answer_pings(uint16_t port);
/// A command of `size` bytes that asks it for `answer` bytes.
Bytes ping(size_t size, size_t answer);

}  // namespace mitome::bench
