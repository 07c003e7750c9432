#include "issuer/device_rules.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"
#include "crypto/hash.h"
#include "issuer/face_judge.h"

namespace mitome::issuer {
namespace {

TEST(DeviceRules, EachUnmetRequirementHasItsOwnReason) {
  const Device good{"MT-10", "18.5", "3.0", "face"};
  EXPECT_TRUE(check_device(good).has_value());
  EXPECT_TRUE(check_device({"MT-12", "19.0.1", "3.1", "finger"}).has_value());
  EXPECT_EQ(check_device({"MT-9", "18.5", "3.0", "face"}).error().reason, Reason::DEVICE_UNSUPPORTED);
  EXPECT_EQ(check_device({"XX-12", "18.5", "3.0", "face"}).error().reason, Reason::DEVICE_UNSUPPORTED);
  EXPECT_EQ(check_device({"MT-10", "18.4.9", "3.0", "face"}).error().reason, Reason::OS_TOO_OLD);
  EXPECT_EQ(check_device({"MT-10", "new", "3.0", "face"}).error().reason, Reason::OS_TOO_OLD);
  EXPECT_EQ(check_device({"MT-10", "18.5", "2.9", "face"}).error().reason, Reason::APP_TOO_OLD);
  EXPECT_EQ(check_device({"MT-10", "18.5", "3.0", "none"}).error().reason, Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_TRUE(check_device({"MT-10", "18.10", "3.0", "face"}).has_value());  // numbers, not letters
}

Bytes recording(std::string_view motion, ByteView nonce, ByteView portrait) {
  cbor::Writer out;
  out.array(4).text("mitome-motion-1").text(motion).bytes(nonce).bytes(crypto::sha256(portrait));
  return out.take();
}

TEST(SimulatedFaceJudge, MovementSessionAndLikeness) {
  SimulatedFaceJudge judge;
  const Bytes nonce = to_bytes("nonce"), portrait = to_bytes("portrait");
  const auto face = judge.judge_motion(recording("blink", nonce, portrait), "blink", nonce);
  ASSERT_TRUE(face.has_value());
  registry::Person person;
  person.facts.portrait = portrait;
  EXPECT_TRUE(judge.judge_likeness(*face, person).has_value());
  EXPECT_FALSE(judge.decision_until(*face).has_value()) << "decided at once";
  person.facts.portrait = to_bytes("another");
  EXPECT_EQ(judge.judge_likeness(*face, person).error().reason, Reason::FACE_MISMATCH);
  EXPECT_EQ(judge.judge_motion(recording("turn-left", nonce, portrait), "blink", nonce).error().detail,
            "another movement than the one asked for");
  EXPECT_EQ(judge.judge_motion(recording("blink", as_bytes("old"), portrait), "blink", nonce).error().detail,
            "recorded in another session");
  EXPECT_EQ(judge.judge_motion(as_bytes("\x80"), "blink", nonce).error().reason, Reason::MALFORMED);
  EXPECT_EQ(judge.judge_motion(recording("blink", as_bytes("old"), portrait), "blink", nonce).error().reason,
            Reason::LIVENESS_FAILED);
}

}  // namespace
}  // namespace mitome::issuer
