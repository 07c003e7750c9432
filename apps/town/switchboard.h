#pragma once

#include <map>
#include <memory>
#include <mutex>
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
  /// More routes for a host.
  void add(const std::string& host, const std::vector<http::Route>& routes);
  /// What this host answers, without anybody on the wire; UNREACHABLE when it is not connected.
  Result<http::Response> deliver(const std::string& host, const http::Request& request);
  Interceptor* interceptor() const { return interceptor_; }

  /// UNREACHABLE for a host that is not connected.
  Result<http::Response> send(const http::Request& request) override;

 private:
  Interceptor* interceptor_;
  std::mutex mutex_;  // over hosts_
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
