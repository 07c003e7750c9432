// Asymmetric keys: P-256, P-384 and RSA-2048 (RSA verification also of 3072 and 4096).
// OpenSSL stays behind these classes.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace mitome::crypto {

enum class KeyType : uint8_t { kP256, kP384, kRsa };

/// What a signature is made with. kEcdsa*: raw r‖s (64 or 96 bytes), never DER.
enum class SignatureAlgorithm : uint8_t {
  kEcdsaSha256,  ///< P-256 (COSE ES256 -7)
  kEcdsaSha384,  ///< P-384 (COSE ES384 -35)
  kRsaPkcs1Sha256,
  kRsaPssSha256,  ///< MGF1 with SHA-256, salt of 32 bytes
};

/// Size of one coordinate in bytes: 32 or 48.
size_t coordinate_size(KeyType type);

class PublicKey {
 public:
  /// SubjectPublicKeyInfo (RFC 5280 4.1.2.7). A point off the curve, another curve, RSA under
  /// 2048 or over 4096 bits, or trailing bytes: BAD_KEY.
  static Result<PublicKey> from_spki(ByteView der);
  /// An uncompressed or compressed SEC 1 point on P-256 or P-384; anything else: BAD_KEY.
  static Result<PublicKey> from_point(KeyType type, ByteView point);
  /// x and y of equal coordinate size.
  static Result<PublicKey> from_coordinates(KeyType type, ByteView x, ByteView y);
  static Result<PublicKey> from_pem(std::string_view pem);

  KeyType type() const;
  const Bytes& spki() const;    ///< DER as given, or as encoded once when made from a point
  Bytes point() const;          ///< 0x04 ‖ x ‖ y; EC only (CHECK)
  size_t modulus_size() const;  ///< bytes; RSA only (CHECK)
  std::string pem() const;

  /// True only for a valid signature by this key; the algorithm must fit the key type. The length of
  /// an ECDSA signature is checked exactly before any DER work.
  bool verify(SignatureAlgorithm algorithm, ByteView message, ByteView signature) const;
  /// Over a digest that was already computed: ECDSA (32 bytes on P-256, 48 on P-384), RSA PKCS #1 v1.5 (32 bytes of SHA-256).
  bool verify_digest(ByteView digest, ByteView signature) const;

  bool operator==(const PublicKey& other) const { return spki() == other.spki(); }

  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;  // shared: immutable, copied with every certificate that a verifier caches
};

/// A private key in this process. What signs without showing its key is a Signer (signer.h).
class PrivateKey {
 public:
  static Result<PrivateKey> from_pkcs8(ByteView der);
  /// PKCS#8 or SEC 1 ("EC PRIVATE KEY") PEM, unencrypted; BAD_KEY otherwise.
  static Result<PrivateKey> from_pem(std::string_view pem);
  /// The scalar, big endian, of coordinate size.
  static Result<PrivateKey> from_scalar(KeyType type, ByteView scalar);

  KeyType type() const;
  const PublicKey& public_key() const;
  SecretBytes pkcs8() const;
  SecretBytes pem() const;

  /// Raw r‖s for ECDSA, modulus size for RSA. BAD_KEY if the algorithm does not fit.
  Result<Bytes> sign(SignatureAlgorithm algorithm, ByteView message) const;
  /// RSA with PKCS #1 v1.5 type 1 padding of the input as it is (a DigestInfo, say): at most
  /// modulus - 11 bytes, else LIMIT_EXCEEDED. What a JPKI card's COMPUTE DIGITAL SIGNATURE does.
  Result<Bytes> sign_pkcs1_raw(ByteView input) const;
  /// RSA-PSS over a SHA-256 digest.
  Result<Bytes> sign_pss_digest(ByteView digest) const;

  /// ECDH (SP 800-56A 5.7.1.2): the x coordinate. Other curve: BAD_KEY.
  Result<SecretBytes> agree(const PublicKey& peer) const;

  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();
  struct Impl;
  explicit PrivateKey(std::unique_ptr<Impl> impl);
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Where new keys come from; tests hand in a pool, since RSA-2048 generation costs 180 ms.
class KeySource {
 public:
  virtual ~KeySource() = default;
  virtual PrivateKey generate(KeyType type) = 0;
};

/// Fresh keys from OpenSSL.
class SystemKeySource final : public KeySource {
 public:
  PrivateKey generate(KeyType type) override;
};

/// DigestInfo for SHA-256 (RFC 8017 9.2 note 1): the 19-byte prefix ‖ digest.
Bytes sha256_digest_info(ByteView digest);

/// Conversions between raw r‖s and the DER of X.509 and CMS. Exact lengths, minimal integers.
Result<Bytes> ecdsa_raw_to_der(ByteView raw);
Result<Bytes> ecdsa_der_to_raw(ByteView der, size_t coordinate);

}  // namespace mitome::crypto
