#include "crypto/aead.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <limits>
#include <memory>

#include "base/check.h"
#include "crypto/secret.h"

namespace mitome::crypto {
namespace {

constexpr size_t kNonce = 12;
constexpr size_t kTag = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

/// Fetched once for the process; nullptr for a key of another size.
const EVP_CIPHER* cipher_for(size_t key_size) {
  static const EVP_CIPHER* const k128 = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  static const EVP_CIPHER* const k192 = EVP_CIPHER_fetch(nullptr, "AES-192-GCM", nullptr);
  static const EVP_CIPHER* const k256 = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (key_size == 16) return k128;
  if (key_size == 24) return k192;
  return key_size == 32 ? k256 : nullptr;
}

Result<void> check_sizes(ByteView key, ByteView nonce, ByteView associated, ByteView text) {
  if (cipher_for(key.size()) == nullptr) return Error{Reason::BAD_KEY, "AES-GCM key of another size"};
  if (nonce.size() != kNonce) return Error{Reason::BAD_KEY, "AES-GCM nonce of another size"};
  constexpr auto kMost = static_cast<size_t>(std::numeric_limits<int>::max()) - kTag;
  if (associated.size() > kMost || text.size() > kMost) return Error{Reason::LIMIT_EXCEEDED, "AES-GCM of over 2 GiB"};
  return {};
}

/// One pass of text through an initialised context; the same code for both directions.
bool update(EVP_CIPHER_CTX* context, ByteView associated, ByteView text, uint8_t* out) {
  int size = 0;
  if (!associated.empty() &&
      EVP_CipherUpdate(context, nullptr, &size, associated.data(), static_cast<int>(associated.size())) != 1)
    return false;
  return text.empty() || EVP_CipherUpdate(context, out, &size, text.data(), static_cast<int>(text.size())) == 1;
}

}  // namespace

Result<Bytes> aes_gcm_seal(ByteView key, ByteView nonce, ByteView associated, ByteView plaintext) {
  TRY(check_sizes(key, nonce, associated, plaintext));
  const Context context{EVP_CIPHER_CTX_new()};
  CHECK(context != nullptr);
  CHECK(EVP_EncryptInit_ex2(context.get(), cipher_for(key.size()), key.data(), nonce.data(), nullptr) == 1);
  Bytes out(plaintext.size() + kTag);
  CHECK(update(context.get(), associated, plaintext, out.data()));
  int size = 0;
  CHECK(EVP_EncryptFinal_ex(context.get(), out.data() + plaintext.size(), &size) == 1 && size == 0);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag, out.data() + plaintext.size()) == 1);
  return out;
}

Result<Bytes> aes_gcm_open(ByteView key, ByteView nonce, ByteView associated, ByteView sealed) {
  TRY(check_sizes(key, nonce, associated, sealed));
  if (sealed.size() < kTag) return Error{Reason::CRYPTO_FAILED, "shorter than a tag"};
  const ByteView text = sealed.first(sealed.size() - kTag);
  uint8_t tag[kTag];
  std::copy(sealed.end() - kTag, sealed.end(), tag);
  const Context context{EVP_CIPHER_CTX_new()};
  CHECK(context != nullptr);
  CHECK(EVP_DecryptInit_ex2(context.get(), cipher_for(key.size()), key.data(), nonce.data(), nullptr) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTag, tag) == 1);
  Bytes out(text.size());
  int size = 0;
  uint8_t none = 0;
  // The tag is judged in Final, also for an empty text (CVE-2026-75803).
  if (!update(context.get(), associated, text, out.data()) || EVP_DecryptFinal_ex(context.get(), &none, &size) != 1) {
    wipe(out);
    ERR_clear_error();
    return Error{Reason::CRYPTO_FAILED, "the tag does not fit"};
  }
  return out;
}

}  // namespace mitome::crypto
