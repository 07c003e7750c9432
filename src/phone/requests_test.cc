// What a gate asks and the holder answers, and asking a service to forget. The gate here answers as docs/endpoints.md says.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/x509/certificate.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;
using testing::SoftwareAuthenticator;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());
const std::string kGate = "http://gate.localhost", kPortal = "http://portal.localhost";

/// The gate and one service, beside the authority.
struct Places final : http::HttpClient {
  explicit Places(testing::FakeAuthority& its_authority) : authority(its_authority) {}
  Result<http::Response> send(const http::Request& request) override {
    if (request.authority == "authority.localhost") return authority.send(request);
    seen.push_back(request);
    if (request.authority == "portal.localhost") return http::Response::json(forgotten);
    if (request.path() == "/requests/open") return http::Response::json(asked);
    if (request.path() == "/forget-tokens") return http::Response::json(json::Value::object({{"token", "a-token"}}));
    if (refuse) return http::Response::error({*refuse, ""});
    return http::Response::json(report);
  }
  testing::FakeAuthority& authority;
  json::Value asked, report, forgotten;
  std::optional<Reason> refuse;
  std::vector<http::Request> seen;
};

struct RequestTest : ::testing::Test {
  PhoneWorld world;
  Places places{world.authority};

  void SetUp() override {
    world.adjust = [](PhoneConfig& config) {
      config.gates = {kGate};
      config.services = {{"portal", kPortal}};
    };
    world.restart_over(places);
    world.enrol();
    places.asked = json::Value::object(
        {{"id", "abc"}, {"kind", "login"}, {"origin", kGate},
         {"client", json::Value::object({{"id", "portal"}, {"name", "Portal"}, {"name_ja", "ポータル"}})},
         {"purpose", "login"}, {"purpose_ja", "ログイン"},
         {"items", json::parse(R"([{"claim":"name","name_ja":"氏名"},"address"])").value()},
         {"stored", "your name"}, {"stored_ja", "お名前"}, {"nonce", base64url::encode(Bytes(16, 3))},
         {"expires", to_unix(world.clock.now() + Seconds{120})}, {"same_device", true}});
    places.report = json::Value::object({{"verdict", "good"}, {"continue", kGate + "/return?code=1"}});
    places.forgotten = json::parse(R"({"deleted":2,"kept":[{"what":"receipts","why":"law","why_ja":"法令"}]})").value();
  }
  json::Value link(std::string_view url = "http://gate.localhost/requests/abc") { return json::Value::object({{"url", url}}); }
  json::Value answer() {
    json::Value body = kFace;
    return body.set("id", "abc");
  }
  json::Value sent() { return json::parse(as_text(places.seen.back().body)).value(); }
  bool signed_by_phone(const json::Value& given, ByteView message) {
    const auto certificate = x509::Certificate::parse(given.base64url_at("certificate").value()).value();
    return certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message,
                                           given.base64url_at("signature").value());
  }
  json::Value last_entry() { return world.seen("/activity").find("entries")->items().at(0); }
};

TEST_F(RequestTest, A31_ALoginFromTheLinkToTheGateAndOn) {
  const auto screen = world.good("/request/open", link());
  EXPECT_EQ(places.seen.back().target, "/requests/open?id=abc");
  EXPECT_EQ(sent().string_at("holder").value(), "phone");
  EXPECT_EQ(screen.find("client")->string_at("name_ja").value(), "ポータル");
  EXPECT_EQ(screen.string_at("stored").value(), "your name");
  EXPECT_EQ(screen.find("nonce"), nullptr);
  EXPECT_EQ(world.seen("/state").find("request")->string_at("id").value(), "abc");
  const auto done = world.good("/request/answer", answer());
  EXPECT_EQ(done.string_at("continue").value(), kGate + "/return?code=1");
  EXPECT_EQ(places.seen.back().target, "/requests/answer?id=abc");
  const Bytes message = cbor::Writer{}.array(4).text("mitome-login-1").text(kGate).bytes(Bytes(16, 3))
                            .integer(places.asked.int_at("expires").value()).take();
  EXPECT_TRUE(signed_by_phone(sent(), message));
  EXPECT_TRUE(world.seen("/state").find("request")->is_null());
  const auto entry = last_entry();
  EXPECT_EQ(entry.string_at("kind").value(), "login");
  EXPECT_EQ(entry.string_at("party").value(), "Portal");
  EXPECT_EQ(entry.find("elements")->items().at(0).items().at(1).as_string().value(), "name");
  EXPECT_EQ(entry.find("elements")->items().at(1).items().at(1).as_string().value(), "address");
  EXPECT_EQ(entry.string_at("service_url").value(), kPortal + "/");
  EXPECT_EQ(entry.string_at("stored_ja").value(), "お名前");
  EXPECT_TRUE(entry.bool_at("simulated").value());
  EXPECT_TRUE(entry.bool_at("can_ask_deletion").value());
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::TRANSITION_REFUSED) << "once";
}

