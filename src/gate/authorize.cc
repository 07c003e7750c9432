// GET /authorize (OpenID Connect Core 3.1.2)
#include <algorithm>

#include "gate/gate.h"
#include "protocol/openid/pkce.h"

namespace mitome::gate {
namespace {

constexpr size_t kMaxStateSize = 1024;

bool holds(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

/// A cookie for each interaction: a browser may have several open, and a planted cookie opens none.
std::string cookie_name(std::string_view interaction) { return "mitome_gate_" + std::string{interaction.substr(0, 8)}; }

Result<std::vector<std::string>> read_scopes(const Client& client, std::string_view text, std::string& error) {
  error = "invalid_scope";
  std::vector<std::string> granted;
  bool openid = false;
  for (auto& each : split_scopes(text)) {
    if (each == "openid") {
      openid = true;
    } else if (!holds(client.scopes, each)) {
      return Error{Reason::OVER_ASK, "a scope that the service is not registered for"};
    } else if (!holds(granted, each)) {
      granted.push_back(std::move(each));
    }
  }
  if (!openid) return Error{Reason::MALFORMED, "scope openid"};
  return granted;
}

/// What only says how to ask. We ask the holder's key every time, so that a maximum age is always kept, and no login is possible
/// without asking (Core 3.1.2.1).
Result<void> read_prompt(const http::Parameters& query, std::string& error) {
  const auto prompts = split_scopes(parameter(query, "prompt"));
  if (holds(prompts, "none")) {
    error = prompts.size() == 1 ? "login_required" : "invalid_request";
    return Error{Reason::USER_AUTH_REQUIRED, "prompt=none"};
  }
  const std::string age = parameter(query, "max_age");
  if (age.find_first_not_of("0123456789") != age.npos) {
    error = "invalid_request";
    return Error{Reason::MALFORMED, "max_age"};
  }
  return {};
}

}  // namespace

std::string Gate::return_url(const Interaction& interaction, const http::Parameters& more) const {
  http::Parameters all = more;
  all.emplace("state", interaction.state);
  all.emplace("iss", config_.origin);
  if (interaction.kind == Kind::kSign) all.emplace("transaction", interaction.id);
  return with_query(interaction.redirect_uri, all);
}

http::Response Gate::refuse_authorization(const http::Parameters& query, std::string_view error, Reason reason) {
  http::Parameters answer{{"error", std::string{error}},
                          {"error_description", std::string{reason_code(reason)}},
                          {"iss", config_.origin}};
  const std::string state = parameter(query, "state");
  if (!state.empty() && state.size() <= kMaxStateSize) answer.emplace("state", state);
  return http::redirect(with_query(parameter(query, "redirect_uri"), answer));
}

Result<Interaction> Gate::read_authorization(const Client& client, const http::Parameters& query, std::string& error) const {
  for (const auto* name : {"request", "request_uri", "registration"}) {
    if (query.find(name) == query.end()) continue;
    error = std::string{name} + "_not_supported";
    return Error{Reason::MALFORMED, name};
  }
  error = "unsupported_response_type";
  if (parameter(query, "response_type") != "code") return Error{Reason::MALFORMED, "response_type"};
  error = "invalid_request";
  const std::string mode = parameter(query, "response_mode");
  if (!mode.empty() && mode != "query") return Error{Reason::MALFORMED, "response_mode"};
  Interaction wish;
  wish.client = client.id;
  wish.redirect_uri = parameter(query, "redirect_uri");
  wish.state = parameter(query, "state");
  wish.nonce = parameter(query, "nonce");
  wish.code_challenge = parameter(query, "code_challenge");
  // PKCE is for every client, and state and nonce too: each guards another way in (RFC 9700 2.1.1, 4.7).
  if (wish.state.empty() || wish.nonce.empty()) return Error{Reason::MALFORMED, "state and nonce are needed"};
  if (wish.state.size() > kMaxStateSize || wish.nonce.size() > kMaxStateSize)
    return Error{Reason::LIMIT_EXCEEDED, "state or nonce"};
  if (parameter(query, "code_challenge_method") != "S256" || !openid::is_code_challenge(wish.code_challenge))
    return Error{Reason::PKCE_MISMATCH, "S256 is needed"};
  TRY(read_prompt(query, error));
  TRY_ASSIGN(wish.scopes, read_scopes(client, parameter(query, "scope"), error));
  return wish;
}

http::Response Gate::show_page(const Interaction& interaction, std::string_view browser) const {
  http::Response response = http::redirect(config_.origin + "/?login=" + interaction.id);
  http::set_cookie(response, cookie_name(interaction.id), browser, config_.origin.starts_with("https://"));
  return response;
}

http::Response Gate::authorize(const http::Request& request) {
  const auto query = http::query_parameters(request);
  // A parameter that stands twice may be the address itself: nobody is sent anywhere (threats ONL-16).
  if (!query) return refusal_page(query.error());
  const Client* client = client_of(parameter(*query, "client_id"));
  if (client == nullptr || !holds(client->redirect_uris, parameter(*query, "redirect_uri")))
    return refusal_page({Reason::REDIRECT_URI, "not registered"});
  std::string error;
  auto wish = read_authorization(*client, *query, error);
  if (!wish) return refuse_authorization(*query, error, wish.error().reason);
  wish->browser = records_.fresh();
  const auto interaction = records_.open(std::move(wish).value(), clock_.now());
  if (!interaction) return refuse_authorization(*query, "temporarily_unavailable", interaction.error().reason);
  return show_page(*interaction, interaction->browser);
}

http::Response Gate::sign(const http::Request& request) {
  const auto query = http::query_parameters(request);
  if (!query) return refusal_page(query.error());
  auto interaction = records_.find(parameter(*query, "transaction"), clock_.now());
  if (!interaction) return refusal_page(interaction.error());
  if (interaction->kind != Kind::kSign) return refusal_page({Reason::NOT_FOUND, "not a signature"});
  const std::string cookie = http::cookie(request, cookie_name(interaction->id));
  if (!interaction->browser.empty() && cookie == interaction->browser) return show_page(*interaction, cookie);
  const std::string browser = records_.fresh();
  if (const auto bound = records_.bind(*interaction, browser); !bound) return refusal_page(bound.error());
  return show_page(*interaction, browser);
}

Result<Interaction> Gate::own_interaction(const http::Request& request, std::string_view id) {
  TRY_ASSIGN(Interaction interaction, records_.find(id, clock_.now()));
  const std::string cookie = http::cookie(request, cookie_name(interaction.id));
  if (cookie.empty() || !crypto::equal_constant_time(as_bytes(cookie), as_bytes(interaction.browser)))
    return Error{Reason::SESSION_BINDING, "begun in another browser"};
  return interaction;
}

}  // namespace mitome::gate
