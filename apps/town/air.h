// What is between a phone and a counter in life: light that carries a QR, and radio. Here messages pass from hand to hand.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::town {

class Air {
 public:
  /// What the phone sent back: SessionData, once.
  using Answer = std::function<void(const Bytes& message)>;
  /// Gives a reader's message to a phone (POST …/wallet/session there).
  using Deliver = std::function<Result<void>(const std::string& phone, ByteView message)>;

  explicit Air(Deliver deliver) : deliver_(std::move(deliver)) {}

  // The phone's side.
  void show(const std::string& phone, const std::string& engagement);  ///< its screen shows this QR ("mdoc:…")
  void hide(const std::string& phone);                                  ///< its screen shows none any more
  void answer(const std::string& phone, const Bytes& message);         ///< to the reader that asked; nobody listens: lost

  // The reader's side.
  struct Shown {
    std::string phone, engagement;
  };
  std::vector<Shown> shown() const;
  /// To the phone whose engagement this is, in radio range as it were; NOT_FOUND when no screen shows it.
  Result<void> send(const std::string& engagement, ByteView message, Answer answer);

 private:
  Deliver deliver_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> shown_;  ///< phone → engagement
  std::map<std::string, Answer> waiting_;     ///< phone → who listens
};

}  // namespace mitome::town
