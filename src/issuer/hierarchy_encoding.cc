// The hierarchy as bytes: deterministic CBOR [2, [certificate, PKCS #8]… in the order of the struct, [CV certificate, key id, CA's SPKI,
// PKCS #8] twice: text and surface].
#include <algorithm>
#include <array>
#include <vector>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "issuer/hierarchy.h"

namespace mitome::issuer {
namespace {

constexpr uint64_t kVersion = 2;

std::array<Authority Hierarchy::*, 7> authorities() {
  return {&Hierarchy::auth_ca, &Hierarchy::sign_ca,         &Hierarchy::auth_ocsp,    &Hierarchy::sign_ocsp,
          &Hierarchy::iaca,    &Hierarchy::document_signer, &Hierarchy::status_signer};
}

Result<crypto::SecretBytes> private_key_of(const crypto::Signer& signer) {
  const auto* software = dynamic_cast<const crypto::SoftwareSigner*>(&signer);
  if (software == nullptr) return Error{Reason::BAD_KEY, "a key in a token cannot be written down"};
  return software->key().pkcs8();
}

Result<std::unique_ptr<crypto::Signer>> signer_of(ByteView pkcs8) {
  TRY_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::from_pkcs8(pkcs8));
  return std::unique_ptr<crypto::Signer>{std::make_unique<crypto::SoftwareSigner>(std::move(key))};
}

/// The byte strings of an array of `count`.
Result<std::vector<ByteView>> byte_strings(const cbor::Value& array, size_t count) {
  if (array.size() != count) return Error{Reason::MALFORMED, "a part of a hierarchy has another form"};
  std::vector<ByteView> out;
  for (size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const cbor::Value item, array.at(i));
    TRY_ASSIGN(const ByteView bytes, item.as_bytes());
    out.push_back(bytes);
  }
  return out;
}

Result<Authority> parse_authority(const cbor::Value& entry) {
  TRY_ASSIGN(const auto parts, byte_strings(entry, 2));
  TRY_ASSIGN(x509::Certificate certificate, x509::Certificate::parse(parts[0]));
  TRY_ASSIGN(auto signer, signer_of(parts[1]));
  if (!(signer->public_key() == certificate.public_key())) return Error{Reason::BAD_SIGNATURE, "not the key of its certificate"};
  return Authority{std::move(certificate), std::move(signer)};
}

std::array<FileSigner Hierarchy::*, 2> file_signers() { return {&Hierarchy::text, &Hierarchy::surface}; }

Result<FileSigner> parse_file_signer(const cbor::Value& entry) {
  TRY_ASSIGN(const auto parts, byte_strings(entry, 4));
  jpki::KeyId id{};
  if (parts[1].size() != id.size()) return Error{Reason::MALFORMED, "key id"};
  std::copy(parts[1].begin(), parts[1].end(), id.begin());
  TRY_ASSIGN(crypto::PublicKey ca_key, crypto::PublicKey::from_spki(parts[2]));
  TRY_ASSIGN(auto signer, signer_of(parts[3]));
  return FileSigner{std::move(signer), to_bytes(parts[0]), id, std::move(ca_key)};
}

}  // namespace

Result<crypto::SecretBytes> Hierarchy::encode() const {
  cbor::Writer out;
  out.array(1 + authorities().size() + file_signers().size()).uint(kVersion);
  for (const auto member : authorities()) {
    const Authority& authority = this->*member;
    TRY_ASSIGN(const crypto::SecretBytes key, private_key_of(*authority.signer));
    out.array(2).bytes(authority.certificate.der()).bytes(key.reveal());
  }
  for (const auto member : file_signers()) {
    const FileSigner& of = this->*member;
    TRY_ASSIGN(const crypto::SecretBytes key, private_key_of(*of.signer));
    out.array(4).bytes(of.cv_certificate).bytes(of.key_id).bytes(of.ca_key.spki()).bytes(key.reveal());
  }
  return crypto::SecretBytes{out.take()};
}

Result<Hierarchy> Hierarchy::parse(ByteView encoded) {
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(encoded));
  const cbor::Value root = document.root();
  if (root.size() != 1 + authorities().size() + file_signers().size()) return Error{Reason::MALFORMED, "a hierarchy of another form"};
  TRY_ASSIGN(const cbor::Value version_item, root.at(0));
  TRY_ASSIGN(const uint64_t version, version_item.as_uint());
  if (version != kVersion) return Error{Reason::MALFORMED, "a hierarchy of another version"};
  std::vector<Authority> made;
  for (size_t i = 1; i <= authorities().size(); ++i) {
    TRY_ASSIGN(const cbor::Value entry, root.at(i));
    TRY_ASSIGN(Authority authority, parse_authority(entry));
    made.push_back(std::move(authority));
  }
  std::vector<FileSigner> signers;
  for (size_t i = 0; i < file_signers().size(); ++i) {
    TRY_ASSIGN(const cbor::Value entry, root.at(1 + authorities().size() + i));
    TRY_ASSIGN(FileSigner signer, parse_file_signer(entry));
    signers.push_back(std::move(signer));
  }
  return Hierarchy{std::move(made[0]), std::move(made[1]), std::move(made[2]), std::move(made[3]),
                   std::move(made[4]), std::move(made[5]), std::move(made[6]), std::move(signers[0]),
                   std::move(signers[1])};
}

}  // namespace mitome::issuer