TEST_F(RequestTest, ASignatureIsOverTheGivenDigest) {
  const auto digest = crypto::sha256(as_bytes("a tax return"));
  places.asked.set("kind", "sign").set("sha256", base64url::encode(ByteView{digest})).set("document", "tax return");
  EXPECT_EQ(world.good("/request/open", link()).string_at("document").value(), "tax return");
  world.good("/request/answer", answer());
  EXPECT_TRUE(signed_by_phone(sent(), as_bytes("a tax return")));
  places.asked.set("sha256", base64url::encode(Bytes(31, 1)));
  EXPECT_EQ(world.refused("/request/open", link()), Reason::MALFORMED);
}

TEST_F(RequestTest, ONL15_OnlyAGateThatIsKnown) {
  const size_t before = places.seen.size();
  for (const std::string_view url : {"http://evil.localhost/requests/abc", "http://gate.localhost.evil/requests/abc",
                                     "https://gate.localhost/requests/abc", "http://gate.localhost:80/requests/abc", "abc"})
    EXPECT_EQ(world.refused("/request/open", link(url)), Reason::SSRF_BLOCKED) << url;
  for (const std::string_view url : {"http://gate.localhost/requests/", "http://gate.localhost/requests/a/b",
                                     "http://gate.localhost/requests/a?x=1"})
    EXPECT_EQ(world.refused("/request/open", link(url)), Reason::MALFORMED) << url;
  EXPECT_EQ(world.refused("/request/open", link(std::string(513, 'x'))), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(places.seen.size(), before);
}

TEST_F(RequestTest, ONL3_ALoginForAnotherOriginIsNotSigned) {
  places.asked.set("origin", "http://bank.localhost");
  EXPECT_EQ(world.refused("/request/open", link()), Reason::AUDIENCE_MISMATCH);
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::TRANSITION_REFUSED);
}

TEST_F(RequestTest, HasItsTime) {
  places.asked.set("expires", to_unix(world.clock.now()));
  EXPECT_EQ(world.refused("/request/open", link()), Reason::SESSION_EXPIRED);
  places.asked.set("expires", to_unix(world.clock.now()) + 120);
  world.good("/request/open", link());
  world.clock.advance(Seconds{120});
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::SESSION_EXPIRED);
}

TEST_F(RequestTest, AWrongFaceLeavesItOpen) {
  world.good("/request/open", link());
  json::Value body = PhoneWorld::sample(PhoneWorld::stranger());
  EXPECT_EQ(world.refused("/request/answer", body.set("id", "abc")), Reason::USER_AUTH_FAILED);
  world.good("/request/answer", answer());
}

TEST_F(RequestTest, TheTouchIsForThisRequest) {
  SoftwareAuthenticator finger{PhoneWorld::relying_party()};
  world.enrol(finger);
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  const auto body = json::Value::object({{"id", "abc"}});
  world.good("/request/open", link());
  const auto touched = world.touched(finger, "/request/answer", body);
  places.asked.set("purpose", "a loan");
  world.good("/request/open", link());
  EXPECT_EQ(world.refused("/request/answer", touched), Reason::CONSENT_SET_MISMATCH);
  world.good("/request/answer", world.touched(finger, "/request/answer", body));
}

