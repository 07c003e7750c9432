#include "net/system_clock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>

namespace mitome::net {
namespace {

TEST(SystemClock, AgreesWithWhatTheKernelWritesOnAFreshFile) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  struct stat status {};
  ASSERT_EQ(fstat(fileno(file), &status), 0);
  std::fclose(file);
  const auto apart = to_unix(SystemClock{}.now()) - status.st_mtime;
  EXPECT_GE(apart, -1);
  EXPECT_LE(apart, 5);
}

}  // namespace
}  // namespace mitome::net
