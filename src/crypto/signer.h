#pragma once

#include "crypto/key.h"

namespace mitome::crypto {

/// Signs without showing its key: a key in this process, a PKCS#11 token, a test's failing signer.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual SignatureAlgorithm algorithm() const = 0;
  /// Raw r‖s for ECDSA; modulus size for RSA.
  virtual Result<Bytes> sign(ByteView message) = 0;
};

/// A key in this process: ES256, ES384 or RSA PKCS #1 v1.5 with SHA-256 by its type.
class SoftwareSigner final : public Signer {
 public:
  explicit SoftwareSigner(PrivateKey key) : key_(std::move(key)) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  SignatureAlgorithm algorithm() const override;
  Result<Bytes> sign(ByteView message) override { return key_.sign(algorithm(), message); }
  const PrivateKey& key() const { return key_; }

 private:
  PrivateKey key_;
};

}  // namespace mitome::crypto
