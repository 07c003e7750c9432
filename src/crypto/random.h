#pragma once

#include <array>
#include <string>

#include "base/bytes.h"

namespace mitome::crypto {

/// Where chance comes from. Handed in, so that a simulation can own it.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<uint8_t> out) = 0;

  Bytes bytes(size_t count);
  uint64_t number();
  /// Uniform in [0, bound), bound > 0.
  uint64_t below(uint64_t bound);
  /// So many decimal digits.
  std::string digits(size_t count);
};

/// OpenSSL's generator (RAND_bytes); a failing generator is fatal.
class SystemRandom final : public Random {
 public:
  void fill(std::span<uint8_t> out) override;
};

}  // namespace mitome::crypto
