#include "gate/gate.h"

namespace mitome::gate {

std::vector<http::Route> routes(Gate& gate) {
  const auto to = [&gate](http::Response (Gate::*handler)(const http::Request&)) {
    return [&gate, handler](const http::Request& request) { return (gate.*handler)(request); };
  };
  return {
      {"GET", "/.well-known/openid-configuration", "anyone", to(&Gate::discovery)},
      {"GET", "/jwks", "anyone", to(&Gate::keys)},
      {"GET", "/authorize", "browser", to(&Gate::authorize)},
      {"GET", "/sign", "browser", to(&Gate::sign)},
      {"GET", "/continue", "the browser that began", to(&Gate::carry_on)},
      {"GET", "/complete", "the browser that began", to(&Gate::complete)},
      {"GET", "/end-session", "browser", to(&Gate::end_session)},
      {"GET", "/api/login", "the browser that began", to(&Gate::page_state)},
      {"POST", "/api/login/start", "the browser that began", to(&Gate::page_start)},
      {"POST", "/api/login/cancel", "the browser that began", to(&Gate::page_cancel)},
      {"GET", "/api/login/events", "the browser that began", to(&Gate::page_events)},
      {"GET", "/requests/*", "anyone", to(&Gate::request_visited)},
      {"POST", "/requests/open", "wallet", to(&Gate::request_open)},
      {"POST", "/requests/answer", "wallet", to(&Gate::request_answer)},
      {"POST", "/requests/decline", "wallet", to(&Gate::request_decline)},
      {"POST", "/forget-tokens", "wallet", to(&Gate::forget_token)},
      {"POST", "/token", "client", to(&Gate::token)},
      {"GET", "/userinfo", "access token", to(&Gate::userinfo)},
      {"POST", "/userinfo", "access token", to(&Gate::userinfo)},
      {"POST", "/sign-transactions", "client", to(&Gate::sign_transaction)},
      {"POST", "/sign-transactions/result", "client", to(&Gate::sign_result)},
  };
}

}  // namespace mitome::gate