TEST_F(RequestTest, ARefusalOfTheGateIsPassedOnAndItIsOver) {
  world.good("/request/open", link());
  places.refuse = Reason::CERT_SUSPENDED;
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::CERT_SUSPENDED);
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::TRANSITION_REFUSED);
}

TEST_F(RequestTest, TheBrowserIsSentToTheGateOnly) {
  world.good("/request/open", link());
  places.report.set("continue", "http://gate.localhost.evil/x");
  EXPECT_EQ(world.refused("/request/answer", answer()), Reason::SSRF_BLOCKED);
}

TEST_F(RequestTest, DecliningIsWrittenDown) {
  world.good("/request/open", link());
  EXPECT_EQ(world.refused("/request/decline", json::Value::object({{"id", "other"}})), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.good("/request/decline", json::Value::object({{"id", "abc"}})).string_at("reason").value(), "CONSENT_DECLINED");
  EXPECT_EQ(places.seen.back().target, "/requests/decline?id=abc");
  EXPECT_EQ(last_entry().string_at("kind").value(), "declined");
}

TEST_F(RequestTest, ASuspendedPhoneOpensNothing) {
  world.authority.suspend("phone-1");
  world.good("/app/sync");
  const size_t before = places.seen.size();
  EXPECT_EQ(world.refused("/request/open", link()), Reason::PHONE_SUSPENDED);
  EXPECT_EQ(places.seen.size(), before) << "a request opens once, so it is not opened in vain";
}

TEST_F(RequestTest, AServiceIsAskedToForget) {
  world.good("/request/open", link());
  world.good("/request/answer", answer());
  json::Value body = kFace;
  body.set("id", last_entry().int_at("id").value());
  const auto answered = world.good("/activity/ask-deletion", body);
  EXPECT_EQ(answered.int_at("deleted").value(), 2);
  EXPECT_EQ(places.seen.back().authority, "portal.localhost");
  EXPECT_EQ(places.seen.back().target, "/api/forget");
  EXPECT_EQ(sent().dump(), R"({"token":"a-token"})") << "no certificate, no serial: the service learns nothing new";
  const auto asked = *(places.seen.end() - 2);
  EXPECT_EQ(asked.authority, "gate.localhost");
  EXPECT_EQ(asked.target, "/forget-tokens");
  const auto wish = json::parse(as_text(asked.body)).value();
  const Bytes message = cbor::Writer{}.array(5).text("mitome-forget-1").text(kGate).text("portal")
                            .bytes(wish.base64url_at("nonce").value()).integer(wish.int_at("expires").value()).take();
  EXPECT_EQ(wish.string_at("client").value(), "portal");
  EXPECT_TRUE(signed_by_phone(wish, message));
  const auto entries = *world.seen("/activity").find("entries");
  EXPECT_EQ(entries.items()[0].string_at("kind").value(), "deletion-asked");
  EXPECT_EQ(entries.items()[1].find("answer")->find("kept")->items()[0].string_at("why_ja").value(), "法令");
  EXPECT_EQ(world.seen("/notices").find("notices")->items()[0].string_at("kind").value(), "deletion-answered");
}

TEST_F(RequestTest, WhoOffersNoDeletionIsNotAsked) {
  places.asked.set("client", json::Value::object({{"id", "shop"}, {"name", "Shop"}}));
  world.good("/request/open", link());
  world.good("/request/answer", answer());
  json::Value body = kFace;
  body.set("id", last_entry().int_at("id").value());
  EXPECT_FALSE(last_entry().bool_at("can_ask_deletion").value());
  EXPECT_EQ(world.refused("/activity/ask-deletion", body), Reason::NOT_FOUND);
  body.set("id", 9999);
  EXPECT_EQ(world.refused("/activity/ask-deletion", body), Reason::NOT_FOUND);
}

}  // namespace
}  // namespace mitome::phone
