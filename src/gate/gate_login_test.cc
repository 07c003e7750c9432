// A login from the service's first wish to its last check, and what must not get through.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "codec/base64url/base64url.h"
#include "testing/gate_world.h"

namespace mitome::gate {
namespace {

using testing::GateBrowser;
using testing::kGate;
using testing::parameter_of;
using testing::query_of;
using testing::reason_in;
using testing::with_parameter;

class GateLoginTest : public ::testing::Test {
 protected:
  std::string error_at(const std::string& url) {
    browser_.get(url);
    return parameter_of(browser_.location(), "error");
  }
  Reason finish(openid::RelyingParty& party, const openid::LoginPending& pending, const std::string& url) {
    const auto login = party.finish_login(pending, query_of(url));
    return login ? Reason::GOOD : login.error().reason;
  }
  json::Value state(GateBrowser& browser, const std::string& id) {
    return json::parse(as_text(browser.get(std::string{kGate} + "/api/login?id=" + id).body)).value();
  }
  testing::GateWorld world_;
  GateBrowser browser_{world_.network};
  openid::RelyingParty portal_ = world_.portal();
};

TEST_F(GateLoginTest, ByThePhoneOnTheSameDevice) {
  const auto begun = portal_.begin_login({{"name", "address", "birthdate", "gender"}});
  ASSERT_TRUE(begun) << to_string(begun.error());
  const std::string back = world_.approve(browser_, begun->url);
  ASSERT_TRUE(back.starts_with(testing::kPortalBack)) << back;
  const auto kept = openid::LoginPending::parse(begun->pending.text());
  const auto login = portal_.finish_login(*kept, query_of(back));
  ASSERT_TRUE(login) << to_string(login.error());
  EXPECT_EQ(login->holder, "phone");
  EXPECT_EQ(login->claims.string_or("name", ""), "黒桐　幹也");
  EXPECT_EQ(login->claims.find("address")->string_or("formatted", ""), "架空都架空市１－２－３");
  EXPECT_EQ(login->claims.string_or("birthdate", ""), "1980-02-17");
  EXPECT_EQ(login->claims.string_or("gender", ""), "male");
  EXPECT_EQ(login->claims.find("jpki_serial"), nullptr);
  EXPECT_EQ(login->authenticated_at, world_.clock.now());
  EXPECT_EQ(base64url::decode(login->subject)->size(), 32u);
}

TEST_F(GateLoginTest, ByAPhoneElsewhere) {
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login");
  const auto news = browser_.get(std::string{kGate} + "/api/login/events?id=" + id).events;
  ASSERT_NE(news, nullptr);
  std::string heard;
  news->listen(0, [&](const std::string& frame) { heard += frame; });
  const std::string request = world_.start(browser_, "qr");
  EXPECT_EQ(state(browser_, id).string_or("state", ""), "made");
  const auto opened = world_.open(request);
  EXPECT_EQ(opened.find("same_device")->as_bool().value(), false);
  EXPECT_EQ(opened.find("client")->string_or("name_ja", ""), "認めポータル");
  EXPECT_EQ(opened.string_or("purpose", ""), "to log in");
  EXPECT_EQ(opened.find("items")->items().size(), 1u);
  const auto report = world_.answer(request, opened);
  EXPECT_EQ(report.string_or("verdict", ""), "good") << report.dump();
  EXPECT_EQ(report.find("continue"), nullptr);
  EXPECT_NE(heard.find("event: opened"), heard.npos);
  EXPECT_NE(heard.find("event: good"), heard.npos);
  browser_.get(std::string{kGate} + "/complete?id=" + id);
  EXPECT_EQ(finish(portal_, begun->pending, browser_.location()), Reason::GOOD);
}

TEST_F(GateLoginTest, ByTheCardOnThisComputersReader) {
  world_.auth = world_.auth_ca.issue(testing::jpki_template(world_.auth_ca, verifier::Purpose::kUserAuthentication,
                                                            world_.holder_key->public_key(), testing::kTestCardAuth));
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login");
  const auto started = json::parse(as_text(
      browser_.post(std::string{kGate} + "/api/login/start", json::Value::object({{"id", id}, {"way", "card"}})).body));
  EXPECT_EQ(started->string_or("link", "").find("http://town.localhost/reader#request=http%3A%2F%2Fgate.localhost%2Frequests%2F"), 0u);
  const std::string request = started->string_or("request", "");
  const auto report = world_.answer(request, world_.open(request));
  EXPECT_EQ(report.string_or("holder", ""), "card") << report.dump();
}

// SVC-6: what two services know of one person has nothing in common; the same service knows the same person again.
TEST_F(GateLoginTest, SubjectsArePairwise) {
  const auto login = [&](openid::RelyingParty& party, std::vector<std::string> scopes) {
    GateBrowser browser{world_.network};
    const auto begun = party.begin_login({std::move(scopes)});
    return party.finish_login(begun->pending, query_of(world_.approve(browser, begun->url))).value();
  };
  auto clinic = world_.clinic();
  const auto first = login(portal_, {}), again = login(portal_, {}), other = login(clinic, {"insurance"});
  EXPECT_EQ(first.subject, again.subject);
  EXPECT_NE(first.subject, other.subject);
  EXPECT_EQ(other.claims.string_or("jpki_serial", ""), "4d0a");
  EXPECT_EQ(other.claims.find("name"), nullptr);
}

TEST_F(GateLoginTest, NobodyIsSentToUnregisteredAddresses) {
  const std::string url = portal_.begin_login({})->url;
  for (const auto* address : {"http://evil.localhost/", "http://portal.localhost/login/callback/", "http://portal.localhost/login",
                              "http://PORTAL.localhost/login/callback", "http://portal.localhost/login/callback?x=1",
                              "http://clinic.localhost/login/callback", ""}) {
    const auto response = browser_.get(with_parameter(url, "redirect_uri", address));
    EXPECT_EQ(response.status, 400) << address;
    EXPECT_EQ(browser_.location(), "") << address;
    EXPECT_EQ(reason_in(response), "REDIRECT_URI") << address;
  }
  // WEB-5: and what came in is not repeated there.
  const auto page = browser_.get(with_parameter(url, "client_id", "<script>"));
  EXPECT_EQ(reason_in(page), "REDIRECT_URI");
  EXPECT_EQ(as_text(page.body).find("<script>"), std::string_view::npos);
}

// ONL-16.
TEST_F(GateLoginTest, RepeatedParametersAreRefused) {
  const std::string url = portal_.begin_login({})->url;
  for (const auto* more : {"&redirect_uri=http%3A%2F%2Fevil.localhost%2F", "&state=x", "&client_id=portal", "&scope=openid"}) {
    const auto response = browser_.get(url + more);
    EXPECT_EQ(response.status, 400) << more;
    EXPECT_EQ(reason_in(response), "MALFORMED") << more;
    EXPECT_EQ(browser_.location(), "") << more;
  }
}

TEST_F(GateLoginTest, AuthorizationErrorsGoBackToTheService) {
  const std::string url = portal_.begin_login({})->url;
  EXPECT_EQ(error_at(with_parameter(url, "response_type", "token")), "unsupported_response_type");
  EXPECT_EQ(error_at(with_parameter(url, "response_type", "code id_token")), "unsupported_response_type");
  EXPECT_EQ(error_at(with_parameter(url, "response_mode", "fragment")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "scope", "openid insurance")), "invalid_scope");
  EXPECT_EQ(error_at(with_parameter(url, "scope", "name")), "invalid_scope");
  EXPECT_EQ(error_at(with_parameter(url, "code_challenge", "")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "code_challenge_method", "plain")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "code_challenge_method", "")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "state", "")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "nonce", "")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "prompt", "none")), "login_required");
  EXPECT_EQ(error_at(with_parameter(url, "prompt", "none login")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "max_age", "old")), "invalid_request");
  EXPECT_EQ(error_at(with_parameter(url, "request", "x")), "request_not_supported");
  EXPECT_EQ(error_at(with_parameter(url, "request_uri", "http://127.0.0.1/")), "request_uri_not_supported");
  EXPECT_EQ(parameter_of(browser_.location(), "iss"), kGate);
  EXPECT_EQ(parameter_of(browser_.location(), "state"), parameter_of(url, "state"));
  EXPECT_EQ(error_at(with_parameter(url, "prompt", "login")), "");
  EXPECT_EQ(error_at(with_parameter(url, "max_age", "0")), "");
}

