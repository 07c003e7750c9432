#pragma once

#include <mutex>

#include "crypto/random.h"

namespace mitome::verifier {

/// Endpoints run on several threads; what is handed in need not be made for that.
class LockedRandom final : public crypto::Random {
 public:
  explicit LockedRandom(crypto::Random& random) : random_(random) {}
  void fill(std::span<uint8_t> out) override {
    const std::lock_guard lock{mutex_};
    random_.fill(out);
  }

 private:
  std::mutex mutex_;
  crypto::Random& random_;
};

}  // namespace mitome::verifier
