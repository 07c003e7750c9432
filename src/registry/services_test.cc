// POST /holders, /residents, /insured: what services learn, and what they do not.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "registry/routes.h"
#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;

struct Services : RegistryWorld {
  Roles roles{{{crypto::sha256(as_bytes("t-gate")), "verifier", "gate"},
               {crypto::sha256(as_bytes("t-clinic")), "verifier", "clinic"},
               {crypto::sha256(as_bytes("t-town")), "municipality", "架空市"},
               {crypto::sha256(as_bytes("t-fund")), "insurer", "fund"},
               {crypto::sha256(as_bytes("t-city")), "city", "窓口"}}};
  http::Router router{routes(registry, roles)};
  HeldCard card = new_card(1);

  http::Response ask(const std::string& path, const std::string& serial, const std::string& token) {
    http::Request request =
        http::post_json("http://authority.localhost" + path, json::Value::object({{"serial", serial}}));
    request.headers.emplace_back("Authorization", "Bearer " + token);
    return router.handle(request);
  }
  Reason refusal(const std::string& path, const std::string& serial, const std::string& token) {
    const http::Response response = ask(path, serial, token);
    return response.ok() ? Reason::GOOD : http::error_of(response).reason;
  }
  std::string told(const std::string& path, const std::string& serial, const std::string& token,
                   const std::string& member) {
    const http::Response response = ask(path, serial, token);
    CHECK(response.ok());
    return json::parse(as_text(response.body)).value().string_at(member).value();
  }
  std::string phone_serial(const PhoneId& phone) {
    const auto certificates = registry.certificates_of(Holder::kPhone, phone.text).value();
    for (const CertificateRecord& record : certificates)
      if (record.ca == Ca::kAuth) return to_hex(record.serial);
    CHECK(false);
  }
};

// SVC-6
TEST(Services, AHolderIsTheSameForCardAndPhoneAndAnotherForEachCaller) {
  Services town;
  const PhoneId phone = town.enrol(town.card);
  town.clock.advance(std::chrono::minutes{3});
  const std::string card_serial = to_hex(town.card.auth_serial), phone_serial = town.phone_serial(phone);
  const std::string holder = town.told("/holders", card_serial, "t-gate", "holder");
  EXPECT_EQ(holder.size(), 32u);
  EXPECT_EQ(town.told("/holders", phone_serial, "t-gate", "holder"), holder);
  EXPECT_EQ(town.told("/holders", to_hex(town.card.sign_serial), "t-gate", "holder"), holder) << "also of who signs";
  EXPECT_NE(town.told("/holders", card_serial, "t-clinic", "holder"), holder);
  EXPECT_NE(town.told("/holders", to_hex(town.new_card(2).auth_serial), "t-gate", "holder"), holder);
  EXPECT_NE(town.told("/insured", card_serial, "t-fund", "person_ref"), holder);
  const PhoneId second = town.enrol(town.card);
  town.clock.advance(std::chrono::minutes{3});
  EXPECT_EQ(town.told("/holders", town.phone_serial(second), "t-gate", "holder"), holder) << "also of the next phone";
}

TEST(Services, EachRoleAsksItsOwnQuestion) {
  Services town;
  const std::string serial = to_hex(town.card.auth_serial);
  const std::vector<std::pair<std::string, std::string>> mine{
      {"/holders", "t-gate"}, {"/residents", "t-town"}, {"/insured", "t-fund"}};
  for (const auto& [path, owner] : mine) {
    for (const std::string token : {"t-gate", "t-town", "t-fund", "t-city", "nobody"})
      EXPECT_EQ(town.refusal(path, serial, token), token == owner ? Reason::GOOD : Reason::FORBIDDEN) << path << token;
  }
}

TEST(Services, TheMunicipalityLearnsTheRegisterButNoMyNumber) {
  Services town;
  const http::Response response = town.ask("/residents", to_hex(town.card.auth_serial), "t-town");
  const json::Value told = json::parse(as_text(response.body)).value();
  const PersonFacts facts = RegistryWorld::facts(1);
  EXPECT_EQ(told.string_at("name").value(), facts.name);
  EXPECT_EQ(told.string_at("kana").value(), facts.kana);
  EXPECT_EQ(told.string_at("address").value(), facts.address);
  EXPECT_EQ(told.string_at("birth_date").value(), "19800217");
  EXPECT_EQ(told.string_at("sex").value(), "1");
  EXPECT_TRUE(told.bool_at("seal_registered").value());
  EXPECT_EQ(told.find("household")->string_at("head").value(), facts.name);
  EXPECT_EQ(as_text(response.body).find(facts.my_number), std::string::npos);
  town.edit("UPDATE person SET ward = 1");
  const json::Value ward = json::parse(as_text(town.ask("/residents", to_hex(town.card.auth_serial), "t-town").body)).value();
  EXPECT_FALSE(ward.bool_at("seal_registered").value());
}

