// The screen, the two buttons and what settings offer (article A12 to A16, A28 to A30).
#include <gtest/gtest.h>

#include "protocol/http/events.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

json::Value pressed(std::string_view button, int presses) {
  return json::Value::object({{"button", button}, {"presses", presses}});
}

struct ScreenTest : ::testing::Test {
  PhoneWorld world;
  std::string screen() { return world.seen("/state").string_at("screen").value(); }
  bool wallet_up() { return !world.seen("/state").find("wallet")->is_null(); }
  void model(std::string_view name) { world.good("/settings", json::Value::object({{"model", name}})); }
};

TEST_F(ScreenTest, A28_TheSideButtonTwiceBringsUpTheWallet) {
  world.enrol();
  model("MT-16");
  world.good("/button", pressed("side", 1));
  EXPECT_EQ(screen(), "asleep");
  EXPECT_EQ(world.refused("/wallet/choose", json::Value::object({{"item", "card"}})), Reason::CARD_NOT_CHOSEN);
  world.good("/button", pressed("side", 2));
  EXPECT_EQ(screen(), "locked");
  EXPECT_TRUE(wallet_up());
  const json::Value face = PhoneWorld::sample(PhoneWorld::face());
  EXPECT_EQ(world.refused("/wallet/ready", face), Reason::CARD_NOT_CHOSEN);
  world.good("/wallet/choose", json::Value::object({{"item", "card"}}));
  EXPECT_EQ(world.refused("/wallet/ready"), Reason::USER_AUTH_REQUIRED);
  const auto ready = world.good("/wallet/ready", face);
  EXPECT_EQ(ready.int_at("until").value(), to_unix(world.clock.now()) + 60);
  EXPECT_EQ(world.refused("/button", pressed("home", 2)), Reason::WRONG_BUTTON);
  world.good("/wallet/close");
  EXPECT_FALSE(wallet_up());
}

TEST_F(ScreenTest, A29_A30_TheHomeButtonOnlyWhileLockedOrAsleep) {
  model("MT-11");
  EXPECT_EQ(world.seen("/settings").string_at("sensor").value(), "finger");
  EXPECT_EQ(world.refused("/button", pressed("home", 2)), Reason::HOME_BUTTON_UNLOCKED);
  EXPECT_EQ(world.refused("/button", pressed("side", 2)), Reason::WRONG_BUTTON);
  EXPECT_FALSE(wallet_up());
  world.good("/button", pressed("side", 1));
  world.good("/button", pressed("home", 2));
  EXPECT_TRUE(wallet_up());
  world.good("/wallet/close");
  EXPECT_EQ(screen(), "locked");
  world.good("/button", pressed("home", 2));
  EXPECT_TRUE(wallet_up());
  EXPECT_EQ(world.refused("/button", pressed("volume", 1)), Reason::MALFORMED);
}

TEST_F(ScreenTest, A45_ALockedPhoneOpensNoApp) {
  world.enrol();
  world.good("/settings", json::Value::object({{"passcode", "2468"}}));
  world.good("/button", pressed("side", 1));
  for (const std::string path : {"/app/start", "/app/delete", "/wallet/contents", "/request/open", "/touch/register"})
    EXPECT_EQ(world.refused(path), Reason::PHONE_LOCKED) << path;
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"network", false}})), Reason::PHONE_LOCKED);
  EXPECT_EQ(world.refused("/unlock"), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/unlock", json::Value::object({{"passcode", "1111"}})), Reason::PIN_WRONG);
  EXPECT_EQ(world.refused("/unlock", PhoneWorld::sample(PhoneWorld::stranger())), Reason::USER_AUTH_FAILED);
  EXPECT_NE(screen(), "unlocked");
  world.good("/unlock", json::Value::object({{"passcode", "2468"}}));
  EXPECT_EQ(screen(), "unlocked");
  world.restart();
  EXPECT_EQ(screen(), "locked") << "a phone with a passcode is locked when it was switched on";
  world.good("/unlock", PhoneWorld::sample(PhoneWorld::face()));
  EXPECT_EQ(screen(), "unlocked");
}

