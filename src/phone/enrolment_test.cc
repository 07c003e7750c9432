// The article's order (A17 to A26), each step refused out of it, and a phone that dies between any two (F20).
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "protocol/jpki/reader.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::FakeAuthority;
using testing::PhoneWorld;
using testing::PowerSupply;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());

TEST(EnrolmentTest, TheArticlesOrder) {
  PhoneWorld world;
  world.enrol_face();
  const auto started = world.good("/app/start");
  EXPECT_EQ(started.string_at("motion").value(), "blink");
  EXPECT_EQ(started.find("motions")->items().size(), 2u);
  EXPECT_EQ(world.good("/app/motion").string_at("motion").value(), "turn-left");
  EXPECT_EQ(world.good("/app/face", world.body_of("/app/face")).string_at("face").value(), "recorded");
  world.good("/app/text-pin", world.body_of("/app/text-pin"));
  world.good("/app/sign-password", world.body_of("/app/sign-password"));
  const auto read = world.good("/app/read-card");
  EXPECT_EQ(read.string_at("name").value(), testing::test_attributes().name);
  EXPECT_EQ(read.string_at("card").value(), "JPKIAPICCTOKEN2");
  world.good("/app/pins", world.body_of("/app/pins"));
  const auto added = world.good("/app/add", kFace);
  EXPECT_EQ(added.string_at("phone").value(), "phone-1");
  EXPECT_EQ(added.int_at("active_at").value(), to_unix(world.clock.now()));
  EXPECT_EQ(world.wallet_state(), "active");
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_EQ(world.authority.effects, 1u);
}

TEST(EnrolmentTest, NothingIsSentToTheAuthorityButWhatItMustKnow) {
  PhoneWorld world;
  world.enrol();
  for (const auto& request : world.authority.requests) {
    EXPECT_EQ(request.authority, "authority.localhost");
    for (const std::string_view secret : {std::string_view{"PHONE999"}, testing::kTestSignPin})
      EXPECT_EQ(as_text(request.body).find(secret), std::string_view::npos) << request.target;
  }
}

TEST(EnrolmentTest, NoStepBeforeTheOneThatComesFirst) {
  for (const std::string& now : PhoneWorld::steps()) {
    if (now == "/app/start") continue;
    PhoneWorld world;
    world.enrol_until(now);
    bool later = false;
    for (const std::string& step : PhoneWorld::steps()) {
      if (later) {
        EXPECT_EQ(world.refused(step, world.body_of(step)), Reason::TRANSITION_REFUSED) << step << " at " << now;
      }
      later = later || step == now;
    }
    EXPECT_EQ(world.refused("/app/motion"), now == "/app/face" ? Reason::GOOD : Reason::TRANSITION_REFUSED) << now;
  }
}

TEST(EnrolmentTest, NoStepOfWhatIsBehind) {
  PhoneWorld world;
  world.enrol_until("/app/pins");
  for (const std::string_view step : {"/app/motion", "/app/face", "/app/text-pin", "/app/sign-password", "/app/read-card"})
    EXPECT_EQ(world.refused(std::string{step}, world.body_of(std::string{step})), Reason::TRANSITION_REFUSED) << step;
  world.good("/app/pins", world.body_of("/app/pins"));
  world.good("/app/pins", world.body_of("/app/pins"));  // one may think again
  world.good("/app/add", kFace);
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::TRANSITION_REFUSED);
}

