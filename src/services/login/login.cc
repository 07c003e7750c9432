#include "services/login/login.h"

namespace mitome::services {
namespace {

/// To see and delete what is kept, nobody needs to tell more than who they are, and no service may be closed for it.
constexpr std::string_view kPrivacyPage = "/privacy";
constexpr const char* kPrivacyIntent = "privacy";

}  // namespace

http::Response Login::start(const http::Request& request) {
  const auto going = [&]() -> Result<std::pair<std::string, std::string>> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    const bool privacy = body.string_or("page", "") == kPrivacyPage;
    TRY_ASSIGN(json::Value intent, privacy ? Result<json::Value>{json::Value::object({{kPrivacyIntent, true}})} : plan_.intend(body));
    TRY_ASSIGN(Departure departure, gate_.begin_login(privacy ? std::vector<std::string>{} : plan_.scopes));
    TRY_ASSIGN(std::string secret, sessions_.keep_pending({std::move(departure.ticket), std::move(intent)}));
    return std::pair{std::move(departure.url), std::move(secret)};
  }();
  if (!going) return http::Response::error(going.error());
  auto response = http::Response::json(json::Value::object({{"url", going->first}}));
  http::set_cookie(response, kPendingCookie, going->second, secure());
  return response;
}

Result<Login::Admitted> Login::admit(const http::Request& request) {
  TRY_ASSIGN(const Pending pending, sessions_.take_pending(http::cookie(request, kPendingCookie)));
  TRY_ASSIGN(const Arrival arrival, gate_.finish_login(pending.ticket, request.query()));
  const bool privacy = pending.intent.find(kPrivacyIntent) != nullptr;
  TRY_ASSIGN(std::string page, privacy ? Result<std::string>{std::string{kPrivacyPage}} : plan_.admit(arrival, pending.intent));
  // Who was logged in here before is not any more: the browser may be another person's now.
  TRY(sessions_.close(request));
  TRY_ASSIGN(std::string session, sessions_.open(arrival));
  return Admitted{std::move(session), std::move(page)};
}

http::Response Login::callback(const http::Request& request) {
  const auto admitted = admit(request);
  http::Response response = admitted ? http::redirect(plan_.origin + admitted->page)
                                     : redirect_refusal(plan_.origin, "/", admitted.error());
  http::set_cookie(response, kPendingCookie, "", secure());
  if (admitted) http::set_cookie(response, kSessionCookie, admitted->session, secure());
  return response;
}

http::Response Login::logout(const http::Request& request) {
  const auto closed = sessions_.close(request);
  if (!closed) return http::Response::error(closed.error());
  auto response = http::Response::json(json::Value::object());
  http::set_cookie(response, kSessionCookie, "", secure());
  return response;
}

Result<Visitor> Login::who_asks_to_forget(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  if (body.find("token") == nullptr) return sessions_.find(request);
  TRY_ASSIGN(const std::string token, body.string_at("token"));
  TRY_ASSIGN(const ForgetWish wish, gate_.read_forget_token(token));
  TRY(sessions_.use_once(wish));
  Visitor visitor;
  visitor.subject = wish.subject;
  return visitor;
}

std::vector<http::Route> routes(Login& login) {
  return {
      {"POST", "/api/login", "anyone", [&login](const http::Request& request) { return login.start(request); }},
      {"GET", "/login/callback", "browser", [&login](const http::Request& request) { return login.callback(request); }},
      {"POST", "/api/logout", "visitor", [&login](const http::Request& request) { return login.logout(request); }},
      {"GET", "/api/refusal", "anyone", explain_refusal},
  };
}

http::Response explain_refusal(const http::Request& request) {
  const auto parameters = http::query_parameters(request);
  if (!parameters) return http::Response::error(parameters.error());
  const auto code = parameters->find("reason");
  const auto reason = code == parameters->end() ? std::nullopt : reason_from_code(code->second);
  if (!reason) return http::Response::error({Reason::NOT_FOUND, "no such reason"});
  http::Response response = http::Response::error({*reason, ""});
  response.status = 200;
  return response;
}

http::Response redirect_refusal(std::string_view origin, std::string_view page, const Error& error) {
  return http::redirect(std::string{origin} + std::string{page} + "?refused=" + std::string{reason_code(error.reason)});
}

}  // namespace mitome::services
