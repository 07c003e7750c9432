#include "phone/user_verifier.h"

#include <gtest/gtest.h>

#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::FakeClock;
using testing::SeededRandom;
using testing::TestSilicon;

class UserVerifierTest : public ::testing::Test {
 protected:
  UserVerifierTest() { start(); }
  void start() {
    verifier.emplace(UserVerifier::start(silicon, clock, random, crypto::SecretBytes::copy_of(Bytes(32, 9))).value());
  }
  void enrol() { ASSERT_TRUE(verifier->change(Biometrics::kFace, ByteView{face})); }
  Reason look(std::optional<ByteView> seen) {
    const auto pass = verifier->verify(seen, Purpose::kLogin, bound, challenge);
    return pass ? Reason::GOOD : pass.error().reason;
  }
  void fail_times(unsigned times) {
    for (unsigned i = 0; i < times; ++i) static_cast<void>(look(ByteView{stranger}));
  }

  testing::PowerSupply power;
  TestSilicon silicon{power};
  FakeClock clock;
  SeededRandom random{1};
  std::optional<UserVerifier> verifier;
  const Bytes face = to_bytes(std::string_view{"face"}), stranger = to_bytes(std::string_view{"stranger"});
  const crypto::Sha256Digest bound{1};
  const PassChallenge challenge{2};
};

TEST_F(UserVerifierTest, GivesAPassForTheEnrolledFace) {
  enrol();
  const auto pass = verifier->verify(ByteView{face}, Purpose::kSign, bound, challenge);
  ASSERT_TRUE(pass) << to_string(pass.error());
  EXPECT_EQ(pass->purpose, Purpose::kSign);
  EXPECT_EQ(pass->bound_to, bound);
  EXPECT_EQ(pass->challenge, challenge);
  EXPECT_EQ(pass->set, verifier->set());
  EXPECT_EQ(pass->mac, pass_mac(Bytes(32, 9), *pass));
}

TEST_F(UserVerifierTest, EveryFieldOfAPassIsUnderItsMac) {
  const Pass pass{Purpose::kLogin, bound, challenge, {3}, {}};
  Pass other = pass;
  other.purpose = Purpose::kSign;
  EXPECT_NE(pass_mac(face, other), pass_mac(face, pass));
  other = pass;
  other.bound_to = {9};
  EXPECT_NE(pass_mac(face, other), pass_mac(face, pass));
  other = pass;
  other.challenge = {9};
  EXPECT_NE(pass_mac(face, other), pass_mac(face, pass));
  other = pass;
  other.set = {9};
  EXPECT_NE(pass_mac(face, other), pass_mac(face, pass));
  EXPECT_NE(pass_mac(stranger, pass), pass_mac(face, pass));
}

TEST_F(UserVerifierTest, NothingEnrolled) {
  EXPECT_EQ(look(ByteView{face}), Reason::BIOMETRICS_NOT_SET_UP);
  ASSERT_TRUE(verifier->change(Biometrics::kFace, std::nullopt));
  EXPECT_EQ(look(ByteView{face}), Reason::BIOMETRICS_NOT_SET_UP) << "a kind without a sample is not set up";
}

