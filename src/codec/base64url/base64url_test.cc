#include "codec/base64url/base64url.h"

#include <gtest/gtest.h>

namespace mitome::base64url {
namespace {

Reason refusal(const Result<Bytes>& result) { return result ? Reason::GOOD : result.error().reason; }

// RFC 4648 section 10
TEST(Base64, TheRfcExamples) {
  const std::vector<std::pair<std::string, std::string>> expected = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : expected) {
    EXPECT_EQ(encode_standard(as_bytes(text)), encoded);
    EXPECT_EQ(decode_standard(encoded).value(), to_bytes(text));
    const std::string bare = encoded.substr(0, encoded.find('='));
    EXPECT_EQ(encode(as_bytes(text)), bare);
    EXPECT_EQ(decode(bare).value(), to_bytes(text));
  }
}

TEST(Base64, TheTwoAlphabets) {
  const Bytes bytes{0xFB, 0xFF, 0xFE};
  EXPECT_EQ(encode(bytes), "-__-");
  EXPECT_EQ(encode_standard(bytes), "+//+");
  EXPECT_EQ(refusal(decode("+//+")), Reason::MALFORMED);
  EXPECT_EQ(refusal(decode_standard("-__-")), Reason::MALFORMED);
}

TEST(Base64, EveryByteReadsBack) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<uint8_t>(i));
    EXPECT_EQ(decode(encode(bytes)).value(), bytes);
    EXPECT_EQ(decode_standard(encode_standard(bytes)).value(), bytes);
  }
}

TEST(Base64, UrlFormIsStrict) {
  for (const char* text : {"A", "Zg==", "Zm8=", "Zg\n", " Zg", "Zh", "Zm9", "Zm9v!", "AAAAA"})
    EXPECT_EQ(refusal(decode(text)), Reason::MALFORMED) << text;
}

TEST(Base64, StandardFormSkipsOnlyLineBreaks) {
  EXPECT_EQ(decode_standard("Zm9v\r\nYmFy\n").value(), to_bytes("foobar"));
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Zm9vYg= =", "Zm9 v", "Zh==", "Zm9=", "=", "====", "A==="})
    EXPECT_EQ(refusal(decode_standard(text)), Reason::MALFORMED) << text;
}

}  // namespace
}  // namespace mitome::base64url
