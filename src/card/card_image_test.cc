#include "card/card_image.h"

#include <gtest/gtest.h>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;

class CardImageTest : public ::testing::Test {
 protected:
  CardImage image() {
    return {{TokenProfile::kCard, Bytes{1}, Bytes{2}, Bytes{3}, Bytes{4}, test_pin("1234"), test_pin("SIGN1234"), "1"},
            std::nullopt};
  }
  void make_keys() {
    CHECK(platform_.generate_key(kAuthKeySlot).has_value());
    CHECK(platform_.generate_key(kSignKeySlot).has_value());
  }
  SeededRandom random_{1};
  PooledKeySource keys_;
  SoftwarePlatform platform_{random_, keys_};
};

TEST_F(CardImageTest, AnEmptyChipDoesNotStart) { EXPECT_EQ(boot(platform_).error().reason, Reason::NOT_FOUND); }

TEST_F(CardImageTest, ImagesThatDoNotFitTogetherAreRefused) {
  make_keys();
  ASSERT_TRUE(personalise(platform_, image()).has_value());
  auto broken = image();
  broken.jpki.sign_pin.reset();
  EXPECT_EQ(personalise(platform_, broken).error().reason, Reason::MALFORMED);
  broken = image();
  broken.jpki.sign_certificate.reset();
  EXPECT_EQ(personalise(platform_, broken).error().reason, Reason::MALFORMED);
  for (auto missing : {&JpkiImage::auth_certificate, &JpkiImage::auth_ca, &JpkiImage::sign_ca}) {
    broken = image();
    (broken.jpki.*missing).clear();
    EXPECT_EQ(personalise(platform_, broken).error().reason, Reason::MALFORMED);
  }
}

TEST_F(CardImageTest, WithoutKeysNothingIsIssued) {
  EXPECT_EQ(personalise(platform_, image()).error().reason, Reason::NOT_FOUND);
  CHECK(platform_.generate_key(kAuthKeySlot).has_value());
  EXPECT_EQ(personalise(platform_, image()).error().reason, Reason::NOT_FOUND);
  CHECK(platform_.generate_key(kSignKeySlot).has_value());
  EXPECT_TRUE(personalise(platform_, image()).has_value());
}

TEST_F(CardImageTest, TornIssuanceLeavesAnEmptyChipOrAWholeOne) {
  make_keys();
  TearingPlatform counting{platform_};
  ASSERT_TRUE(personalise(counting, image()).has_value());
  const size_t writes = counting.writes();
  ASSERT_GT(writes, 8U);
  for (size_t at = 1; at < writes; ++at) {  // write 0 takes the old profile away
    TearingPlatform torn{platform_};
    torn.tear_at(at, TearingPlatform::Moment::kBeforeWrite);
    EXPECT_EQ(personalise(torn, image()).error().reason, Reason::STORAGE_FAILED);
    EXPECT_EQ(boot(platform_).error().reason, Reason::NOT_FOUND) << at;
    ASSERT_TRUE(personalise(platform_, image()).has_value());
    EXPECT_TRUE(boot(platform_).has_value());
  }
}

TEST_F(CardImageTest, IssuedAgainWithoutSigningOrTextTheyAreGone) {
  card_maker().issue(platform_);
  card_maker().issue(platform_, {.signing = false, .text = false});
  auto chip = boot(platform_).value();
  EXPECT_EQ(converse(*chip, kSelectText), "6a82");
  ASSERT_EQ(converse(*chip, kSelectJpki), "9000");
  EXPECT_EQ(converse(*chip, "00a4020c020001"), "6a82");
}

}  // namespace
}  // namespace mitome::card
