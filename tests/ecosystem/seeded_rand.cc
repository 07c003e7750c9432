// Only this binary: OpenSSL's own chance comes from the seed too (ECDSA nonces, PSS salts, EC keys), so that one seed
// is one trace.
#define OPENSSL_API_COMPAT 10101
#include "tests/ecosystem/seeded_rand.h"

#include <openssl/rand.h>

#include <memory>

#include "base/check.h"
#include "testing/fakes.h"

namespace mitome::ecosystem {
namespace {

std::unique_ptr<testing::SeededRandom>& source() {
  static std::unique_ptr<testing::SeededRandom> random;
  return random;
}

int fill(unsigned char* out, int size) {
  source()->fill({out, static_cast<size_t>(size)});
  return 1;
}

int status() { return 1; }

}  // namespace

void seed_openssl(uint64_t seed) {
  static const RAND_METHOD method{nullptr, fill, nullptr, nullptr, fill, status};
  source() = std::make_unique<testing::SeededRandom>(seed);
  CHECK(RAND_set_rand_method(&method) == 1);
}

}  // namespace mitome::ecosystem
