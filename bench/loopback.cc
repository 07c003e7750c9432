#include "bench/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "base/check.h"

namespace mitome::bench {
namespace {

constexpr size_t kHead = 2, kMaxBody = 65535;
using Message = std::array<uint8_t, kHead + kMaxBody>;

sockaddr_in loopback_address(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void without_delay(int socket) {
  const int on = 1;
  CHECK(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
}

/// The body of the next message, in as few calls as it comes in; empty when the other side has hung up.
ByteView receive(int socket, Message& message) {
  size_t there = 0, size = kHead;
  while (there < size) {
    const ssize_t got = recv(socket, message.data() + there, message.size() - there, 0);
    if (got <= 0) return {};
    there += static_cast<size_t>(got);
    if (there >= kHead) size = kHead + static_cast<size_t>(message[0] << 8 | message[1]);
  }
  CHECK(there == size);  // nobody speaks before he is asked
  return ByteView{message}.subspan(kHead, size - kHead);
}

bool send_body(int socket, ByteView body, Message& message) {
  CHECK(body.size() <= kMaxBody);
  message[0] = static_cast<uint8_t>(body.size() >> 8);
  message[1] = static_cast<uint8_t>(body.size());
  std::copy(body.begin(), body.end(), message.begin() + kHead);
  ByteView rest = ByteView{message}.first(kHead + body.size());
  while (!rest.empty()) {
    const ssize_t sent = send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest = rest.subspan(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

Loopback::Loopback(std::function<void(uint16_t port)> other_end) {
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback_address(0);
  socklen_t size = sizeof address;
  CHECK(listening >= 0 && bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        listen(listening, 1) == 0);
  CHECK(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  other_end_ = std::thread{std::move(other_end), ntohs(address.sin_port)};
  socket_ = accept(listening, nullptr, nullptr);
  CHECK(socket_ >= 0);
  without_delay(socket_);
  close(listening);
}

Loopback::~Loopback() {
  close(socket_);
  other_end_.join();
}

Result<Bytes> Loopback::transmit(ByteView command) {
  static thread_local Message message;
  CHECK(send_body(socket_, command, message));
  return to_bytes(receive(socket_, message));
}

void answer_pings(uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback_address(port);
  CHECK(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  without_delay(connection);
  static thread_local Message message;
  const Bytes answer(kMaxBody, 0x5A);
  for (;;) {
    const ByteView asked = receive(connection, message);
    if (asked.empty()) break;
    CHECK(asked.size() >= 2);
    if (!send_body(connection, ByteView{answer}.first(static_cast<size_t>(asked[0] << 8 | asked[1])), message)) break;
  }
  close(connection);
}

Bytes ping(size_t size, size_t answer) {
  CHECK(size >= 2 && answer <= kMaxBody);
  Bytes command(size, 0);
  command[0] = static_cast<uint8_t>(answer >> 8);
  command[1] = static_cast<uint8_t>(answer);
  return command;
}

}  // namespace mitome::bench