TEST(EnrolmentTest, NeedsFaceOrFinger) {
  PhoneWorld world;
  EXPECT_EQ(world.refused("/app/start"), Reason::BIOMETRICS_NOT_SET_UP);
  world.good("/settings", json::Value::object({{"biometrics", "finger"}}));
  EXPECT_EQ(world.refused("/app/start"), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_TRUE(world.authority.requests.empty());
}

TEST(EnrolmentTest, TellsTheAuthorityWhatItIs) {
  PhoneWorld world;
  world.good("/settings", json::Value::object({{"model", "MT-09"}, {"os", "17.0"}, {"app", "2.1"},
                                               {"biometrics", "finger"}, {"enrol_sample", "AAAA"}}));
  world.good("/app/start");
  const auto body = json::parse(as_text(world.authority.requests.back().body)).value();
  EXPECT_EQ(body.string_at("model").value(), "MT-09");
  EXPECT_EQ(body.string_at("os").value(), "17.0");
  EXPECT_EQ(body.string_at("app").value(), "2.1");
  EXPECT_EQ(body.string_at("biometrics").value(), "finger");
}

TEST(EnrolmentTest, TheAuthoritysRefusalIsPassedOn) {
  PhoneWorld world;
  world.enrol_face();
  world.authority.refuse_next = Reason::OS_TOO_OLD;
  EXPECT_EQ(world.refused("/app/start"), Reason::OS_TOO_OLD);
  world.good("/app/start");
  EXPECT_EQ(world.refused("/app/face", json::Value::object({{"portrait_sha256", base64url::encode(Bytes(31, 7))}})),
            Reason::MALFORMED);
  world.authority.refuse_next = Reason::LIVENESS_FAILED;
  EXPECT_EQ(world.refused("/app/face", world.body_of("/app/face")), Reason::LIVENESS_FAILED);
  EXPECT_EQ(world.refused("/app/face", world.body_of("/app/face")), Reason::GOOD) << "the step can be tried again";
}

TEST(EnrolmentTest, WithoutTheNetworkItIsUnreachable) {
  PhoneWorld world;
  world.enrol_face();
  world.good("/settings", json::Value::object({{"network", false}}));
  EXPECT_EQ(world.refused("/app/start"), Reason::UNREACHABLE);
  world.restart();
  EXPECT_EQ(world.refused("/app/start"), Reason::UNREACHABLE) << "flight mode outlives a restart";
  world.good("/settings", json::Value::object({{"network", true}}));
  world.good("/app/start");
}

TEST(EnrolmentTest, PinsHaveTheirForms) {
  PhoneWorld world;
  world.enrol_until("/app/text-pin");
  EXPECT_EQ(world.refused("/app/text-pin", json::Value::object({{"pin", "12345"}})), Reason::PIN_FORMAT);
  world.good("/app/text-pin", world.body_of("/app/text-pin"));
  EXPECT_EQ(world.refused("/app/sign-password", json::Value::object({{"pin", "SHORT"}})), Reason::PIN_FORMAT);
  world.good("/app/sign-password", world.body_of("/app/sign-password"));
  world.good("/app/read-card");
  EXPECT_EQ(world.refused("/app/pins", json::Value::object({{"auth_pin", "12a4"}, {"sign_password", "PHONE999"}})),
            Reason::PIN_FORMAT);
  EXPECT_EQ(world.refused("/app/pins", json::Value::object({{"auth_pin", "1234"}, {"sign_password", "1"}})),
            Reason::PIN_FORMAT);
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::TRANSITION_REFUSED);
}

TEST(EnrolmentTest, AWrongCardPinIsForgottenAndAskedForAgain) {
  PhoneWorld world;
  world.enrol_until("/app/text-pin");
  world.good("/app/text-pin", json::Value::object({{"pin", "0000"}}));
  world.good("/app/sign-password", world.body_of("/app/sign-password"));
  EXPECT_EQ(world.refused("/app/read-card"), Reason::PIN_WRONG);
  EXPECT_EQ(world.refused("/app/read-card"), Reason::TRANSITION_REFUSED) << "no second wrong try from one typing";
  for (const std::string_view step : {"/app/text-pin", "/app/sign-password", "/app/read-card"})
    world.good(std::string{step}, world.body_of(std::string{step}));
}

TEST(EnrolmentTest, ACardThatIsNotThereIsTriedAgainWithoutTyping) {
  PhoneWorld world;
  world.enrol_until("/app/read-card");
  world.field.card = nullptr;
  EXPECT_EQ(world.refused("/app/read-card"), Reason::CARD_SILENT);
  world.field.card = world.card.get();
  world.good("/app/read-card");
}

