// Phones out of their boxes: what the maker put in, silicon, a wallet database, an NFC field, and the phone that is switched on.
#pragma once

#include <memory>
#include <string>

#include "apps/town/storage.h"
#include "apps/town/switchboard.h"
#include "crypto/secret.h"
#include "phone/phone.h"
#include "protocol/apdu/card_reader.h"

namespace mitome::town {

/// What lies on the phone's back: what was put there, or what a reader of that name has.
class Field final : public phone::NfcField {
 public:
  Result<apdu::ApduChannel*> connect() override {
    if (reader_ != nullptr) {
      connection_.reset();
      TRY_ASSIGN(connection_, reader_->connect());
      return connection_.get();
    }
    if (card_ == nullptr) return Error{Reason::CARD_SILENT, "no card in the field"};
    return card_;
  }
  void put(apdu::ApduChannel* card) { card_ = card; }
  void put(apdu::CardReader& reader) { reader_ = &reader; }

 private:
  apdu::ApduChannel* card_ = nullptr;
  apdu::CardReader* reader_ = nullptr;
  std::unique_ptr<apdu::ApduChannel> connection_;
};

/// One phone with everything that stays when it is switched off.
struct BoxedPhone {
  BoxedPhone(Storage& storage, std::string name) : silicon(storage, std::move(name)) {}
  StoredSilicon silicon;
  std::unique_ptr<store::Store> wallet;
  Field field;
  Bytes attestation_certificate;
  crypto::SecretBytes attestation_key;  ///< PKCS#8: burnt into the silicon, needed again when the phone is switched on
  std::unique_ptr<phone::Phone> phone;
};

}  // namespace mitome::town
