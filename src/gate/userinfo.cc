// GET and POST /userinfo (OpenID Connect Core 5.3), GET /end-session (RP-Initiated Logout 1.0)
#include <algorithm>

#include "credential/jose/jws.h"
#include "gate/gate.h"

namespace mitome::gate {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

Result<void> add_facts(json::Value& claims, const json::Value& person, const std::vector<std::string>& scopes) {
  if (holds(scopes, "name")) {
    TRY_ASSIGN(const std::string name, person.string_at("name"));
    claims.set("name", name);
  }
  if (holds(scopes, "address")) {
    TRY_ASSIGN(const std::string address, person.string_at("address"));
    claims.set("address", json::Value::object({{"formatted", address}}));
  }
  if (holds(scopes, "birthdate")) {
    TRY_ASSIGN(const std::string text, person.string_at("birth_date"));
    TRY_ASSIGN(const Date date, date_from_text(text));
    claims.set("birthdate", to_full_date(date));
  }
  if (holds(scopes, "gender")) {
    const std::string sex = person.string_or("sex", "");
    if (sex == "1" || sex == "2") claims.set("gender", sex == "1" ? "male" : "female");
  }
  return {};
}

}  // namespace

Result<json::Value> Gate::claims_of(const Grant& grant) {
  json::Value claims = json::Value::object({{"sub", grant.subject}});
  if (holds(grant.scopes, "insurance")) claims.set("jpki_serial", grant.serial);
  const bool facts = std::any_of(grant.scopes.begin(), grant.scopes.end(), [](const auto& each) { return each != "insurance"; });
  if (!facts) return claims;
  // Asked when they are needed and not kept here.
  TRY_ASSIGN(const json::Value person, ask_authority("/residents", config_.municipality_token, grant.serial));
  TRY(add_facts(claims, person, grant.scopes));
  return claims;
}

http::Response Gate::userinfo(const http::Request& request) {
  static constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.header("Authorization");
  if (!header.starts_with(kScheme)) return oauth_error("invalid_token", {Reason::FORBIDDEN, "no token"});
  const auto grant = records_.grant_of_token(header.substr(kScheme.size()), clock_.now());
  if (!grant) return oauth_error("invalid_token", grant.error());
  if (!*grant) return oauth_error("invalid_token", {Reason::TOKEN_EXPIRED, "no such token, over, or taken back"});
  const auto claims = claims_of(**grant);
  if (!claims) return oauth_error("invalid_request", claims.error());
  http::Response response = http::Response::json(*claims);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

http::Response Gate::end_session(const http::Request& request) {
  const auto end = [&]() -> Result<std::string> {
    TRY_ASSIGN(const auto query, http::query_parameters(request));
    // Expired or not, as the standard asks; but ours.
    TRY_ASSIGN(const json::Value claims, jose::verify_claims(parameter(query, "id_token_hint"), signer_.public_key()));
    TRY_ASSIGN(const std::string id, claims.string_at("aud"));
    TRY_ASSIGN(const std::string subject, claims.string_at("sub"));
    const Client* client = client_of(id);
    const std::string named = parameter(query, "client_id"), to = parameter(query, "post_logout_redirect_uri");
    if (client == nullptr || (!named.empty() && named != id)) return Error{Reason::AUDIENCE_MISMATCH, "client_id"};
    if (!to.empty() && !holds(client->post_logout_redirect_uris, to)) return Error{Reason::REDIRECT_URI, "not registered"};
    TRY(records_.revoke(id, subject));
    if (to.empty()) return config_.origin + "/?ended=1";
    const std::string state = parameter(query, "state");
    return state.empty() ? to : with_query(to, {{"state", state}});
  };
  const auto url = end();
  return url ? http::redirect(*url) : refusal_page(url.error());
}

}  // namespace mitome::gate
