#pragma once

#include <map>
#include <memory>
#include <string>

#include "apps/town/access.h"

namespace mitome::town {

/// The town's wires in one process: hosts by name, and whoever stands on the wire.
class Switchboard final : public http::HttpClient {
 public:
  /// `interceptor` may be null, and must outlive the switchboard.
  explicit Switchboard(Interceptor* interceptor) : interceptor_(interceptor) {}

  /// Requests to `host` (without port) go to these routes from now on; a host that is there already is replaced.
  void connect(const std::string& host, std::vector<http::Route> routes);
  Interceptor* interceptor() const { return interceptor_; }

  /// UNREACHABLE for a host that is not connected.
  Result<http::Response> send(const http::Request& request) override;

 private:
  Interceptor* interceptor_;
  std::map<std::string, std::shared_ptr<const http::Router>>
      hosts_;  // shared: a handler may replace its own host (restart)
};

/// A chip's wire with the same interceptor on it.
class WatchedChannel final : public apdu::ApduChannel {
 public:
  WatchedChannel(std::string chip, apdu::ApduChannel& inner, Interceptor* interceptor)
      : chip_(std::move(chip)), inner_(inner), interceptor_(interceptor) {}
  Result<Bytes> transmit(ByteView command) override;

 private:
  std::string chip_;
  apdu::ApduChannel& inner_;
  Interceptor* interceptor_;
};

}  // namespace mitome::town
