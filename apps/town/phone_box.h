// Phones out of their boxes: a maker's attestation, silicon, a wallet database, an NFC field, and the phone that is
// switched on.
#pragma once

#include <memory>
#include <string>

#include "apps/town/memory_silicon.h"
#include "apps/town/switchboard.h"
#include "crypto/signer.h"
#include "phone/phone.h"

namespace mitome::town {

/// The phone maker's root and what it certifies.
class Maker {
 public:
  static Result<Maker> create(crypto::Random& random, crypto::KeySource& keys, Instant now);
  const x509::Certificate& root() const { return root_; }

  struct Attestation {
    crypto::PrivateKey key;
    Bytes certificate;
  };
  /// A new phone's attestation key with its certificate.
  Result<Attestation> attest_phone(crypto::Random& random, crypto::KeySource& keys, Instant now) const;

 private:
  Maker(x509::Certificate root, std::unique_ptr<crypto::Signer> signer)
      : root_(std::move(root)), signer_(std::move(signer)) {}
  x509::Certificate root_;
  std::unique_ptr<crypto::Signer> signer_;
};

/// What lies on the phone's back.
class Field final : public phone::NfcField {
 public:
  Result<apdu::ApduChannel*> connect() override {
    if (card_ == nullptr) return Error{Reason::CARD_SILENT, "no card in the field"};
    return card_;
  }
  void put(apdu::ApduChannel* card) { card_ = card; }

 private:
  apdu::ApduChannel* card_ = nullptr;
};

/// One phone with everything that stays when it is switched off.
struct BoxedPhone {
  MemorySilicon silicon;
  std::unique_ptr<store::Store> wallet;
  Field field;
  Bytes attestation_certificate;
  crypto::SecretBytes attestation_key;  ///< PKCS#8: burnt into the silicon, needed again when the phone is switched on
  std::unique_ptr<phone::Phone> phone;
};

}  // namespace mitome::town
