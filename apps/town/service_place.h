// What the composition of every service behind the gate has in common: its key as a client, its store, its way to the gate.
#pragma once

#include "apps/town/ground.h"
#include "services/directory.h"
#include "services/login/relying_gate.h"

namespace mitome::town {

class ServiceGround {
 public:
  /// `client` is the place's name: "portal".
  static Result<std::unique_ptr<ServiceGround>> open(Ground& ground, const std::string& client, const store::Migrations& schema);

  const std::string& origin() const { return origin_; }
  services::Gate& gate() { return gate_; }
  store::Store& store() { return *store_; }

 private:
  ServiceGround(Ground& ground, std::string client, std::unique_ptr<crypto::SoftwareSigner> key,
                std::unique_ptr<store::Store> store);

  std::string origin_;
  std::unique_ptr<crypto::SoftwareSigner> key_;
  std::unique_ptr<store::Store> store_;
  openid::RelyingParty party_;
  services::RelyingGate gate_;
};

/// Hourly of the town's time is often enough for a job that no reading depends on (threats SVC-9).
class PurgeTimer {
 public:
  bool due(Instant now) {
    if (now < next_) return false;
    next_ = now + std::chrono::hours{1};
    return true;
  }

 private:
  Instant next_{};
};

}  // namespace mitome::town
