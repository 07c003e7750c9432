#pragma once

#include <vector>

#include "protocol/http/http.h"
#include "registry/registry.h"
#include "registry/roles.h"

namespace mitome::registry {

/// GET /phone/state, POST /phone/delete, /hotline/suspend, /findmy/suspend, GET /events/verify (docs/endpoints.md).
/// Both arguments must outlive the routes.
std::vector<http::Route> routes(Registry& registry, const Roles& roles);

}  // namespace mitome::registry