TEST_F(UserVerifierTest, NobodyInFrontCostsNothing) {
  enrol();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(look(std::nullopt), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
}

TEST_F(UserVerifierTest, LocksAfterFiveFailuresAlsoAcrossARestart) {
  enrol();
  for (unsigned i = 0; i < UserVerifier::kMaxFailures - 1; ++i) {
    EXPECT_EQ(look(ByteView{stranger}), Reason::USER_AUTH_FAILED);
    start();
  }
  EXPECT_EQ(look(ByteView{stranger}), Reason::USER_AUTH_LOCKED);
  start();
  EXPECT_TRUE(verifier->locked());
  EXPECT_EQ(look(ByteView{face}), Reason::USER_AUTH_LOCKED) << "not even the holder";
}

TEST_F(UserVerifierTest, ASuccessClearsTheFailures) {
  enrol();
  fail_times(4);
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
  fail_times(4);
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
}

TEST_F(UserVerifierTest, AFailureIsCountedBeforeThePowerCanGo) {
  enrol();
  fail_times(4);
  power.cut_at(0, testing::PowerSupply::Moment::kAfter);
  EXPECT_EQ(look(ByteView{face}), Reason::STORAGE_FAILED);
  power.restore();
  start();
  EXPECT_TRUE(verifier->locked()) << "pulling the battery gives no sixth try";
}

TEST_F(UserVerifierTest, ThePasscodeUnlocks) {
  enrol();
  ASSERT_TRUE(verifier->passcode("2468"));
  fail_times(5);
  EXPECT_EQ(verifier->passcode("1357").error().reason, Reason::PIN_WRONG);
  EXPECT_TRUE(verifier->locked());
  ASSERT_TRUE(verifier->passcode("2468"));
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
}

TEST_F(UserVerifierTest, APasscodeHasAForm) {
  EXPECT_EQ(verifier->passcode("246").error().reason, Reason::PIN_FORMAT);
  EXPECT_EQ(verifier->passcode(std::string(65, '1')).error().reason, Reason::PIN_FORMAT);
  EXPECT_FALSE(verifier->has_passcode());
}

TEST_F(UserVerifierTest, WrongPasscodesMustWait) {
  ASSERT_TRUE(verifier->passcode("2468"));
  for (unsigned i = 0; i < UserVerifier::kPasscodeFreeFailures; ++i)
    EXPECT_EQ(verifier->passcode("0000").error().reason, Reason::PIN_WRONG);
  start();
  EXPECT_EQ(verifier->passcode("2468").error().reason, Reason::USER_AUTH_LOCKED);
  clock.advance(UserVerifier::kPasscodeDelay - Seconds{1});
  EXPECT_EQ(verifier->passcode("2468").error().reason, Reason::USER_AUTH_LOCKED);
  clock.advance(Seconds{1});
  EXPECT_TRUE(verifier->passcode("2468"));
  EXPECT_EQ(verifier->passcode("0000").error().reason, Reason::PIN_WRONG) << "the count began anew";
}

TEST_F(UserVerifierTest, FiftyWrongPasscodesAreTheEnd) {
  ASSERT_TRUE(verifier->passcode("2468"));
  for (unsigned i = 0; i < UserVerifier::kMaxPasscodeFailures; ++i) {
    EXPECT_EQ(verifier->passcode("0000").error().reason, Reason::PIN_WRONG);
    clock.advance(Seconds{60});
  }
  EXPECT_EQ(verifier->passcode("2468").error().reason, Reason::USER_AUTH_LOCKED);
}

TEST_F(UserVerifierTest, AnotherKindForgetsTheSamples) {
  enrol();
  ASSERT_TRUE(verifier->change(Biometrics::kFinger, std::nullopt));
  EXPECT_EQ(look(ByteView{face}), Reason::BIOMETRICS_NOT_SET_UP);
}

TEST_F(UserVerifierTest, SeveralSamplesUpToALimit) {
  enrol();
  const auto first_set = verifier->set();
  ASSERT_TRUE(verifier->change(Biometrics::kFace, ByteView{stranger}));
  EXPECT_NE(verifier->set(), first_set);
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
  EXPECT_EQ(look(ByteView{stranger}), Reason::GOOD);
  for (size_t i = 2; i < UserVerifier::kMaxSamples; ++i)
    ASSERT_TRUE(verifier->change(Biometrics::kFace, ByteView{Bytes(3, uint8_t(i))}));
  const Bytes more(3, 0x77), large(UserVerifier::kMaxSampleSize + 1, 1);
  EXPECT_EQ(verifier->change(Biometrics::kFace, ByteView{more}).error().reason,
            Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(verifier->change(Biometrics::kFinger, ByteView{large}).error().reason,
            Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(verifier->change(Biometrics::kNone, ByteView{more}).error().reason,
            Reason::BIOMETRICS_NOT_SET_UP);
}

TEST_F(UserVerifierTest, RemembersEverythingAcrossARestart) {
  enrol();
  ASSERT_TRUE(verifier->passcode("2468"));
  const auto set = verifier->set();
  start();
  EXPECT_EQ(verifier->kind(), Biometrics::kFace);
  EXPECT_EQ(verifier->set(), set);
  EXPECT_TRUE(verifier->has_passcode());
  EXPECT_EQ(look(ByteView{face}), Reason::GOOD);
  EXPECT_EQ(look(ByteView{stranger}), Reason::USER_AUTH_FAILED);
}

TEST_F(UserVerifierTest, BrokenSiliconIsRefused) {
  for (const std::string_view bytes : {"", "\x80", "\x88\x01\x03\x40\x80\x00\x80\x00\x00"}) {
    silicon.areas["sensor"] = to_bytes(bytes);
    EXPECT_EQ(UserVerifier::start(silicon, clock, random, {}).error().reason, Reason::MALFORMED);
  }
}

}  // namespace
}  // namespace mitome::phone
