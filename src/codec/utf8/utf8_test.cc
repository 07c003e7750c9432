#include "codec/utf8/utf8.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace mitome::utf8 {
namespace {

bool valid_hex(std::string_view text) { return valid(from_hex(text).value()); }

TEST(Utf8, TheFirstAndLastOfEachLength) {
  for (const char* text :
       {"", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"})
    EXPECT_TRUE(valid_hex(text)) << text;
}

TEST(Utf8, RefusesOverlongSurrogatesAndBeyond) {
  for (const char* text : {"80", "bf", "c0af", "c1bf", "e09fbf", "eda080", "edbfbf", "f08fbfbf", "f4908080", "f5808080",
                           "ff", "c2", "e0a0", "f09080", "c241", "e0a041", "f0908041", "e08080"})
    EXPECT_FALSE(valid_hex(text)) << text;
}

TEST(Utf8, TheFastPathSeesEveryPosition) {
  for (size_t at = 0; at < 20; ++at) {
    Bytes text(20, 'a');
    EXPECT_TRUE(valid(text));
    text[at] = 0xFF;
    EXPECT_FALSE(valid(text)) << at;
  }
  EXPECT_TRUE(valid(as_bytes("黒桐　幹也 and then a long tail of ASCII, 雪")));
}

}  // namespace
}  // namespace mitome::utf8
