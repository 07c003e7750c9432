#include "apps/town/air.h"

#include <algorithm>

namespace mitome::town {

void Air::show(const std::string& phone, const std::string& engagement) {
  const std::lock_guard lock{mutex_};
  shown_[phone] = engagement;
  waiting_.erase(phone);
}

void Air::hide(const std::string& phone) {
  const std::lock_guard lock{mutex_};
  shown_.erase(phone);
}

void Air::answer(const std::string& phone, const Bytes& message) {
  Answer listener;
  {
    const std::lock_guard lock{mutex_};
    const auto found = waiting_.find(phone);
    if (found == waiting_.end()) return;
    listener = std::move(found->second);
    waiting_.erase(found);
    shown_.erase(phone);
  }
  listener(message);
}

std::vector<Air::Shown> Air::shown() const {
  const std::lock_guard lock{mutex_};
  std::vector<Shown> all;
  for (const auto& [phone, engagement] : shown_) all.push_back({phone, engagement});
  return all;
}

Result<void> Air::send(const std::string& engagement, ByteView message, Answer answer) {
  std::string phone;
  {
    const std::lock_guard lock{mutex_};
    const auto found = std::find_if(shown_.begin(), shown_.end(), [&](const auto& one) { return one.second == engagement; });
    if (found == shown_.end()) return Error{Reason::NOT_FOUND, "no phone shows this code"};
    phone = found->first;
    waiting_[phone] = std::move(answer);
  }
  return deliver_(phone, message);
}

}  // namespace mitome::town