TEST(Services, TheInsurersNumberIsThePersons) {
  Services town;
  const std::string serial = to_hex(town.card.auth_serial);
  const std::string number = town.told("/insured", serial, "t-fund", "insured_number");
  EXPECT_EQ(number.size(), 10u);
  EXPECT_EQ(town.told("/insured", serial, "t-fund", "insured_number"), number);
  EXPECT_NE(town.told("/insured", to_hex(town.new_card(2).auth_serial), "t-fund", "insured_number"), number);
  EXPECT_EQ(town.told("/insured", serial, "t-fund", "name"), RegistryWorld::facts(1).name);
}

TEST(Services, OnlyACertificateInUseNamesAnybody) {
  Services town;
  const PhoneId phone = town.enrol(town.card);
  const std::string serial = town.phone_serial(phone);
  EXPECT_EQ(town.refusal("/holders", serial, "t-gate"), Reason::GOOD) << "the world's certificates begin at once";
  EXPECT_EQ(town.refusal("/holders", "00ff", "t-gate"), Reason::NOT_FOUND);
  EXPECT_EQ(town.refusal("/holders", to_hex(town.card.sign_serial), "t-gate"), Reason::GOOD) << "a signing one too";
  EXPECT_EQ(town.refusal("/holders", "xyz", "t-gate"), Reason::MALFORMED);
  EXPECT_EQ(town.refusal("/holders", "", "t-gate"), Reason::MALFORMED);
  EXPECT_EQ(town.refusal("/holders", std::string(42, '1'), "t-gate"), Reason::MALFORMED);
  ASSERT_TRUE(town.registry.suspend(phone, kHotline));
  EXPECT_EQ(town.refusal("/residents", serial, "t-town"), Reason::CERT_SUSPENDED);
  ASSERT_TRUE(town.remove(phone, "k"));
  EXPECT_EQ(town.refusal("/insured", serial, "t-fund"), Reason::NOT_FOUND) << "revoked";
  const auto reserved = town.reserve(town.card.person, Holder::kPhone, "phone-new", {Ca::kAuth}, 0).value();
  EXPECT_EQ(town.refusal("/holders", to_hex(reserved.certificates[0].serial), "t-gate"), Reason::NOT_FOUND);
  town.clock.advance(Days{1001});
  EXPECT_EQ(town.refusal("/holders", to_hex(town.card.auth_serial), "t-gate"), Reason::CERT_EXPIRED);
  town.clock = testing::FakeClock{};
  town.clock.advance(-Days{1});
  EXPECT_EQ(town.refusal("/holders", to_hex(town.card.auth_serial), "t-gate"), Reason::CERT_NOT_YET_VALID);
}

TEST(Services, EveryAnswerIsAnEventAndNoRefusalIs) {
  Services town;
  town.ask("/residents", to_hex(town.card.auth_serial), "t-town");
  town.ask("/residents", "00ff", "t-town");
  EXPECT_EQ(town.number("SELECT count(*) FROM event WHERE kind = 'person-asked' AND staff = '架空市' AND "
                        "body = '/residents' AND who = 'service'"),
            1);
  EXPECT_TRUE(town.registry.verify_log());
}

// ADM-5
TEST(Services, WhoAsksTooMuchIsRefusedAndTheOperatorIsToldOnce) {
  Services town;
  const Enquiry enquiry{"gate", kService, "/holders", 3, std::chrono::minutes{1}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(town.registry.person_of(town.card.auth_serial, enquiry));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(town.registry.person_of(town.card.auth_serial, enquiry).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(town.number("SELECT count(*) FROM event WHERE kind = 'lookup-limit'"), 1);
  const Enquiry other{"clinic", kService, "/holders", 3, std::chrono::minutes{1}};
  EXPECT_TRUE(town.registry.person_of(town.card.auth_serial, other)) << "another caller has its own limit";
  town.clock.advance(std::chrono::minutes{1});
  EXPECT_TRUE(town.registry.person_of(town.card.auth_serial, enquiry));
}

}  // namespace
}  // namespace mitome::registry
