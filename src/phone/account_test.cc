// What the phone and the authority say to each other after enrolment.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "credential/x509/certificate.h"
#include "phone/phone_impl.h"
#include "protocol/jpki/reader.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::FakeAuthority;
using testing::PhoneWorld;
using testing::PowerSupply;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());

x509::Certificate certificate_of(const json::Value& answer) {
  return x509::Certificate::parse(answer.base64url_at("certificate").value()).value();
}
json::Value document() { return json::Value::object({{"sha256", base64url::encode(Bytes(32, 3))}, {"sample", *kFace.find("sample")}}); }

// LFC-9
TEST(AccountTest, AfterMovingHouseThePhoneDropsWhatSaysTheOldAddressAndAsksForNothing) {
  PhoneWorld world;
  world.enrol();
  ASSERT_GT(world.mdocs_left(), 0);
  FakeAuthority::Handset& handset = world.authority.only();
  handset.cause = "move";
  ++handset.version;
  const size_t effects = world.authority.effects;
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "active");
  EXPECT_EQ(world.mdocs_left(), 0);
  EXPECT_EQ(world.seen("/notices").find("notices")->items().front().string_at("kind").value(), "moved");
  const size_t told = world.seen("/notices").find("notices")->items().size();
  world.good("/app/sync");
  EXPECT_EQ(world.authority.effects, effects) << "no refresh, which would be refused every time";
  EXPECT_EQ(world.seen("/notices").find("notices")->items().size(), told) << "and told once";
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::GOOD) << "logging in goes on";
}

TEST(AccountTest, WithoutACardThereIsNothingToAsk) {
  PhoneWorld world;
  world.enrol_face();
  for (const std::string_view path : {"/app/sync", "/app/resume", "/app/delete"})
    EXPECT_EQ(world.refused(std::string{path}, kFace), Reason::NOTHING_TO_PRESENT) << path;
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::NOTHING_TO_PRESENT);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::NOTHING_TO_PRESENT);
  world.good("/wallet/remove");
}

TEST(AccountTest, SyncTellsStateAndNotices) {
  PhoneWorld world;
  world.enrol();
  world.authority.only().notices.push(json::Value::object({{"id", "n1"}, {"kind", "usable"}, {"at", 5}}));
  const auto synced = world.good("/app/sync");
  EXPECT_EQ(synced.string_at("state").value(), "active");
  EXPECT_EQ(synced.find("notices")->items().at(0).string_at("kind").value(), "usable");
  EXPECT_EQ(world.authority.requests.back().target, "/phone/state");
}

TEST(AccountTest, AnAnswerThatIsNoState) {
  PhoneWorld world;
  world.enrol();
  world.authority.only().state = "asleep";
  EXPECT_EQ(world.refused("/app/sync"), Reason::MALFORMED);
  EXPECT_EQ(world.wallet_state(), "active");
}

TEST(AccountTest, A43_SuspendedAndOnlineItIsLocked) {
  PhoneWorld world;
  world.enrol();
  ASSERT_TRUE(world.phone->ready_contactless(PhoneWorld::face()));
  world.authority.suspend("phone-1");
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "suspended");
  EXPECT_EQ(world.wallet_state(), "suspended");
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::PHONE_SUSPENDED);
  EXPECT_EQ(world.refused("/wallet/sign", document()), Reason::PHONE_SUSPENDED);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::PHONE_SUSPENDED);
  EXPECT_EQ(world.phone->ready_contactless(PhoneWorld::face()).error().reason, Reason::PHONE_SUSPENDED);
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED)
      << "and what was open is closed";
  world.restart();
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::PHONE_SUSPENDED);
}

TEST(AccountTest, SuspendedAndOfflineItGoesByWhatItKnows) {
  PhoneWorld world;
  world.enrol();
  world.authority.suspend("phone-1");
  world.good("/settings", json::Value::object({{"network", false}}));
  EXPECT_EQ(world.refused("/app/sync"), Reason::UNREACHABLE);
  EXPECT_EQ(world.wallet_state(), "active");
  world.good("/wallet/login", world.login(kFace));
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::UNREACHABLE);
  EXPECT_EQ(world.refused("/app/delete", kFace), Reason::UNREACHABLE);
}

