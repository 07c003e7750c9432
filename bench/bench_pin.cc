// CRD-7 by the clock, as dudect does (Reparaz, Balasch, Verbauwhede 2017): does a wrong PIN that begins right take
// another time than one whose first character is wrong? Welch's t over two classes that take turns by chance; up to 4.5
// says no. That no branch depends on the PIN is proved in ./test (tests/pin_timing); this is the same seen from
// outside, so it is a figure and no test.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

#include "base/check.h"
#include "bench/bench.h"
#include "card/runtime/pin.h"
#include "card/runtime/software_platform.h"
#include "testing/fakes.h"

namespace mitome::bench {
namespace {

constexpr size_t kSamples = 1'000'000, kWarmUp = 10'000;
constexpr double kKept = 0.9;  // the slowest tenth is the machine's, not the chip's
constexpr double kLimit = 4.5;
constexpr std::string_view kRight = "SIGN1234", kRightPrefix = "SIGN1235", kWrongFirst = "AIGN1234";

struct Class {
  double n = 0, mean = 0, square = 0;
  void add(double value) {  // Welford
    n += 1;
    const double from = value - mean;
    mean += from / n;
    square += from * (value - mean);
  }
  double error() const { return square / (n - 1) / n; }
};

crypto::Pin pin(std::string_view text) { return crypto::Pin::from_command(as_bytes(text)).value(); }

/// |t| between the two classes; `before` makes each try a first one and is not timed.
double t_between(const std::function<void()>& before, const std::function<void(const crypto::Pin&)>& one_try) {
  std::mt19937_64 chance{20170913};
  const crypto::Pin candidates[] = {pin(kRightPrefix), pin(kWrongFirst)};
  const auto sample = [&](size_t which) {
    before();
    const auto begin = std::chrono::steady_clock::now();
    one_try(candidates[which]);
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
  };
  std::vector<double> first;
  for (size_t i = 0; i < kWarmUp; ++i) first.push_back(sample(chance() & 1));
  std::sort(first.begin(), first.end());
  const double most = first[static_cast<size_t>(kKept * kWarmUp)];
  Class classes[2];
  for (size_t i = 0; i < kSamples; ++i) {
    const size_t which = chance() & 1;
    if (const double took = sample(which); took <= most) classes[which].add(took);
  }
  return std::abs(classes[0].mean - classes[1].mean) / std::sqrt(classes[0].error() + classes[1].error());
}

/// As one must not: what follows the first difference is not looked at.
bool stops_early(ByteView reference, ByteView tried) {
  for (size_t i = 0; i < tried.size(); ++i) {
    asm volatile("" ::: "memory");  // else it would be made into one comparison
    if (reference[1 + i] != tried[i]) return false;
  }
  return true;
}

}  // namespace

void run_pin(const Settings&) {
  crypto::SystemRandom random;
  testing::PooledKeySource keys;
  card::SoftwarePlatform platform{random, keys};
  card::PinSlot slot{platform, card::AppletId::kJpki, 0x001B, 5};
  const crypto::Pin right = pin(kRight);
  const double ours =
      t_between([&] { CHECK(slot.set(right).has_value()); },
                [&](const crypto::Pin& tried) { CHECK(slot.verify(tried)->verdict == card::PinVerdict::kWrong); });
  const crypto::SecretBytes reference = card::encode_pin_reference(right);
  const double naive =
      t_between([] {}, [&](const crypto::Pin& tried) { CHECK(!stops_early(reference.reveal(), tried.reveal())); });
  std::printf("a wrong PIN that begins right against one that begins wrong, %zu samples each way together\n", kSamples);
  std::printf("  VERIFY                                        |t| %8.2f   limit %.1f%s\n", ours, kLimit,
              ours > kLimit ? "  MISSED" : "");
  std::printf("  control: a comparison that stops early        |t| %8.2f   must be over it%s\n", naive,
              naive > kLimit ? "" : "  MISSED");
}

}  // namespace mitome::bench
