#include "crypto/random.h"

#include <openssl/rand.h>

#include <limits>

#include "base/check.h"

namespace mitome::crypto {

Bytes Random::bytes(size_t count) {
  Bytes out(count);
  fill(out);
  return out;
}

uint64_t Random::number() {
  uint8_t bytes[8];
  fill(bytes);
  uint64_t value = 0;
  for (const uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

uint64_t Random::below(uint64_t bound) {
  CHECK(bound > 0);
  // The last incomplete run of the range is thrown away, so that no result is likelier than another.
  const uint64_t unusable = (std::numeric_limits<uint64_t>::max() - bound + 1) % bound;
  for (;;) {
    const uint64_t value = number();
    if (value >= unusable) return value % bound;
  }
}

std::string Random::digits(size_t count) {
  std::string out;
  while (out.size() < count) out += static_cast<char>('0' + below(10));
  return out;
}

void SystemRandom::fill(std::span<uint8_t> out) {
  constexpr size_t kChunk = 1U << 30;  // RAND_bytes takes an int
  while (!out.empty()) {
    const size_t now = out.size() < kChunk ? out.size() : kChunk;
    CHECK(RAND_bytes(out.data(), static_cast<int>(now)) == 1);
    out = out.subspan(now);
  }
}

}  // namespace mitome::crypto
