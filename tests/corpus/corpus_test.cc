// What the fuzzer found interesting once goes through the same checks again in each build, with this build's compiler
// and sanitizers. A check that fails ends the process; the line before says which file it was.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/hex.h"
#include "crypto/hash.h"
#include "testing/fakes.h"

extern "C" int replay_apdu(const uint8_t* data, size_t size);
extern "C" int replay_chip(const uint8_t* data, size_t size);
extern "C" int replay_tlv(const uint8_t* data, size_t size);

namespace mitome {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path{MITOME_SOURCE_DIR} / "tests/fuzz/corpus";

struct Target {
  std::string folder;
  int (*replay)(const uint8_t* data, size_t size);
};
const Target kTargets[] = {{"apdu", replay_apdu}, {"chip", replay_chip}, {"tlv", replay_tlv}};

std::set<fs::path> entries(const fs::path& folder) {
  return {fs::directory_iterator{folder}, fs::directory_iterator{}};
}

TEST(Corpus, EachFolderIsReplayed) {
  std::set<fs::path> replayed;
  for (const Target& target : kTargets) replayed.insert(kCorpus / target.folder);
  EXPECT_EQ(entries(kCorpus), replayed);
}

class Replay : public ::testing::TestWithParam<Target> {};

TEST_P(Replay, NothingIsFound) {
  const auto files = entries(kCorpus / GetParam().folder);
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    const std::string content = testing::read_text_file(file);
    ASSERT_EQ(file.filename(), to_hex(crypto::sha1(as_bytes(content)))) << "the name is the hash of the content";
    std::printf("%s\n", file.filename().c_str());
    std::fflush(stdout);
    EXPECT_EQ(GetParam().replay(as_bytes(content).data(), content.size()), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Replay, ::testing::ValuesIn(kTargets),
                         [](const auto& tested) { return tested.param.folder; });

}  // namespace
}  // namespace mitome
