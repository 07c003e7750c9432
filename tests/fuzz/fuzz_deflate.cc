#include "codec/deflate/deflate.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  constexpr size_t kLimit = 100'000;
  const auto out = deflate::decompress(input, kLimit);
  check_refusal(out);
  if (!out) return;
  CHECK(out->size() <= kLimit);
  CHECK(deflate::decompress(deflate::compress(*out), kLimit).value() == *out);
}
