#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/hash.h"
#include "protocol/http/http.h"
#include "registry/transition.h"

namespace mitome::registry {

struct RoleToken {
  crypto::Sha256Digest token;  ///< SHA-256 of the token's text
  std::string role;            ///< "city", "hotline", "findmy", "operator", "verifier", "municipality", "insurer", …
  std::string name;            ///< of the staff or service, for the event log
};

/// Who holds which token. The tokens themselves are not kept.
class Roles {
 public:
  explicit Roles(std::vector<RoleToken> tokens) : tokens_(std::move(tokens)) {}
  /// The caller by `Authorization: Bearer TOKEN`, who must have this role; else FORBIDDEN.
  Result<RoleToken> require(const http::Request& request, std::string_view role) const;

 private:
  std::vector<RoleToken> tokens_;
};

}  // namespace mitome::registry
