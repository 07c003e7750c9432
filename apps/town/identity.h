// Keys with certificates that the town makes once and keeps: the phone maker's root, the readers' root, a counter's reader, phones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/town/storage.h"
#include "credential/x509/certificate.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "crypto/signer.h"

namespace mitome::town {

struct Identity {
  x509::Certificate certificate;
  std::unique_ptr<crypto::SoftwareSigner> signer;
};

struct IdentityPlan {
  std::string common_name;
  bool ca = false;
  std::string purpose = {};  ///< extended key usage, critical; none when empty
  Days life{400};
  std::vector<std::string> hosts = {};  ///< of a TLS server; of a CA: the only hosts that it can speak for
};

/// A fresh P-256 key, certified by `issuer`, or by itself when there is none.
Result<Identity> make_identity(const IdentityPlan& plan, const Identity* issuer, crypto::Random& random, crypto::KeySource& keys,
                               Instant now);

/// What the storage has under this name; else a fresh one, which it then has.
Result<Identity> kept_identity(Storage& storage, const std::string& name, const IdentityPlan& plan, const Identity* issuer,
                               crypto::Random& random, crypto::KeySource& keys, Instant now);

/// `size` random bytes, the same at every start.
Result<crypto::SecretBytes> kept_secret(Storage& storage, const std::string& name, size_t size, crypto::Random& random);

}  // namespace mitome::town
