// The registry's endpoints, one function each; routes.cc lists them with their addresses and callers.
#pragma once

#include "protocol/http/http.h"
#include "registry/registry.h"
#include "registry/roles.h"

namespace mitome::registry {

/// GET /phone/state: what became of the calling phone, and its notices.
Result<http::Response> phone_state(Registry& registry, const http::Request& request);
/// POST /phone/delete: the calling phone ends at once.
Result<http::Response> phone_delete(Registry& registry, const http::Request& request);
/// POST /hotline/suspend: by name and birth date, as told on the telephone.
Result<http::Response> hotline_suspend(Registry& registry, const Roles& roles, const http::Request& request);
/// POST /findmy/suspend: by the phone's id.
Result<http::Response> findmy_suspend(Registry& registry, const Roles& roles, const http::Request& request);
/// GET /events/verify
Result<http::Response> events_verify(Registry& registry, const Roles& roles, const http::Request& request);

}  // namespace mitome::registry