TEST(EnrolmentTest, AnExpiredSessionTriesNoPinOfTheCard) {
  PhoneWorld world;
  world.enrol_until("/app/text-pin");
  world.good("/app/text-pin", json::Value::object({{"pin", "0000"}}));
  world.good("/app/sign-password", world.body_of("/app/sign-password"));
  world.clock.advance(std::chrono::minutes{30});
  EXPECT_EQ(world.refused("/app/read-card"), Reason::SESSION_EXPIRED);
  ASSERT_TRUE(jpki::select_application(*world.card, jpki::kTextAid));
  EXPECT_EQ(jpki::pin_tries_left(*world.card, jpki::kTextPin).value(), 3u);
}

TEST(EnrolmentTest, TheCardsPinsDoNotOutliveARestart) {
  PhoneWorld world;
  world.enrol_until("/app/read-card");
  world.restart();
  EXPECT_EQ(world.refused("/app/read-card"), Reason::TRANSITION_REFUSED);
  for (const auto& [area, bytes] : world.silicon.areas)
    EXPECT_EQ(as_text(bytes).find(testing::kTestSignPin), std::string_view::npos) << area;
}

TEST(EnrolmentTest, AddingNeedsTheHoldersFace) {
  PhoneWorld world;
  world.enrol_until("/app/add");
  EXPECT_EQ(world.refused("/app/add", json::Value::object({{"sample", nullptr}})), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/app/add"), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/app/add", PhoneWorld::sample(PhoneWorld::stranger())), Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.authority.effects, 0u);
  world.good("/app/add", kFace);
}

TEST(EnrolmentTest, PHN3_AnotherFaceBetweenReadingAndAdding) {
  PhoneWorld world;
  world.enrol_until("/app/add");
  world.good("/settings", json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}}));
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::NEEDS_REPROOF);
  EXPECT_EQ(world.refused("/app/add", PhoneWorld::sample(PhoneWorld::stranger())), Reason::NEEDS_REPROOF);
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
}

TEST(EnrolmentTest, ALostAnswerIsAskedForAgainWithTheSameBytes) {
  PhoneWorld world;
  world.enrol_until("/app/add");
  world.authority.loss = FakeAuthority::Loss::kAnswer;
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::UNREACHABLE);
  EXPECT_EQ(world.wallet_state(), "none");
  world.restart();
  world.authority.loss = FakeAuthority::Loss::kRequest;
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::UNREACHABLE);
  world.good("/app/add", kFace);
  EXPECT_EQ(world.authority.effects, 1u) << "one phone, whatever was lost";
  EXPECT_EQ(world.wallet_state(), "active");
  world.good("/wallet/login", world.login(kFace));
}

TEST(EnrolmentTest, AGrantThatIsNotForThisPhone) {
  PhoneWorld world;
  world.enrol_until("/app/add");
  world.authority.bind_mdocs_to = world.keys.generate(crypto::KeyType::kP256).public_key();
  EXPECT_EQ(world.refused("/app/add", kFace), Reason::DEVICE_KEY_MISMATCH);
  EXPECT_EQ(world.wallet_state(), "none");
  PhoneWorld other;
  other.enrol_until("/app/add");
  other.authority.foreign_certificate = true;
  EXPECT_EQ(other.refused("/app/add", kFace), Reason::BAD_KEY);
  EXPECT_EQ(other.wallet_state(), "none");
  PhoneWorld third;
  third.enrol_until("/app/add");
  third.authority.spoil = FakeAuthority::Spoil::kStrangerCa;
  EXPECT_EQ(third.refused("/app/add", kFace), Reason::CERT_UNTRUSTED);
  EXPECT_EQ(third.wallet_state(), "none");
}

TEST(EnrolmentTest, StartingAgainForgetsThePinsThatWereChosen) {
  PhoneWorld world;
  world.enrol_until("/app/add");
  EXPECT_NE(as_text(world.silicon.areas["se"]).find("PHONE999"), std::string_view::npos);
  world.good("/app/start");
  EXPECT_EQ(as_text(world.silicon.areas["se"]).find("PHONE999"), std::string_view::npos);
}

