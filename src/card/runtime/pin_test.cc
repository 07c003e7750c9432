#include "card/runtime/pin.h"

#include <gtest/gtest.h>

#include "testing/card_maker.h"
#include "testing/card_platforms.h"
#include "testing/fakes.h"

namespace mitome::card {
namespace {

using testing::TearingPlatform;
using testing::test_pin;
using Moment = TearingPlatform::Moment;

constexpr uint16_t kFile = 0x0018;
constexpr uint8_t kLimit = 3;

class PinTest : public ::testing::Test {
 protected:
  PinTest() { CHECK(pin().set(test_pin("1234")).has_value()); }
  PinSlot pin() { return {silicon_, AppletId::kJpki, kFile, kLimit}; }
  uint8_t tries() { return pin().tries_left().value(); }
  PinOutcome tried(std::string_view candidate) { return pin().verify(test_pin(candidate)).value(); }

  testing::SeededRandom random_{1};
  testing::PooledKeySource keys_;
  SoftwarePlatform silicon_{random_, keys_};
};

TEST_F(PinTest, CountsDownAndIsRestoredBySuccess) {
  EXPECT_EQ(tried("0000").verdict, PinVerdict::kWrong);
  EXPECT_EQ(tries(), 2);
  EXPECT_EQ(tried("1234").verdict, PinVerdict::kGood);
  EXPECT_EQ(tries(), 3);
}

TEST_F(PinTest, BlockedAfterTheLimitAlsoForTheRightOne) {
  for (const int left : {2, 1, 0}) {
    const auto outcome = tried("0000");
    EXPECT_EQ(outcome.verdict, PinVerdict::kWrong);
    EXPECT_EQ(outcome.tries_left, left);
  }
  EXPECT_EQ(tried("1234").verdict, PinVerdict::kBlocked);
  EXPECT_EQ(tries(), 0);
}

TEST_F(PinTest, NeitherPrefixNorContinuationNorPaddingIsThePin) {
  for (const auto* near : {"123", "12345", "1235", "0234"}) {
    EXPECT_EQ(tried(near).verdict, PinVerdict::kWrong) << near;
    ASSERT_EQ(tried("1234").verdict, PinVerdict::kGood);
  }
  EXPECT_EQ(pin().verify(crypto::Pin::from_command(Bytes{'1', '2', '3', '4', 0}).value()).value().verdict,
            PinVerdict::kWrong);
}

TEST_F(PinTest, BlockedIsDecidedWithoutLookingAtThePin) {  // CRD-6: no oracle
  CHECK(silicon_.write({AppletId::kJpki, kFile, Part::kTries}, Bytes{0}).has_value());
  CHECK(silicon_.erase({AppletId::kJpki, kFile, Part::kPin}).has_value());
  EXPECT_EQ(tried("1234").verdict, PinVerdict::kBlocked);  // a reading of the PIN would have failed
}

TEST_F(PinTest, WithoutAReferenceNothingIsThePin) {
  CHECK(silicon_.erase({AppletId::kJpki, kFile, Part::kPin}).has_value());
  EXPECT_EQ(pin().verify(test_pin("1234")).error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(tries(), 2);
}

TEST_F(PinTest, CounterOverTheLimitOrOfAnotherSizeIsNoCounter) {
  for (const Bytes& bad : {Bytes{4}, Bytes{255}, Bytes{}, Bytes{3, 3}}) {
    CHECK(silicon_.write({AppletId::kJpki, kFile, Part::kTries}, bad).has_value());
    EXPECT_EQ(tries(), 0);
    EXPECT_EQ(tried("1234").verdict, PinVerdict::kBlocked);
  }
}

TEST_F(PinTest, TornAtEveryWriteAWrongPinNeverGainsATry) {  // CRD-1, CRD-2, I4
  for (const Moment moment : {Moment::kBeforeWrite, Moment::kAfterWrite}) {
    ASSERT_EQ(tried("1234").verdict, PinVerdict::kGood);
    int compared = 0;
    for (int round = 0; round < 20; ++round) {
      const uint8_t before = tries();
      TearingPlatform torn{silicon_};
      torn.tear_at(0, moment);
      const auto outcome = PinSlot{torn, AppletId::kJpki, kFile, kLimit}.verify(test_pin("0000"));
      if (before == 0) {
        EXPECT_EQ(outcome.value().verdict, PinVerdict::kBlocked);
        EXPECT_EQ(torn.writes(), 0U);
      } else {
        EXPECT_EQ(outcome.error().reason, Reason::STORAGE_FAILED);  // torn before the comparison: nothing was learnt
      }
      EXPECT_LE(tries(), before);
      if (tries() < before) ++compared;
    }
    EXPECT_LE(compared, kLimit);
    CHECK(pin().set(test_pin("1234")).has_value());
  }
}

TEST_F(PinTest, WrongPinWritesExactlyOnceSoThereIsNothingElseToTear) {  // CRD-1
  TearingPlatform counting{silicon_};
  EXPECT_EQ((PinSlot{counting, AppletId::kJpki, kFile, kLimit}.verify(test_pin("0000")).value().verdict),
            PinVerdict::kWrong);
  EXPECT_EQ(counting.writes(), 1U);
}

TEST_F(PinTest, TornBeforeTheCounterIsRestoredTheRightPinIsNotVerified) {  // CRD-3
  for (const Moment moment : {Moment::kBeforeWrite, Moment::kAfterWrite}) {
    TearingPlatform torn{silicon_};
    torn.tear_at(1, moment);  // write 0 counts down, write 1 restores
    const auto outcome = PinSlot{torn, AppletId::kJpki, kFile, kLimit}.verify(test_pin("1234"));
    EXPECT_EQ(outcome.error().reason, Reason::STORAGE_FAILED);
    EXPECT_EQ(tries(), moment == Moment::kBeforeWrite ? 2 : 3);
    ASSERT_EQ(tried("1234").verdict, PinVerdict::kGood);
  }
}

TEST_F(PinTest, WhereTheCounterCannotBeWrittenNothingIsCompared) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    TearingPlatform torn{silicon_};
    torn.tear_at(0, Moment::kBeforeWrite);
    EXPECT_EQ((PinSlot{torn, AppletId::kJpki, kFile, kLimit}.verify(test_pin("1234")).error().reason),
              Reason::STORAGE_FAILED);
  }
  EXPECT_EQ(tries(), 3);
}

}  // namespace
}  // namespace mitome::card
