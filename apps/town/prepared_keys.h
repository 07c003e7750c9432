#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "crypto/key.h"

namespace mitome::town {

/// Fresh keys; RSA keys, which take 180 ms each, are made in advance beside the work: one maker for each core, since a new town needs
/// nine at once. Safe to use from several threads.
class PreparedKeySource final : public crypto::KeySource {
 public:
  static constexpr size_t kStock = 8;
  static constexpr size_t kFewestMakers = 2;

  PreparedKeySource();
  ~PreparedKeySource() override;
  crypto::PrivateKey generate(crypto::KeyType type) override;

 private:
  void make_stock();

  crypto::SystemKeySource source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<crypto::PrivateKey> stock_;
  bool ended_ = false;
  std::vector<std::thread> makers_;
};

}  // namespace mitome::town
