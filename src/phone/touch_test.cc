// Face and finger by Web Authentication (decisions 11): an assertion is for one request, once, for a minute.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "phone/phone_impl.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;
using testing::SoftwareAuthenticator;

const std::vector<mdoc::RequestedElement> kAge{{std::string{mdoc::kMncNameSpace}, "age_over_20", false}};

struct TouchTest : ::testing::Test {
  PhoneWorld world;
  SoftwareAuthenticator finger{PhoneWorld::relying_party()};

  void enrol_card() {
    world.enrol_face();
    world.enrol(finger);
    for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  }
  json::Value login() { return world.login(json::Value::object()); }
  json::Value document(std::string_view text) {
    return json::Value::object({{"sha256", base64url::encode(ByteView{crypto::sha256(as_bytes(text))})}});
  }
};

TEST_F(TouchTest, ARealFingerDoesWhatTheSimulatedOneDoes) {
  world.enrol(finger);
  const auto settings = world.seen("/settings");
  EXPECT_EQ(settings.string_at("biometrics").value(), "face") << "the sensor of the model, when none was chosen";
  EXPECT_EQ(settings.find("credentials")->items().size(), 1u);
  for (const std::string& step : PhoneWorld::steps())
    world.good(step, step == "/app/add" ? world.touched(finger, step, json::Value::object()) : world.body_of(step));
  world.good("/wallet/login", world.touched(finger, "/wallet/login", login()));
  world.good("/wallet/sign", world.touched(finger, "/wallet/sign", document("a")));
  EXPECT_FALSE(world.phone->activity().value().back().simulated);
}

TEST_F(TouchTest, TheSimulatedSensorIsWrittenDown) {
  enrol_card();
  world.good("/wallet/login", world.login(PhoneWorld::sample(PhoneWorld::face())));
  EXPECT_TRUE(world.phone->activity().value().back().simulated);
}

TEST_F(TouchTest, IsForOneRequest) {
  enrol_card();
  json::Value other = world.touched(finger, "/wallet/sign", document("a"));
  other.set("sha256", document("b").string_at("sha256").value());
  EXPECT_EQ(world.refused("/wallet/sign", other), Reason::CONSENT_SET_MISMATCH);
  const json::Value elsewhere = world.touched(finger, "/wallet/login", document("a"));
  EXPECT_EQ(world.refused("/wallet/sign", elsewhere), Reason::CONSENT_SET_MISMATCH);
}

TEST_F(TouchTest, IsForOneTime) {
  enrol_card();
  const json::Value touched = world.touched(finger, "/wallet/sign", document("a"));
  world.good("/wallet/sign", touched);
  EXPECT_EQ(world.refused("/wallet/sign", touched), Reason::REPLAY);
  const json::Value first = world.touched(finger, "/wallet/sign", document("a"));
  world.touched(finger, "/wallet/sign", document("a"));
  EXPECT_EQ(world.refused("/wallet/sign", first), Reason::NONCE_MISMATCH) << "another touch was begun";
}

TEST_F(TouchTest, IsForAMinute) {
  enrol_card();
  const json::Value touched = world.touched(finger, "/wallet/sign", document("a"));
  world.clock.advance(Seconds{60});
  EXPECT_EQ(world.refused("/wallet/sign", touched), Reason::SESSION_EXPIRED);
}

TEST_F(TouchTest, IsBoundToWhatTheReaderAsked) {
  enrol_card();
  testing::TestReader reader{world.reader_root, "Shop", world.mdocs};
  ASSERT_TRUE(world.show(reader, kAge).ok());
  const json::Value agreed = PhoneWorld::agreed(kAge, json::Value::object());
  const json::Value touched = world.touched(finger, "/wallet/consent", agreed);
  ASSERT_TRUE(world.show(reader, kAge).ok()) << "the same elements, but another session";
  EXPECT_EQ(world.refused("/wallet/consent", touched), Reason::CONSENT_SET_MISMATCH);
  world.good("/wallet/consent", world.touched(finger, "/wallet/consent", agreed));
}

TEST_F(TouchTest, PHN2_FailuresAreCountedAndThePasscodeUnlocks) {
  enrol_card();
  world.good("/settings", json::Value::object({{"passcode", "2468"}}));
  SoftwareAuthenticator thief{PhoneWorld::relying_party(), finger};
  thief.spoil_signature = true;
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(world.refused("/wallet/sign", world.touched(thief, "/wallet/sign", document("a"))), Reason::BAD_SIGNATURE);
  EXPECT_EQ(world.refused("/wallet/sign", world.touched(thief, "/wallet/sign", document("a"))), Reason::USER_AUTH_LOCKED);
  EXPECT_EQ(world.refused("/touch/start", json::Value::object({{"path", "/wallet/sign"}, {"body", document("a")}})),
            Reason::USER_AUTH_LOCKED);
  world.good("/settings", json::Value::object({{"passcode", "2468"}}));
  world.good("/wallet/sign", world.touched(finger, "/wallet/sign", document("a")));
}

TEST_F(TouchTest, AnAuthenticatorThatIsNotEnrolledIsNobody) {
  enrol_card();
  SoftwareAuthenticator other{PhoneWorld::relying_party()};
  other.id = Bytes(16, 9);
  EXPECT_EQ(world.refused("/wallet/sign", world.touched(other, "/wallet/sign", document("a"))), Reason::USER_AUTH_FAILED);
}

