#include "registry/roles.h"

namespace mitome::registry {

Result<RoleToken> Roles::require(const http::Request& request, std::string_view role) const {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.header("Authorization");
  if (!header.starts_with(kScheme)) return Error{Reason::FORBIDDEN, "no token"};
  const auto digest = crypto::sha256(as_bytes(header.substr(kScheme.size())));
  for (const RoleToken& token : tokens_) {
    if (!crypto::equal_constant_time(token.token, digest)) continue;
    if (token.role == role) return token;
    return Error{Reason::FORBIDDEN, "the role is " + token.role};
  }
  return Error{Reason::FORBIDDEN, "unknown token"};
}

}  // namespace mitome::registry
