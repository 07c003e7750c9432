// What is in the card and beside it, and a phone that holds the certificates behind PINs.
#include <gtest/gtest.h>

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "issuer/evidence.h"
#include "protocol/jpki/reader.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());

void with_account(PhoneConfig& config) {
  config.owner = "Hanako";
  config.account_items = {{"transit", "rail", "Rail pass", "鉄道カード", "RAIL-0001", 1200},
                          {"loyalty", "shop", "Shop points", "ポイント", "77", 15}};
}

TEST(ContentsTest, A42_EveryStoredItemAfterAFace) {
  PhoneWorld world;
  world.enrol();
  EXPECT_EQ(world.refused("/wallet/contents"), Reason::USER_AUTH_REQUIRED);
  const auto contents = world.good("/wallet/contents", kFace);
  const auto& elements = contents.find("mdocs")->items().at(0).find("elements")->items();
  bool name = false, age = false;
  for (const json::Value& element : elements) {
    name = name || element.string_or("value", "") == testing::MdocWorld::kName;
    age = age || (element.string_at("element").value() == "age_over_20" && element.bool_at("value").value());
  }
  EXPECT_TRUE(name && age);
  EXPECT_EQ(contents.int_at("mdocs_left").value(), 3);
  EXPECT_EQ(contents.find("certificates")->items().size(), 2u);
  EXPECT_EQ(contents.find("certificates")->items()[0].string_at("use").value(), "auth");
  EXPECT_GT(contents.find("certificates")->items()[0].int_at("not_after").value(), to_unix(world.clock.now()));
  world.good("/app/delete", kFace);
  EXPECT_EQ(world.refused("/wallet/contents", kFace), Reason::PHONE_ENDED);
}

TEST(ContentsTest, A49_TheAccountBringsTheOtherItemsAndNotTheCard) {
  PhoneWorld world;
  world.adjust = with_account;
  world.restart();
  EXPECT_TRUE(world.seen("/wallet").find("items")->items().empty());
  const auto restored = world.good("/account/restore");
  EXPECT_EQ(restored.find("items")->items().size(), 2u);
  EXPECT_EQ(restored.find("not_restored")->items()[0].string_at("kind").value(), "card");
  EXPECT_TRUE(world.seen("/state").find("account")->bool_at("signed_in").value());
  world.restart();
  const auto items = *world.seen("/wallet").find("items");
  ASSERT_EQ(items.items().size(), 2u);
  EXPECT_EQ(items.items()[0].int_at("balance").value(), 1200);
  world.good("/button", json::Value::object({{"button", "side"}, {"presses", 2}}));
  EXPECT_EQ(world.refused("/wallet/choose", json::Value::object({{"item", "card"}})), Reason::NOTHING_TO_PRESENT);
  EXPECT_EQ(world.refused("/wallet/choose", json::Value::object({{"item", "none"}})), Reason::NOT_FOUND);
  const auto chosen = world.good("/wallet/choose", json::Value::object({{"item", "rail"}}));
  EXPECT_EQ(chosen.string_at("number").value(), "RAIL-0001");
  EXPECT_EQ(world.refused("/wallet/ready", kFace), Reason::CARD_NOT_CHOSEN);
}

TEST(ContentsTest, TheCardLeavesAndTheOthersStay) {
  PhoneWorld world;
  world.adjust = with_account;
  world.restart();
  world.enrol_face();
  world.good("/account/restore");
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  EXPECT_EQ(world.seen("/wallet").find("items")->items().size(), 3u);
  world.good("/wallet/remove");
  EXPECT_EQ(world.seen("/wallet").find("items")->items().size(), 2u);
  world.good("/settings", json::Value::object({{"network", false}}));
  EXPECT_EQ(world.refused("/account/restore"), Reason::UNREACHABLE);
}

struct PinPhoneTest : ::testing::Test {
  PhoneWorld world;
  void SetUp() override {
    world.adjust = [](PhoneConfig& config) { config.profile = Profile::kPin; };
    world.restart();
    world.enrol();
  }
  json::Value with_pin(json::Value body, std::string_view pin) { return body.set("pin", pin); }
};

TEST_F(PinPhoneTest, LogsInWithItsPin) {
  const json::Value login = world.login(json::Value::object());
  EXPECT_EQ(world.refused("/wallet/login", login), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/wallet/login", with_pin(login, "0000")), Reason::PIN_WRONG);
  world.good("/wallet/login", with_pin(login, "4321"));
  const auto document = json::Value::object({{"sha256", base64url::encode(Bytes(32, 1))}});
  world.good("/wallet/sign", with_pin(document, "PHONE999"));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(world.refused("/wallet/login", with_pin(login, "0000")), Reason::PIN_WRONG);
  EXPECT_EQ(world.refused("/wallet/login", with_pin(login, "0000")), Reason::PIN_BLOCKED);
  EXPECT_EQ(world.refused("/wallet/login", with_pin(login, "4321")), Reason::PIN_BLOCKED);
}

TEST_F(PinPhoneTest, HoldsNoMdoc) {
  EXPECT_EQ(world.mdocs_left(), 0);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::NOTHING_TO_PRESENT);
  EXPECT_EQ(world.seen("/state").string_at("profile").value(), "pin");
  world.good("/app/sync");
  EXPECT_EQ(world.mdocs_left(), 0);
}

