// Document signers that were already parsed and led to a root: reading a certificate costs two signature verifications.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "credential/x509/certificate.h"

namespace mitome::mdoc {

/// A document signer and the anchor it leads to. Valid while both certificates are, and while the anchor is still trusted.
struct TrustedSigner {
  x509::Certificate signer;
  x509::Certificate anchor;      ///< equal to signer when the signer itself is pinned
};

/// By SHA-256 of the DS certificate's DER. Holds only signers whose chain and profile were verified; the caller still looks at the
/// validity times and at whether the anchor is still among its anchors. Thread-safe.
class SignerCache {
 public:
  explicit SignerCache(size_t capacity = 256) : capacity_(capacity) {}
  std::optional<TrustedSigner> find(const crypto::Sha256Digest& fingerprint) const;
  void insert(const crypto::Sha256Digest& fingerprint, TrustedSigner signer);
  size_t size() const;
  void clear();

 private:
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::map<crypto::Sha256Digest, TrustedSigner> signers_;
};

}  // namespace mitome::mdoc