// ONL-9: the answer belongs to the browser that began.
TEST_F(GateLoginTest, TheResponseCodeBelongsToItsBrowser) {
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login"), request = world_.start(browser_, "phone");
  const auto report = world_.answer(request, world_.open(request));
  const std::string go_on = report.string_or("continue", "");
  GateBrowser victim{world_.network};
  EXPECT_EQ(reason_in(victim.get(go_on)), "SESSION_BINDING") << "another browser";
  EXPECT_EQ(victim.location(), "");
  EXPECT_EQ(reason_in(browser_.get(std::string{kGate} + "/continue")), "SESSION_BINDING") << "none";
  EXPECT_EQ(reason_in(browser_.get(with_parameter(go_on, "response_code", "AAAAAAAAAAAAAAAAAAAAAA"))), "SESSION_BINDING") << "wrong";
  EXPECT_EQ(reason_in(browser_.get(std::string{kGate} + "/complete?id=" + id)), "SESSION_BINDING") << "around it";
  EXPECT_EQ(browser_.get(go_on).status, 303);
  EXPECT_EQ(reason_in(browser_.get(go_on)), "SESSION_BINDING") << "twice";
}

TEST_F(GateLoginTest, ThePageBelongsToItsBrowser) {
  browser_.get(portal_.begin_login({})->url);
  const std::string id = parameter_of(browser_.location(), "login");
  GateBrowser other{world_.network};
  EXPECT_EQ(state(other, id).string_or("reason", ""), "SESSION_BINDING");
  const auto body = json::Value::object({{"id", id}, {"way", "qr"}});
  EXPECT_EQ(reason_in(other.post(std::string{kGate} + "/api/login/start", body)), "SESSION_BINDING");
  EXPECT_EQ(reason_in(other.post(std::string{kGate} + "/api/login/cancel", body)), "SESSION_BINDING");
  EXPECT_EQ(reason_in(other.get(std::string{kGate} + "/api/login/events?id=" + id)), "SESSION_BINDING");
  EXPECT_EQ(state(browser_, "unknown").string_or("reason", ""), "NOT_FOUND");
  // A cookie that somebody planted beside ours counts as none.
  other.cookies = browser_.cookies;
  other.cookies.begin()->second += "; " + other.cookies.begin()->first + "=planted";
  EXPECT_EQ(state(other, id).string_or("reason", ""), "SESSION_BINDING");
}

