// The nine steps as a page sees them: resume after a reload, the way back, a film, and the desk that decides.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());

struct StepsTest : ::testing::Test {
  PhoneWorld world;
  std::string name() { return world.seen("/enrolment").string_at("name").value(); }
  int64_t step() { return world.seen("/enrolment").int_at("step").value(); }
  std::string back() { return world.good("/app/back").string_at("name").value(); }
  void post(const std::string& path) { world.good(path, world.body_of(path)); }
  json::Value pin(std::string_view typed) { return json::Value::object({{"pin", typed}}); }
  std::string last_notice() { return world.seen("/notices").find("notices")->items().at(0).string_at("kind").value(); }
};

TEST_F(StepsTest, AreTheArticlesNine) {
  world.enrol_face();
  EXPECT_EQ(step(), 0);
  post("/app/start");
  EXPECT_EQ(step(), 2);
  EXPECT_EQ(world.seen("/enrolment").find("motions")->items().size(), 2u);
  post("/app/face");
  EXPECT_EQ(step(), 3);
  post("/app/text-pin");
  EXPECT_EQ(step(), 4);
  post("/app/sign-password");
  EXPECT_EQ(step(), 5);
  post("/app/read-card");
  EXPECT_EQ(step(), 6);
  EXPECT_EQ(world.seen("/enrolment").string_at("holder").value(), testing::test_attributes().name);
  EXPECT_EQ(world.refused("/app/own-password", pin("PHONE999")), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.refused("/app/auth-pin", pin("12")), Reason::PIN_FORMAT);
  world.good("/app/auth-pin", pin("4321"));
  EXPECT_EQ(step(), 7);
  world.good("/app/own-password", pin("PHONE999"));
  EXPECT_EQ(step(), 8);
  world.good("/app/add", kFace);
  EXPECT_EQ(step(), 9);
  EXPECT_EQ(world.seen("/enrolment").int_at("active_at").value(), to_unix(world.clock.now()));
  EXPECT_EQ(last_notice(), "added");
}

TEST_F(StepsTest, ARestartForgetsTypedPinsAndNothingElse) {
  world.enrol_until("/app/read-card");
  EXPECT_EQ(name(), "read-card");
  world.restart();
  EXPECT_EQ(name(), "text-pin");
  post("/app/text-pin");
  post("/app/sign-password");
  post("/app/read-card");
  world.good("/app/auth-pin", pin("4321"));
  world.restart();
  EXPECT_EQ(name(), "auth-pin");
  post("/app/pins");
  world.restart();
  EXPECT_EQ(name(), "add");
  world.good("/app/add", kFace);
}

TEST_F(StepsTest, GoBackOneByOne) {
  world.enrol_until("/app/add");
  EXPECT_EQ(back(), "auth-pin");
  world.good("/app/auth-pin", pin("4321"));
  EXPECT_EQ(back(), "auth-pin");
  EXPECT_EQ(back(), "text-pin");
  post("/app/text-pin");
  post("/app/sign-password");
  EXPECT_EQ(back(), "sign-password");
  EXPECT_EQ(back(), "text-pin");
  EXPECT_EQ(back(), "face");
  EXPECT_EQ(back(), "start");
  EXPECT_EQ(world.refused("/app/back"), Reason::TRANSITION_REFUSED);
  world.enrol();
}

TEST_F(StepsTest, CancellingErasesTheKeys) {
  world.enrol_until("/app/add");
  EXPECT_EQ(world.good("/app/cancel").int_at("step").value(), 0);
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.refused("/app/cancel"), Reason::TRANSITION_REFUSED);
}

