// The authority: registry, issuer and status behind one host, each with its own endpoints.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/town/access.h"
#include "apps/town/face_judges.h"
#include "apps/town/storage.h"
#include "issuer/issuer.h"
#include "registry/registry.h"
#include "status/status.h"

namespace mitome::town {

/// What the authority stands on; all of it must outlive it.
struct AuthorityParts {
  const Clock& clock;
  crypto::Random& random;
  crypto::KeySource& keys;
  Storage& storage;
  std::string origin;                     ///< written into what is issued
  std::vector<x509::Certificate> makers;  ///< roots of phone makers
  std::string cascades = {};              ///< empty: no films, only the simulated camera
};

class Authority {
 public:
  /// With the keys and the registry that the storage has, or fresh ones.
  static Result<std::unique_ptr<Authority>> open(AuthorityParts parts);

  std::vector<http::Route> routes();
  std::string token(Role role) const { return tokens_[static_cast<size_t>(role)]; }
  const issuer::Hierarchy& hierarchy() const { return hierarchy_; }
  registry::Registry& registry() { return registry_; }
  issuer::Issuer& issuer() { return issuer_; }
  /// What time alone brings about.
  Result<void> tick();

 private:
  Authority(const AuthorityParts& parts, issuer::Hierarchy hierarchy, std::unique_ptr<store::Store> store,
            registry::RegistryKeys keys, std::unique_ptr<issuer::Observer> observer);
  registry::Roles make_roles(crypto::Random& random);
  std::vector<status::Authority> status_authorities();

  issuer::Hierarchy hierarchy_;
  std::unique_ptr<store::Store> store_;
  std::vector<std::string> tokens_;  ///< by Role
  registry::Roles roles_;
  registry::Registry registry_;
  issuer::SimulatedFaceJudge simulated_judge_;
  std::unique_ptr<FaceJudges> judges_;  ///< none without cascades
  issuer::Issuer issuer_;
  status::Status status_;
};

}  // namespace mitome::town