TEST(AccountTest, PHN11_FoundAgainAndResumed) {
  PhoneWorld world;
  world.enrol();
  const auto auth_before = certificate_of(world.good("/wallet/login", world.login(kFace)));
  const auto sign_before = certificate_of(world.good("/wallet/sign", document()));
  world.authority.suspend("phone-1");
  world.good("/app/sync");
  EXPECT_EQ(world.good("/app/resume", kFace).string_at("state").value(), "active");
  EXPECT_EQ(world.wallet_state(), "active");
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_EQ(certificate_of(world.good("/wallet/login", world.login(kFace))), auth_before) << "lifted, not replaced";
  const auto sign_after = certificate_of(world.good("/wallet/sign", document()));
  EXPECT_FALSE(sign_after == sign_before);
  EXPECT_FALSE(sign_after.public_key() == sign_before.public_key()) << "a new key, too";
  EXPECT_EQ(sign_after.serial(), world.authority.serials_of_sign_certificates.back());
  EXPECT_EQ(world.phone->activity().value().back().kind, "sign");
  world.restart();
  EXPECT_EQ(certificate_of(world.good("/wallet/sign", document())), sign_after);
}

TEST(AccountTest, ResumingNeedsTheHolderAndASuspension) {
  PhoneWorld world;
  world.enrol();
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::TRANSITION_REFUSED);
  world.authority.suspend("phone-1");  // the phone has not heard of it yet
  EXPECT_EQ(world.refused("/app/resume"), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/app/resume", PhoneWorld::sample(PhoneWorld::stranger())), Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.authority.effects, 1u);
  world.good("/app/resume", kFace);
}

TEST(AccountTest, PHN3_AThiefsFaceDoesNotResume) {
  PhoneWorld world;
  world.enrol();
  world.authority.suspend("phone-1");
  world.good("/settings", json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}}));
  EXPECT_EQ(world.refused("/app/resume", PhoneWorld::sample(PhoneWorld::stranger())), Reason::NEEDS_REPROOF);
  EXPECT_EQ(world.authority.only().state, "suspended");
}

TEST(AccountTest, PHN3_AnotherFaceNeedsANewProof) {
  PhoneWorld world;
  world.enrol();
  world.good("/settings", json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}}));
  EXPECT_EQ(world.wallet_state(), "needs_reproof");
  for (const Bytes& seen : {PhoneWorld::face(), PhoneWorld::stranger()}) {
    const json::Value sample = PhoneWorld::sample(seen);
    EXPECT_EQ(world.refused("/wallet/login", world.login(sample)), Reason::NEEDS_REPROOF);
    EXPECT_EQ(world.refused("/wallet/engage"), Reason::NEEDS_REPROOF);
  }
  world.clock.advance(Days{13});
  EXPECT_EQ(world.good("/app/sync").find("refresh"), nullptr);
  EXPECT_EQ(world.authority.effects, 1u) << "no new mdoc under the new face";
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  EXPECT_EQ(world.wallet_state(), "active");
}

TEST(AccountTest, ALostAnswerToResumeIsNoSecondResume) {
  PhoneWorld world;
  world.enrol();
  world.authority.suspend("phone-1");
  world.good("/app/sync");
  // The next request of /app/resume is the question for the state; the one after it is the resumption.
  ASSERT_EQ(world.refused("/app/resume", PhoneWorld::sample(PhoneWorld::stranger())), Reason::USER_AUTH_FAILED);
  const size_t effects = world.authority.effects;
  struct LoseResume final : http::HttpClient {
    explicit LoseResume(FakeAuthority& to) : authority(to) {}
    Result<http::Response> send(const http::Request& request) override {
      if (request.path() == "/phone/resume" && losses-- > 0) authority.loss = FakeAuthority::Loss::kAnswer;
      return authority.send(request);
    }
    FakeAuthority& authority;
    int losses = 1;
  };
  LoseResume lossy{world.authority};
  world.restart_over(lossy);
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::UNREACHABLE);
  EXPECT_EQ(world.wallet_state(), "suspended");
  world.restart_over(lossy);
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "active");
  EXPECT_EQ(world.authority.effects, effects + 1);
  world.good("/wallet/sign", document());
}

TEST(AccountTest, ARefusedCallIsOver) {
  PhoneWorld world;
  world.enrol();
  world.authority.suspend("phone-1");
  struct RefuseResume final : http::HttpClient {
    explicit RefuseResume(FakeAuthority& to) : authority(to) {}
    Result<http::Response> send(const http::Request& request) override {
      if (request.path() == "/phone/resume" && refuse) authority.refuse_next = Reason::STALE_VERSION;
      return authority.send(request);
    }
    FakeAuthority& authority;
    bool refuse = true;
  };
  RefuseResume refusing{world.authority};
  world.restart_over(refusing);
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::STALE_VERSION);
  refusing.refuse = false;
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "suspended");
  EXPECT_EQ(world.good("/app/resume", kFace).string_at("state").value(), "active");
}

