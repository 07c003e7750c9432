// The limits: the same primitives by OpenSSL or the kernel alone, contexts made beforehand, nothing else around them.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "crypto/key.h"

namespace mitome::bench {

class BareSha256 {
 public:
  BareSha256();
  void operator()(ByteView data);

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  uint8_t digest_[32];
};

/// A fresh P-256 key that signs a digest, verifies its own signature, and agrees with another.
class BareP256 {
 public:
  BareP256();
  void sign();
  void verify();
  void agree();
  static void make();

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  };
  std::unique_ptr<EVP_PKEY, Free> key_, peer_;
  std::unique_ptr<EVP_PKEY_CTX, Free> signing_, verifying_;
  uint8_t digest_[32] = {1, 2, 3};
  uint8_t signature_[80];
  size_t signature_size_ = sizeof signature_;
};

/// A fresh RSA-2048 key that signs a digest as PKCS #1 v1.5 has it, and verifies its own signature.
class BareRsa2048 {
 public:
  BareRsa2048();
  void sign();
  void verify();
  static void make();

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  };
  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<EVP_PKEY_CTX, Free> signing_, verifying_;
  uint8_t digest_[32] = {1, 2, 3};
  uint8_t signature_[256];
};

/// A file that is made durable in two ways, at the price of the disk.
class BareFile {
 public:
  BareFile(std::string path, Bytes content);
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  ~BareFile();
  /// Written beside, synced, moved over, the folder synced.
  void replace();
  /// One byte in place, synced.
  void touch();

 private:
  std::string path_, fresh_;
  Bytes content_;
  int folder_, in_place_;
};

}  // namespace mitome::bench
