// Registration, what is kept about a resident, and how it is forgotten.
#include "services/login/respond.h"
#include "services/portal/portal.h"

namespace mitome::services {
namespace {

constexpr std::string_view kRegistration = "register";

std::string registration_text(Instant now) {
  return "認めの町 住民ポータル 利用登録申込書\n"
         "住民ポータルの利用登録を申し込みます。登録されるのは氏名と生年月日です。\n"
         "Registration at the residents' portal of the town of Mitome. It keeps your name and date of birth.\n"
         "日時 " +
         to_japan_text(now) + "（日本時間）\n";
}

std::vector<KeptRows> kept_rows() {
  std::vector<KeptRows> out = Sessions::kept();
  for (auto& row : Signing::kept()) out.push_back(row);
  out.push_back({"account", "your registration: name and date of birth", "利用登録（氏名、生年月日）",
                 "until you delete it, or two years after your last login", "削除するまで、または最後のログインから2年"});
  out.push_back({"application", "your applications", "申請",
                 "drafts seven days, withdrawn ones 30 days, received ones one year after the decision",
                 "下書きは7日、取り下げは30日、受け付けたものは決定から1年"});
  return out;
}

}  // namespace

Portal::Portal(PortalConfig config, Gate& gate, store::Store& store, const Clock& clock, crypto::Random& random)
    : config_(std::move(config)),
      store_(store),
      clock_(clock),
      random_(random),
      sessions_(store, clock, random_),
      login_({config_.origin, {}, [](const json::Value&) { return json::Value::object(); },
              [this](const Arrival& arrival, const json::Value&) { return admit(arrival); }},
             gate, sessions_),
      signing_(gate, store, clock),
      retention_(store, clock, kept_rows()) {}

Result<std::string> Portal::admit(const Arrival& arrival) {
  TRY(config_.accepts(arrival.holder));
  TRY(retention_.purge());
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    return transaction.run("UPDATE account SET expires = ?2 WHERE subject = ?1",
                           {arrival.subject, to_unix(clock_.now() + kAccountKept)});
  }));
  return "/";
}

Result<std::optional<Portal::Account>> Portal::account(const std::string& subject) {
  std::optional<Account> found;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row,
        transaction.query_one("SELECT name, birth_date, registered FROM account WHERE subject = ?1 AND expires >= ?2",
                                                     {subject, to_unix(clock_.now())}));
    if (!row) return {};
    TRY_ASSIGN(const Date birth_date, date_from_text(row->text(1)));
    found = Account{row->text(0), birth_date, instant_from_unix(row->integer(2))};
    return {};
  }));
  return found;
}

Result<std::pair<Visitor, Portal::Account>> Portal::resident(const http::Request& request) {
  TRY_ASSIGN(Visitor visitor, sessions_.find(request));
  TRY_ASSIGN(auto known, account(visitor.subject));
  if (!known) return Error{Reason::REGISTRATION_REQUIRED, ""};
  return std::pair{std::move(visitor), std::move(*known)};
}

http::Response Portal::me(const http::Request& request) {
  const auto visitor = sessions_.find(request);
  if (!visitor) {
    json::Value nobody = json::Value::object({{"logged_in", false}});
    if (visitor.error().reason == Reason::SESSION_EXPIRED) nobody.set("expired", true);
    return respond(nobody);
  }
  const auto known = account(visitor->subject);
  if (!known) return http::Response::error(known.error());
  json::Value out = json::Value::object({{"logged_in", true}, {"holder", visitor->holder},
      {"ends", to_unix(visitor->ends)}});
  out.set("registered", known->has_value());
  if (*known) out.set("name", (*known)->name).set("registered_at", to_unix((*known)->registered));
  return respond(out);
}

http::Response Portal::register_start(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
    TRY_ASSIGN(std::string url, signing_.begin(visitor, {std::string{kRegistration},
        to_bytes(registration_text(clock_.now())), "利用登録申込書",
                                                         "Registration at the residents' portal", "住民ポータルの利用登録"}));
    return json::Value::object({{"url", std::move(url)}});
  }());
}

