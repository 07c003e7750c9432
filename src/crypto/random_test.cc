#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace mitome::crypto {
namespace {

/// Gives out a fixed list of numbers, big endian, in turn.
class ListedRandom final : public Random {
 public:
  explicit ListedRandom(std::vector<uint64_t> numbers) : numbers_(std::move(numbers)) {}
  void fill(std::span<uint8_t> out) override {
    ASSERT_EQ(out.size(), 8U);
    ASSERT_LT(next_, numbers_.size());
    for (size_t i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(numbers_[next_] >> (56 - 8 * i));
    ++next_;
  }

 private:
  std::vector<uint64_t> numbers_;
  size_t next_ = 0;
};

TEST(Random, BelowThrowsTheUnevenRunAway) {
  // 2^64 mod 10 is 6: of the 2^64 numbers the first 6 would make 0 to 5 likelier.
  EXPECT_EQ((ListedRandom{{0, 5, 6}}.below(10)), 6U);
  EXPECT_EQ((ListedRandom{{17}}.below(10)), 7U);
  EXPECT_EQ((ListedRandom{{0}}.below(1)), 0U);
  EXPECT_EQ((ListedRandom{{3}}.below(uint64_t{1} << 63)), 3U);
  EXPECT_EQ((ListedRandom{{0x0102030405060708}}.number()), 0x0102030405060708U);
}

TEST(RandomDeathTest, NothingIsBelowZero) { EXPECT_DEATH(SystemRandom{}.below(0), "CHECK failed"); }

TEST(SystemRandom, DrawsDifferentBytes) {
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.bytes(16));
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_TRUE(random.bytes(0).empty());
}

}  // namespace
}  // namespace mitome::crypto
