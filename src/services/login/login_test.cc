#include "services/login/login.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.h"
#include "testing/fakes.h"
#include "testing/gate_double.h"

namespace mitome::services {
namespace {

store::Migrations login_schema() { return {Sessions::schema()}; }

class LoginTest : public ::testing::Test {
 protected:
  LoginTest()
      : store_(store::open_sqlite(":memory:", login_schema()).value()),
        sessions_(*store_, clock_, random_),
        login_({"http://place.localhost", {"name"}, [this](const json::Value& body) { return intend(body); },
                [](const Arrival&, const json::Value& intent) { return "/hall?of=" + intent.string_or("of", ""); }},
               gate_, sessions_),
        browser_("http://place.localhost", routes(login_)) {}

  Result<json::Value> intend(const json::Value& body) const {
    if (refuses_) return *refuses_;
    return body;
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{1};
  testing::GateDouble gate_;
  std::optional<Error> refuses_;
  std::unique_ptr<store::Store> store_;
  Sessions sessions_;
  Login login_;
  testing::Browser browser_;
};

TEST_F(LoginTest, WhatWasWantedIsKeptUntilTheReturn) {
  browser_.post("/api/login", json::Value::object({{"of", "mirrors"}}));
  EXPECT_EQ(browser_.get("/login/callback?state=state-1").header("Location"), "http://place.localhost/hall?of=mirrors");
  EXPECT_EQ(gate_.scopes, std::vector<std::string>{"name"});
}

TEST_F(LoginTest, ARefusalComesBeforeTheGate) {
  refuses_ = Error{Reason::SERVICE_NOT_OPEN_YET, "2026-02-16"};
  const auto answer = browser_.post("/api/login");
  EXPECT_EQ(answer.string_at("reason").value(), "SERVICE_NOT_OPEN_YET");
  EXPECT_EQ(answer.string_at("detail").value(), "2026-02-16");
  EXPECT_TRUE(browser_.cookies.empty());
}

TEST_F(LoginTest, ToSeeWhatIsKeptNothingMoreIsAsked) {
  refuses_ = Error{Reason::SERVICE_NOT_OPEN_YET, ""};
  browser_.post("/api/login", json::Value::object({{"page", "/privacy"}}));
  EXPECT_TRUE(gate_.scopes.empty());
  EXPECT_EQ(browser_.get("/login/callback?state=state-1").header("Location"), "http://place.localhost/privacy");
  EXPECT_TRUE(browser_.cookies.contains("session"));
}

TEST_F(LoginTest, AStateOfAnotherLoginIsRefused) {
  browser_.post("/api/login");
  EXPECT_EQ(browser_.get("/login/callback?state=state-7").header("Location"),
      "http://place.localhost/?refused=NONCE_MISMATCH");
}

TEST_F(LoginTest, CookiesAreForThisPlaceAlone) {
  const auto response = browser_.send(http::post_json("http://place.localhost/api/login", json::Value::object()));
  const std::string cookie{response.header("Set-Cookie")};
  EXPECT_NE(cookie.find("; Path=/; HttpOnly; SameSite=Lax"), cookie.npos);
  EXPECT_EQ(cookie.find("Domain"), cookie.npos);
}

TEST_F(LoginTest, TheStoreHoldsNothingThatOpensASession) {
  browser_.post("/api/login");
  browser_.get("/login/callback?state=state-1");
  const std::string secret = browser_.cookies.at("session");
  EXPECT_EQ(secret.size(), 22u);  // 128 bits
  ASSERT_TRUE(store_->read([&](store::Transaction& t) -> Result<void> {
    TRY_ASSIGN(const auto rows, t.query("SELECT key FROM session"));
    EXPECT_NE(as_text(rows.at(0).blob(0)), secret);
    EXPECT_EQ(rows.at(0).blob(0).size(), 32u);
    return {};
  }));
}

TEST_F(LoginTest, APlantedSecondCookieOpensNothing) {
  browser_.post("/api/login");
  browser_.get("/login/callback?state=state-1");
  http::Request request = http::get("http://place.localhost/");
  request.headers.emplace_back("Cookie", "session=" + browser_.cookies.at("session") + "; session=other");
  EXPECT_EQ(sessions_.find(request).error().reason, Reason::LOGIN_REQUIRED);
}

TEST_F(LoginTest, WhoAsksToForgetIsLoggedInOrHasATokenThatServesOnce) {
  const auto asks = [&](const json::Value& body) {
    return login_.who_asks_to_forget(http::post_json("http://place.localhost/api/forget", body));
  };
  EXPECT_EQ(asks(json::Value::object()).error().reason, Reason::LOGIN_REQUIRED);
  gate_.now = clock_.now();
  EXPECT_EQ(asks(json::Value::object({{"token", "wish-1"}}))->subject, "sub-hanako");
  EXPECT_EQ(asks(json::Value::object({{"token", "wish-1"}})).error().reason, Reason::REPLAY);
  EXPECT_EQ(asks(json::Value::object({{"token", "wish-2"}}))->subject, "sub-hanako");
  EXPECT_EQ(asks(json::Value::object({{"token", 3}})).error().reason, Reason::MALFORMED);
  gate_.refuses = Error{Reason::BAD_SIGNATURE, ""};
  EXPECT_EQ(asks(json::Value::object({{"token", "wish-3"}})).error().reason, Reason::BAD_SIGNATURE);
}

}  // namespace
}  // namespace mitome::services
