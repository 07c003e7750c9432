// The clerk's side: who is here, insured or not, and what the doctor may see. Kept until the visit is over.
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "services/clinic/clinic_reception.h"
#include "services/login/respond.h"

namespace mitome::services {
namespace {

constexpr size_t kSecretSize = 16;
constexpr std::string_view kClerkCookie = "clerk";

Bytes key_of(std::string_view secret) {
  const auto digest = crypto::sha256(as_bytes(secret));
  return {digest.begin(), digest.end()};
}

}  // namespace

/// A clerk's own sign-in is no part of the town: a button stands for it. The session behind it is real.
http::Response ClinicReception::clerk_login(const http::Request& request) {
  const auto signed_in = [&]() -> Result<std::string> {
    if (!config_.simulated_staff) return Error{Reason::FORBIDDEN, "no clerk signs in here by a button"};
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("clinic"));
    TRY(site(id));
    std::string secret = base64url::encode(random_.bytes(kSecretSize));
    TRY(store_.write([&](store::Transaction& transaction) {
      return transaction.run("INSERT INTO clerk(key, site, expires) VALUES(?1, ?2, ?3)",
                             {key_of(secret), id, to_unix(clock_.now() + kClerkSession)});
    }));
    return secret;
  }();
  if (!signed_in) return http::Response::error(signed_in.error());
  auto response = http::Response::json(json::Value::object());
  http::set_cookie(response, kClerkCookie, *signed_in, login_.secure());
  return response;
}

http::Response ClinicReception::clerk_logout(const http::Request& request) {
  const auto gone = store_.write([&](store::Transaction& transaction) {
    return transaction.run("DELETE FROM clerk WHERE key = ?1", {key_of(http::cookie(request, kClerkCookie))});
  });
  if (!gone) return http::Response::error(gone.error());
  auto response = http::Response::json(json::Value::object());
  http::set_cookie(response, kClerkCookie, "", login_.secure());
  return response;
}

Result<const ClinicSite*> ClinicReception::clerk(const http::Request& request) {
  const std::string secret = http::cookie(request, kClerkCookie);
  if (secret.empty()) return Error{Reason::LOGIN_REQUIRED, "no clerk is signed in"};
  std::string id;
  const auto seen = store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one("SELECT site FROM clerk WHERE key = ?1 AND expires >= ?2",
                                                     {key_of(secret), to_unix(clock_.now())}));
    if (!row) return Error{Reason::SESSION_EXPIRED, "the clerk's session"};
    id = row->text(0);
    return {};
  });
  TRY(seen);
  return site(id);
}

http::Response ClinicReception::clerk_me(const http::Request& request) {
  const auto where = clerk(request);
  if (!where) return respond(json::Value::object({{"signed_in", false}}));
  return respond(json::Value::object(
      {{"signed_in", true}, {"clinic", (*where)->id}, {"clinic_name", (*where)->name},
          {"clinic_name_ja", (*where)->name_ja}}));
}

http::Response ClinicReception::clerk_visits(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const ClinicSite* where, clerk(request));
    TRY_ASSIGN(const auto here, visits("site", where->id));
    json::Value out = json::Value::array();
    for (const Visit& one : here) out.push(describe(one));
    return json::Value::object({{"visits", std::move(out)}});
  }());
}

/// Of this clerk's clinic only (threats WEB-6).
Result<ClinicReception::Visit> ClinicReception::clerks_visit(const http::Request& request, std::string_view id) {
  TRY_ASSIGN(const ClinicSite* where, clerk(request));
  TRY_ASSIGN(auto here, visits("site", where->id));
  for (Visit& one : here)
    if (!id.empty() && one.id == id) return std::move(one);
  return Error{Reason::NOT_FOUND, "no such visit here"};
}

/// What was agreed to, and only while the person is here. It is worked out for this answer and not kept.
http::Response ClinicReception::clerk_visit(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
    const auto id = parameters.find("id");
    TRY_ASSIGN(const Visit visit, clerks_visit(request, id == parameters.end() ? std::string_view{}
        : std::string_view{id->second}));
    TRY_ASSIGN(const Date birth_date, date_from_text(visit.birth_date));
    const Date today = japan_date(clock_.now());
    json::Value out = describe(visit);
    if (visit.insured && visit.medicines) {
      json::Value list = json::Value::array();
      for (const Dispensed& one : medicines({visit.name, birth_date}, today)) list.push(to_json(one));
      out.set("medicine_history", std::move(list));
    }
    if (visit.insured && visit.checks) {
      json::Value list = json::Value::array();
      for (const HealthCheck& one : health_checks({visit.name, birth_date}, today)) list.push(to_json(one));
      out.set("health_checks", std::move(list));
    }
    return out;
  }());
}

http::Response ClinicReception::clerk_close(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    TRY_ASSIGN(const Visit visit, clerks_visit(request, id));
    TRY(store_.write([&](store::Transaction& transaction) {
      return transaction.run("DELETE FROM visit WHERE id = ?1", {visit.id});
    }));
    tell(visit.site);
    return json::Value::object({{"deleted", 1}});
  }());
}

std::shared_ptr<http::EventStream> ClinicReception::stream(const std::string& site_id) {
  const std::lock_guard lock{mutex_};
  auto& found = streams_[site_id];
  if (!found) found = std::make_shared<http::EventStream>();
  return found;
}

/// That something changed; what, the screen asks for itself: no name goes through a stream.
void ClinicReception::tell(const std::string& site_id) { stream(site_id)->publish("visits", json::Value::object()); }

http::Response ClinicReception::clerk_events(const http::Request& request) {
  const auto where = clerk(request);
  if (!where) return http::Response::error(where.error());
  http::Response response;
  response.headers.emplace_back("Content-Type", "text/event-stream");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.events = stream((*where)->id);
  return response;
}

}  // namespace mitome::services
