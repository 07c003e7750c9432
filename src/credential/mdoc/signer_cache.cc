#include "credential/mdoc/signer_cache.h"

namespace mitome::mdoc {

std::optional<TrustedSigner> SignerCache::find(const crypto::Sha256Digest& fingerprint) const {
  const std::lock_guard lock{mutex_};
  const auto found = signers_.find(fingerprint);
  if (found == signers_.end()) return std::nullopt;
  return found->second;
}

void SignerCache::insert(const crypto::Sha256Digest& fingerprint, TrustedSigner signer) {
  const std::lock_guard lock{mutex_};
  // Real trust lists name a few hundred signers; whoever floods the cache with more only makes it start anew.
  if (signers_.size() >= capacity_ && !signers_.contains(fingerprint)) signers_.clear();
  signers_.insert_or_assign(fingerprint, std::move(signer));
}

size_t SignerCache::size() const {
  const std::lock_guard lock{mutex_};
  return signers_.size();
}

void SignerCache::clear() {
  const std::lock_guard lock{mutex_};
  signers_.clear();
}

}  // namespace mitome::mdoc
