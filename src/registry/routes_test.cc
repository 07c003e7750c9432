#include "registry/routes.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "protocol/http/phone_auth.h"
#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;

struct Desk : RegistryWorld {
  Roles roles{{{crypto::sha256(as_bytes("t-hotline")), "hotline", "係員一"},
               {crypto::sha256(as_bytes("t-findmy")), "findmy", "finder"},
               {crypto::sha256(as_bytes("t-operator")), "operator", "op"}}};
  http::Router router{routes(registry, roles)};
  testing::PooledKeySource keys;
  crypto::SoftwareSigner instance{keys.generate(crypto::KeyType::kP256)};
  HeldCard card = new_card(1);
  PhoneId phone;

  Desk() {
    NewPhone fresh = prepare_phone(card);
    fresh.instance_spki = instance.public_key().spki();
    CHECK(registry.complete_enrolment(fresh, testing::version_answer).has_value());
    phone = fresh.phone;
  }
  http::PhoneCall call(const std::string& key = "00112233445566778899aabbccddeeff") {
    return {phone.text, registry.phone(phone).value().version, key};
  }
  http::Response send(http::Request request, const http::PhoneCall& with) {
    CHECK(http::sign_phone_request(request, with, instance).has_value());
    return router.handle(request);
  }
  http::Response staff(const std::string& path, const json::Value& body, const std::string& token) {
    http::Request request = http::post_json("http://authority.localhost" + path, body);
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    return router.handle(request);
  }
};

http::Request state_request() { return http::get("http://authority.localhost/phone/state"); }
http::Request delete_request() {
  return http::post_json("http://authority.localhost/phone/delete", json::Value::object());
}
Reason reason(const http::Response& response) { return http::error_of(response).reason; }
json::Value body(const http::Response& response) { return json::parse(as_text(response.body)).value(); }

TEST(RegistryRoutes, APhoneLearnsItsState) {
  Desk desk;
  desk.clock.advance(std::chrono::minutes{3});
  const auto response = desk.send(state_request(), desk.call());
  ASSERT_EQ(response.status, 200);
  const json::Value told = body(response);
  EXPECT_EQ(told.string_at("state").value(), "active");
  EXPECT_EQ(told.string_at("cause").value(), "enrol");
  EXPECT_EQ(told.int_at("version").value(), 1);
  EXPECT_EQ(told.int_at("active_at").value(), to_unix(desk.clock.now()));
  ASSERT_EQ(told.find("notices")->items().size(), 2u);
  EXPECT_EQ(told.find("notices")->items()[1].string_at("kind").value(), "usable");
  EXPECT_EQ(told.find("notices")->items()[1].int_at("at").value(), to_unix(desk.clock.now()));
}

