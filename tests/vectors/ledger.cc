#include "tests/vectors/ledger.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>

#include "testing/fakes.h"

namespace mitome::vectors {
namespace {

struct Ledger {
  size_t skipped = 0;
  size_t unsupported = 0;
  std::map<std::string, size_t> reasons;
};

Ledger& ledger() {
  static Ledger one;
  return one;
}

class Summary final : public ::testing::Environment {
 public:
  void TearDown() override {
    std::string reasons;
    for (const auto& [reason, count] : ledger().reasons)
      reasons += (reasons.empty() ? "" : "; ") + reason + ": " + std::to_string(count);
    std::printf("VECTORS skipped=%zu unsupported=%zu (%s)\n", ledger().skipped, ledger().unsupported, reasons.c_str());
  }
};

[[maybe_unused]] const auto* const registered = ::testing::AddGlobalTestEnvironment(new Summary);

}  // namespace

void skipped(const std::string& source, size_t count) {
  ledger().skipped += count;
  ledger().reasons[source + ", no folder"] += count;
}

void unsupported(const std::string& source, const std::string& why, size_t count) {
  ledger().unsupported += count;
  ledger().reasons[source + ", " + why] += count;
}

bool available(const std::string& source, size_t count) {
  if (!testing::vectors_folder().empty()) return true;
  skipped(source, count);
  return false;
}

}  // namespace mitome::vectors