TEST(EnrolmentTest, AnAbandonedEnrolmentLeavesNoKeys) {
  PhoneWorld world;
  world.enrol_until("/app/pins");
  const size_t once = world.silicon.areas["se"].size();
  for (const std::string& step : PhoneWorld::steps()) {
    if (step == "/app/pins") break;
    world.good(step, world.body_of(step));
  }
  const size_t twice = world.silicon.areas["se"].size();
  EXPECT_LT(twice, once + 200) << "the first attempt's keys are gone";
}

TEST(EnrolmentTest, A26_PendingUntilItIsTime) {
  PhoneWorld world;
  const Date today = japan_date(world.clock.now());
  world.authority.activate_at = world.clock.now() + std::chrono::minutes{3};
  world.enrol_until("/app/add");
  EXPECT_EQ(world.good("/app/add", kFace).string_at("notice").value(), "PENDING_ACTIVATION");
  EXPECT_EQ(world.wallet_state(), "pending");
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::PENDING_ACTIVATION);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::PENDING_ACTIVATION);
  world.clock.advance(std::chrono::minutes{3});
  EXPECT_EQ(world.wallet_state(), "active");
  world.good("/wallet/login", world.login(kFace));

  PhoneWorld late;
  late.clock.set(japan_instant(today, 19, 30, 0));
  late.authority.activate_at = japan_instant(today, 8, 0, 0) + Days{1};
  late.enrol_until("/app/add");
  EXPECT_EQ(late.good("/app/add", kFace).string_at("notice").value(), "PENDING_UNTIL_0800");
  late.clock.set(*late.authority.activate_at - Seconds{1});
  EXPECT_EQ(late.refused("/wallet/login", late.login(kFace)), Reason::PENDING_UNTIL_0800);
  late.clock.advance(Seconds{1});
  late.good("/wallet/login", late.login(kFace));
}

/// Goes on as a holder does who finds the phone switched on again: every step once more, from where the phone says it is.
void go_on(PhoneWorld& world) {
  if (world.wallet_state() != "none") return;
  if (world.refused("/app/start") == Reason::BIOMETRICS_NOT_SET_UP) {
    world.enrol_face();
    world.good("/app/start");
  }
  for (const std::string& step : PhoneWorld::steps())
    if (step != "/app/start") world.good(step, world.body_of(step));
}

/// The same, but without pressing “start” again as long as there is something to go on with.
void resume_steps(PhoneWorld& world) {
  if (world.wallet_state() != "none") return;
  for (const std::string& step : PhoneWorld::steps())
    if (step != "/app/start") static_cast<void>(world.refused(step, world.body_of(step)));
  go_on(world);
}

TEST(EnrolmentTest, F20_ThePowerGoesAtAnyWrite) {
  PhoneWorld counted;
  const size_t before = counted.power.writes();
  counted.enrol();
  const size_t writes = counted.power.writes() - before;
  ASSERT_GT(writes, 15u);
  for (const auto moment : {PowerSupply::Moment::kBefore, PowerSupply::Moment::kAfter}) {
    for (size_t n = 0; n < writes; ++n) {
      PhoneWorld world;
      world.power.cut_at(n, moment);
      static_cast<void>(world.refused("/settings", json::Value::object({{"biometrics", "face"},
                                                                        {"enrol_sample", base64url::encode(PhoneWorld::face())}})));
      for (const std::string& step : PhoneWorld::steps())
        if (!world.power.off()) static_cast<void>(world.refused(step, world.body_of(step)));
      ASSERT_TRUE(world.power.off()) << n;
      world.restart();
      const auto state = world.wallet_state();
      EXPECT_TRUE(state == "none" || state == "active") << n << ": no half card";
      resume_steps(world);
      EXPECT_EQ(world.wallet_state(), "active") << n;
      EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::GOOD) << n;
      EXPECT_EQ(world.refused("/app/sync"), Reason::GOOD) << n;
      size_t live = 0;
      for (const auto& [id, handset] : world.authority.phones) live += handset.state != "ended" ? 1 : 0;
      EXPECT_EQ(live, 1u) << n;
    }
  }
}

}  // namespace
}  // namespace mitome::phone