TEST(AccountTest, A50_DeletedItStaysDeadUntilRemovedByHand) {
  PhoneWorld world;
  world.enrol();
  EXPECT_EQ(world.refused("/app/delete"), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/app/delete", PhoneWorld::sample(PhoneWorld::stranger())), Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.authority.only().state, "active");
  EXPECT_EQ(world.good("/app/delete", kFace).string_at("state").value(), "ended");
  EXPECT_EQ(world.authority.only().state, "ended");
  EXPECT_EQ(world.wallet_state(), "ended");
  EXPECT_EQ(world.mdocs_left(), 0);
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::PHONE_ENDED);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::PHONE_ENDED);
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::PHONE_ENDED);
  EXPECT_EQ(world.refused("/app/delete", kFace), Reason::PHONE_ENDED);
  world.restart();
  EXPECT_EQ(world.wallet_state(), "ended");
  world.good("/wallet/remove");
  EXPECT_EQ(world.wallet_state(), "none");
  const auto list = world.phone->activity().value();
  EXPECT_EQ(list[list.size() - 2].kind, "deleted");
  EXPECT_EQ(list.back().kind, "removed");
}

TEST(AccountTest, RemovingTakesTheKeysAway) {
  PhoneWorld world;
  world.enrol_face();
  const size_t empty = world.silicon.areas["se"].size();
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  EXPECT_GT(world.silicon.areas["se"].size(), empty + 2000);
  world.good("/wallet/remove");
  EXPECT_LT(world.silicon.areas["se"].size(), empty + 200);
}

TEST(AccountTest, A52_TheOldPhoneLosesItByItself) {
  PhoneWorld world;
  world.enrol();
  world.authority.end("phone-1", "replace");
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "ended");
  EXPECT_EQ(world.wallet_state(), "none");
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::NOTHING_TO_PRESENT);
  EXPECT_EQ(world.phone->activity().value().back().kind, "removed");
}

TEST(AccountTest, PHN9_TheOldPhoneOfflineStillShowsWhatItHas) {
  // The phone cannot know; that the authority's answer is no is tested where the answer is asked for.
  PhoneWorld world;
  world.enrol();
  world.authority.end("phone-1", "replace");
  world.good("/settings", json::Value::object({{"network", false}}));
  world.clock.advance(Days{7});
  world.good("/wallet/login", world.login(kFace));
  world.good("/settings", json::Value::object({{"network", true}}));
  world.good("/app/sync");
  EXPECT_EQ(world.wallet_state(), "none") << "and once online it is gone";
}

TEST(AccountTest, EndedForAnotherCauseItStaysDead) {
  PhoneWorld world;
  world.enrol();
  world.authority.end("phone-1", "stop");
  world.good("/app/sync");
  EXPECT_EQ(world.wallet_state(), "ended");
  EXPECT_EQ(world.seen("/notices").find("notices")->items().front().string_at("kind").value(), "ended") << "nobody deleted it";
  EXPECT_EQ(world.refused("/app/delete", kFace), Reason::PHONE_ENDED);
}

TEST(AccountTest, EnrolledAgainOnTheSamePhone) {
  PhoneWorld world;
  world.enrol();
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  EXPECT_EQ(world.wallet_state(), "active");
  EXPECT_EQ(world.authority.phones.at("phone-1").state, "ended");
  EXPECT_EQ(world.good("/app/sync").string_at("state").value(), "active");
  EXPECT_EQ(world.mdocs_left(), 3);
}

TEST(AccountTest, NewOneTimeMdocsWhenTheyRunLowOrOut) {
  PhoneWorld world;
  world.enrol();
  world.good("/app/sync");
  EXPECT_EQ(world.authority.effects, 1u) << "a full batch is not refreshed";
  world.clock.advance(Days{12});  // all end within three days
  EXPECT_EQ(world.good("/app/sync").find("refresh"), nullptr);
  EXPECT_EQ(world.authority.effects, 2u);
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_EQ(world.phone->activity().value().back().kind, "refreshed");
  world.good("/app/sync");
  EXPECT_EQ(world.authority.effects, 2u);
}

TEST(AccountTest, ARefreshThatFailsDoesNotHideTheState) {
  PhoneWorld world;
  world.enrol();
  world.clock.advance(Days{12});
  world.authority.bind_mdocs_to = world.keys.generate(crypto::KeyType::kP256).public_key();
  const auto synced = world.good("/app/sync");
  EXPECT_EQ(synced.string_at("state").value(), "active");
  EXPECT_EQ(synced.string_at("refresh").value(), "DEVICE_KEY_MISMATCH");
  world.authority.bind_mdocs_to.reset();
  EXPECT_EQ(world.good("/app/sync").find("refresh"), nullptr);
}

