#include "apps/town/prepared_keys.h"

#include <algorithm>

namespace mitome::town {

PreparedKeySource::PreparedKeySource() {
  const size_t makers = std::clamp<size_t>(std::thread::hardware_concurrency(), kFewestMakers, kStock);
  for (size_t i = 0; i < makers; ++i) makers_.emplace_back([this] { make_stock(); });
}

PreparedKeySource::~PreparedKeySource() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  for (std::thread& maker : makers_) maker.join();
}

void PreparedKeySource::make_stock() {
  crypto::SystemKeySource source;
  std::unique_lock lock{mutex_};
  while (!ended_) {
    if (stock_.size() >= kStock) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    crypto::PrivateKey key = source.generate(crypto::KeyType::kRsa);
    lock.lock();
    stock_.push_back(std::move(key));
    changed_.notify_all();
  }
}

crypto::PrivateKey PreparedKeySource::generate(crypto::KeyType type) {
  if (type != crypto::KeyType::kRsa) return source_.generate(type);
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return !stock_.empty(); });
  crypto::PrivateKey key = std::move(stock_.front());
  stock_.pop_front();
  changed_.notify_all();
  return key;
}

}  // namespace mitome::town
