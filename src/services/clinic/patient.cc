// The patient's side: arrive, say what the doctor may see, leave.
#include "base/hex.h"
#include "services/clinic/clinic_reception.h"
#include "services/login/respond.h"

namespace mitome::services {
namespace {

constexpr size_t kIdSize = 16;
constexpr std::string_view kColumns =
    "SELECT id, site, name, birth_date, insured_number, number, insured, medicines, checks, holder, since FROM visit ";

std::vector<KeptRows> kept_rows() {
  std::vector<KeptRows> out = Sessions::kept();
  out.push_back({"visit", "who is here: name, date of birth, insured number and what the doctor may see",
                 "来院中の方の氏名、生年月日、被保険者番号、医師への提供の同意", "until the visit is over, at the latest until midnight",
                 "診療が終わるまで（遅くともその日の24時まで）"});
  out.push_back({"clerk", "which clerk's screen is signed in", "職員の画面のログイン", "8 hours", "8時間"});
  return out;
}

/// The end of the day in Japan.
Instant midnight(Instant now) { return japan_instant(japan_date(now), 23, 59, 59); }

}  // namespace

ClinicReception::ClinicReception(ClinicConfig config, Gate& gate, store::Store& store, const Clock& clock,
                                 crypto::Random& random, http::HttpClient& network)
    : config_(std::move(config)),
      store_(store),
      clock_(clock),
      random_(random),
      network_(network),
      sessions_(store, clock, random_),
      login_({config_.origin, {"insurance", "name", "birthdate"},
          [this](const json::Value& body) { return intend(body); },
              [this](const Arrival& arrival, const json::Value& intent) { return admit(arrival, intent); }},
             gate, sessions_),
      retention_(store, clock, kept_rows()) {}

Result<const ClinicSite*> ClinicReception::site(std::string_view id) const {
  for (const ClinicSite& one : config_.sites)
    if (one.id == id) return &one;
  return Error{Reason::NOT_FOUND, "no such clinic"};
}

/// Each consent by itself, and what is not said is no.
Result<json::Value> ClinicReception::intend(const json::Value& body) {
  TRY_ASSIGN(const std::string id, body.string_at("clinic"));
  TRY(site(id));
  TRY(config_.accepts(id, "card"));  // whether the service has begun at all
  return json::Value::object({{"clinic", id},
                              {"medicines", body.bool_at("medicines").value_or(false)},
                              {"checks", body.bool_at("checks").value_or(false)}});
}

/// By the certificate's serial. Nobody is insured by a wrong answer: the insurer must name the person whom the gate
/// recognised (threats
/// SVC-7: numbers were linked to another person).
Result<std::optional<ClinicReception::Insured>> ClinicReception::ask_insurer(const Arrival& arrival) {
  TRY_ASSIGN(const std::string serial, arrival.claims.string_at("jpki_serial"));
  http::Request request = http::post_json(config_.insurer_url, json::Value::object({{"serial", serial}}));
  request.headers.emplace_back("Authorization", "Bearer " + config_.insurer_token);
  const auto answer = http::call_json(network_, request);
  if (!answer && answer.error().reason == Reason::NOT_FOUND) return std::optional<Insured>{};
  if (!answer) return answer.error();
  TRY_ASSIGN(Insured insured, [&]() -> Result<Insured> {
    TRY_ASSIGN(std::string number, answer->string_at("insured_number"));
    TRY_ASSIGN(std::string name, answer->string_at("name"));
    TRY_ASSIGN(const std::string born, answer->string_at("birth_date"));
    TRY_ASSIGN(const Date birth_date, date_from_text(born));
    return Insured{std::move(number), std::move(name), to_full_date(birth_date)};
  }());
  if (insured.name != arrival.claims.string_or("name", "")
      || insured.birth_date != arrival.claims.string_or("birthdate", ""))
    return Error{Reason::PERSON_MISMATCH, "the insurer answered for somebody else"};
  return std::optional{std::move(insured)};
}

Result<void> ClinicReception::keep_visit(const Arrival& arrival, const json::Value& intent,
    const std::optional<Insured>& insured) {
  const Instant now = clock_.now();
  const std::string clinic = intent.string_or("clinic", "");
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    // Who comes back on the same day is one visit: the last consent counts.
    TRY(transaction.run("DELETE FROM visit WHERE subject = ?1 AND site = ?2", {arrival.subject, clinic}));
    TRY_ASSIGN(const auto today,
        transaction.query("SELECT COUNT(*), COALESCE(MAX(number), 0) FROM visit WHERE expires >= ?1",
        {to_unix(now)}));
    if (today.front().integer(0) >= kMaxVisits) return Error{Reason::LIMIT_EXCEEDED, "over 500 visits today"};
    return transaction.run(
        "INSERT INTO visit(id, subject, site, name, birth_date, insured_number, number, insured, medicines, checks, holder, since, "
        "expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        {to_hex(random_.bytes(kIdSize)), arrival.subject, clinic, arrival.claims.string_or("name", ""),
         arrival.claims.string_or("birthdate", ""), insured ? insured->number : std::string{},
             today.front().integer(1) + 1,
         int64_t{insured.has_value()}, int64_t{intent.bool_at("medicines").value_or(false)},
         int64_t{intent.bool_at("checks").value_or(false)}, arrival.holder, to_unix(now), to_unix(midnight(now))});
  });
}

