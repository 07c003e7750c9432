// HTTP/1.1 over sockets, for endpoints that are functions from a request to a response.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/secret.h"
#include "protocol/http/http.h"

namespace mitome::net {

inline constexpr size_t kMaxHeader = 32 * 1024;
inline constexpr size_t kMaxConnections = 1024;  ///< of one server, all doors together; more wait in the kernel's queue
inline constexpr int kRequestSeconds = 30;       ///< to send a request; as long between two of one connection

/// What a TLS server shows: its certificate and those that lead to a root, PEM, its own first; and its key, PKCS #8.
struct TlsIdentity {
  std::string chain_pem;
  crypto::SecretBytes key;
};

/// One address to listen on, and who answers there.
struct Door {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  ///< 0: one that is free
  /// The Host headers that are answered; others get 421, so that no other site's name can be pointed here (DNS rebinding).
  /// Empty: any.
  std::vector<std::string> hosts = {};
  std::function<http::Response(const http::Request&)> handle = {};
  std::shared_ptr<const TlsIdentity> tls = nullptr;  ///< HTTPS, TLS 1.2 or later (RFC 9325); without: plain HTTP
  size_t threads = 4;  ///< how many requests are handled at once; doors do not share them, so that one may ask another
};

class HttpServer {
 public:
  /// Listens at every door and serves until it is destroyed. UNREACHABLE when a port is taken (the detail says which); MALFORMED for
  /// a TLS identity that cannot be used.
  static Result<std::unique_ptr<HttpServer>> start(std::vector<Door> doors);
  /// Lets running handlers end, closes everything.
  ~HttpServer();

  uint16_t port(size_t door) const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::net
