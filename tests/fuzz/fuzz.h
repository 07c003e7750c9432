// What every target says: input in, and CHECK for what must hold of whatever was accepted.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "base/result.h"

/// One body per target: FUZZ(input) { … }
#define FUZZ(input)                                                         \
  static void fuzz_one(mitome::ByteView input);                             \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { \
    fuzz_one({data, size});                                                 \
    return 0;                                                               \
  }                                                                         \
  static void fuzz_one(mitome::ByteView input)

namespace mitome {

/// A refusal says why, in words that fit a log: no input is echoed at length.
template <typename T>
void check_refusal(const Result<T>& result) {
  if (result) return;
  CHECK(reason_info(result.error().reason).kind != ReasonKind::kGood);
  CHECK(result.error().detail.size() < 500);
}

}  // namespace mitome