Result<std::string> ClinicReception::admit(const Arrival& arrival, const json::Value& intent) {
  TRY(retention_.purge());
  TRY_ASSIGN(const std::string clinic, intent.string_at("clinic"));
  TRY(config_.accepts(clinic, arrival.holder));
  TRY_ASSIGN(const auto insured, ask_insurer(arrival));
  TRY(keep_visit(arrival, intent, insured));
  tell(clinic);
  return std::string{"/reception"};
}

Result<std::vector<ClinicReception::Visit>> ClinicReception::visits(std::string_view column, const std::string& value) {
  std::vector<Visit> out;
  const auto seen = store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto rows, transaction.query(std::string{kColumns} + "WHERE " + std::string{column} +
                                                      " = ?1 AND expires >= ?2 ORDER BY number",
                                                  {value, to_unix(clock_.now())}));
    for (const store::Row& row : rows) {
      out.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5),
          row.integer(6) != 0,
                     row.integer(7) != 0, row.integer(8) != 0, row.text(9), instant_from_unix(row.integer(10))});
    }
    return {};
  });
  TRY(seen);
  return out;
}

json::Value ClinicReception::describe(const Visit& visit) const {
  const ClinicSite& where = *site(visit.site).value();
  return json::Value::object({{"id", visit.id},
                              {"clinic", visit.site},
                              {"clinic_name", where.name},
                              {"clinic_name_ja", where.name_ja},
                              {"number", visit.number},
                              {"name", visit.name},
                              {"birth_date", visit.birth_date},
                              {"insured", visit.insured},
                              {"insured_number", visit.insured_number},
                              {"medicines", visit.medicines},
                              {"checks", visit.checks},
                              {"holder", visit.holder},
                              {"since", to_unix(visit.since)},
                              {"kept_until", to_unix(midnight(visit.since))}});
}

http::Response ClinicReception::sites(const http::Request&) {
  json::Value out = json::Value::array();
  for (const ClinicSite& one : config_.sites) {
    const auto open = config_.accepts(one.id, "card");
    const auto phone = config_.accepts(one.id, "phone");
    const bool not_yet = !phone && phone.error().reason == Reason::SERVICE_NOT_OPEN_YET;
    out.push(json::Value::object({{"id", one.id},
                                  {"name", one.name},
                                  {"name_ja", one.name_ja},
                                  {"card", open.has_value()},
                                  {"phone", phone.has_value()},
                                  {"why_no_phone", phone ? "" : reason_code(phone.error().reason)},
                                  {"opens", not_yet ? phone.error().detail : std::string{}}}));
  }
  return http::Response::json(json::Value::object({{"clinics", std::move(out)},
      {"simulated_staff", config_.simulated_staff}}));
}

http::Response ClinicReception::me(const http::Request& request) {
  const auto visitor = sessions_.find(request);
  if (!visitor) {
    return respond(json::Value::object(
        {{"logged_in", false}, {"expired", visitor.error().reason == Reason::SESSION_EXPIRED},
            {"visits", json::Value::array()}}));
  }
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto mine, visits("subject", visitor->subject));
    json::Value out = json::Value::array();
    for (const Visit& one : mine) out.push(describe(one));
    return json::Value::object({{"logged_in", true}, {"holder", visitor->holder}, {"ends", to_unix(visitor->ends)},
        {"visits", std::move(out)}});
  }());
}

Result<json::Value> ClinicReception::forget_all(const Visitor& visitor) {
  int64_t deleted = 0;
  TRY_ASSIGN(const auto mine, visits("subject", visitor.subject));
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    for (const char* sql : {"DELETE FROM visit WHERE subject = ?1", "DELETE FROM session WHERE subject = ?1"}) {
      TRY(transaction.run(sql, {visitor.subject}));
      deleted += transaction.changes();
    }
    return {};
  });
  TRY(written);
  for (const Visit& one : mine) tell(one.site);
  return json::Value::object({{"deleted", deleted}, {"kept", json::Value::array()}});
}

http::Response ClinicReception::forget(const http::Request& request) {
  const auto visitor = login_.who_asks_to_forget(request);
  if (!visitor) return http::Response::error(visitor.error());
  http::Response response = respond(forget_all(*visitor));
  if (response.ok()) http::set_cookie(response, kSessionCookie, "", login_.secure());
  return response;
}

http::Response ClinicReception::retention(const http::Request&) {
  return respond(retention_.report());
}

}  // namespace mitome::services
