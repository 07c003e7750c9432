#include "apps/card/card_trust.h"

#include <algorithm>

#include "apps/durable_file.h"
#include "codec/pem/pem.h"

namespace mitome::apps {
namespace {

constexpr size_t kMaxTrust = 1024 * 1024;

}  // namespace

Result<CardTrust> CardTrust::open(const std::string& path) {
  TRY_ASSIGN(const crypto::SecretBytes text, read_whole_file(path, kMaxTrust));
  TRY_ASSIGN(const auto blocks, pem::decode(as_text(text.reveal())));
  TRY_ASSIGN(const Bytes spki, pem::decode_one(as_text(text.reveal()), "PUBLIC KEY"));
  TRY_ASSIGN(crypto::PublicKey files, crypto::PublicKey::from_spki(spki));
  CardTrust trust{std::move(files), {}};
  for (const pem::Block& block : blocks) {
    if (block.label != "CERTIFICATE") continue;
    TRY_ASSIGN(x509::Certificate authority, x509::Certificate::parse(block.der));
    trust.authorities.push_back(std::move(authority));
  }
  return trust;
}

Result<void> CardTrust::verify(const x509::Certificate& certificate) const {
  const bool known = std::any_of(authorities.begin(), authorities.end(), [&](const x509::Certificate& authority) {
    return verify_issued_by(certificate, authority).has_value();
  });
  return known ? Result<void>{}
               : Result<void>{
                     Error{Reason::CERT_UNTRUSTED, "the card’s certificate is by none of the authorities given"}};
}

}  // namespace mitome::apps
