// The city counter and the hotline for lost cards: each thing that changes, and each refusal.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "registry/routes.h"
#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;

struct Counter : RegistryWorld {
  Roles roles{{{crypto::sha256(as_bytes("t-city")), "city", "窓口\r\n2 city"},
               {crypto::sha256(as_bytes("t-hotline")), "hotline", "係員一"},
               {crypto::sha256(as_bytes("t-town")), "town", "town"},
               {crypto::sha256(as_bytes("t-operator")), "operator", "op"}}};
  http::Router router{routes(registry, roles)};
  HeldCard card = new_card(1);
  std::string name = RegistryWorld::facts(1).name;

  http::Response send(http::Request request, const std::string& token) {
    request.headers.emplace_back("Authorization", "Bearer " + token);
    return router.handle(request);
  }
  http::Response post(const std::string& path, const json::Value& body, const std::string& token = "t-city") {
    return send(http::post_json("http://authority.localhost" + path, body), token);
  }
  Reason refusal(const std::string& path, const json::Value& body, const std::string& token = "t-city") {
    const http::Response response = post(path, body, token);
    return response.ok() ? Reason::GOOD : http::error_of(response).reason;
  }
  json::Value told(const std::string& path, const json::Value& body, const std::string& token = "t-city") {
    const http::Response response = post(path, body, token);
    CHECK(response.ok());
    return json::parse(as_text(response.body)).value();
  }
  json::Value get(const std::string& target, const std::string& token = "t-operator") {
    return json::parse(as_text(send(http::get("http://authority.localhost" + target), token).body)).value();
  }
  json::Value person(json::Value more = json::Value::object()) const {
    more.set("person", card.person.text);
    return more;
  }
  json::Value by_name() const { return json::Value::object({{"name", name}, {"birth_date", "1980-02-17"}}); }
  json::Value reset(const std::string& id, const char* pin) const {
    return json::Value::object({{"card", id}, {"serial", to_hex(card.auth_serial)}, {"pin", pin}});
  }
  State state_of(Ca ca, const Bytes& serial) { return registry.certificate(ca, serial).value().state; }
  std::map<std::string, State> phone_states(const PhoneId& phone) {
    std::map<std::string, State> out;
    const auto certificates = registry.certificates_of(Holder::kPhone, phone.text).value();
    for (const CertificateRecord& it : certificates)
      out[std::string{name_of(it.ca)}] = it.state;
    return out;
  }
  int64_t valid_mdocs() { return number("SELECT count(*) FROM mdoc WHERE state = 'valid'"); }
};

// ADM-5
TEST(Counter, ALookUpNeedsItsReasonAndIsWrittenDown) {
  Counter desk;
  EXPECT_EQ(desk.refusal("/city/lookup", desk.by_name()), Reason::FORM_INVALID);
  json::Value ask = desk.by_name();
  ask.set("why", "curious");
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::FORM_INVALID);
  ask.set("why", "moving");
  EXPECT_EQ(desk.refusal("/city/lookup", ask, "t-hotline"), Reason::FORBIDDEN);
  const json::Value told = desk.told("/city/lookup", ask);
  ASSERT_EQ(told.find("people")->items().size(), 1u);
  const json::Value& file = told.find("people")->items()[0];
  EXPECT_EQ(file.string_at("person").value(), desk.card.person.text);
  EXPECT_EQ(file.int_at("age").value(), 46);
  EXPECT_EQ(file.find("card")->string_at("state").value(), "active");
  EXPECT_EQ(file.find("card")->string_at("signing").value(), "valid");
  EXPECT_TRUE(file.find("phone")->is_null());
  EXPECT_EQ(told.dump().find(RegistryWorld::facts(1).my_number), std::string::npos);
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'person-looked-up' AND "
                        "body = 'look-up moving found 1'"),
            1);
  ask.set("name", "誰か　知らない");
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::NOT_FOUND);
  ask.set("birth_date", "1980-02-30");
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::MALFORMED);
}

TEST(Counter, ACardOnTheReaderNamesItsPerson) {
  Counter desk;
  json::Value ask = json::Value::object({{"serial", to_hex(desk.card.auth_serial)}, {"why", "pin-forgotten"}});
  EXPECT_EQ(desk.told("/city/lookup", ask).find("people")->items()[0].string_at("name").value(), desk.name);
  ask.set("serial", to_hex(desk.card.sign_serial));
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::NOT_FOUND);
  ask.set("serial", "zz");
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::MALFORMED);
}