TEST(AccountTest, PHN3_ThePowerGoesWhileAFaceIsAdded) {
  const auto add_face = json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}});
  for (const auto moment : {PowerSupply::Moment::kBefore, PowerSupply::Moment::kAfter}) {
    for (size_t n = 0; n < 2; ++n) {
      PhoneWorld world;
      world.enrol();
      world.power.cut_at(n, moment);
      EXPECT_EQ(world.refused("/settings", add_face), Reason::STORAGE_FAILED);
      world.restart();
      const Reason stranger = world.refused("/wallet/login", world.login(PhoneWorld::sample(PhoneWorld::stranger())));
      const bool came = n > 0 || moment == PowerSupply::Moment::kAfter;  // the first write is the sensor's
      EXPECT_EQ(stranger, came ? Reason::NEEDS_REPROOF : Reason::USER_AUTH_FAILED) << n;
    }
  }
}

TEST(AccountTest, ASensorThatWasSwappedIsNotBelieved) {
  PhoneWorld world;
  world.enrol();
  Phone::Impl& inside = world.phone->impl();
  // The same samples, but another sensor than the secure element was paired with: it would say yes to anybody.
  inside.verifier = UserVerifier::start(world.silicon, world.clock, world.random,
                                        crypto::SecretBytes::copy_of(Bytes(32, 1))).value();
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/wallet/sign", document()), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.phone->ready_contactless(PhoneWorld::face()).error().reason, Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/app/delete", kFace), Reason::USER_AUTH_REQUIRED);
  world.authority.suspend("phone-1");
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.authority.only().state, "suspended");
  EXPECT_EQ(world.authority.effects, 1u);

  PhoneWorld adding;
  adding.enrol_until("/app/add");
  adding.phone->impl().verifier = UserVerifier::start(adding.silicon, adding.clock, adding.random,
                                                      crypto::SecretBytes::copy_of(Bytes(32, 1))).value();
  EXPECT_EQ(adding.refused("/app/add", kFace), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(adding.authority.effects, 0u);
}

TEST(AccountTest, AnAnswerToResumeThatIsNotForThisPhone) {
  PhoneWorld world;
  world.enrol();
  world.authority.suspend("phone-1");
  world.authority.spoil = FakeAuthority::Spoil::kForeignSignCertificate;
  EXPECT_EQ(world.refused("/app/resume", kFace), Reason::BAD_KEY);
}

TEST(AccountTest, AnswersWithTooFewOrChangedMdocs) {
  for (const auto& [spoil, reason] : {std::pair{FakeAuthority::Spoil::kOneMdocLess, Reason::MALFORMED},
                                      {FakeAuthority::Spoil::kChangedElement, Reason::VALUE_DIGEST_MISMATCH},
                                      {FakeAuthority::Spoil::kOtherDocType, Reason::DOCTYPE_MISMATCH}}) {
    PhoneWorld world;
    world.enrol_until("/app/add");
    world.authority.spoil = spoil;
    EXPECT_EQ(world.refused("/app/add", kFace), reason);
    EXPECT_EQ(world.wallet_state(), "none");
  }
}

TEST(AccountTest, F20_ThePowerGoesWhileResuming) {
  const auto prepared = [](PhoneWorld& world) {
    world.enrol();
    world.authority.suspend("phone-1");
    world.good("/app/sync");
  };
  PhoneWorld counted;
  prepared(counted);
  const size_t before = counted.power.writes();
  counted.good("/app/resume", kFace);
  const size_t writes = counted.power.writes() - before;
  ASSERT_GT(writes, 6u);
  for (const auto moment : {PowerSupply::Moment::kBefore, PowerSupply::Moment::kAfter}) {
    for (size_t n = 0; n < writes; ++n) {
      PhoneWorld world;
      prepared(world);
      world.power.cut_at(n, moment);
      static_cast<void>(world.refused("/app/resume", kFace));
      ASSERT_TRUE(world.power.off()) << n;
      world.restart();
      if (world.good("/app/sync").string_at("state").value() == "suspended") world.good("/app/resume", kFace);
      EXPECT_EQ(world.wallet_state(), "active") << n;
      EXPECT_EQ(certificate_of(world.good("/wallet/sign", document())).serial(),
                world.authority.serials_of_sign_certificates.back()) << n;
      EXPECT_EQ(world.mdocs_left(), 3) << n;
      EXPECT_EQ(world.authority.effects, 2u) << n << ": one enrolment, one resumption";
    }
  }
}

}  // namespace
}  // namespace mitome::phone
