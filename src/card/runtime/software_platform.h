// A platform in this process: slots and keys in memory, with a hook that makes each change durable before it returns.
// The file-backed card and a phone's secure element are this with their own hook. In life this memory is what nobody can
// read; see docs/divergences.md.
#pragma once

#include <functional>
#include <map>

#include "card/platform.h"
#include "crypto/secret.h"

namespace mitome::card {

/// A chip's whole memory as bytes and back (deterministic CBOR, version 1). Holds private keys and PINs.
class Silicon {
 public:
  static constexpr size_t kMaxEncodedSize = 256 * 1024;

  Silicon() = default;
  Silicon(Silicon&&) = default;
  Silicon& operator=(Silicon&&) = default;

  crypto::SecretBytes encode() const;
  /// MALFORMED or LIMIT_EXCEEDED.
  static Result<Silicon> parse(ByteView bytes);

 private:
  friend class SoftwarePlatform;
  /// A key as it signs and as it is kept. OpenSSL takes 80 µs to write one, and each change of a PIN counter writes them all.
  struct Key {
    explicit Key(crypto::PrivateKey made) : key(std::move(made)), pkcs8(key.pkcs8()) {}
    crypto::PrivateKey key;
    crypto::SecretBytes pkcs8;
  };
  std::map<Slot, crypto::SecretBytes> slots_;
  std::map<Slot, Key> keys_;
};

class SoftwarePlatform : public Platform {
 public:
  /// Makes the encoded silicon durable; called before any changing call returns good. Empty: memory only.
  using Persist = std::function<Result<void>(ByteView encoded)>;

  SoftwarePlatform(crypto::Random& random, crypto::KeySource& keys, Silicon silicon = {}, Persist persist = {})
      : random_(random), keys_(keys), silicon_(std::move(silicon)), persist_(std::move(persist)) {}

  Result<std::optional<Bytes>> read(Slot slot) override;
  Result<void> write(Slot slot, ByteView value) override;
  Result<void> erase(Slot slot) override;
  Result<crypto::PublicKey> generate_key(Slot slot) override;
  Result<crypto::PublicKey> public_key(Slot slot) override;
  Result<Bytes> sign(Slot slot, RsaPadding padding, ByteView input) override;
  crypto::Random& random() override { return random_; }

  const Silicon& silicon() const { return silicon_; }

 private:
  Result<void> persist();

  crypto::Random& random_;
  crypto::KeySource& keys_;
  Silicon silicon_;
  Persist persist_;
};

}  // namespace mitome::card
