#include "status/status.h"

namespace mitome::status {

Status::Status(registry::Registry& registry, const Clock& clock, std::vector<Authority> authorities,
               ListSigner list_signer, Settings settings)
    : registry_(registry),
      clock_(clock),
      authorities_(std::move(authorities)),
      list_signer_(std::move(list_signer)),
      settings_(std::move(settings)) {
  for (const auto& authority : authorities_) {
    issuer_ids_.push_back({ocsp::cert_id(ocsp::HashAlgorithm::kSha1, authority.certificate, {}),
                           ocsp::cert_id(ocsp::HashAlgorithm::kSha256, authority.certificate, {})});
  }
}

const Bytes* Status::kept(const std::string& kind, const Bytes& content, Seconds life) const {
  const auto found = published_.find(kind);
  if (found == published_.end() || found->second.content != content) return nullptr;
  const Seconds age = clock_.now() - found->second.at;
  return age >= Seconds{0} && age < life / 2 ? &found->second.signed_bytes : nullptr;
}

}  // namespace mitome::status