// Each part of what a phone signs, changed after it was signed.
TEST(RegistryRoutes, APhonesSignatureCoversTheWholeRequest) {
  Desk desk;
  http::Request good = delete_request();
  ASSERT_TRUE(http::sign_phone_request(good, desk.call(), desk.instance));
  const auto with = [&](const std::function<void(http::Request&)>& change) {
    http::Request request = good;
    change(request);
    return reason(desk.router.handle(request));
  };
  const auto header = [](http::Request& request, const std::string& name, const std::string& value) {
    for (auto& [key, text] : request.headers)
      if (key == name) text = value;
  };
  EXPECT_EQ(with([](auto& r) { r.body = to_bytes("{ }"); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([](auto& r) { r.target += "?a"; }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([](auto& r) { r.authority = "elsewhere.localhost"; }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([](auto& r) {
              r.method = "GET";
              r.target = "/phone/state";
            }),
            Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Version", "7"); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([&](auto& r) { header(r, "Idempotency-Key", std::string(32, '0')); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with([&](auto& r) { header(r, "Idempotency-Key", std::string(32, 'G')); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Idempotency-Key", "00"); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Version", "1x"); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Version", "-1"); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Phone", "phone-x"); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Phone", std::string(65, 'x')); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Signature", ""); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([&](auto& r) { header(r, "Mitome-Signature", "="); }), Reason::FORBIDDEN);
  EXPECT_EQ(with([](auto& r) { r.headers.clear(); }), Reason::FORBIDDEN);
  crypto::SoftwareSigner stranger{desk.keys.generate(crypto::KeyType::kP256)};
  http::Request foreign = delete_request();
  ASSERT_TRUE(http::sign_phone_request(foreign, desk.call(), stranger));
  EXPECT_EQ(reason(desk.router.handle(foreign)), Reason::BAD_SIGNATURE);
  EXPECT_EQ(desk.registry.phone(desk.phone).value().state, PhoneState::kPending) << "nothing of all that took effect";
  EXPECT_EQ(desk.router.handle(good).status, 200);
}

TEST(RegistryRoutes, ADeletionIsAnsweredAgainAndTheEndedPhoneMayStillAsk) {
  Desk desk;
  const http::PhoneCall call = desk.call();
  const auto first = desk.send(delete_request(), call);
  EXPECT_EQ(body(first).string_at("state").value(), "ended");
  EXPECT_EQ(desk.send(delete_request(), call).body, first.body);
  http::Request other = http::post_json("http://authority.localhost/phone/delete", json::Value::object({{"a", 1}}));
  const auto conflict = desk.send(other, call);
  EXPECT_EQ(reason(conflict), Reason::CONFLICT);
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(reason(desk.send(delete_request(), desk.call(std::string(32, '1')))), Reason::PHONE_ENDED);
  const json::Value told = body(desk.send(state_request(), desk.call(std::string(32, '2'))));
  EXPECT_EQ(told.string_at("state").value(), "ended");
  EXPECT_EQ(told.string_at("cause").value(), "delete");
}

// LFC-5
TEST(RegistryRoutes, AMessageFromBeforeTheLastChangeIsStale) {
  Desk desk;
  http::PhoneCall late = desk.call();
  ASSERT_TRUE(desk.registry.suspend(desk.phone, kHotline));
  const auto response = desk.send(delete_request(), late);
  EXPECT_EQ(reason(response), Reason::STALE_VERSION);
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(desk.send(state_request(), late).status, 200) << "asking changes nothing";
}

TEST(RegistryRoutes, TheHotlineSuspendsByNameAndBirthDate) {
  Desk desk;
  const json::Value ask = json::Value::object({{"name", RegistryWorld::facts(1).name}, {"birth_date", "1980-02-17"}});
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", ask, "")), Reason::FORBIDDEN);
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", ask, "wrong")), Reason::FORBIDDEN);
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", ask, "t-findmy")), Reason::FORBIDDEN);
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", json::Value::object({{"name", "x"}}), "t-hotline")),
            Reason::MALFORMED);
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", json::Value::object({{"name", "x"}, {"birth_date", "1980-02-30"}}),
                              "t-hotline")),
            Reason::MALFORMED);
  EXPECT_EQ(reason(desk.staff("/hotline/suspend", json::Value::object({{"name", "x"}, {"birth_date", "1980-02-17"}}),
                              "t-hotline")),
            Reason::NOT_FOUND);
  EXPECT_EQ(desk.registry.phone(desk.phone).value().state, PhoneState::kPending);
  const json::Value told = body(desk.staff("/hotline/suspend", ask, "t-hotline"));
  EXPECT_EQ(told.string_at("phone").value(), desk.phone.text);
  EXPECT_EQ(told.string_at("state").value(), "suspended");
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE staff = '係員一'"), 1);
}

TEST(RegistryRoutes, TheFinderSuspendsByPhone) {
  Desk desk;
  const json::Value ask = json::Value::object({{"phone", desk.phone.text}});
  const json::Value owner = json::Value::object({{"name", RegistryWorld::facts(1).name}, {"birth_date", "1980-02-17"}});
  EXPECT_EQ(reason(desk.staff("/findmy/phone", owner, "t-hotline")), Reason::FORBIDDEN);
  EXPECT_EQ(body(desk.staff("/findmy/phone", owner, "t-findmy")).string_at("phone").value(), desk.phone.text);
  EXPECT_EQ(reason(desk.staff("/findmy/suspend", ask, "t-hotline")), Reason::FORBIDDEN);
  EXPECT_EQ(reason(desk.staff("/findmy/suspend", json::Value::object(), "t-findmy")), Reason::MALFORMED);
  EXPECT_EQ(reason(desk.staff("/findmy/suspend", json::Value::object({{"phone", "phone-x"}}), "t-findmy")),
            Reason::NOT_FOUND);
  EXPECT_EQ(body(desk.staff("/findmy/suspend", ask, "t-findmy")).string_at("state").value(), "suspended");
}

TEST(RegistryRoutes, AnOperatorVerifiesTheLog) {
  Desk desk;
  http::Request request = http::get("http://authority.localhost/events/verify");
  EXPECT_EQ(reason(desk.router.handle(request)), Reason::FORBIDDEN);
  request.headers.emplace_back("Authorization", "Bearer t-operator");
  const json::Value told = body(desk.router.handle(request));
  EXPECT_EQ(told.int_at("events").value(), desk.registry.log_head().value().events);
  EXPECT_EQ(told.string_at("head").value(), to_hex(desk.registry.log_head().value().hash));
  desk.edit("UPDATE event SET kind = 'x' WHERE seq = 1");
  EXPECT_EQ(reason(desk.router.handle(request)), Reason::LOG_BROKEN);
}

}  // namespace
}  // namespace mitome::registry
