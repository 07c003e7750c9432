#include "bench/bare.h"

#include <fcntl.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/check.h"

namespace mitome::bench {

BareSha256::BareSha256() : context_(EVP_MD_CTX_new()) {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), digest, nullptr) == 1);
}

void BareSha256::operator()(ByteView data) {
  CHECK(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  CHECK(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
  CHECK(EVP_DigestFinal_ex(context_.get(), digest_, nullptr) == 1);
}

BareP256::BareP256()
    : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")),
      peer_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")),
      signing_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)),
      verifying_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)) {
  CHECK(EVP_PKEY_sign_init(signing_.get()) == 1 && EVP_PKEY_verify_init(verifying_.get()) == 1);
  sign();
}

void BareP256::sign() {
  signature_size_ = sizeof signature_;
  CHECK(EVP_PKEY_sign(signing_.get(), signature_, &signature_size_, digest_, sizeof digest_) == 1);
}

void BareP256::verify() {
  CHECK(EVP_PKEY_verify(verifying_.get(), signature_, signature_size_, digest_, sizeof digest_) == 1);
}

void BareP256::agree() {
  const std::unique_ptr<EVP_PKEY_CTX, Free> context{EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)};
  CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  CHECK(EVP_PKEY_derive_set_peer_ex(context.get(), peer_.get(), 0) == 1);
  uint8_t secret[32];
  size_t size = sizeof secret;
  CHECK(EVP_PKEY_derive(context.get(), secret, &size) == 1);
}

void BareP256::make() {
  const std::unique_ptr<EVP_PKEY, Free> key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  CHECK(key != nullptr);
}

BareRsa2048::BareRsa2048()
    : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048})),
      signing_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)),
      verifying_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)) {
  CHECK(EVP_PKEY_sign_init(signing_.get()) == 1 && EVP_PKEY_verify_init(verifying_.get()) == 1);
  for (EVP_PKEY_CTX* context : {signing_.get(), verifying_.get()})
    CHECK(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1);
  sign();
}

void BareRsa2048::sign() {
  size_t size = sizeof signature_;
  CHECK(EVP_PKEY_sign(signing_.get(), signature_, &size, digest_, sizeof digest_) == 1);
}

void BareRsa2048::verify() {
  CHECK(EVP_PKEY_verify(verifying_.get(), signature_, sizeof signature_, digest_, sizeof digest_) == 1);
}

void BareRsa2048::make() {
  const std::unique_ptr<EVP_PKEY, Free> key{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048})};
  CHECK(key != nullptr);
}

BareFile::BareFile(std::string path, Bytes content)
    : path_(std::move(path)),
      fresh_(path_ + ".new"),
      content_(std::move(content)),
      folder_(open(std::filesystem::path{path_}.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      in_place_(open((path_ + ".place").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {
  CHECK(folder_ >= 0 && in_place_ >= 0);
  CHECK(write(in_place_, content_.data(), content_.size()) == static_cast<ssize_t>(content_.size()));
  CHECK(fsync(in_place_) == 0);
}

BareFile::~BareFile() { close(folder_), close(in_place_); }

void BareFile::replace() {
  const int file = open(fresh_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  CHECK(file >= 0 && write(file, content_.data(), content_.size()) == static_cast<ssize_t>(content_.size()));
  CHECK(fsync(file) == 0 && close(file) == 0);
  CHECK(rename(fresh_.c_str(), path_.c_str()) == 0 && fsync(folder_) == 0);
}

void BareFile::touch() { CHECK(pwrite(in_place_, content_.data(), 1, 0) == 1 && fdatasync(in_place_) == 0); }

}  // namespace mitome::bench
