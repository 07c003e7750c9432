// The gate as a service meets it in the town: OpenID Connect and sign transactions over HTTP.
#pragma once

#include "protocol/openid/relying_party.h"
#include "services/login/gate.h"

namespace mitome::services {

class RelyingGate final : public Gate {
 public:
  /// Must outlive the gate.
  explicit RelyingGate(openid::RelyingParty& party) : party_(party) {}

  Result<Departure> begin_login(const std::vector<std::string>& scopes) override;
  Result<Arrival> finish_login(std::string_view ticket, std::string_view query) override;
  Result<Departure> begin_signature(const SignOrder& order) override;
  Result<ForgetWish> read_forget_token(std::string_view token) override;
  Result<SignedOrder> finish_signature(std::string_view ticket, std::string_view query, ByteView message) override;

 private:
  openid::RelyingParty& party_;
};

}  // namespace mitome::services
