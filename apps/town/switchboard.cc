#include "apps/town/switchboard.h"

namespace mitome::town {

void Switchboard::connect(const std::string& host, std::vector<http::Route> routes) {
  const std::lock_guard lock{mutex_};
  hosts_[host] = std::make_shared<const http::Router>(std::move(routes));  // shared: see the header
}

void Switchboard::add(const std::string& host, const std::vector<http::Route>& routes) {
  std::vector<http::Route> all = routes;
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = hosts_.find(host); found != hosts_.end())
      all.insert(all.end(), found->second->routes().begin(), found->second->routes().end());
  }
  connect(host, std::move(all));
}

Result<http::Response> Switchboard::deliver(const std::string& host, const http::Request& request) {
  std::shared_ptr<const http::Router> router;  // shared: see the header
  {
    const std::lock_guard lock{mutex_};
    const auto found = hosts_.find(host);
    if (found == hosts_.end()) return Error{Reason::UNREACHABLE, "no such host: " + host};
    router = found->second;
  }
  return router->handle(request);
}

Result<http::Response> Switchboard::send(const http::Request& request) {
  const auto to_host = [this](const http::Request& carried) {
    return deliver(carried.authority.substr(0, carried.authority.find(':')), carried);
  };
  return interceptor_ == nullptr ? to_host(request) : interceptor_->carry(request, to_host);
}

Result<Bytes> WatchedChannel::transmit(ByteView command) {
  const auto deliver = [this](ByteView carried) { return inner_.transmit(carried); };
  return interceptor_ == nullptr ? deliver(command) : interceptor_->carry_apdu(chip_, command, deliver);
}

}  // namespace mitome::town
