// What of other people's vectors was not run, by name and reason. Printed at the end as
// "VECTORS skipped=N unsupported=M (…)"; continuous integration fails unless N is 0.
#pragma once

#include <cstddef>
#include <string>

namespace mitome::vectors {

/// The folder of vectors is not there: `count` of them were not run.
void skipped(const std::string& source, size_t count);
/// Mitome lacks what these need.
void unsupported(const std::string& source, const std::string& why, size_t count = 1);
/// Whether the vectors are there; when not, counts them as skipped.
bool available(const std::string& source, size_t count);

}  // namespace mitome::vectors

/// At the head of a test: runs it only where the vectors are, and counts it where they are not.
#define REQUIRE_VECTORS(source, count) \
  if (!mitome::vectors::available(source, count)) GTEST_SKIP() << (count) << " vectors of " << (source) << " skipped"
