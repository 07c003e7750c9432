#include "net/vpcd_card.h"

#include "protocol/jpki/identifiers.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "crypto/secret.h"

namespace mitome::net {
namespace {

constexpr int kPollMilliseconds = 500;
constexpr size_t kHeadSize = 2;
constexpr size_t kMaxBody = 65535;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

enum class Received : uint8_t { kAll, kClosed, kStopped };

Error unreachable(const std::string& host, uint16_t port, std::string_view why) {
  return {Reason::UNREACHABLE, "vpcd at " + host + ":" + std::to_string(port) + ": " + std::string{why}};
}

Result<Socket> connect_to(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); failed != 0)
    return unreachable(host, port, gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses{found, freeaddrinfo};
  int last = 0;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    Socket socket{::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol)};
    if (socket.fd() >= 0 && connect(socket.fd(), address->ai_addr, address->ai_addrlen) == 0) {
      const int on = 1;
      setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
    last = errno;
  }
  return unreachable(host, port, std::strerror(last));
}

/// Fills `out`; looks at `stop` while it waits.
Received receive(const Socket& socket, std::span<uint8_t> out, const std::atomic<bool>& stop) {
  while (!out.empty()) {
    if (stop.load()) return Received::kStopped;
    pollfd waiting{socket.fd(), POLLIN, 0};
    const int ready = poll(&waiting, 1, kPollMilliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return Received::kClosed;
    const int on = 1;
    setsockopt(socket.fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    const ssize_t got = recv(socket.fd(), out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Received::kClosed;
    out = out.subspan(static_cast<size_t>(got));
  }
  return Received::kAll;
}

bool send_all(const Socket& socket, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
  return true;
}

bool send_message(const Socket& socket, ByteView body) {
  const uint8_t head[kHeadSize] = {static_cast<uint8_t>(body.size() >> 8), static_cast<uint8_t>(body.size())};
  return send_all(socket, concat({head, body}));
}

}  // namespace

std::optional<Bytes> VpcdDialogue::answer(ByteView body) {
  if (body.size() == 1) {
    switch (body[0]) {
      case 0x00:
      case 0x01:
      case 0x02: power_cycle_(); return std::nullopt;
      case 0x04: return to_bytes(jpki::kAnswerToReset);
      default: break;  // a command APDU cannot be so short: the chip says so
    }
  }
  ++commands_;
  auto response = card_.transmit(body);
  if (!response || response->size() > kMaxBody) return Bytes{0x6F, 0x00};
  return std::move(*response);
}

Result<void> serve_vpcd(VpcdDialogue& dialogue, const std::string& host, uint16_t port, const std::atomic<bool>& stop,
                        const std::function<void()>& on_connected) {
  TRY_ASSIGN(const Socket socket, connect_to(host, port));
  on_connected();
  for (;;) {
    uint8_t head[kHeadSize];
    if (receive(socket, head, stop) != Received::kAll) return {};
    Bytes body(static_cast<size_t>(head[0] << 8 | head[1]));
    const Received received = receive(socket, body, stop);
    if (received != Received::kAll) return {};
    const auto answer = dialogue.answer(body);
    crypto::wipe(body);  // commands carry PINs
    if (answer && !send_message(socket, *answer)) return {};
  }
}

}  // namespace mitome::net