// ONL-10, ONL-2.
TEST_F(GateLoginTest, ARequestOpensOnceWithinTwoMinutes) {
  browser_.get(portal_.begin_login({})->url);
  const std::string id = parameter_of(browser_.location(), "login");
  std::string request = world_.start(browser_, "qr");
  world_.clock.advance(kRequestLife + Seconds{1});
  EXPECT_EQ(world_.open(request).string_or("reason", ""), "SESSION_EXPIRED");
  EXPECT_EQ(state(browser_, id).string_or("state", ""), "expired");
  const std::string newer = world_.start(browser_, "qr");
  EXPECT_EQ(world_.open(request).string_or("reason", ""), "NOT_FOUND") << "given up for the newer one";
  EXPECT_EQ(world_.answer(newer, json::Value::object({{"kind", "login"}, {"nonce", "AA"}, {"expires", 1}})).string_or("reason", ""),
            "NOT_FOUND")
      << "answered before it was opened";
  const auto opened = world_.open(newer);
  EXPECT_EQ(world_.open(newer).string_or("reason", ""), "REPLAY");
  EXPECT_EQ(world_.wallet("open", newer, json::Value::object({{"holder", "cat"}})).string_or("reason", ""), "MALFORMED");
  EXPECT_EQ(world_.answer(newer, opened).string_or("verdict", ""), "good");
  EXPECT_EQ(world_.answer(newer, opened).string_or("reason", ""), "REPLAY");
}

TEST_F(GateLoginTest, OneOfAHundredAnswersCounts) {
  browser_.get(portal_.begin_login({})->url);
  const std::string request = world_.start(browser_, "phone");
  const auto opened = world_.open(request);
  const auto body = world_.answer_to(opened);
  std::atomic<int> good{0}, replayed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) {
        const std::string reason = world_.wallet("answer", request, body).string_or("reason", "");
        if (reason == "GOOD") ++good;
        if (reason == "REPLAY") ++replayed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1);
  EXPECT_EQ(replayed, 99);
}