TEST_F(TouchTest, PHN3_ANewFingerLocksTheCard) {
  enrol_card();
  EXPECT_EQ(world.wallet_state(), "active");
  SoftwareAuthenticator another{PhoneWorld::relying_party()};
  another.id = Bytes(16, 9);
  world.enrol(another);
  EXPECT_EQ(world.wallet_state(), "needs_reproof");
  EXPECT_EQ(world.refused("/wallet/sign", world.touched(another, "/wallet/sign", document("a"))), Reason::NEEDS_REPROOF);
  EXPECT_EQ(world.seen("/notices").find("notices")->items()[0].string_at("kind").value(), "needs-reproof");
}

TEST_F(TouchTest, OutlivesARestart) {
  enrol_card();
  world.good("/wallet/sign", world.touched(finger, "/wallet/sign", document("a")));
  const json::Value before = world.touched(finger, "/wallet/sign", document("a"));
  world.restart();
  EXPECT_EQ(world.refused("/wallet/sign", before), Reason::NONCE_MISMATCH) << "an open touch is not kept";
  world.good("/wallet/sign", world.touched(finger, "/wallet/sign", document("a")));
  finger.count = 0;
  EXPECT_EQ(world.refused("/wallet/sign", world.touched(finger, "/wallet/sign", document("a"))), Reason::WEBAUTHN_COUNTER);
}

TEST_F(TouchTest, WithoutTheSimulatedSensorOnlyARealOneCounts) {
  world.adjust = [](PhoneConfig& config) { config.require_webauthn = true; };
  world.restart();
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", "AAAA"}})),
            Reason::SENSOR_REQUIRED);
  world.enrol(finger);
  for (const std::string& step : PhoneWorld::steps())
    if (step != "/app/add") world.good(step, world.body_of(step));
  EXPECT_EQ(world.refused("/app/add", PhoneWorld::sample(PhoneWorld::face())), Reason::SENSOR_REQUIRED);
  EXPECT_EQ(world.refused("/app/add"), Reason::USER_AUTH_REQUIRED);
  world.good("/app/add", world.touched(finger, "/app/add", json::Value::object()));
}

TEST_F(TouchTest, ARegistrationIsForOneChallengeAndTwoMinutes) {
  const auto registered = [&](const webauthn::Registration& made) {
    return world.refused("/touch/registered",
                         json::Value::object({{"client_data", base64url::encode(made.client_data)},
                                              {"attestation_object", base64url::encode(made.attestation_object)}}));
  };
  const auto challenge = [&] { return world.good("/touch/register").base64url_at("challenge").value(); };
  EXPECT_EQ(registered(finger.create(Bytes(32, 1))), Reason::REPLAY) << "none is open";
  challenge();
  EXPECT_EQ(registered(finger.create(Bytes(32, 1))), Reason::NONCE_MISMATCH);
  const auto late = finger.create(challenge());
  world.clock.advance(Seconds{120});
  EXPECT_EQ(registered(late), Reason::SESSION_EXPIRED);
  const auto good = finger.create(challenge());
  EXPECT_EQ(registered(good), Reason::GOOD);
  EXPECT_EQ(registered(good), Reason::REPLAY);
  EXPECT_EQ(registered(finger.create(challenge())), Reason::CONFLICT) << "this one is enrolled";
  for (uint8_t i = 1; i < UserVerifier::kMaxCredentials; ++i) {
    SoftwareAuthenticator more{PhoneWorld::relying_party()};
    more.id = Bytes(16, i);
    world.enrol(more);
  }
  SoftwareAuthenticator surplus{PhoneWorld::relying_party()};
  surplus.id = Bytes(16, 99);
  EXPECT_EQ(registered(surplus.create(challenge())), Reason::LIMIT_EXCEEDED);
}

TEST_F(TouchTest, NeedsAFaceOrFingerAndALimit) {
  EXPECT_EQ(world.refused("/touch/start", json::Value::object({{"path", "/x"}})), Reason::BIOMETRICS_NOT_SET_UP);
  world.enrol(finger);
  EXPECT_EQ(world.refused("/touch/start", json::Value::object({{"path", std::string(65, 'x')}})), Reason::LIMIT_EXCEEDED);
  json::Value deep = json::Value::object();
  for (int i = 0; i < 10; ++i) deep = json::Value::object({{"a", deep}});
  EXPECT_EQ(world.refused("/touch/start", json::Value::object({{"path", "/x"}, {"body", deep}})), Reason::LIMIT_EXCEEDED);
  world.good("/settings", json::Value::object({{"biometrics_on", false}}));
  EXPECT_EQ(world.refused("/touch/start", json::Value::object({{"path", "/x"}})), Reason::BIOMETRICS_NOT_SET_UP);
}

TEST(TouchBody, IsTheSameForTheSameMembersInAnyOrder) {
  const auto body = [](std::string_view text) { return touch_body(json::parse(text).value()).value(); };
  EXPECT_EQ(body(R"({"a":1,"bb":[true,null,"x",-1]})"), body(R"({"bb":[true,null,"x",-1],"a":1,"sample":"AA","assertion":{}})"));
  EXPECT_NE(body(R"({"a":1})"), body(R"({"a":2})"));
  EXPECT_NE(body(R"({"a":{"sample":1}})"), body(R"({"a":{"sample":2}})")) << "only the touch itself is left out";
  EXPECT_EQ(touch_body(json::Value::array()).error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::phone
