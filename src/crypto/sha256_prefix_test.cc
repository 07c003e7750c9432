#include "crypto/sha256_prefix.h"

#include <gtest/gtest.h>

namespace mitome::crypto {
namespace {

TEST(Sha256Prefix, FinishesAsTheWholeMessageAndMoreThanOnce) {
  const Bytes portrait(20'000, 0x5A);
  const Sha256Prefix prefix{portrait};
  for (const std::string_view rest : {"", "a", "the salt of another document"}) {
    EXPECT_EQ(prefix.finish(as_bytes(rest)), sha256({portrait, as_bytes(rest)}));
  }
  EXPECT_NE(prefix.finish(as_bytes("a")), prefix.finish(as_bytes("b")));
}

}  // namespace
}  // namespace mitome::crypto
