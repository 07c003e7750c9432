#include "net/pcsc_reader.h"

#include <gtest/gtest.h>

namespace mitome::net {
namespace {

// With a reader: tests/interop/pcsc. Here there is none of this name, whether pcscd runs or not.
TEST(PcscReader, AReaderThatIsNotThereIsUnreachableAndEmpty) {
  PcscReader reader{"no reader has this name"};
  EXPECT_EQ(reader.name(), "no reader has this name");
  EXPECT_FALSE(reader.present());
  const auto channel = reader.connect();
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().reason, Reason::UNREACHABLE);
}

}  // namespace
}  // namespace mitome::net
