#include "apps/town/switchboard.h"

namespace mitome::town {

void Switchboard::connect(const std::string& host, std::vector<http::Route> routes) {
  hosts_[host] = std::make_shared<const http::Router>(std::move(routes));  // shared: see the header
}

Result<http::Response> Switchboard::send(const http::Request& request) {
  const auto deliver = [this](const http::Request& carried) -> Result<http::Response> {
    const auto host = hosts_.find(carried.authority.substr(0, carried.authority.find(':')));
    if (host == hosts_.end()) return Error{Reason::UNREACHABLE, "no such host: " + carried.authority};
    const auto router = host->second;
    return router->handle(carried);
  };
  return interceptor_ == nullptr ? deliver(request) : interceptor_->carry(request, deliver);
}

Result<Bytes> WatchedChannel::transmit(ByteView command) {
  const auto deliver = [this](ByteView carried) { return inner_.transmit(carried); };
  return interceptor_ == nullptr ? deliver(command) : interceptor_->carry_apdu(chip_, command, deliver);
}

}  // namespace mitome::town
