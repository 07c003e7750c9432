// A client of libp11, as its users write one: libp11_client MODULE [TOKEN FOLDER]. With MODULE alone it lists the
// tokens. With the label of a token it reads the PIN from standard input, logs in, reads the certificate, signs
// FOLDER/message and verifies that by the certificate; FOLDER/certificate.pem and FOLDER/signature are for another
// judge. What went wrong is one line, and the exit code 1.
#include <libp11.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Octets = std::vector<unsigned char>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

bool fails(std::string_view what) {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::cout << what << ": " << (reason == nullptr ? "no reason given" : reason) << std::endl;
  return false;
}

/// The module and its slots, given back in the order that libp11 asks for.
class Module {
 public:
  explicit Module(const char* path) : context_(PKCS11_CTX_new()) {
    loaded_ = PKCS11_CTX_load(context_, path) == 0;
    if (loaded_ && PKCS11_enumerate_slots(context_, &slots_, &count_) != 0) count_ = 0;
  }
  ~Module() {
    if (slots_ != nullptr) PKCS11_release_all_slots(context_, slots_, count_);
    if (loaded_) PKCS11_CTX_unload(context_);
    PKCS11_CTX_free(context_);
  }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  bool loaded() const { return loaded_; }
  std::span<PKCS11_SLOT> slots() const { return {slots_, count_}; }

 private:
  PKCS11_CTX* context_;
  PKCS11_SLOT* slots_ = nullptr;
  unsigned count_ = 0;
  bool loaded_ = false;
};

const char* tries(const PKCS11_TOKEN& token) {
  if (token.userPinLocked) return "locked";
  if (token.userPinFinalTry) return "one try left";
  return token.userPinCountLow ? "tries lost" : "all tries left";
}

void list(const Module& module) {
  for (const PKCS11_SLOT& slot : module.slots()) {
    if (slot.token == nullptr) continue;
    const PKCS11_TOKEN& token = *slot.token;
    std::cout << "token: " << token.label << ": " << tries(token) << std::endl;
  }
}

PKCS11_SLOT* find(const Module& module, std::string_view label) {
  for (PKCS11_SLOT& slot : module.slots())
    if (slot.token != nullptr && slot.token->label == label) return &slot;
  return nullptr;
}

/// The certificate whose private key the token has; the CA certificates have none.
PKCS11_CERT* certificate_with_key(PKCS11_TOKEN* token) {
  PKCS11_CERT* certificates = nullptr;
  unsigned count = 0;
  if (PKCS11_enumerate_certs(token, &certificates, &count) != 0) return nullptr;
  for (PKCS11_CERT& certificate : std::span{certificates, count})
    if (PKCS11_find_key(&certificate) != nullptr) return &certificate;
  return nullptr;
}

std::optional<Octets> sign(EVP_PKEY* key, const Octets& message) {
  const Digest digest{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) != 1) return std::nullopt;
  if (EVP_DigestSign(digest.get(), nullptr, &size, message.data(), message.size()) != 1) return std::nullopt;
  Octets signature(size);
  if (EVP_DigestSign(digest.get(), signature.data(), &size, message.data(), message.size()) != 1) return std::nullopt;
  signature.resize(size);
  return signature;
}

bool verifies(X509* certificate, const Octets& message, const Octets& signature) {
  const Digest digest{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  if (EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(certificate)) != 1)
    return false;
  return EVP_DigestVerify(digest.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

bool write_certificate(X509* certificate, const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> file{BIO_new_file(path.c_str(), "w"), BIO_free_all};
  return file != nullptr && PEM_write_bio_X509(file.get(), certificate) == 1;
}

bool sign_with(PKCS11_SLOT& slot, const std::string& folder) {
  std::string pin;
  std::getline(std::cin, pin);
  if (PKCS11_login(&slot, 0, pin.c_str()) != 0) return fails("login");
  PKCS11_CERT* certificate = certificate_with_key(slot.token);
  if (certificate == nullptr) return fails("certificate");
  if (!write_certificate(certificate->x509, folder + "/certificate.pem")) return fails("certificate's file");

  std::ifstream file{folder + "/message", std::ios::binary};
  Octets message{std::istreambuf_iterator<char>{file}, {}};
  if (message.empty()) return fails("message");
  const Key key{PKCS11_get_private_key(PKCS11_find_key(certificate)), EVP_PKEY_free};
  if (key == nullptr) return fails("key");
  const auto signature = sign(key.get(), message);
  if (!signature) return fails("signature");
  std::ofstream{folder + "/signature", std::ios::binary}.write(reinterpret_cast<const char*>(signature->data()),
                                                               static_cast<std::streamsize>(signature->size()));
  if (!verifies(certificate->x509, message, *signature)) return fails("verification");
  std::cout << "verified by: " << certificate->label << std::endl;
  message.back() ^= 1;
  if (verifies(certificate->x509, message, *signature)) return fails("another message is verified as well");
  return PKCS11_logout(&slot) == 0 || fails("logout");
}

bool run(const Module& module, std::span<char*> arguments) {
  if (!module.loaded()) return fails("module");
  if (arguments.size() == 2) {
    list(module);
    return true;
  }
  PKCS11_SLOT* slot = find(module, arguments[2]);
  return slot == nullptr ? fails("no such token") : sign_with(*slot, arguments[3]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) return 64;
  const Module module{argv[1]};
  return run(module, {argv, static_cast<size_t>(argc)}) ? 0 : 1;
}
