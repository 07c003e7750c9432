#pragma once

#include "protocol/http/http.h"

namespace mitome::services {

/// The answer or the refusal. What is about a person stays in no cache (RFC 9111 5.2.2.5).
inline http::Response respond(const Result<json::Value>& answer) {
  http::Response response = answer ? http::Response::json(*answer) : http::Response::error(answer.error());
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace mitome::services
