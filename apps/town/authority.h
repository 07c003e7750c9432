// The authority: registry, issuer and status behind one host, each with its own endpoints.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/town/access.h"
#include "issuer/issuer.h"
#include "registry/registry.h"
#include "status/status.h"

namespace mitome::town {

class Authority {
 public:
  /// In memory, with fresh keys. `makers` are the roots of phone makers.
  static Result<std::unique_ptr<Authority>> create(const Clock& clock, crypto::Random& random, crypto::KeySource& keys,
                                                   std::vector<x509::Certificate> makers);

  std::vector<http::Route> routes();
  std::string token(Role role) const { return tokens_[static_cast<size_t>(role)]; }
  const issuer::Hierarchy& hierarchy() const { return hierarchy_; }

  static constexpr std::string_view kOrigin = "http://authority.localhost";

 private:
  Authority(const Clock& clock, crypto::Random& random, issuer::Hierarchy hierarchy,
            std::unique_ptr<store::Store> store, std::vector<x509::Certificate> makers);
  registry::Roles make_roles(crypto::Random& random);
  std::vector<status::Authority> status_authorities();

  issuer::Hierarchy hierarchy_;
  std::unique_ptr<store::Store> store_;
  std::vector<std::string> tokens_;  ///< by Role
  registry::Roles roles_;
  registry::Registry registry_;
  issuer::SimulatedFaceJudge judge_;
  issuer::Issuer issuer_;
  status::Status status_;
};

}  // namespace mitome::town
