// The whole town on a seed, over a network that loses, repeats and delays. MITOME_SEEDS says how many seeds (20; ./test
// asks for 300 in release), MITOME_SEED plays one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/ecosystem/seeded_rand.h"
#include "tests/ecosystem/world.h"

namespace mitome::ecosystem {
namespace {

constexpr size_t kSteps = 25;

uint64_t number_from_environment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

struct Tally {
  size_t faults = 0;
  std::map<std::string, size_t> successes;
};

/// Plays one seed; the trace, or an empty text after a failure.
std::string play(uint64_t seed, Tally& tally) {
  SCOPED_TRACE("replay with MITOME_SEED=" + std::to_string(seed));
  seed_openssl(seed);
  World world{seed};
  std::string failure;
  EXPECT_TRUE(world.prepare(failure)) << failure;
  if (!failure.empty()) return "";
  for (size_t step = 0; step < kSteps; ++step) {
    world.step();
    const auto broken = world.broken_invariants();
    EXPECT_TRUE(broken.empty()) << "after step " << step << ": " << broken.front();
    if (!broken.empty()) return "";
  }
  const auto stuck = world.recover();
  EXPECT_TRUE(stuck.empty()) << stuck.front();
  const auto broken = world.broken_invariants();
  EXPECT_TRUE(broken.empty()) << "after recovery: " << broken.front();
  tally.faults += world.faults();
  for (const auto& [deed, count] : world.successes()) tally.successes[deed] += count;
  return world.trace();
}

TEST(Ecosystem, InvariantsHoldOverManySeeds) {
  Tally tally;
  if (std::getenv("MITOME_SEED") != nullptr) {
    play(number_from_environment("MITOME_SEED", 0), tally);
    return;
  }
  const uint64_t seeds = number_from_environment("MITOME_SEEDS", 20);
  for (uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) play(seed, tally);
  // A network without faults, or a town in which nothing succeeds, would prove nothing.
  EXPECT_GT(tally.faults, seeds);
  for (const char* deed : {"enrol", "login", "present", "suspend", "resume", "delete"})
    EXPECT_GE(tally.successes[deed], seeds / 10) << deed;
  std::printf("%llu seeds, %zu steps each, %zu faults;", static_cast<unsigned long long>(seeds), kSteps, tally.faults);
  for (const auto& [deed, count] : tally.successes) std::printf(" %s %zu", deed.c_str(), count);
  std::printf("\n");
}

TEST(Ecosystem, SameSeedSameTrace) {
  Tally tally;
  const std::string first = play(7, tally);
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, play(7, tally));
  EXPECT_NE(first, play(8, tally));
}

}  // namespace
}  // namespace mitome::ecosystem
