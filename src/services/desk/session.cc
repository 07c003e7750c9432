// Who works here today. Signing in is simulated: in life a staff card and its PIN stand here.
#include <algorithm>

#include "base/hex.h"
#include "protocol/http/web.h"
#include "services/desk/desk.h"

namespace mitome::services::desk {
namespace {

constexpr std::string_view kCookie = "desk-session";
constexpr std::string_view kRoles[] = {"city", "hotline", "findmy", "operator"};
constexpr size_t kMaxName = 120;

json::Value session_json(const SignIn& sign_in) {
  json::Value out = json::Value::object(
      {{"role", sign_in.role}, {"staff", sign_in.staff}, {"expires", to_unix(sign_in.expires)}, {"simulated", true}});
  if (!sign_in.phone.empty()) out.set("phone", sign_in.phone);
  return out;
}

}  // namespace

std::vector<Account> invented_staff() {
  return {{"窓口　一郎", "city", "E-101"},    {"受付　二葉", "city", "E-102"},
          {"応答　三保", "hotline", "E-201"}, {"監査　四方", "operator", "E-301"},
          {"窓口　一郎（運用）", "operator", "E-101"}};
}

Result<SignIn> Desk::require(const http::Request& request, std::string_view role) {
  const std::string id = http::cookie(request, kCookie);
  const std::lock_guard guard{mutex_};
  const auto found = sign_ins_.find(id);
  if (found == sign_ins_.end()) return Error{Reason::LOGIN_REQUIRED, ""};
  if (found->second.expires <= clock_.now()) {
    sign_ins_.erase(found);
    return Error{Reason::LOGIN_REQUIRED, "the shift is over"};
  }
  if (!role.empty() && found->second.role != role)
    return Error{Reason::FORBIDDEN, "signed in as " + found->second.role};
  return found->second;
}

Result<http::Response> Desk::session(const http::Request& request) {
  const auto found = require(request, "");
  if (!found) {
    json::Value accounts = json::Value::array();
    for (const Account& account : config_.accounts)
      accounts.push(json::Value::object({{"name", account.name}, {"role", account.role}}));
    return http::Response::json(json::Value::object({{"role", nullptr}, {"accounts", std::move(accounts)}}));
  }
  return http::Response::json(session_json(*found));
}

Result<http::Response> Desk::sign_in(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  SignIn fresh;
  TRY_ASSIGN(fresh.role, body.string_at("role"));
  if (std::find(std::begin(kRoles), std::end(kRoles), fresh.role) == std::end(kRoles))
    return Error{Reason::MALFORMED, "role"};
  fresh.expires = clock_.now() + kShift;
  if (fresh.role == "findmy") {
    // The owner of a phone, by the account that its maker keeps; here by name and birth date.
    TRY_ASSIGN(const std::string name, body.string_at("name"));
    TRY_ASSIGN(const std::string birth_date, body.string_at("birth_date"));
    TRY_ASSIGN(const json::Value phone,
               ask("findmy", "/findmy/phone", json::Value::object({{"name", name}, {"birth_date", birth_date}})));
    TRY_ASSIGN(fresh.phone, phone.string_at("phone"));
    fresh.staff = name;
  } else {
    TRY_ASSIGN(fresh.staff, body.string_at("staff"));
    const auto account = std::find_if(config_.accounts.begin(), config_.accounts.end(), [&](const Account& one) {
      return one.name == fresh.staff && one.role == fresh.role;
    });
    if (account == config_.accounts.end()) return Error{Reason::FORBIDDEN, "no such account in this role"};
    fresh.employee = account->employee;
  }
  if (fresh.staff.empty() || fresh.staff.size() > kMaxName) return Error{Reason::MALFORMED, "staff"};
  const std::string id = to_hex(random_.bytes(16));
  http::Response response = http::Response::json(session_json(fresh));
  const std::lock_guard guard{mutex_};
  std::erase_if(sign_ins_, [&](const auto& entry) { return entry.second.expires <= clock_.now(); });
  if (sign_ins_.size() >= kMaxSignIns) return Error{Reason::LIMIT_EXCEEDED, "everybody is here already"};
  sign_ins_.erase(http::cookie(request, kCookie));
  sign_ins_[id] = std::move(fresh);
  http::set_cookie(response, kCookie, id, config_.origin.starts_with("https:"));
  return response;
}

Result<http::Response> Desk::sign_out(const http::Request& request) {
  http::Response response = http::Response::json(json::Value::object({{"role", nullptr}}));
  const std::lock_guard guard{mutex_};
  sign_ins_.erase(http::cookie(request, kCookie));
  http::set_cookie(response, kCookie, "", config_.origin.starts_with("https:"));
  return response;
}

}  // namespace mitome::services::desk
