#include "tests/vectors/wycheproof/wycheproof.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/hex.h"
#include "testing/fakes.h"

namespace mitome::vectors {
namespace {

void compare(const std::string& file, const json::Value& test, Answer answer, Tally& tally) {
  const std::string name =
      file + " tcId " + std::to_string(test.int_at("tcId").value()) + ": " + test.string_or("comment", "");
  const std::string expected = text_at(test, "result");
  if (answer == Answer::kUnsupported) {
    ++tally.unsupported;
  } else if (expected == "valid") {
    ++tally.valid;
    EXPECT_EQ(answer, Answer::kAccepted) << name;
  } else if (expected == "invalid") {
    ++tally.invalid;
    EXPECT_EQ(answer, Answer::kRefused) << name;
  } else {
    EXPECT_EQ(expected, "acceptable") << name;
    ++tally.acceptable;
    if (answer == Answer::kAccepted) ++tally.acceptable_accepted;
  }
}

}  // namespace

std::string text_at(const json::Value& value, std::string_view name) { return value.string_at(name).value(); }

Bytes hex_at(const json::Value& value, std::string_view name) { return from_hex(text_at(value, name)).value(); }

Tally run_wycheproof(const std::string& file,
                     const std::function<Answer(const json::Value& group, const json::Value& test)>& judge) {
  const json::Value root = json::parse(testing::read_vector("wycheproof/" + file)).value();
  Tally tally;
  for (const json::Value& group : root.find("testGroups")->items())
    for (const json::Value& test : group.find("tests")->items()) compare(file, test, judge(group, test), tally);
  EXPECT_EQ(static_cast<int64_t>(tally.total()), root.int_at("numberOfTests").value()) << file;
  std::printf("%s: %zu valid accepted, %zu invalid refused, %zu of %zu acceptable accepted, %zu unsupported\n",
              file.c_str(), tally.valid, tally.invalid, tally.acceptable_accepted, tally.acceptable, tally.unsupported);
  return tally;
}

}  // namespace mitome::vectors
