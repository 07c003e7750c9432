#include "codec/pem/pem.h"

#include <gtest/gtest.h>

namespace mitome::pem {
namespace {

Reason refusal(std::string_view text) {
  const auto blocks = decode(text);
  return blocks ? Reason::GOOD : blocks.error().reason;
}

TEST(Pem, WritesSixtyFourColumnsAndReadsThemBack) {
  for (const size_t size : {1U, 47U, 48U, 49U, 500U}) {
    const Bytes der(size, 0x5A);
    const std::string text = encode("CERTIFICATE", der);
    size_t longest = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      longest = std::max(longest, text.find('\n', at) - at);
    EXPECT_EQ(longest, size < 48 ? std::max<size_t>(27, (size + 2) / 3 * 4) : 64U);
    EXPECT_TRUE(text.ends_with("-----END CERTIFICATE-----\n"));
    EXPECT_EQ(decode_one(text, "CERTIFICATE").value(), der);
  }
}

TEST(Pem, ReadsAllBlocksAndSkipsTextBetween) {
  const std::string text = "subject: one\n" + encode("CERTIFICATE", Bytes{1}) + "subject: two\n" +
                           encode("PRIVATE KEY", Bytes{2}) + encode("CERTIFICATE", Bytes{3}) + "end\n";
  const auto blocks = decode(text).value();
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[1].label, "PRIVATE KEY");
  EXPECT_EQ(blocks[2].der, Bytes{3});
  EXPECT_EQ(decode_one(text, "CERTIFICATE").value(), Bytes{1});
  EXPECT_EQ(decode_one(text, "PUBLIC KEY").error().reason, Reason::MALFORMED);
}

TEST(Pem, RefusesBrokenBlocks) {
  EXPECT_EQ(refusal("-----BEGIN A-----\nAQ==\n-----END A-----\n"), Reason::GOOD);
  EXPECT_EQ(refusal("-----BEGIN A-----\r\nAQ==\r\n-----END A-----"), Reason::GOOD);
  for (const char* text : {"", "no block", "-----BEGIN A-----\nAQ==\n", "-----BEGIN A-----\nAQ==\n-----END B-----\n",
                           "-----BEGIN A\nAQ==\n-----END A-----\n", "-----BEGIN A-----\nA*==\n-----END A-----\n",
                           "-----BEGIN A-----\n-----END A-----\n", "-----BEGIN A-----",
                           "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQ==\n-----END A-----\n",
                           "-----BEGIN A-----\n-----BEGIN A-----\nAQ==\n-----END A-----\n"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
}

TEST(Pem, TheNumberOfBlocksIsLimited) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "-----BEGIN A-----\nAQ==\n-----END A-----\n";
  EXPECT_EQ(decode(text)->size(), 1000U);
  EXPECT_EQ(refusal(text + "-----BEGIN A-----\nAQ==\n-----END A-----\n"), Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::pem