// ONL-1.
TEST_F(GateLoginTest, NoncesAreNotExchanged) {
  GateBrowser other{world_.network};
  browser_.get(portal_.begin_login({})->url);
  other.get(portal_.begin_login({})->url);
  const std::string first = world_.start(browser_, "phone"), second = world_.start(other, "phone");
  const auto opened_first = world_.open(first), opened_second = world_.open(second);
  EXPECT_EQ(world_.answer(first, opened_second).string_or("reason", ""), "NONCE_MISMATCH");
  auto elsewhere = opened_first;
  elsewhere.set("origin", "http://evil.localhost");
  EXPECT_EQ(world_.answer(first, elsewhere).string_or("reason", ""), "BAD_SIGNATURE") << "signed for another site";
  EXPECT_EQ(world_.answer(first, opened_first).string_or("verdict", ""), "good");
}

TEST_F(GateLoginTest, ARefusalIsSaidToPageAndService) {
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login"), request = world_.start(browser_, "phone");
  world_.ocsp_auth.revoked[world_.auth.serial()] = ocsp::kCertificateHold;
  const auto report = world_.answer(request, world_.open(request));
  EXPECT_EQ(report.string_or("reason", ""), "CERT_SUSPENDED");
  EXPECT_EQ(report.find("continue"), nullptr);
  const auto page = state(browser_, id);
  EXPECT_EQ(page.string_or("state", ""), "refused");
  EXPECT_EQ(page.string_or("reason", ""), "CERT_SUSPENDED");
  EXPECT_NE(page.string_or("message_ja", "").find("一時利用停止"), std::string::npos);
  const auto cancelled = browser_.post(std::string{kGate} + "/api/login/cancel", json::Value::object({{"id", id}}));
  const std::string back = json::parse(as_text(cancelled.body))->string_or("url", "");
  EXPECT_EQ(parameter_of(back, "error"), "access_denied");
  EXPECT_EQ(finish(portal_, begun->pending, back), Reason::CERT_SUSPENDED);
  EXPECT_EQ(state(browser_, id).string_or("reason", ""), "REPLAY") << "it has ended";
}

TEST_F(GateLoginTest, TheHolderMayDecline) {
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login"), request = world_.start(browser_, "qr");
  const auto opened = world_.open(request);
  EXPECT_EQ(world_.wallet("decline", request, json::Value::object()).string_or("state", ""), "declined");
  EXPECT_EQ(world_.answer(request, opened).string_or("reason", ""), "CONSENT_DECLINED");
  EXPECT_EQ(reason_in(browser_.get(std::string{kGate} + "/complete?id=" + id)), "SESSION_BINDING");
  const auto cancelled = browser_.post(std::string{kGate} + "/api/login/cancel", json::Value::object({{"id", id}}));
  EXPECT_EQ(finish(portal_, begun->pending, json::parse(as_text(cancelled.body))->string_or("url", "")), Reason::CONSENT_DECLINED);
}

TEST_F(GateLoginTest, InteractionsEnd) {
  browser_.get(portal_.begin_login({})->url);
  const std::string id = parameter_of(browser_.location(), "login");
  world_.clock.advance(kInteractionLife + Seconds{1});
  EXPECT_EQ(state(browser_, id).string_or("reason", ""), "SESSION_EXPIRED");
  world_.clock.advance(Seconds{3600});
  browser_.get(portal_.begin_login({})->url);
  EXPECT_EQ(state(browser_, id).string_or("reason", ""), "NOT_FOUND") << "forgotten";
}

// CAS-5: nobody gets in while the authority is silent, and the same browser may go on when it answers again.
TEST_F(GateLoginTest, FailsClosed) {
  const auto begun = portal_.begin_login({});
  browser_.get(begun->url);
  const std::string request = world_.start(browser_, "phone");
  const auto opened = world_.open(request);
  world_.authority_answers = false;
  EXPECT_EQ(world_.answer(request, opened).string_or("reason", ""), "STATUS_UNAVAILABLE");
  world_.authority_answers = true;
  const auto report = world_.answer(request, opened);
  ASSERT_EQ(report.string_or("verdict", ""), "good") << report.dump();
  world_.authority_answers = false;
  EXPECT_EQ(browser_.get(report.string_or("continue", "")).status, 503);
  world_.authority_answers = true;
  EXPECT_EQ(browser_.get(report.string_or("continue", "")).status, 303);
}

}  // namespace
}  // namespace mitome::gate
