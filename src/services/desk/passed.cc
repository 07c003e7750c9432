// What the authority decides and does alone: the desk adds the token of the role that is signed in, and nothing else.
#include "protocol/http/web.h"
#include "services/desk/desk.h"

namespace mitome::services::desk {

http::Request Desk::with_token(http::Request request, std::string_view role) const {
  const auto token = config_.tokens.find(role);
  CHECK(token != config_.tokens.end());
  request.headers.emplace_back("Authorization", "Bearer " + token->second);
  return request;
}

Result<json::Value> Desk::ask(std::string_view role, std::string_view path, const json::Value& body) {
  return http::call_json(network_, with_token(http::post_json(config_.authority + std::string{path}, body), role));
}

Result<http::Response> Desk::pass_post(const http::Request& request, std::string_view role, std::string_view path) {
  TRY(require(request, role));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const json::Value answer, ask(role, path, body));
  return http::Response::json(answer);
}

Result<http::Response> Desk::pass_get(const http::Request& request, std::string_view role, std::string_view path) {
  TRY(require(request, role));
  std::string url = config_.authority + std::string{path};
  if (!request.query().empty()) url += "?" + std::string{request.query()};
  TRY_ASSIGN(http::Response answer, network_.send(with_token(http::get(url), role)));
  if (!answer.ok()) return http::error_of(answer);
  // Only what the page needs of the headers: the type of a picture.
  return http::Response::bytes(std::move(answer.body), answer.header("Content-Type"));
}

void Desk::remember_maker(const json::Value& person, const SignIn& by) {
  constexpr size_t kRemembered = 10'000;
  const auto birth = date_from_text(person.string_or("birth_date", ""));
  if (!birth) return;
  const std::lock_guard guard{mutex_};
  if (makers_.size() >= kRemembered) makers_.erase(makers_.begin());
  makers_[person.string_or("name", "") + " " + to_full_date(*birth)] = by.employee;
}

Result<http::Response> Desk::decide(const http::Request& request) {
  TRY_ASSIGN(const SignIn by, require(request, "operator"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY_ASSIGN(const json::Value open,
             http::call_json(network_, with_token(http::get(config_.authority + "/reviews"), "operator")));
  const json::Value* reviews = open.find("reviews");
  for (const json::Value& review : reviews != nullptr ? reviews->items() : json::Value::Array{}) {
    if (review.string_or("id", "") != id) continue;
    const std::lock_guard guard{mutex_};
    const auto maker = makers_.find(review.string_or("name", "") + " " + review.string_or("birth_date", ""));
    if (maker != makers_.end() && maker->second == by.employee)
      return Error{Reason::FORBIDDEN, "who made the card does not decide on its likeness, by whatever account"};
  }
  json::Value decision = body;
  decision.set("by", by.employee);
  TRY_ASSIGN(const json::Value answer, ask("operator", "/reviews/decide", decision));
  return http::Response::json(answer);
}

Result<http::Response> Desk::findmy_suspend(const http::Request& request) {
  TRY_ASSIGN(const SignIn owner, require(request, "findmy"));
  // The owner's own phone, whatever the page says.
  TRY_ASSIGN(const json::Value answer,
             ask("findmy", "/findmy/suspend", json::Value::object({{"phone", owner.phone}})));
  return http::Response::json(answer);
}

Result<http::Response> Desk::refuse_resume(const http::Request& request) {
  TRY(require(request, ""));
  // The holder's face or finger on the phone itself lifts a suspension; nobody at a desk has either (article A47).
  return Error{Reason::PHONE_SUSPENDED, "no desk lifts a suspension: the app does it"};
}

Result<http::Response> Desk::verify_paper(const http::Request& request) {
  TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
  const auto code = parameters.find("code");
  if (code == parameters.end() || code->second.empty() || code->second.size() > 64)
    return Error{Reason::MALFORMED, "code"};
  TRY_ASSIGN(const json::Value answer,
             http::call_json(network_,
                             http::get(config_.kiosk + "/api/verify?code=" + http::encode_component(code->second))));
  return http::Response::json(answer);
}

}  // namespace mitome::services::desk
