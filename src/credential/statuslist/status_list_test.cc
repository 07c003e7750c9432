#include "credential/statuslist/status_list.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"
#include "codec/deflate/deflate.h"

namespace mitome::statuslist {
namespace {

Result<StatusList> read(ByteView encoded) {
  const auto document = cbor::Document::parse(encoded);
  CHECK(document.has_value());
  return StatusList::read(document->root());
}

Bytes encoded(uint64_t bits, ByteView lst) {
  cbor::Writer writer;
  writer.map(2).text("bits").uint(bits).text("lst").bytes(lst);
  return writer.take();
}

TEST(StatusList, LowestBitsFirst) {
  // draft-ietf-oauth-status-list 4.1, first example: 1,0,0,1,1,1,0,1 is B9.
  StatusList one{1, 16};
  for (const size_t index : {0, 3, 4, 5, 7, 9, 13, 15}) one.set(index, 1);
  one.set(8, 1);
  EXPECT_EQ(one.bytes(), (Bytes{0xB9, 0xA3}));
  StatusList two{2, 12};
  const uint8_t values[] = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
  for (size_t i = 0; i < 12; ++i) two.set(i, values[i]);
  EXPECT_EQ(two.bytes(), (Bytes{0xC9, 0x44, 0xF9}));
}

TEST(StatusList, SetsAndGetsEverySize) {
  for (const uint8_t bits : {uint8_t{1}, uint8_t{2}, uint8_t{4}, uint8_t{8}}) {
    StatusList list{bits, 100};
    EXPECT_GE(list.size(), 100u);
    const auto top = static_cast<uint8_t>((1u << bits) - 1);
    for (size_t i = 0; i < 100; i += 3) list.set(i, top);
    for (size_t i = 0; i < 100; ++i) EXPECT_EQ(list.get(i), i % 3 == 0 ? top : 0) << i;
    list.set(3, 0);
    EXPECT_EQ(list.get(3), 0);
    const auto again = read(list.encode());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->bytes(), list.bytes());
    EXPECT_EQ(again->bits(), bits);
  }
}

TEST(StatusList, RefusesWhatIsNoList) {
  const Bytes good = deflate::compress(Bytes{1});
  ASSERT_TRUE(read(encoded(1, good)));
  for (const uint64_t bits : {0u, 3u, 16u, 257u}) {
    EXPECT_EQ(read(encoded(bits, good)).error().reason, Reason::MALFORMED) << bits;
  }
  EXPECT_EQ(read(encoded(1, Bytes{1, 2, 3})).error().reason, Reason::MALFORMED);
  EXPECT_EQ(read(cbor::Writer{}.map(1).text("bits").uint(1).view()).error().reason, Reason::MALFORMED);
  EXPECT_EQ(read(encoded(1, deflate::compress(Bytes(kMaxListBytes + 1)))).error().reason, Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::statuslist
