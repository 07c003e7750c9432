// Inside crypto/ only: what public_key.cc and private_key.cc share of OpenSSL.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <array>
#include <atomic>
#include <memory>

#include "crypto/key.h"

namespace mitome::crypto {

struct EvpFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
};
using EvpKey = std::unique_ptr<EVP_PKEY, EvpFree>;
using EvpContext = std::unique_ptr<EVP_PKEY_CTX, EvpFree>;
using BigNumber = std::unique_ptr<BIGNUM, EvpFree>;

/// Contexts of one key for one operation, kept between calls: making one costs 1.7 µs, a verification 60. They live
/// and die with the key's Impl, so that no thread keeps a key alive that was given up.
class ContextPool {
 public:
  ContextPool() = default;
  ContextPool(const ContextPool&) = delete;
  ContextPool& operator=(const ContextPool&) = delete;
  ~ContextPool();
  /// A kept context, or null.
  EvpContext take();
  void put(EvpContext context);

 private:
  std::array<std::atomic<EVP_PKEY_CTX*>, 4> idle_{};
};

struct Curve {
  const char* name;  ///< as OpenSSL calls it
  const char* oid;
  int nid;
  size_t coordinate;
  const char* digest;
  SignatureAlgorithm algorithm;
};
/// P-256 or P-384 (CHECK).
const Curve& curve_of(KeyType type);

inline constexpr const char* kEcPublicKeyOid = "1.2.840.10045.2.1";
inline constexpr const char* kRsaEncryptionOid = "1.2.840.113549.1.1.1";
inline constexpr size_t kMinRsaBits = 2048, kMaxRsaBits = 4096;

/// The digest that goes with an ECDSA curve, or SHA-256 for RSA.
Bytes digest_for(KeyType type, ByteView message);
/// Sets PSS with MGF1, SHA-256 and a salt of 32 bytes, or PKCS #1 v1.5 with SHA-256.
bool set_rsa_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm);

/// The error with this reason; OpenSSL's own queue is emptied, so that it tells nothing to whoever asks next.
Error crypto_error(Reason reason, const char* detail);

/// A few EVP_PKEYs of this curve with their verifying contexts, of this thread, into which points are put by turns: 1 µs
/// for a point, where a key of its own costs 5 and a context 2 (a verification costs 60). An issuer's key, a device's and
/// a reader's are used by turns in one session; each finds its own again.
class CurveWorkshop {
 public:
  /// This thread's.
  static CurveWorkshop& of(KeyType type);

  /// Puts a SEC 1 point in; false if it is not on the curve, which OpenSSL checks. Both curves have cofactor 1, so that
  /// is all there is to check (SP 800-56A 5.6.2.3.3).
  bool load(ByteView point);
  /// The loaded point, uncompressed.
  Bytes point() const;
  /// Verifies by the loaded point.
  bool verify(ByteView digest, ByteView der_signature);
  /// Holds the loaded point until the next load().
  EVP_PKEY* key() const { return places_[current_].key.get(); }

  explicit CurveWorkshop(KeyType type) : type_(type) {}

 private:
  struct Place {
    EvpKey key;
    EvpContext verifying;
    Bytes loaded;
  };
  void furnish(Place& place) const;

  KeyType type_;
  std::array<Place, 4> places_;
  size_t current_ = 0;
  size_t next_ = 0;  ///< the place that is taken for the next point that no place holds
};

struct PublicKey::Impl {
  KeyType type;
  Bytes spki;
  Bytes point;  ///< uncompressed; EC only
  EvpKey rsa;   ///< RSA only
  mutable ContextPool rsa_verifying;
};

struct PrivateKey::Impl {
  KeyType type;
  EvpKey key;
  PublicKey public_key;
  mutable ContextPool signing;
};

}  // namespace mitome::crypto
