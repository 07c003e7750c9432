// The chip in a file: durable before it answers, one reader at a time, and killed at any moment it gains no try (F19, I4).
#include "apps/card/card_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "card/card_image.h"
#include "testing/card_in_hand.h"

namespace mitome::apps {
namespace {

namespace fs = std::filesystem;
using testing::converse;

constexpr std::string_view kWrong = "00200098" "04" "30303030", kRight = "00200098" "04" "31323334", kTries = "00200098";

class CardFileTest : public ::testing::Test {
 protected:
  CardFileTest() {
    char folder[] = "/tmp/mitome-card-XXXXXX";
    CHECK(mkdtemp(folder) != nullptr);
    folder_ = folder;
    path_ = folder_ / "card";
    card::SoftwarePlatform chip{random_, keys_};
    testing::card_maker().issue(chip);
    CHECK(create_card_file(path_, chip.silicon()).has_value());
  }
  ~CardFileTest() override { fs::remove_all(folder_); }

  Result<std::unique_ptr<CardFile>> open() { return CardFile::open(path_, random_, keys_); }
  /// Opens the card and says one thing to its JPKI application.
  std::string say(std::string_view command) {
    const auto file = open().value();
    const auto chip = card::boot(file->platform()).value();
    CHECK(converse(*chip, testing::kSelectJpki) == "9000");
    return converse(*chip, command);
  }

  testing::SeededRandom random_{3};
  testing::PooledKeySource keys_;
  fs::path folder_;
  std::string path_;
};

TEST_F(CardFileTest, IsTheOwnersAloneAlsoAfterAChange) {
  const auto mode = [this] {
    struct stat status {};
    CHECK(stat(path_.c_str(), &status) == 0);
    return status.st_mode & 0777U;
  };
  EXPECT_EQ(mode(), 0600U);
  EXPECT_EQ(say(kWrong), "63c2");
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(CardFileTest, TriesAreKeptFromOneReaderToTheNext) {
  EXPECT_EQ(say(kWrong), "63c2");
  EXPECT_EQ(say(kTries), "63c2");
  EXPECT_EQ(say(kRight), "9000");
  EXPECT_EQ(say(kTries), "63c3");
}

TEST_F(CardFileTest, ACardThatIsThereIsNotOverwritten) {
  EXPECT_EQ(create_card_file(path_, card::Silicon{}).error().reason, Reason::USAGE);
  EXPECT_EQ(say(kTries), "63c3");
}

TEST_F(CardFileTest, OneReaderAtATime) {
  const auto first = open().value();
  EXPECT_EQ(open().error().reason, Reason::UNREACHABLE);
}

TEST_F(CardFileTest, WhatAKilledWriteLeftBehindIsNoObstacle) {
  std::ofstream{path_ + ".new"} << "half a chip";
  EXPECT_EQ(say(kWrong), "63c2");
  EXPECT_FALSE(fs::exists(path_ + ".new"));
}

TEST_F(CardFileTest, NoFileAndNoCardAreToldApart) {
  const std::string other = folder_ / "other";
  EXPECT_EQ(CardFile::open(other, random_, keys_).error().reason, Reason::STORAGE_FAILED);
  std::ofstream{other} << "not a card";
  EXPECT_EQ(CardFile::open(other, random_, keys_).error().reason, Reason::MALFORMED);
  std::ofstream{other} << std::string(card::Silicon::kMaxEncodedSize + 1, 'x');
  EXPECT_EQ(CardFile::open(other, random_, keys_).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(create_card_file(folder_ / "none" / "card", card::Silicon{}).error().reason, Reason::STORAGE_FAILED);
}

TEST_F(CardFileTest, WhereNothingCanBeWrittenNoPinIsCompared) {
  const auto file = open().value();
  const auto chip = card::boot(file->platform()).value();
  ASSERT_EQ(converse(*chip, testing::kSelectJpki), "9000");
  fs::remove_all(folder_);
  EXPECT_EQ(converse(*chip, kRight), "6581");
  EXPECT_EQ(converse(*chip, kWrong), "6581");
}

struct Pipe {
  Pipe() { CHECK(pipe(ends) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) close(end);
  }
  bool say() const { return write(ends[1], "x", 1) == 1; }
  bool hear() const {
    char byte = 0;
    return read(ends[0], &byte, 1) == 1;
  }
  void nobody_says_more() { close(std::exchange(ends[1], -1)); }
  int ends[2];
};

/// A reader that tries wrong PINs as fast as it can, and says so for each that the card compared.
[[noreturn]] void guess(const std::string& path, const Pipe& ready, const Pipe& compared) {
  testing::SeededRandom random{4};
  testing::PooledKeySource keys;
  const auto file = CardFile::open(path, random, keys);
  if (!file) _exit(1);
  const auto chip = card::boot((*file)->platform()).value();
  (void)converse(*chip, testing::kSelectJpki);
  if (!ready.say()) _exit(1);
  for (;;) {
    if (!converse(*chip, kWrong).starts_with("63c")) _exit(0);
    if (!compared.say()) _exit(1);
  }
}

TEST_F(CardFileTest, KilledAtAnyMomentItGivesNoMoreGuessesThanTheLimit) {
  Pipe ready, compared;
  std::string before = say(kTries);
  for (int round = 0; round < 40; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) guess(path_, ready, compared);
    ASSERT_TRUE(ready.hear());
    usleep(static_cast<useconds_t>(random_.below(20'000)));
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    const std::string now = say(kTries);
    EXPECT_LE(now, before);  // 63c3 to 63c0 compare as texts
    before = now;
  }
  compared.nobody_says_more();
  size_t guesses = 0;
  while (compared.hear()) ++guesses;
  EXPECT_LE(guesses, 3U);
  EXPECT_EQ(before, "63c0");  // killed so often, the card is blocked
}

}  // namespace
}  // namespace mitome::apps
