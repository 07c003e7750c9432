#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "apps/town/access.h"
#include "apps/town/addresses.h"
#include "apps/web/door.h"
#include "testing/fakes.h"

namespace mitome::web {
namespace {

const DoorPlan kPlan{"portal", "http://portal.localhost:8703", {"http://gate.localhost:8702"}};

http::Response place(const http::Request& request) { return http::Response::json(json::Value{request.method}); }

http::Response ask(http::Request request) { return answer(kPlan, Pages{""}, request, place); }

http::Request posted(http::Headers headers) {
  http::Request request = http::post_json("http://portal.localhost:8703/api/x", json::Value::object());
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  return request;
}

TEST(Door, OnlyItsOwnPagesMayPost) {
  EXPECT_EQ(ask(posted({{"Origin", "http://portal.localhost:8703"}})).status, 200);
  EXPECT_EQ(ask(posted({})).status, 200);  // no browser
  EXPECT_EQ(ask(posted({{"Origin", "http://evil.example"}})).status, 403);
  EXPECT_EQ(ask(posted({{"Origin", "null"}})).status, 403);
  EXPECT_EQ(ask(posted({{"Origin", "http://kiosk.localhost:8704"}})).status, 403);
  EXPECT_EQ(ask(posted({{"Sec-Fetch-Site", "cross-site"}})).status, 403);
  EXPECT_EQ(ask(posted({{"Sec-Fetch-Site", "same-origin"}})).status, 200);
}

TEST(Door, EveryAnswerTellsBrowsersWhatTheyMayDo) {
  const auto response = ask(http::get("http://portal.localhost:8703/api/x"));
  const std::string policy{response.header("Content-Security-Policy")};
  for (const char* part : {"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'",
                           "form-action 'self' http://gate.localhost:8702;"})
    EXPECT_NE(policy.find(part), policy.npos) << part;
  EXPECT_EQ(policy.find("unsafe"), policy.npos);
  EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.header("Cache-Control"), "no-store");
}

TEST(Door, HeadIsAnsweredAsGet) {
  http::Request request = http::get("http://portal.localhost:8703/api/x");
  request.method = "HEAD";
  EXPECT_EQ(as_text(ask(request).body), "\"GET\"");
}

TEST(Door, PlacesThatShareAHostDoNotShareCookies) {
  DoorPlan plan = kPlan;
  plan.cookie_prefix = "__Host-portal-";
  http::Request request = http::get("http://portal.localhost:8703/api/x");
  request.headers = {{"Cookie", "__Host-tax-session=tax; __Host-portal-session=ours;session=planted"},
                     {"COOKIE", "__Host-portal-pending=p"}};
  std::string seen;
  const auto answered = answer(plan, Pages{""}, request, [&](const http::Request& asked) {
    for (const auto& [name, value] : asked.headers) seen += name + ": " + value + "\n";
    http::Response response = http::Response::json(json::Value::object());
    response.headers.emplace_back("Set-Cookie", "session=new; Path=/; HttpOnly; SameSite=Lax; Secure");
    return response;
  });
  EXPECT_EQ(seen, "Cookie: session=ours; pending=p\n");
  EXPECT_EQ(answered.header("Set-Cookie"), "__Host-portal-session=new; Path=/; HttpOnly; SameSite=Lax; Secure");
}

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() {
    std::filesystem::create_directories(root_ + "/web/portal");
    std::filesystem::create_directories(root_ + "/web/ui");
    std::ofstream{root_ + "/web/portal/index.html"} << "front";
    std::ofstream{root_ + "/web/portal/history.html"} << "history";
    std::ofstream{root_ + "/web/ui/style.css"} << "body{}";
    std::ofstream{root_ + "/web/portal/.hidden.js"} << "hidden";
    std::ofstream{root_ + "/secret.js"} << "secret";
  }
  ~PagesTest() override { std::filesystem::remove_all(root_); }
  std::optional<http::Response> find(const std::string& target) {
    return Pages{root_ + "/web"}.find("portal", http::get("http://portal.localhost" + target));
  }
  std::string root_ = (std::filesystem::temp_directory_path() / ("mitome-pages-" + std::to_string(getpid()))).string();
};

