// What the gate and the services that it knows agree on: each service's key and addresses.
#pragma once

#include <memory>
#include <string>

#include "apps/town/ground.h"

namespace mitome::town {

/// The key by which a service of the town (portal, tax, clinic) says at the gate who it is; the same at every start. The gate and
/// the service each take it from here, the gate for its public half.
Result<std::unique_ptr<crypto::SoftwareSigner>> client_key(Ground& ground, const std::string& client);

/// Where the browser comes back after a login and after signing: as the gate has it registered.
std::string login_return(const Ground& ground, const std::string& client);
std::string sign_return(const Ground& ground, const std::string& client);

}  // namespace mitome::town