TEST_F(PinPhoneTest, AsksForNoMdocAndGetsNone) {
  const auto sent = std::find_if(world.authority.requests.begin(), world.authority.requests.end(),
                                 [](const http::Request& request) { return request.path() == "/enrol/complete"; });
  ASSERT_NE(sent, world.authority.requests.end());
  const auto evidence = issuer::parse_evidence(sent->body);
  ASSERT_TRUE(evidence) << to_string(evidence.error());
  EXPECT_TRUE(evidence->keys.mdoc.empty());
  world.authority.suspend("phone-1");
  world.good("/app/sync");
  EXPECT_EQ(world.good("/app/resume", kFace).string_at("state").value(), "active");
  EXPECT_EQ(world.mdocs_left(), 0);
  world.good("/wallet/login", with_pin(world.login(json::Value::object()), "4321"));
}

TEST_F(PinPhoneTest, NoButtonBringsUpTheCard) {
  const auto pressed = [&](std::string_view button, int presses) {
    return world.refused("/button", json::Value::object({{"button", button}, {"presses", presses}}));
  };
  EXPECT_EQ(pressed("side", 2), Reason::WRONG_BUTTON);
  EXPECT_EQ(pressed("home", 2), Reason::WRONG_BUTTON);
  EXPECT_EQ(pressed("home", 1), Reason::WRONG_BUTTON);
  EXPECT_TRUE(world.seen("/state").find("wallet")->is_null());
  EXPECT_EQ(pressed("side", 1), Reason::GOOD);
  EXPECT_EQ(world.seen("/state").string_at("screen").value(), "asleep");
}

TEST_F(PinPhoneTest, AReaderSeesItAsACardWithAPin) {
  apdu::ApduChannel& reader_side = world.phone->contactless();
  ASSERT_TRUE(jpki::select_application(reader_side, jpki::kJpkiAid));
  EXPECT_EQ(jpki::read_token_info(reader_side).value().label, jpki::kAndroidLabel);
  EXPECT_EQ(jpki::read_auth_certificate(reader_side).error().reason, Reason::CARD_REFUSED) << "not before its PIN";
  const auto digest = crypto::sha256(as_bytes("a kiosk's challenge"));
  const auto pin = crypto::Pin::four_digits("4321").value();
  const auto done = jpki::sign_with_card(reader_side, jpki::kAuthKey, &pin, digest);
  ASSERT_TRUE(done) << to_string(done.error());
}

TEST_F(PinPhoneTest, AnotherFaceDoesNotEndIt) {
  world.good("/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", "AAAA"}}));
  EXPECT_EQ(world.wallet_state(), "active");
  world.good("/wallet/login", with_pin(world.login(json::Value::object()), "4321"));
}

TEST_F(PinPhoneTest, AFactoryResetTellsNobody) {
  const size_t before = world.authority.requests.size();
  EXPECT_TRUE(world.good("/phone/erase").bool_at("known").value());
  EXPECT_EQ(world.authority.requests.size(), before);
  EXPECT_EQ(world.authority.only().state, "active");
  EXPECT_EQ(world.wallet_state(), "none");
  EXPECT_TRUE(world.seen("/activity").find("entries")->items().empty());
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED);
  const auto login = with_pin(world.login(json::Value::object()), "4321");
  EXPECT_EQ(world.refused("/wallet/login", login), Reason::NOTHING_TO_PRESENT);
  world.restart();
  EXPECT_EQ(world.refused("/wallet/login", login), Reason::NOTHING_TO_PRESENT) << "the secure element is empty too";
  EXPECT_FALSE(world.good("/phone/erase").bool_at("known").value()) << "no card was on it";
}

TEST_F(PinPhoneTest, AfterAFactoryResetAnotherEnrolmentEndsIt) {
  world.good("/phone/erase");
  world.enrol();
  EXPECT_EQ(world.authority.phones.at("phone-1").state, "ended");
  EXPECT_EQ(world.authority.phones.at("phone-2").state, "active");
  EXPECT_EQ(world.refused("/wallet/login", with_pin(world.login(json::Value::object()), "0000")), Reason::PIN_WRONG);
  world.good("/wallet/login", with_pin(world.login(json::Value::object()), "4321"));
}

}  // namespace
}  // namespace mitome::phone