TEST_F(PagesTest, FindsPagesByTheirNames) {
  EXPECT_EQ(as_text(find("/")->body), "front");
  EXPECT_EQ(as_text(find("/history?x=1")->body), "history");
  EXPECT_EQ(find("/ui/style.css")->header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_FALSE(find("/api/x").has_value());
  EXPECT_FALSE(find("/absent").has_value());
}

TEST_F(PagesTest, HaveTheHeadThatTheyAreGiven) {
  std::ofstream{root_ + "/web/portal/page.html"} << "<html><head><title>";
  const auto with = [&](const std::string& target) {
    return Pages{root_ + "/web", "<meta>"}.find("portal", http::get("http://portal.localhost" + target));
  };
  EXPECT_EQ(as_text(with("/page")->body), "<html><head><meta><title>");
  EXPECT_NE(with("/page")->header("ETag"), find("/page")->header("ETag"));
  EXPECT_EQ(as_text(with("/ui/style.css")->body), "body{}");
}

TEST_F(PagesTest, NamesNothingElse) {
  for (const char* target : {"/../../secret.js", "/..%2f..%2fsecret.js", "/ui/../portal/index.html", "/.hidden.js", "//secret.js",
                             "/ui/", "/ui/..", "/history/"})
    EXPECT_FALSE(find(target).has_value()) << target;
}

TEST_F(PagesTest, AreSentOnceWhileTheyStayTheSame) {
  http::Request request = http::get("http://portal.localhost/");
  request.headers.emplace_back("If-None-Match", find("/")->header("ETag"));
  const auto again = Pages{root_ + "/web"}.find("portal", request);
  EXPECT_EQ(again->status, 304);
  EXPECT_TRUE(again->body.empty());
  request.method = "POST";
  EXPECT_FALSE((Pages{root_ + "/web"}.find("portal", request).has_value()));
}

TEST(Pages, AreInsideTheBinary) {
  const auto page = Pages{""}.find("town", http::get("http://town.localhost/"));
  ASSERT_TRUE(page.has_value());
  EXPECT_NE(as_text(page->body).find("<!doctype html>"), std::string_view::npos);
}

TEST(Addresses, NameEveryPlace) {
  EXPECT_EQ((town::Addresses{}.origin("portal")), "http://portal.localhost");
  EXPECT_EQ((town::Addresses{8700}.origin("town")), "http://town.localhost:8700");
  EXPECT_EQ((town::Addresses{8700}.origin("phone")), "http://phone.localhost:8709");
  EXPECT_EQ((town::Addresses{8700, "town.example"}.origin("gate")), "https://town.example:8702");
}

TEST(MovableClock, RunsBesideAnotherAndNeverBack) {
  testing::FakeClock machine{instant_from_unix(1'000'000)};
  town::MovableClock clock{machine, Seconds{500}};
  EXPECT_EQ(to_unix(clock.now()), 1'000'500);
  machine.set(instant_from_unix(1'000'010));
  EXPECT_EQ(to_unix(clock.now()), 1'000'510);
  machine.set(instant_from_unix(900'000));  // somebody set the machine back
  EXPECT_EQ(to_unix(clock.now()), 1'000'510);
}

TEST(MovableClock, MovesToTheNextTimeOfThatName) {
  town::MovableClock clock{japan_instant(date_from_text("20260601").value(), 10, 0, 0)};
  clock.move_to(19, 30, 0);
  EXPECT_EQ(to_japan_text(clock.now()), "2026-06-01 19:30:00");
  clock.move_to(8, 0, 0);
  EXPECT_EQ(to_japan_text(clock.now()), "2026-06-02 08:00:00");
}

}  // namespace
}  // namespace mitome::web
