// GET /reviews, GET /reviews/picture, POST /reviews/decide, POST /reviews/mode: the operator's queue.
#include "issuer/reviews.h"
#include "protocol/http/web.h"

namespace mitome::issuer {
namespace {

constexpr Seconds kAutomaticAfter{3};  // decisions.md 21
constexpr size_t kMaxEmployee = 64;    // bytes

std::string_view name_of(Reviews::State state) {
  switch (state) {
    case Reviews::State::kWaiting:
      return "waiting";
    case Reviews::State::kApproved:
      return "approved";
    case Reviews::State::kRefused:
      return "refused";
  }
  CHECK(false);
}

Result<http::Response> list_reviews(Reviews& reviews, registry::Registry& registry) {
  TRY_ASSIGN(const std::vector<Reviews::Shown> open, reviews.list());
  json::Value all = json::Value::array();
  for (const Reviews::Shown& shown : open) {
    TRY_ASSIGN(const registry::Person person, registry.person(shown.person));
    all.push(json::Value::object({{"id", shown.id},
                                  {"name", person.facts.name},
                                  {"kana", person.facts.kana},
                                  {"birth_date", to_full_date(person.facts.birth_date)},
                                  {"opened", to_unix(shown.opened)},
                                  {"expires", to_unix(shown.expires)},
                                  {"frames", static_cast<int64_t>(shown.pictures)},
                                  {"state", std::string{name_of(shown.state)}},
                                  {"by", shown.by},
                                  {"simulated", shown.simulated}}));
  }
  return http::Response::json(json::Value::object({{"auto", reviews.automatic().has_value()}, {"reviews", all}}));
}

Result<http::Response> show_picture(Reviews& reviews, const http::Request& request) {
  TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
  const auto id = parameters.find("id"), which = parameters.find("which");
  if (id == parameters.end() || which == parameters.end()) return Error{Reason::MALFORMED, "id and which"};
  TRY_ASSIGN(Bytes picture, reviews.picture(id->second, which->second));
  const bool jpeg = picture.size() > 2 && picture[0] == 0xFF && picture[1] == 0xD8;
  http::Response response = http::Response::bytes(std::move(picture), jpeg ? "image/jpeg" : "image/png");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// The role's name, and which of its people it was if the desk says so.
Result<std::string> who_decides(const json::Value& body, const std::string& role) {
  if (body.find("by") == nullptr) return role;
  TRY_ASSIGN(const std::string by, body.string_at("by"));
  if (by.size() > kMaxEmployee) return Error{Reason::LIMIT_EXCEEDED, "by"};
  return role + ": " + by;
}

Result<http::Response> decide_review(Reviews& reviews, const http::Request& request, const std::string& role) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY_ASSIGN(const std::string decision, body.string_at("decision"));
  if (decision != "approve" && decision != "refuse") return Error{Reason::MALFORMED, "decision: approve or refuse"};
  bool simulated = false;
  if (body.find("simulated") != nullptr) {
    TRY_ASSIGN(simulated, body.bool_at("simulated"));
  }
  TRY_ASSIGN(const std::string staff, who_decides(body, role));
  TRY(reviews.decide(id, decision == "approve", staff, simulated));
  return http::Response::json(json::Value::object({{"state", decision == "approve" ? "approved" : "refused"}}));
}

Result<http::Response> set_mode(Reviews& reviews, const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const bool on, body.bool_at("auto"));
  reviews.set_automatic(on ? std::optional{kAutomaticAfter} : std::nullopt);
  return http::Response::json(json::Value::object({{"auto", on}}));
}

}  // namespace

std::vector<http::Route> review_routes(Reviews& reviews, registry::Registry& registry, const registry::Roles& roles) {
  using Endpoint = std::function<Result<http::Response>(const http::Request&, const registry::RoleToken&)>;
  const auto route = [&](std::string method, std::string path, Endpoint endpoint) {
    return http::Route{std::move(method), std::move(path), "operator",
                       [&roles, endpoint = std::move(endpoint)](const http::Request& request) {
                         const auto caller = roles.require(request, "operator");
                         if (!caller) return http::Response::error(caller.error());
                         Result<http::Response> answer = endpoint(request, *caller);
                         return answer ? std::move(*answer) : http::Response::error(answer.error());
                       }};
  };
  return {
      route("GET", "/reviews", [&](const auto&, const auto&) { return list_reviews(reviews, registry); }),
      route("GET", "/reviews/picture",
            [&](const auto& request, const auto&) { return show_picture(reviews, request); }),
      route("POST", "/reviews/decide",
            [&](const auto& request, const auto& caller) { return decide_review(reviews, request, caller.name); }),
      route("POST", "/reviews/mode", [&](const auto& request, const auto&) { return set_mode(reviews, request); }),
  };
}

}  // namespace mitome::issuer
