// What tests hand in instead of the world: time, chance and keys.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace mitome::testing {

/// Stands still until moved; starts at 2026-06-01T01:00:00Z (10:00 in Japan).
class FakeClock final : public Clock {
 public:
  FakeClock() : now_(japan_instant(Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}}, 10, 0, 0)) {}
  explicit FakeClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void set(Instant instant) { now_ = instant; }
  void advance(Seconds by) { now_ += by; }

 private:
  Instant now_;
};

/// SHA-256 in counter mode over a seed: the same seed, the same bytes.
class SeededRandom final : public crypto::Random {
 public:
  explicit SeededRandom(uint64_t seed) : seed_(seed) {}
  void fill(std::span<uint8_t> out) override;

 private:
  uint64_t seed_;
  uint64_t counter_ = 0;
  Bytes left_;
};

/// RSA keys from a pool of 64 that is generated once into the build folder (never committed) and handed out in turn;
/// EC keys fresh. Each instance starts at `first`.
class PooledKeySource final : public crypto::KeySource {
 public:
  explicit PooledKeySource(size_t first = 0) : next_(first) {}
  crypto::PrivateKey generate(crypto::KeyType type) override;
  static constexpr size_t kPoolSize = 64;

 private:
  size_t next_;
};

/// The folder with other people's vectors: $MITOME_VECTORS, else ../shared/vectors beside the checkout; empty when
/// there is none.
std::string vectors_folder();
/// A file below it; CHECKs that it is there.
std::string read_vector(const std::string& path);
std::string read_text_file(const std::string& path);

}  // namespace mitome::testing
