// Logging in at a service through the gate, and out again: the routes that portal, tax office and clinic have in
// common.
#pragma once

#include <functional>

#include "services/login/sessions.h"

namespace mitome::services {

struct LoginPlan {
  std::string origin;  ///< of this service, without a slash at its end
  std::vector<std::string> scopes;
  /// What the body of POST /api/login asks for, kept until the browser is back; refuses before anybody is sent to the
  /// gate.
  std::function<Result<json::Value>(const json::Value& body)> intend;
  /// Once the gate has said who it is: refuses, or answers the page on which it goes on. A refusal logs nobody in.
  std::function<Result<std::string>(const Arrival& arrival, const json::Value& intent)> admit;
};

class Login {
 public:
  Login(LoginPlan plan, Gate& gate, Sessions& sessions) : plan_(std::move(plan)), gate_(gate), sessions_(sessions) {}

  /// POST /api/login → {url}. With {"page":"/privacy"}: a login for that page alone, by the pairwise subject and nothing else.
  http::Response start(const http::Request& request);
  http::Response callback(const http::Request& request);  ///< GET /login/callback: from the gate, to a page of ours
  http::Response logout(const http::Request& request);    ///< POST /api/logout → {}

  /// Who asks for POST /api/forget: who is logged in, or, with {"token"}, the holder whose phone got it from the gate. A token serves once.
  Result<Visitor> who_asks_to_forget(const http::Request& request);

  bool secure() const { return plan_.origin.starts_with("https://"); }

 private:
  struct Admitted {
    std::string session, page;
  };
  Result<Admitted> admit(const http::Request& request);

  LoginPlan plan_;
  Gate& gate_;
  Sessions& sessions_;
};

std::vector<http::Route> routes(Login& login);

/// GET /api/refusal?reason=CODE: the words for a reason that a redirection brought to a page. NOT_FOUND for no reason
/// of ours.
http::Response explain_refusal(const http::Request& request);
/// To a page of ours that says why.
http::Response redirect_refusal(std::string_view origin, std::string_view page, const Error& error);

}  // namespace mitome::services
