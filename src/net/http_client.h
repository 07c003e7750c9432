// The way out over sockets. Calls only whom it was told of (decisions.md 10).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "protocol/http/http.h"

namespace mitome::net {

inline constexpr int kAnswerSeconds = 20;

/// Plain HTTP/1.1 to named places; no name is resolved, no redirection followed. Safe to use from several threads.
class SocketHttpClient final : public http::HttpClient {
 public:
  /// Requests whose authority is `authority` ("portal.localhost:8703") go to this address and port.
  void know(std::string authority, std::string address, uint16_t port);

  /// SSRF_BLOCKED for an authority that is not known; UNREACHABLE when no whole answer comes within kAnswerSeconds.
  Result<http::Response> send(const http::Request& request) override;

 private:
  struct Place {
    std::string address;
    uint16_t port;
  };
  std::mutex mutex_;  // over places_
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace mitome::net
