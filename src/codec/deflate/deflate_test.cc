#include "codec/deflate/deflate.h"

#include <gtest/gtest.h>

namespace mitome::deflate {
namespace {

Bytes sample(size_t size) {
  Bytes out(size);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(i * i / 7);
  return out;
}

TEST(Deflate, ReadsBackAtEveryLevel) {
  for (const size_t size : {0U, 1U, 1000U, 16384U, 16385U, 300000U})
    for (const int level : {1, 6, 9}) EXPECT_EQ(decompress(compress(sample(size), level), size).value(), sample(size));
  EXPECT_LT(compress(Bytes(100000), 6).size(), 200U);
}

TEST(Deflate, TheLimitIsExact) {
  const Bytes packed = compress(sample(20000));
  EXPECT_TRUE(decompress(packed, 20000).has_value());
  EXPECT_EQ(decompress(packed, 19999).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(decompress(packed, 0).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Deflate, ABombCostsNoMoreThanItsLimit) {
  const Bytes bomb = compress(Bytes(100'000'000), 9);
  EXPECT_LT(bomb.size(), 200'000U);
  EXPECT_EQ(decompress(bomb, 1'000'000).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Deflate, RefusesWhatIsNotOneWholeStream) {
  const Bytes good = compress(sample(1000));
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(decompress(ByteView{good}.first(size), 5000).error().reason, Reason::MALFORMED) << size;
  Bytes trailing = good;
  trailing.push_back(0);
  EXPECT_EQ(decompress(trailing, 5000).error().reason, Reason::MALFORMED);
  Bytes checksum = good;
  checksum.back() ^= 1;
  EXPECT_EQ(decompress(checksum, 5000).error().reason, Reason::MALFORMED);
  Bytes raw{good.begin() + 2, good.end()};
  EXPECT_EQ(decompress(raw, 5000).error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::deflate