// ADM-5
TEST(Counter, WhoReadsTheRegisterFromEndToEndIsStopped) {
  Counter desk;
  json::Value ask = desk.by_name();
  ask.set("why", "question");
  int answered = 0;
  Reason last = Reason::GOOD;
  for (int i = 0; i < 70; ++i) {
    last = desk.refusal("/city/lookup", ask);
    answered += last == Reason::GOOD ? 1 : 0;
  }
  EXPECT_EQ(answered, 60);
  EXPECT_EQ(last, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'lookup-limit'"), 1);
  desk.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(desk.refusal("/city/lookup", ask), Reason::GOOD);
}

// LFC-9
TEST(Counter, MovingHouseRevokesWhatSaysTheOldAddress) {
  Counter desk;
  const PhoneId phone = desk.enrol(desk.card);
  const int64_t before = desk.number("SELECT count(*) FROM event");
  const json::Value told =
      desk.told("/city/move", desk.person(json::Value::object({{"address", "架空都架空市９－９"}})));
  EXPECT_EQ(told.string_at("address").value(), "架空都架空市９－９");
  EXPECT_EQ(told.find("card")->string_at("signing").value(), "revoked");
  EXPECT_EQ(told.find("card")->string_at("state").value(), "active");
  EXPECT_EQ(told.find("phone")->string_at("cause").value(), "move");
  EXPECT_EQ(desk.state_of(Ca::kAuth, desk.card.auth_serial), State::kValid);
  EXPECT_EQ(desk.registry.certificate(Ca::kSign, desk.card.sign_serial).value().reason,
            RevocationReason::kAffiliationChanged);
  EXPECT_EQ(desk.phone_states(phone), (std::map<std::string, State>{{"auth", State::kValid}, {"sign", State::kRevoked}}));
  EXPECT_EQ(desk.valid_mdocs(), 0);
  EXPECT_EQ(desk.registry.notices(phone).value().back().kind, "moved");
  EXPECT_EQ(desk.number("SELECT count(*) FROM event"), before + 1) << "one event, so one transaction";
  EXPECT_TRUE(desk.registry.verify_log());
}

TEST(Counter, APhoneOfWhoMovedIsRegisteredAgainBeforeItGoesOn) {
  Counter desk;
  const PhoneId phone = desk.enrol(desk.card);
  desk.told("/city/move", desk.person(json::Value::object({{"name", "白桐　幹也"}})));
  EXPECT_EQ(desk.refresh(phone, "k1").error().reason, Reason::NO_SIGNING_CERTIFICATE);
  ASSERT_TRUE(desk.registry.suspend(phone, kHotline));
  EXPECT_EQ(desk.resume(phone, "k2").error().reason, Reason::NO_SIGNING_CERTIFICATE);
  EXPECT_EQ(desk.registry.judge_facts(phone).error().reason, Reason::NO_SIGNING_CERTIFICATE);
  // The card first: without a signing certificate nothing is enrolled.
  NewPhone fresh = desk.prepare_phone(desk.card);
  EXPECT_EQ(desk.registry.complete_enrolment(fresh, testing::version_answer).error().reason,
            Reason::NO_SIGNING_CERTIFICATE);
  const auto batch = desk.reserve(desk.card.person, Holder::kCard, desk.card.card.text, {Ca::kSign}, 0).value();
  const PersonFacts now = desk.registry.person(desk.card.person).value().facts;
  EXPECT_EQ(now.name, "白桐　幹也");
  const Staff staff{kCity, "窓口"};
  EXPECT_EQ(desk.registry
                .renew_card_signing(desk.card.card, RegistryWorld::facts(1), batch.certificates[0], staff)
                .error()
                .reason,
            Reason::CONFLICT)
      << "certified before the change";
  ASSERT_TRUE(desk.registry.renew_card_signing(desk.card.card, now, batch.certificates[0], staff));
  desk.card.sign_serial = batch.certificates[0].serial;
  const PhoneId next = desk.enrol(desk.card);
  EXPECT_TRUE(desk.registry.judge_facts(next));
  EXPECT_TRUE(desk.refresh(next, "k3"));
}

TEST(Counter, AMoveThatIsNoneAndTextThatIsNoNameAreRefused) {
  Counter desk;
  const auto move = [&](const char* member, const std::string& text) {
    return desk.refusal("/city/move", desk.person(json::Value::object({{member, text}})));
  };
  EXPECT_EQ(desk.refusal("/city/move", desk.person()), Reason::MALFORMED);
  EXPECT_EQ(move("address", RegistryWorld::facts(1).address), Reason::MALFORMED);
  EXPECT_EQ(move("address", ""), Reason::MALFORMED);
  // ADM-3
  for (const char* text : {"黒桐\r\n　幹也", "黒桐\x1b[2J", "黒桐\xC2\x85", "黒桐\xE2\x80\xAE", "黒桐\xE2\x80\xA8", "黒桐\xE2\x81\xA6", "黒桐\x7F"})
    EXPECT_EQ(move("name", text), Reason::MALFORMED) << text;
  EXPECT_EQ(move("name", "黒桐—ハイフン"), Reason::GOOD);
  EXPECT_EQ(desk.refusal("/city/move", json::Value::object({{"person", "person-x"}, {"address", "架空都１"}})),
            Reason::NOT_FOUND);
  EXPECT_EQ(desk.refusal("/city/move", json::Value::object({{"address", "架空都１"}})), Reason::MALFORMED);
}

TEST(Counter, ALostCardIsHeldForGoodAndThePhoneEndsWithIt) {
  for (const bool hotline : {false, true}) {
    Counter desk;
    const PhoneId phone = desk.enrol(desk.card);
    if (hotline) {
      EXPECT_EQ(desk.told("/hotline/stop", desk.by_name(), "t-hotline").string_at("card").value(), desk.card.card.text);
    } else {
      const json::Value told = desk.told("/city/cards/stop", json::Value::object({{"card", desk.card.card.text}}));
      EXPECT_EQ(told.find("card")->string_at("state").value(), "held");
      EXPECT_TRUE(told.find("phone")->is_null());
    }
    EXPECT_EQ(desk.state_of(Ca::kAuth, desk.card.auth_serial), State::kHeld);
    EXPECT_EQ(desk.state_of(Ca::kSign, desk.card.sign_serial), State::kHeld);
    EXPECT_EQ(desk.registry.phone(phone).value().state, PhoneState::kEnded);
    EXPECT_EQ(desk.refusal("/city/cards/stop", json::Value::object({{"card", desk.card.card.text}})),
              Reason::TRANSITION_REFUSED);
    EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'card-stopped' AND staff <> ''"), 1);
    desk.new_card(1);
    EXPECT_EQ(desk.state_of(Ca::kAuth, desk.card.auth_serial), State::kRevoked) << "never released, only replaced";
  }
}

TEST(Counter, TheHotlineStopsOnlyWhatItFinds) {
  Counter desk;
  EXPECT_EQ(desk.refusal("/hotline/stop", desk.by_name(), "t-city"), Reason::FORBIDDEN);
  EXPECT_EQ(desk.refusal("/hotline/stop", json::Value::object({{"name", "x"}, {"birth_date", "1980-02-17"}}), "t-hotline"),
            Reason::NOT_FOUND);
  const auto twin = desk.new_card(2);
  desk.edit("UPDATE person SET name = '" + desk.name + "'");
  EXPECT_EQ(desk.refusal("/hotline/stop", desk.by_name(), "t-hotline"), Reason::NOT_FOUND) << "two of that name";
  EXPECT_EQ(desk.state_of(Ca::kAuth, twin.auth_serial), State::kValid);
}

TEST(Counter, AWardKeepsTheCardAndLosesSigningAndThePhone) {
  Counter desk;
  const PhoneId phone = desk.enrol(desk.card);
  const json::Value told = desk.told("/city/ward", desk.person());
  EXPECT_TRUE(told.bool_at("ward").value());
  EXPECT_EQ(told.find("card")->string_at("state").value(), "active");
  EXPECT_EQ(desk.state_of(Ca::kAuth, desk.card.auth_serial), State::kValid);
  EXPECT_EQ(desk.state_of(Ca::kSign, desk.card.sign_serial), State::kRevoked);
  EXPECT_EQ(desk.registry.phone(phone).value().state, PhoneState::kEnded);
  EXPECT_EQ(desk.refusal("/city/ward", desk.person()), Reason::NOT_FOUND) << "is one already";
}

// LFC-9
TEST(Counter, DeathAndRenouncementEndEverythingAtOnce) {
  for (const char* why : {"died", "renounced"}) {
    Counter desk;
    const PhoneId phone = desk.enrol(desk.card);
    EXPECT_EQ(desk.refusal("/city/depart", desk.person(json::Value::object({{"why", "bored"}}))), Reason::MALFORMED);
    const json::Value told = desk.told("/city/depart", desk.person(json::Value::object({{"why", why}})));
    EXPECT_TRUE(told.find("card")->is_null());
    EXPECT_EQ(desk.state_of(Ca::kAuth, desk.card.auth_serial), State::kRevoked);
    EXPECT_EQ(desk.state_of(Ca::kSign, desk.card.sign_serial), State::kRevoked);
    EXPECT_EQ(desk.registry.phone(phone).value().state, PhoneState::kEnded);
    EXPECT_EQ(desk.registry.card(desk.card.card).value().state, State::kEnded);
    EXPECT_EQ(desk.valid_mdocs(), 0);
    EXPECT_EQ(desk.refusal("/city/depart", desk.person(json::Value::object({{"why", why}}))), Reason::NOT_FOUND);
    const bool died = std::string_view{why} == "died";
    const auto batch = desk.reserve(desk.card.person, Holder::kCard, "card-next", {Ca::kAuth, Ca::kSign}, 0).value();
    const auto again = desk.registry.register_card({desk.card.person, RegistryWorld::facts(1), CardId{"card-next"},
                                                    desk.clock.now() + Days{100}, batch.certificates},
                                                   kCity);
    EXPECT_EQ(again ? Reason::GOOD : again.error().reason, died ? Reason::TRANSITION_REFUSED : Reason::GOOD);
  }
}

TEST(Counter, AChangeIsWholeOrNotAtAll) {
  for (const size_t write : {0u}) {
    Counter desk;
    desk.enrol(desk.card);
    desk.failing.arm(testing::FailingStore::When::kBefore, write);
    EXPECT_EQ(desk.refusal("/city/move", desk.person(json::Value::object({{"address", "架空都９"}}))),
              Reason::STORAGE_FAILED);
    EXPECT_EQ(desk.state_of(Ca::kSign, desk.card.sign_serial), State::kValid);
    EXPECT_EQ(desk.registry.person(desk.card.person).value().facts.address, RegistryWorld::facts(1).address);
  }
}

TEST(Counter, APinResetOfACardInUseIsWrittenDown) {
  Counter desk;
  const auto ask = [&](const std::string& card, const char* pin) {
    return desk.refusal("/city/pin-reset", desk.reset(card, pin));
  };
  for (const char* pin : {"auth", "sign", "text"}) EXPECT_EQ(ask(desk.card.card.text, pin), Reason::GOOD);
  EXPECT_EQ(ask(desk.card.card.text, "juki"), Reason::MALFORMED);
  EXPECT_EQ(ask("card-x", "auth"), Reason::CARD_CHANGED) << "not the one on the reader";
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'pin-reset'"), 3);
  ASSERT_TRUE(desk.registry.stop_card(desk.card.card, kCity));
  EXPECT_EQ(ask(desk.card.card.text, "auth"), Reason::CARD_NOT_VALID);
}

// ADM-2, ADM-3: what staff are called cannot make two records of one.
TEST(Counter, TheOperatorReadsTheLogRecordByRecord) {
  Counter desk;
  desk.told("/city/pin-reset", desk.reset(desk.card.card.text, "auth"));
  const json::Value all = desk.get("/events?after=0");
  const auto& events = all.find("events")->items();
  EXPECT_EQ(static_cast<int64_t>(events.size()), all.int_at("count").value());
  EXPECT_EQ(events.back().string_at("kind").value(), "pin-reset");
  EXPECT_EQ(events.back().string_at("staff").value(), "窓口\r\n2 city");
  const json::Value last = desk.get("/events?after=" + std::to_string(events.size() - 1));
  ASSERT_EQ(last.find("events")->items().size(), 1u);
  EXPECT_EQ(desk.get("/events?after=x").string_at("reason").value(), "MALFORMED");
  EXPECT_EQ(desk.get("/events?after=-1").string_at("reason").value(), "MALFORMED");
  EXPECT_EQ(desk.get("/events", "t-city").string_at("reason").value(), "FORBIDDEN");
}

TEST(Counter, WhatIsOnlySimulatedIsWrittenDownAsThat) {
  Counter desk;
  const PhoneId phone = desk.enrol(desk.card);
  const auto note = [&](const char* what, const std::string& on, const char* token) {
    return desk.refusal("/events/simulated", json::Value::object({{"what", what}, {"phone", on}}), token);
  };
  EXPECT_EQ(note("sensor", phone.text, "t-town"), Reason::GOOD);
  EXPECT_EQ(note("approval", "", "t-town"), Reason::GOOD);
  EXPECT_EQ(note("sensor", "phone-x", "t-town"), Reason::NOT_FOUND);
  EXPECT_EQ(note("anything", "", "t-town"), Reason::MALFORMED);
  EXPECT_EQ(note("sensor", phone.text, "t-operator"), Reason::FORBIDDEN);
  const auto by = [&](const std::string& name) {
    return desk.refusal("/events/simulated", json::Value::object({{"what", "film"}, {"by", name}}), "t-town");
  };
  EXPECT_EQ(by("phone-1"), Reason::GOOD);
  EXPECT_EQ(by(std::string(65, 'x')), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'simulated'"), 3);
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'simulated' AND staff LIKE '%: phone-1'"), 1);
  EXPECT_EQ(desk.number("SELECT count(*) FROM event WHERE kind = 'simulated' AND body = 'sensor' AND phone <> ''"), 1);
}

}  // namespace
}  // namespace mitome::registry
