#include "services/portal/portal.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.h"
#include "testing/fakes.h"
#include "testing/gate_double.h"

namespace mitome::services {
namespace {

const json::Value kNursery = json::Value::object({{"child_name", "山田　桜"},
                                                  {"child_birth_date", "2024-05-05"},
                                                  {"from_month", "2026-09"},
                                                  {"first_choice", "kasuga"},
                                                  {"hours", "standard"},
                                                  {"need", "work"}});

class PortalTest : public ::testing::Test {
 protected:
  PortalTest()
      : store_(store::open_sqlite(":memory:", portal_schema()).value()),
        portal_({"http://portal.localhost", [this](std::string_view) { return accepts_; }}, gate_, *store_, clock_,
            random_),
        browser_("http://portal.localhost", routes(portal_)) {}

  std::string reason(const json::Value& answer) { return answer.string_or("reason", "GOOD"); }
  /// From the gate, as the n-th departure.
  http::Response back(testing::Browser& browser, const std::string& path) {
    return browser.get(path + "?code=c&state=state-" + std::to_string(departures_));
  }
  http::Response login(testing::Browser& browser) {
    EXPECT_EQ(reason(browser.post("/api/login")), "GOOD");
    ++departures_;
    return back(browser, "/login/callback");
  }
  http::Response sign(testing::Browser& browser, const std::string& path,
      const json::Value& body = json::Value::object()) {
    EXPECT_EQ(reason(browser.post(path, body)), "GOOD");
    ++departures_;
    return back(browser, "/sign/callback");
  }
  void login_and_register() {
    login(browser_);
    sign(browser_, "/api/register");
  }
  std::string draft(const json::Value& fields = kNursery) {
    return browser_.post("/api/applications", json::Value::object({{"kind", "nursery"},
        {"fields", fields}})).string_or("id", "");
  }
  std::string receive() {
    const std::string location{sign(browser_, "/api/applications/sign",
        json::Value::object({{"id", draft()}})).header("Location")};
    return location.substr(location.find('=') + 1);
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{1};
  testing::GateDouble gate_;
  std::unique_ptr<store::Store> store_;
  Result<void> accepts_;
  Portal portal_;
  testing::Browser browser_;
  int departures_ = 0;
};

TEST_F(PortalTest, LogsInThroughTheGateAndOutAgain) {
  EXPECT_EQ(browser_.read("/api/me").bool_at("logged_in").value(), false);
  const auto response = login(browser_);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(response.header("Location"), "http://portal.localhost/");
  EXPECT_TRUE(gate_.scopes.empty());  // the pairwise subject and nothing else
  EXPECT_EQ(browser_.read("/api/me").string_at("holder").value(), "phone");
  EXPECT_FALSE(browser_.cookies.contains("pending"));
  const std::string session = browser_.cookies["session"];
  browser_.post("/api/logout");
  EXPECT_FALSE(browser_.cookies.contains("session"));
  browser_.cookies["session"] = session;  // also for who kept the cookie
  EXPECT_EQ(reason(browser_.read("/api/applications")), "SESSION_EXPIRED");
}

TEST_F(PortalTest, GivesANewSessionAtEveryLogin) {
  browser_.cookies["session"] = "planted-by-somebody";
  login(browser_);
  const std::string first = browser_.cookies["session"];
  EXPECT_NE(first, "planted-by-somebody");
  login(browser_);
  EXPECT_NE(browser_.cookies["session"], first);
  browser_.cookies["session"] = first;
  EXPECT_EQ(reason(browser_.read("/api/kept")), "SESSION_EXPIRED");
}

TEST_F(PortalTest, ALoginBelongsToTheBrowserThatBeganIt) {
  testing::Browser stranger{"http://portal.localhost", routes(portal_)};
  stranger.post("/api/login");
  ++departures_;
  EXPECT_EQ(back(browser_, "/login/callback").header("Location"), "http://portal.localhost/?refused=SESSION_EXPIRED");
  EXPECT_FALSE(browser_.cookies.contains("session"));
}

TEST_F(PortalTest, ALoginComesBackOnce) {
  browser_.post("/api/login");
  ++departures_;
  const auto kept = browser_.cookies;
  back(browser_, "/login/callback");
  browser_.cookies = kept;
  EXPECT_EQ(back(browser_, "/login/callback").header("Location"), "http://portal.localhost/?refused=SESSION_EXPIRED");
}

TEST_F(PortalTest, ALoginEndsAfterTenMinutes) {
  browser_.post("/api/login");
  ++departures_;
  clock_.advance(kPendingLife + Seconds{1});
  EXPECT_EQ(back(browser_, "/login/callback").header("Location"), "http://portal.localhost/?refused=SESSION_EXPIRED");
}

TEST_F(PortalTest, WhatTheGateRefusesIsSaidAndLogsNobodyIn) {
  browser_.post("/api/login");
  ++departures_;
  gate_.refuses = Error{Reason::CONSENT_DECLINED, ""};
  EXPECT_EQ(back(browser_, "/login/callback").header("Location"), "http://portal.localhost/?refused=CONSENT_DECLINED");
  EXPECT_FALSE(browser_.cookies.contains("session"));
  EXPECT_EQ(browser_.read("/api/refusal?reason=CONSENT_DECLINED").string_at("message_ja").value(), "利用者が拒否しました。");
  EXPECT_EQ(browser_.get("/api/refusal?reason=%3Cscript%3E").status, 404);
}

TEST_F(PortalTest, RefusesWhatTheDirectoryDoesNotAllow) {
  accepts_ = Error{Reason::USE_PHYSICAL_CARD, ""};
  EXPECT_EQ(login(browser_).header("Location"), "http://portal.localhost/?refused=USE_PHYSICAL_CARD");
  EXPECT_EQ(reason(browser_.read("/api/kept")), "LOGIN_REQUIRED");
}

TEST_F(PortalTest, ASessionEndsByTheTownsClock) {
  login(browser_);
  clock_.advance(kSessionIdle - Seconds{1});
  EXPECT_EQ(reason(browser_.read("/api/kept")), "GOOD");
  clock_.advance(kSessionIdle - Seconds{1});
  EXPECT_EQ(reason(browser_.read("/api/kept")), "GOOD");  // what was done kept it alive
  clock_.advance(kSessionIdle + Seconds{1});
  EXPECT_EQ(reason(browser_.read("/api/kept")), "SESSION_EXPIRED");
  EXPECT_EQ(browser_.read("/api/me").bool_at("expired").value(), true);
}

TEST_F(PortalTest, ASessionEndsAfterFourHoursWhateverIsDone) {
  login(browser_);
  for (int i = 0; i < 12; ++i) {
    clock_.advance(Seconds{20 * 60});
    browser_.read("/api/kept");
  }
  EXPECT_EQ(reason(browser_.read("/api/kept")), "GOOD");
  clock_.advance(Seconds{1});
  EXPECT_EQ(reason(browser_.read("/api/kept")), "SESSION_EXPIRED");
}

TEST_F(PortalTest, RegistersBySignature) {
  login(browser_);
  EXPECT_EQ(browser_.read("/api/me").bool_at("registered").value(), false);
  EXPECT_EQ(reason(browser_.read("/api/health-checks")), "REGISTRATION_REQUIRED");
  EXPECT_EQ(sign(browser_, "/api/register").header("Location"), "http://portal.localhost/?registered=1");
  EXPECT_EQ(browser_.read("/api/me").string_at("name").value(), "山田　花子");
  EXPECT_EQ(browser_.read("/api/kept").find("account")->string_at("birth_date").value(), "1980-02-17");
}

TEST_F(PortalTest, AnotherPersonsSignatureRegistersNobody) {
  login(browser_);
  gate_.signed_by = "sub-taro";
  EXPECT_EQ(sign(browser_, "/api/register").header("Location"), "http://portal.localhost/?refused=PERSON_MISMATCH");
  EXPECT_EQ(browser_.read("/api/me").bool_at("registered").value(), false);
}

TEST_F(PortalTest, ASignatureCountsOnceAndForWhoBeganIt) {
  login(browser_);
  browser_.post("/api/register");
  ++departures_;
  testing::Browser other{"http://portal.localhost", routes(portal_)};
  EXPECT_EQ(other.get("/sign/callback?state=state-2").header("Location"),
      "http://portal.localhost/?refused=LOGIN_REQUIRED");
  EXPECT_EQ(browser_.get("/sign/callback?state=state-9").header("Location"),
      "http://portal.localhost/?refused=NOT_FOUND");
  EXPECT_EQ(back(browser_, "/sign/callback").header("Location"), "http://portal.localhost/?registered=1");
  EXPECT_EQ(back(browser_, "/sign/callback").header("Location"), "http://portal.localhost/?refused=REPLAY");
  browser_.post("/api/register");
  ++departures_;
  clock_.advance(kSigningLife + Seconds{1});
  EXPECT_EQ(back(browser_, "/sign/callback").header("Location"), "http://portal.localhost/?refused=NOT_FOUND");
}

TEST_F(PortalTest, TakesAnApplicationFromDraftToDecision) {
  login_and_register();
  const std::string receipt = receive();
  EXPECT_TRUE(receipt.starts_with("MP-20260601-")) << receipt;
  auto one = browser_.read("/api/application?id=" + receipt);
  EXPECT_EQ(one.string_at("state").value(), "received");
  const std::string document = one.string_at("document").value();
  EXPECT_EQ(crypto::sha256(as_bytes(document)), gate_.ordered.sha256);
  EXPECT_NE(document.find("申請者 山田　花子"), document.npos);
  EXPECT_NE(document.find("第1希望 かすが丘保育園"), document.npos);
  clock_.advance(kUntilReview);
  login(browser_);
  EXPECT_EQ(browser_.read("/api/application?id=" + receipt).string_at("state").value(), "review");
  clock_.advance(kUntilDecision);
  login(browser_);
  EXPECT_EQ(browser_.read("/api/applications").find("applications")->items().at(0).string_at("state").value(),
      "decided");
  EXPECT_EQ(reason(browser_.post("/api/applications/withdraw", json::Value::object({{"id", receipt}}))),
      "TRANSITION_REFUSED");
}

TEST_F(PortalTest, WithdrawsWhatIsNotDecided) {
  login_and_register();
  const std::string receipt = receive();
  EXPECT_EQ(browser_.post("/api/applications/withdraw", json::Value::object({{"id",
      receipt}})).string_at("state").value(), "withdrawn");
  EXPECT_EQ(reason(browser_.post("/api/applications/withdraw", json::Value::object({{"id", receipt}}))),
      "TRANSITION_REFUSED");
  EXPECT_EQ(reason(browser_.post("/api/applications/sign", json::Value::object({{"id", receipt}}))),
      "TRANSITION_REFUSED");
}

TEST_F(PortalTest, AReceivedApplicationDoesNotChange) {
  login_and_register();
  const std::string id = draft();
  sign(browser_, "/api/applications/sign", json::Value::object({{"id", id}}));
  EXPECT_EQ(reason(browser_.post("/api/applications", json::Value::object({{"kind", "nursery"}, {"fields", kNursery},
      {"id", id}}))),
            "TRANSITION_REFUSED");
}

TEST_F(PortalTest, ADraftThatWentWhileItWasSignedIsNotReceived) {
  login_and_register();
  const std::string id = draft();
  browser_.post("/api/applications/sign", json::Value::object({{"id", id}}));
  ++departures_;
  browser_.post("/api/applications/withdraw", json::Value::object({{"id", id}}));
  EXPECT_EQ(back(browser_, "/sign/callback").header("Location"), "http://portal.localhost/?refused=TRANSITION_REFUSED");
}

TEST_F(PortalTest, TheSignersNameIsTheRegisteredOne) {
  login_and_register();
  const std::string id = draft();
  gate_.signer.name = "佐藤　花子";
  EXPECT_EQ(sign(browser_, "/api/applications/sign", json::Value::object({{"id", id}})).header("Location"),
            "http://portal.localhost/?refused=PERSON_MISMATCH");
  sign(browser_, "/api/register");  // after a marriage one registers again
  EXPECT_EQ(sign(browser_, "/api/applications/sign", json::Value::object({{"id", id}})).header("Location").substr(0,
      43),
            "http://portal.localhost/applications?id=MP-");
}

TEST_F(PortalTest, ADraftThatBecameWrongIsNotSigned) {
  login_and_register();
  json::Value fields = kNursery;
  fields.set("from_month", "2026-07");
  const std::string id = draft(fields);
  clock_.set(japan_instant(Date{std::chrono::year{2026} / 6 / 7}, 9, 0, 0));
  login(browser_);
  EXPECT_EQ(reason(browser_.post("/api/applications/sign", json::Value::object({{"id", id}}))), "GOOD");
  ++departures_;
  ASSERT_TRUE(store_->write([&](store::Transaction& t) { return t.run("UPDATE application SET expires = 9999999999"); }));
  clock_.set(japan_instant(Date{std::chrono::year{2026} / 7 / 1}, 9, 0, 0));
  login(browser_);
  EXPECT_EQ(reason(browser_.post("/api/applications/sign", json::Value::object({{"id", id}}))), "FORM_INVALID");
}

TEST_F(PortalTest, SaysBesideWhichFieldWhatIsWrong) {
  login_and_register();
  struct Case {
    const char *kind, *field;
    json::Value value;
    const char* wrong;
  };
  json::Value moving = json::Value::object({{"move", "within"}, {"new_address", "東京都認め市西2-2"},
      {"moving_date", "2026-06-20"}, {"persons", 2}});
  json::Value allowance = json::Value::object({{"child_name", "山田　桜"}, {"child_birth_date", "2024-05-05"},
      {"children", 1}, {"bank_code", "0099"},
                                               {"branch_code", "001"}, {"account_kind", "ordinary"},
                                                   {"account_number", "0000001"}});
  json::Value pregnancy = json::Value::object({{"due_date", "2026-12-01"}, {"clinic_name", "みなと内科"},
      {"birth", "first"}, {"phone_number", "00-0000-0000"}});
  const std::map<std::string, json::Value> good{{"nursery", kNursery}, {"moving", moving}, {"allowance", allowance},
      {"pregnancy", pregnancy}};
  for (const auto& [kind, fields] : good) {
    const auto answer = browser_.post("/api/forms/check", json::Value::object({{"kind", kind}, {"fields", fields}}));
    EXPECT_TRUE(answer.bool_at("good").value()) << kind << answer.dump();
  }
  const std::vector<Case> cases{
      {"nursery", "child_name", "", "child_name"},
      {"nursery", "child_name", "\u0007", "child_name"},
      {"nursery", "child_birth_date", "2026-02-30", "child_birth_date"},
      {"nursery", "child_birth_date", "2019-04-01", "child_birth_date"},  // goes to school since April
      {"nursery", "child_birth_date", "2027-06-01", "child_birth_date"},
      {"nursery", "from_month", "2026-06", "from_month"},
      {"nursery", "from_month", "2027-07", "from_month"},
      {"nursery", "from_month", "soon", "from_month"},
      {"nursery", "first_choice", "elsewhere", "first_choice"},
      {"nursery", "second_choice", "kasuga", "second_choice"},
      {"nursery", "note", std::string(201, 'x'), "note"},
      {"moving", "moving_date", "2026-05-17", "moving_date"},
      {"moving", "moving_date", "2026-08-01", "moving_date"},
      {"moving", "visit_date", "2026-06-19", "visit_date"},
      {"moving", "persons", 0, "persons"},
      {"moving", "persons", "2", "persons"},
      {"moving", "new_address", "西2", "new_address"},
      {"allowance", "child_birth_date", "2008-04-01", "child_birth_date"},
      {"allowance", "child_birth_date", "2026-06-02", "child_birth_date"},
      {"allowance", "account_number", "123456", "account_number"},
      {"allowance", "bank_code", "12a4", "bank_code"},
      {"allowance", "same_home", "yes", "same_home"},
      {"pregnancy", "due_date", "2027-06-01", "due_date"},
      {"pregnancy", "clinic_name", 5, "clinic_name"},
  };
  for (const Case& one : cases) {
    json::Value fields = good.at(one.kind);
    fields.set(one.field, one.value);
    const auto answer = browser_.post("/api/applications", json::Value::object({{"kind", one.kind},
        {"fields", fields}}));
    EXPECT_EQ(reason(answer), "FORM_INVALID") << one.kind << " " << one.field << one.value.dump();
    ASSERT_NE(answer.find("fields"), nullptr);
    EXPECT_NE(answer.find("fields")->find(one.wrong), nullptr) << answer.dump();
    EXPECT_EQ(answer.find("fields")->members().size(), 1u) << answer.dump();
  }
}

TEST_F(PortalTest, TheLastSchoolYearCounts) {
  login_and_register();
  json::Value fields = kNursery;
  fields.set("child_birth_date", "2020-04-02");  // goes to school in April 2027
  EXPECT_FALSE(draft(fields).empty());
}

TEST_F(PortalTest, RefusesWhatIsNoForm) {
  login_and_register();
  const auto post = [&](const json::Value& body) { return reason(browser_.post("/api/applications", body)); };
  EXPECT_EQ(post(json::Value::object({{"kind", "passport"}, {"fields", kNursery}})), "NOT_FOUND");
  EXPECT_EQ(post(json::Value::object({{"kind", "nursery"}})), "MALFORMED");
  EXPECT_EQ(post(json::Value::object({{"kind", "nursery"}, {"fields", 1}})), "MALFORMED");
  json::Value more = kNursery;
  EXPECT_EQ(post(json::Value::object({{"kind", "nursery"}, {"fields", more.set("admin", true)}})), "MALFORMED");
  json::Value many = json::Value::object();
  for (size_t i = 0; i <= kMaxFields; ++i) many.set("f" + std::to_string(i), 1);
  EXPECT_EQ(post(json::Value::object({{"kind", "nursery"}, {"fields", many}})), "LIMIT_EXCEEDED");
}

TEST_F(PortalTest, OnePersonHasAtMostFiftyApplications) {
  login_and_register();
  for (size_t i = 0; i < kMaxApplications; ++i) EXPECT_FALSE(draft().empty());
  EXPECT_EQ(reason(browser_.post("/api/applications", json::Value::object({{"kind", "nursery"},
      {"fields", kNursery}}))), "LIMIT_EXCEEDED");
}

TEST_F(PortalTest, AChangedIdInTheUrlIsNotThere) {  // WEB-6
  login_and_register();
  const std::string mine = draft();
  const std::string check = browser_.read("/api/health-checks").find("checks")->items().at(0).string_at("id").value();
  EXPECT_EQ(browser_.get("/api/health-check?id=" + check).status, 200);
  testing::Browser other{"http://portal.localhost", routes(portal_)};
  gate_.arrival.subject = gate_.signed_by = "sub-taro";
  gate_.signer.name = "鈴木　太郎";
  login(other);
  sign(other, "/api/register");
  EXPECT_EQ(other.get("/api/application?id=" + mine).status, 404);
  EXPECT_EQ(other.get("/api/application").status, 404);
  EXPECT_EQ(other.get("/api/health-check?id=" + check).status, 404);
  EXPECT_EQ(reason(other.post("/api/applications/sign", json::Value::object({{"id", mine}}))), "NOT_FOUND");
  EXPECT_EQ(reason(other.post("/api/applications/withdraw", json::Value::object({{"id", mine}}))), "NOT_FOUND");
  EXPECT_EQ(reason(other.post("/api/applications", json::Value::object({{"kind", "nursery"}, {"fields", kNursery},
      {"id", mine}}))), "NOT_FOUND");
}

TEST_F(PortalTest, ShowsHealthAndMedicinesOnlyAfterLogin) {
  for (const char* path : {"/api/health-checks", "/api/health-check?id=1", "/api/medicines", "/api/applications",
      "/api/application?id=1", "/api/kept"})
    EXPECT_EQ(reason(browser_.read(path)), "LOGIN_REQUIRED") << path;
  for (const char* path : {"/api/register", "/api/applications", "/api/applications/sign",
      "/api/applications/withdraw", "/api/forget"})
    EXPECT_EQ(reason(browser_.post(path)), "LOGIN_REQUIRED") << path;
  login_and_register();
  EXPECT_EQ(browser_.read("/api/health-checks").find("checks")->items().size(), 5u);
  EXPECT_TRUE(browser_.read("/api/medicines").find("medicines")->is_array());
  EXPECT_EQ(browser_.get("/api/medicines").header("Cache-Control"), "no-store");
}

TEST_F(PortalTest, ForgetsAndSaysWhatItMustKeep) {
  login_and_register();
  const std::string receipt = receive();
  draft();
  const auto answer = browser_.post("/api/forget");
  EXPECT_EQ(answer.int_at("deleted").value(), 3);  // the registration, the draft, the session
  ASSERT_EQ(answer.find("kept")->items().size(), 1u);
  EXPECT_EQ(answer.find("kept")->items()[0].string_at("what").value(), "application " + receipt);
  EXPECT_FALSE(answer.find("kept")->items()[0].string_at("why_ja").value().empty());
  EXPECT_EQ(reason(browser_.read("/api/kept")), "LOGIN_REQUIRED");
  login(browser_);
  EXPECT_EQ(browser_.read("/api/me").bool_at("registered").value(), false);
}

TEST_F(PortalTest, NothingIsKeptPastItsTime) {  // SVC-9
  login_and_register();
  receive();
  draft();
  browser_.post("/api/register");
  browser_.post("/api/login");
  const auto rows = [&](const std::string& table) {
    int64_t count = -1;
    EXPECT_TRUE(store_->read([&](store::Transaction& t) -> Result<void> {
      TRY_ASSIGN(const auto found, t.query("SELECT COUNT(*) FROM " + table));
      count = found.front().integer(0);
      return {};
    }));
    return count;
  };
  for (const char* table : {"pending", "session", "signing", "single_use", "account"}) EXPECT_GT(rows(table), 0)
      << table;
  EXPECT_EQ(rows("application"), 2);
  clock_.advance(kDraftKept + Days{1});
  EXPECT_GT(portal_.purge().value(), 0);
  for (const char* table : {"pending", "session", "signing", "single_use"}) EXPECT_EQ(rows(table), 0) << table;
  EXPECT_EQ(rows("application"), 1);
  EXPECT_EQ(rows("account"), 1);
  clock_.advance(kReceivedKept);
  EXPECT_EQ(browser_.read("/api/retention").int_at("overdue").value(), 0);
  EXPECT_EQ(rows("application"), 0);
  clock_.advance(kAccountKept);
  portal_.purge().value();
  EXPECT_EQ(rows("account"), 0);
}

}  // namespace
}  // namespace mitome::services