TEST_F(ScreenTest, WithoutFaceAndPasscodeAnybodyUnlocks) {
  world.good("/button", pressed("side", 1));
  world.good("/unlock");
  EXPECT_EQ(screen(), "unlocked");
}

TEST_F(ScreenTest, A14_FaceIsSwitchedOffAndDeleted) {
  world.enrol();
  world.good("/settings", json::Value::object({{"biometrics_on", false}}));
  EXPECT_EQ(world.refused("/wallet/login", world.login(PhoneWorld::sample(PhoneWorld::face()))), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_EQ(world.refused("/app/start"), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_EQ(world.wallet_state(), "active") << "the face is the same still";
  world.good("/settings", json::Value::object({{"biometrics_on", true}}));
  world.good("/wallet/login", world.login(PhoneWorld::sample(PhoneWorld::face())));
  const auto settings = world.good("/settings", json::Value::object({{"biometrics", "none"}}));
  EXPECT_EQ(settings.int_at("samples").value(), 0);
  EXPECT_EQ(world.wallet_state(), "needs_reproof");
}

TEST_F(ScreenTest, AModelHasItsSensor) {
  model("MT-16");
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"biometrics", "finger"}})), Reason::WRONG_SENSOR);
  world.good("/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", "AAAA"}}));
  model("MT-11");
  EXPECT_EQ(world.seen("/settings").string_at("biometrics").value(), "none") << "a face is nothing to a finger's sensor";
}

TEST_F(ScreenTest, A16_UpdatingNeedsTheNetwork) {
  world.good("/settings", json::Value::object({{"os", "17.6"}, {"app", "2.1"}}));
  world.good("/settings/update", json::Value::object({{"what", "app"}}));
  world.good("/settings", json::Value::object({{"network", false}}));
  EXPECT_EQ(world.refused("/settings/update", json::Value::object({{"what", "os"}})), Reason::UNREACHABLE);
  world.good("/settings", json::Value::object({{"network", true}}));
  EXPECT_EQ(world.refused("/settings/update", json::Value::object({{"what", "model"}})), Reason::MALFORMED);
  const auto settings = world.good("/settings/update", json::Value::object({{"what", "os"}}));
  EXPECT_EQ(settings.string_at("os").value(), "18.5");
  EXPECT_EQ(settings.string_at("app").value(), "3.0");
}

TEST_F(ScreenTest, AFactoryResetTellsNobody) {
  world.enrol();
  const size_t before = world.authority.requests.size();
  world.good("/phone/erase");
  EXPECT_EQ(world.authority.requests.size(), before);
  EXPECT_EQ(world.authority.only().state, "active") << "nothing was revoked";
  EXPECT_EQ(world.wallet_state(), "none");
  EXPECT_EQ(world.seen("/settings").string_at("biometrics").value(), "none");
  world.restart();
  EXPECT_EQ(world.wallet_state(), "none");
}

TEST_F(ScreenTest, TheStateTellsAPageEverything) {
  world.enrol();
  const auto state = world.seen("/state");
  EXPECT_EQ(state.find("card")->string_at("state").value(), "active");
  EXPECT_EQ(state.find("enrolment")->int_at("step").value(), 9);
  EXPECT_TRUE(state.find("request")->is_null());
  EXPECT_TRUE(state.find("reader")->is_null());
  const auto response = world.call("GET", "/events");
  ASSERT_NE(response.events, nullptr);
  std::string heard;
  response.events->listen(0, [&heard](const std::string& frame) { heard += frame; });
  world.good("/button", pressed("side", 1));
  EXPECT_NE(heard.find("event: screen"), std::string::npos);
}

}  // namespace
}  // namespace mitome::phone
