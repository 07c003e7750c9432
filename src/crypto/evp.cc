#include "crypto/evp.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

#include "base/check.h"
#include "crypto/hash.h"

namespace mitome::crypto {

ContextPool::~ContextPool() {
  for (auto& slot : idle_) EVP_PKEY_CTX_free(slot.load());
}

EvpContext ContextPool::take() {
  for (auto& slot : idle_) {
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    if (EVP_PKEY_CTX* context = slot.exchange(nullptr)) return EvpContext{context};
  }
  return nullptr;
}

void ContextPool::put(EvpContext context) {
  for (auto& slot : idle_) {
    EVP_PKEY_CTX* empty = nullptr;
    if (!slot.compare_exchange_strong(empty, context.get())) continue;
    static_cast<void>(context.release());  // the slot owns it now
    return;
  }
}

const Curve& curve_of(KeyType type) {
  static constexpr Curve kP256{"P-256",  "1.2.840.10045.3.1.7",           NID_X9_62_prime256v1, 32,
                               "SHA256", SignatureAlgorithm::kEcdsaSha256};
  static constexpr Curve kP384{"P-384", "1.3.132.0.34", NID_secp384r1, 48, "SHA384", SignatureAlgorithm::kEcdsaSha384};
  CHECK(type != KeyType::kRsa);
  return type == KeyType::kP256 ? kP256 : kP384;
}

CurveWorkshop& CurveWorkshop::of(KeyType type) {
  thread_local CurveWorkshop p256{KeyType::kP256};
  if (type == KeyType::kP256) return p256;
  thread_local CurveWorkshop p384{KeyType::kP384};
  return p384;
}

void CurveWorkshop::furnish(Place& place) const {
  if (place.key != nullptr) return;
  // A whole key, since a context wants a point to begin with; its private half serves nothing.
  place.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_of(type_).name));
  CHECK(place.key != nullptr);
  place.verifying.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, place.key.get(), nullptr));
  CHECK(place.verifying != nullptr && EVP_PKEY_verify_init(place.verifying.get()) == 1);
}

bool CurveWorkshop::load(ByteView point) {
  CHECK(!point.empty());
  for (size_t i = 0; i < places_.size(); ++i) {
    if (!equal(point, places_[i].loaded)) continue;
    current_ = i;
    return true;
  }
  current_ = next_;
  next_ = (next_ + 1) % places_.size();
  Place& place = places_[current_];
  furnish(place);
  place.loaded.clear();  // after a failure the key holds nothing to rely on
  if (EVP_PKEY_set1_encoded_public_key(place.key.get(), point.data(), point.size()) != 1) {
    ERR_clear_error();
    return false;
  }
  place.loaded.assign(point.begin(), point.end());
  return true;
}

Bytes CurveWorkshop::point() const {
  CHECK(!places_[current_].loaded.empty());
  uint8_t* encoded = nullptr;
  const size_t size = EVP_PKEY_get1_encoded_public_key(key(), &encoded);
  CHECK(size > 0);
  Bytes out{encoded, encoded + size};
  OPENSSL_free(encoded);
  return out;
}

bool CurveWorkshop::verify(ByteView digest, ByteView der_signature) {
  const Place& place = places_[current_];
  CHECK(!place.loaded.empty());
  if (EVP_PKEY_verify(place.verifying.get(), der_signature.data(), der_signature.size(), digest.data(), digest.size()) ==
      1)
    return true;
  ERR_clear_error();
  return false;
}

Bytes digest_for(KeyType type, ByteView message) {
  if (type == KeyType::kP384) return sha384(message);
  const Sha256Digest digest = sha256(message);
  return to_bytes(ByteView{digest});
}

bool set_rsa_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == SignatureAlgorithm::kRsaPkcs1Sha256)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, digest) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context, digest) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) == 1;
}

Error crypto_error(Reason reason, const char* detail) {
  ERR_clear_error();
  return {reason, detail};
}

}  // namespace mitome::crypto