Result<void> Portal::store_account(const Visitor& visitor, const SignedDocument& document) {
  TRY_ASSIGN(const Date birth_date, date_from_text(document.signer.birth_date));
  const Instant now = clock_.now();
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(Signing::consume(transaction, document, now));
    // Who registers again has changed their name, by marriage for example.
    return transaction.run(
        "INSERT INTO account(subject, name, birth_date, registered, expires) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT(subject) DO UPDATE SET name = excluded.name, birth_date = excluded.birth_date, expires = excluded.expires",
        {visitor.subject, document.signer.name, to_full_date(birth_date), to_unix(now), to_unix(now + kAccountKept)});
  });
}

Result<std::string> Portal::finish_signed(const http::Request& request) {
  TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
  TRY_ASSIGN(const SignedDocument document, signing_.collect(visitor, request));
  if (document.reference != kRegistration) {
    TRY_ASSIGN(const std::string receipt, store_received(visitor, document));
    return "/applications?id=" + receipt;
  }
  TRY(store_account(visitor, document));
  return std::string{"/?registered=1"};
}

http::Response Portal::signed_return(const http::Request& request) {
  const auto page = finish_signed(request);
  if (!page) return redirect_refusal(config_.origin, "/", page.error());
  return http::redirect(config_.origin + *page);
}

http::Response Portal::kept(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
    TRY_ASSIGN(const auto known, account(visitor.subject));
    TRY_ASSIGN(const auto mine, list_applications(visitor.subject));
    json::Value out = json::Value::object({{"account", json::Value{}}});
    if (known) {
      out.set("account", json::Value::object({{"name", known->name},
                                              {"birth_date", to_full_date(known->birth_date)},
                                              {"registered_at", to_unix(known->registered)}}));
    }
    json::Value applications = json::Value::array();
    for (const Application& one : mine) {
      json::Value row = describe(one, false);
      row.set("kept_until", to_unix(one.expires));
      applications.push(std::move(row));
    }
    out.set("applications", std::move(applications));
    out.set("session_ends", to_unix(visitor.ends));
    return out;
  }());
}

Result<json::Value> Portal::forget_all(const Visitor& visitor) {
  int64_t deleted = 0;
  json::Value kept = json::Value::array();
  TRY_ASSIGN(const auto mine, list_applications(visitor.subject));
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    for (const char* sql : {"DELETE FROM account WHERE subject = ?1", "DELETE FROM signing WHERE subject = ?1",
                            "DELETE FROM application WHERE subject = ?1 AND (receipt IS NULL OR withdrawn = 1)",
                            "DELETE FROM session WHERE subject = ?1"}) {
      TRY(transaction.run(sql, {visitor.subject}));
      deleted += transaction.changes();
    }
    return {};
  });
  TRY(written);
  for (const Application& one : mine) {
    if (one.receipt.empty() || one.withdrawn) continue;
    const std::string until = to_full_date(japan_date(one.expires));
    kept.push(json::Value::object({{"what", "application " + one.receipt},
                                   {"what_ja", "申請 " + one.receipt},
                                   {"why", "The office must be able to show what it decides upon, until " + until
                                       + "."},
                                   {"why_ja", "行政の決定の根拠となるため、" + until + "まで保存します。"}}));
  }
  return json::Value::object({{"deleted", deleted}, {"kept", std::move(kept)}});
}

http::Response Portal::forget(const http::Request& request) {
  const auto visitor = login_.who_asks_to_forget(request);
  if (!visitor) return http::Response::error(visitor.error());
  http::Response response = respond(forget_all(*visitor));
  if (response.ok()) http::set_cookie(response, kSessionCookie, "", login_.secure());
  return response;
}

http::Response Portal::retention(const http::Request&) {
  return respond(retention_.report());
}

}  // namespace mitome::services
