#include "issuer/face/openness.h"

#include <gtest/gtest.h>

namespace mitome::issuer {
namespace {

const std::vector<double> kOpen(12, 0.4), kMouth(12, 0.3);

std::vector<double> shut(size_t from, size_t to, double value = 0.1) {
  std::vector<double> profile = kOpen;
  for (size_t i = from; i < to; ++i) profile[i] = value;
  return profile;
}

TEST(Openness, BothEyesShutAndOpenAgain) {
  EXPECT_NEAR(blink_depth({shut(4, 7), shut(4, 7), kMouth}), 0.75, 0.01);
  EXPECT_NEAR(blink_depth({shut(4, 7), shut(5, 8), kMouth}), 0.75, 0.01) << "nearly at once";
  EXPECT_NEAR(blink_depth({shut(4, 7, 0.2), shut(4, 7), kMouth}), 0.5, 0.01) << "as far as the less shut one";
}

TEST(Openness, AnythingElseIsNoBlink) {
  EXPECT_DOUBLE_EQ(blink_depth({kOpen, kOpen, kMouth}), 0);
  EXPECT_DOUBLE_EQ(blink_depth({shut(4, 7), kOpen, kMouth}), 0) << "one eye";
  EXPECT_DOUBLE_EQ(blink_depth({shut(2, 4), shut(7, 9), kMouth}), 0) << "one after the other";
  EXPECT_DOUBLE_EQ(blink_depth({shut(9, 12), shut(9, 12), kMouth}), 0) << "not opened again";
  EXPECT_DOUBLE_EQ(blink_depth({shut(0, 3), shut(0, 3), kMouth}), 0) << "not open before";
  EXPECT_LE(blink_depth({shut(4, 7), shut(4, 7), shut(4, 7)}), 0.01) << "the whole face went pale";
  EXPECT_DOUBLE_EQ(blink_depth({{0.4, 0.1}, {0.4, 0.1}, {0.3, 0.3}}), 0) << "too short to tell";
}

}  // namespace
}  // namespace mitome::issuer
