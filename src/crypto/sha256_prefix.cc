#include "crypto/sha256_prefix.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace mitome::crypto {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

Context new_context() {
  Context context{EVP_MD_CTX_new()};
  CHECK(context != nullptr);
  return context;
}

}  // namespace

struct Sha256Prefix::Impl {
  Context context = new_context();
};

Sha256Prefix::Sha256Prefix(ByteView prefix) : impl_(std::make_unique<Impl>()) {
  // Fetched once: to name it anew costs as much as hashing a kilobyte.
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(EVP_DigestInit_ex2(impl_->context.get(), digest, nullptr) == 1);
  CHECK(EVP_DigestUpdate(impl_->context.get(), prefix.data(), prefix.size()) == 1);
}

Sha256Digest Sha256Prefix::finish(ByteView rest) const {
  thread_local const Context scratch = new_context();
  Sha256Digest out;
  CHECK(EVP_MD_CTX_copy_ex(scratch.get(), impl_->context.get()) == 1);
  CHECK(EVP_DigestUpdate(scratch.get(), rest.data(), rest.size()) == 1);
  CHECK(EVP_DigestFinal_ex(scratch.get(), out.data(), nullptr) == 1);
  return out;
}

Sha256Prefix::Sha256Prefix(Sha256Prefix&&) noexcept = default;
Sha256Prefix& Sha256Prefix::operator=(Sha256Prefix&&) noexcept = default;
Sha256Prefix::~Sha256Prefix() = default;

}  // namespace mitome::crypto
