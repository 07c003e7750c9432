// The town for other devices in the same network: one host name, TLS, and a root that a phone can be told to trust.
#pragma once

#include <memory>
#include <string>

#include "apps/town/identity.h"
#include "net/http_server.h"

namespace mitome::web {

class PublicSide {
 public:
  /// `url`: "https://town.local" or "https://town.local:8700"; its port is the first of the ten. USAGE for another scheme, an address
  /// instead of a name (Web Authentication knows names alone: WebAuthn 5.1.2), or what is no host name. The root is kept under its host's
  /// name; the server's own certificate is new at each start. `now` is the machine's time: browsers judge by it and not by the town's.
  static Result<PublicSide> open(const std::string& url, uint16_t first_port, town::Storage& storage, crypto::Random& random,
                                 crypto::KeySource& keys, Instant now);

  /// Whether open() would take it; touches nothing.
  static Result<void> check(const std::string& url, uint16_t first_port);

  const std::string& host() const { return host_; }
  std::shared_ptr<const net::TlsIdentity> tls() const { return tls_; }
  /// Tells the pages where the places are.
  std::string page_head() const;

  // The root, over plain HTTP, since nobody trusts it yet: a page that tells how, and the certificate itself.
  uint16_t root_port() const { return static_cast<uint16_t>(first_port_ + 10); }
  std::string root_url() const { return "http://" + host_ + ":" + std::to_string(root_port()) + "/"; }
  /// SHA-256 of the certificate, "AB:CD:…", as devices show it.
  std::string fingerprint() const;
  http::Response root_page(const http::Request& request) const;

 private:
  PublicSide(std::string host, uint16_t first_port, town::Identity root, std::shared_ptr<const net::TlsIdentity> tls)
      : host_(std::move(host)), first_port_(first_port), root_(std::move(root)), tls_(std::move(tls)) {}

  std::string host_;
  uint16_t first_port_;
  town::Identity root_;
  std::shared_ptr<const net::TlsIdentity> tls_;
};

}  // namespace mitome::web
