// The composition of every actor in one process: what main() would wire up in as many processes as there are actors.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "apps/town/access.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace mitome::town {

/// What the town is made of; all of it must outlive the town.
struct Parts {
  crypto::Random& random;
  crypto::KeySource& keys;
  Interceptor* interceptor = nullptr;
  std::optional<Instant> start = std::nullopt;  ///< what the clock shows first; otherwise kDefaultStart
};

/// 2026-06-01 10:00 Japan time: every service of the article is open.
Instant default_start();

class Town final : public Access {
 public:
  static Result<std::unique_ptr<Town>> build(const Parts& parts);
  /// With the system's randomness and fresh keys; everything in memory.
  static Result<std::unique_ptr<Town>> build_in_memory(Interceptor* interceptor);
  ~Town() override;

  http::HttpClient& network() override;
  MovableClock& clock() override;
  Result<void> unpack_phone(const std::string& name) override;
  Result<std::reference_wrapper<apdu::ApduChannel>> reader(const std::string& card) override;
  void hold_to_phone(const std::string& phone, const std::optional<std::string>& card) override;
  std::string token(Role role) const override;
  TrustPems trust() const override;

  /// Switches a phone off and on: what was only in its memory is gone.
  Result<void> restart_phone(const std::string& name);

 private:
  struct Impl;
  explicit Town(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::town