TEST_F(StepsTest, A18_AFilmIsWrappedWithMotionAndNonce) {
  world.enrol_until("/app/face");
  const auto film = [](size_t frames, size_t pixels) {
    auto list = json::Value::array();
    for (size_t i = 0; i < frames; ++i) list.push(base64url::encode(Bytes(pixels, static_cast<uint8_t>(i))));
    return json::Value::object(
        {{"film", json::Value::object({{"width", 4}, {"height", 3}, {"frames_per_second", 10}, {"frames", list}})}});
  };
  EXPECT_EQ(world.refused("/app/face", film(2, 11)), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/app/face", film(0, 12)), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(world.refused("/app/face", film(241, 12)), Reason::LIMIT_EXCEEDED);
  world.good("/app/face", film(2, 12));
  ASSERT_EQ(world.authority.films.size(), 1u);
  EXPECT_EQ(name(), "text-pin");
}

TEST_F(StepsTest, ASimulatedCameraOnlyWhereThereIsOne) {
  world.enrol_until("/app/face");
  const auto simulated = json::Value::object({{"simulated", true}});
  EXPECT_EQ(world.refused("/app/face", simulated), Reason::SIMULATION_OFF);
  world.adjust = [](PhoneConfig& config) {
    config.camera = [](std::string_view motion) {
      CHECK(motion == "blink");
      return Result<Film>{Film{2, 2, 10, {Bytes(4, 1), Bytes(4, 2)}}};
    };
  };
  world.restart();
  world.good("/app/face", simulated);
  EXPECT_EQ(world.authority.films.size(), 1u);
}

TEST_F(StepsTest, TheDeskDecidesAndThePhoneAsksAgain) {
  world.enrol_until("/app/add");
  world.authority.review_pending = true;
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::REVIEW_PENDING);
  EXPECT_EQ(name(), "waiting");
  EXPECT_EQ(last_notice(), "review-waiting");
  EXPECT_EQ(world.refused("/app/add"), Reason::REVIEW_PENDING) << "asking again needs no face";
  EXPECT_EQ(world.refused("/app/back"), Reason::TRANSITION_REFUSED);
  world.restart();
  EXPECT_EQ(name(), "waiting");
  world.phone->tick();
  EXPECT_EQ(name(), "waiting");
  world.authority.review_pending = false;
  world.phone->tick();
  EXPECT_EQ(name(), "added");
  EXPECT_EQ(last_notice(), "added");
  EXPECT_EQ(world.authority.effects, 1u);
}

TEST_F(StepsTest, TheDesksRefusalEndsIt) {
  world.enrol_until("/app/add");
  world.authority.review_pending = true;
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::REVIEW_PENDING);
  world.authority.refuse_next = Reason::FACE_MISMATCH;
  EXPECT_EQ(world.refused("/app/add"), Reason::FACE_MISMATCH);
  EXPECT_EQ(step(), 0);
  EXPECT_EQ(last_notice(), "review-refused");
}

TEST_F(StepsTest, A26_TheTimeOfUseIsToldWhenItComes) {
  world.enrol_until("/app/add");
  world.authority.activate_at = world.clock.now() + Seconds{180};
  world.good("/app/add", kFace);
  const auto told = world.seen("/notices").find("notices")->items().at(0);
  EXPECT_EQ(told.int_at("usable_from").value(), to_unix(world.clock.now()) + 180);
  EXPECT_NE(told.string_at("text_ja").value().find("から使えます"), std::string::npos);
  world.phone->tick();
  EXPECT_EQ(last_notice(), "added");
  world.clock.advance(Seconds{180});
  world.phone->tick();
  EXPECT_EQ(last_notice(), "usable");
  world.phone->tick();
  EXPECT_EQ(world.seen("/notices").find("notices")->items().size(), 2u) << "told once";
}

TEST_F(StepsTest, A43_A52_WhatTheAuthoritySaysBecomesNews) {
  world.enrol();
  world.authority.suspend("phone-1");
  world.good("/settings", json::Value::object({{"network", false}}));
  world.phone->tick();
  EXPECT_EQ(world.wallet_state(), "active") << "offline it cannot know";
  world.good("/settings", json::Value::object({{"network", true}}));
  world.phone->tick();
  EXPECT_EQ(world.wallet_state(), "suspended");
  EXPECT_EQ(last_notice(), "suspended");
  world.good("/app/resume", kFace);
  EXPECT_EQ(last_notice(), "resumed");
  world.authority.end("phone-1", "replace");
  world.phone->tick();
  EXPECT_EQ(world.wallet_state(), "none");
  EXPECT_EQ(last_notice(), "replaced");
}

}  // namespace
}  // namespace mitome::phone
