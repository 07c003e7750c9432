// The card is pulled out of the reader at any write, again and again, over every PIN of every application: nobody gains a guess, and no
// PIN, counter or file is lost (CRD-1 to CRD-3, CRD-8). MITOME_TEARS says how often; the same seed tears at the same places.
#include <gtest/gtest.h>

#include <cstdlib>

#include "testing/card_in_hand.h"

namespace mitome::card {
namespace {

using namespace mitome::testing;
using namespace mitome::jpki;

struct Secret {
  std::string_view select;
  uint16_t file;
  std::string right, other;  ///< the PIN now, and what it is changed into
  int limit;
  std::string change;        ///< the command up to Lc; empty: it cannot be changed
};

class Tears : public ::testing::Test {
 protected:
  using Moment = TearingPlatform::Moment;

  std::string send(TearingPlatform& platform, const std::vector<std::string>& commands) {
    const auto chip = boot(platform);
    if (!chip) return "dead";
    std::string answer;
    for (const std::string& command : commands) answer = converse(**chip, command);
    return answer;
  }
  static std::string verify(const Secret& secret, std::string_view pin) {
    return "002000" + to_hex(Bytes{static_cast<uint8_t>(0x80 | secret.file), static_cast<uint8_t>(pin.size())}) + to_hex(as_bytes(pin));
  }
  int tries(const Secret& secret) {
    TearingPlatform whole{card_.platform};
    const std::string empty = "002000" + to_hex(Bytes{static_cast<uint8_t>(0x80 | secret.file)});
    const std::string answer = send(whole, {std::string{secret.select}, empty});
    CHECK(answer.size() == 4 && answer.starts_with("63c"));
    return std::stoi(answer.substr(3), nullptr, 16);
  }
  bool is_right(const Secret& secret, std::string_view pin) {
    TearingPlatform whole{card_.platform};
    return send(whole, {std::string{secret.select}, verify(secret, pin)}) == "9000";
  }

  void guess(Secret& secret, TearingPlatform& torn) {
    const int before = tries(secret);
    const std::string answer = send(torn, {std::string{secret.select}, verify(secret, secret.limit == 5 ? "WRONG999" : "0000")});
    const int after = tries(secret);
    ASSERT_NE(answer, "9000");
    if (answer.starts_with("63c")) {
      ASSERT_EQ(after, before - 1) << "an answer costs a try, whatever happens next";
    } else {
      ASSERT_TRUE(after == before || after == before - 1) << answer;
    }
    guesses_ += answer.starts_with("63c") ? 1 : 0;
  }

  void prove(Secret& secret, TearingPlatform& torn) {
    const int before = tries(secret);
    const std::string answer = send(torn, {std::string{secret.select}, verify(secret, secret.right)});
    const int after = tries(secret);
    if (answer == "9000") {
      ASSERT_EQ(after, secret.limit);
    } else {
      ASSERT_TRUE(after == before || after == before - 1 || after == secret.limit) << answer;
    }
  }

  void change(Secret& secret, TearingPlatform& torn) {
    if (secret.change.empty()) return prove(secret, torn);
    const std::string lc = to_hex(Bytes{static_cast<uint8_t>(secret.other.size())});
    const std::string answer =
        send(torn, {std::string{secret.select}, verify(secret, secret.right), secret.change + lc + to_hex(as_bytes(secret.other))});
    if (answer == "9000" || !is_right(secret, secret.right)) std::swap(secret.right, secret.other);
    ASSERT_TRUE(is_right(secret, secret.right)) << "the old PIN or the new one, and nothing between: " << answer;
  }

  CardInHand card_;
  int guesses_ = 0;
};

TEST_F(Tears, NobodyGainsAGuessAndNothingIsLost) {
  const char* asked = std::getenv("MITOME_TEARS");
  const int rounds = asked != nullptr ? std::atoi(asked) : 5000;
  Secret secrets[] = {{kSelectJpki, kAuthPin, "1234", "4321", 3, "00240198"},
                      {kSelectJpki, kSignPin, "SIGN1234", "NEWER56789", 5, "0024019b"},
                      {kSelectText, kTextPin, "5678", "8765", 3, "00240191"},
                      {kSelectJuki, kJukiPin, "9012", "2109", 3, "8032009c"},
                      {kSelectCommon, kJukiPin, "9012", "2109", 3, "8032009c"},
                      {kSelectSurface, kSurfaceNumberBPin, std::string{kTestNumberB}, "", 10, ""}};
  SeededRandom dice{20251124};
  int torn_times = 0;
  for (int round = 0; round < rounds; ++round) {
    Secret& secret = secrets[dice.below(std::size(secrets))];
    SCOPED_TRACE(std::to_string(round) + ": " + std::string{secret.select} + " " + std::to_string(secret.file));
    if (tries(secret) == 1) {
      ASSERT_TRUE(is_right(secret, secret.right)) << "so that nothing is locked for good";
    }
    TearingPlatform torn{card_.platform};
    torn.tear_at(dice.below(4), dice.below(2) == 0 ? Moment::kBeforeWrite : Moment::kAfterWrite);
    switch (dice.below(3)) {
      case 0: guess(secret, torn); break;
      case 1: prove(secret, torn); break;
      default: change(secret, torn); break;
    }
    torn_times += torn.torn() ? 1 : 0;
    if (HasFatalFailure()) return;
  }
  for (const Secret& secret : secrets) EXPECT_TRUE(is_right(secret, secret.right)) << secret.select;
  ASSERT_EQ(card_.send(kSelectText), "9000");
  EXPECT_EQ(card_.send("00b0840001").substr(2), "9000") << "files are as they were";
  EXPECT_GT(torn_times, rounds / 4) << "it did tear";
  EXPECT_GT(guesses_, rounds / 20) << "and somebody did guess";
  std::printf("%d rounds, torn %d times, %d guesses answered, none gained\n", rounds, torn_times, guesses_);
}

}  // namespace
}  // namespace mitome::card
