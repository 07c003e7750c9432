// A browser and its authenticator, in order until a test breaks one thing: makes what navigator.credentials gives.
#pragma once

#include <string>

#include "protocol/webauthn/webauthn.h"

namespace mitome::testing {

class SoftwareAuthenticator {
 public:
  explicit SoftwareAuthenticator(const webauthn::RelyingParty& party)
      : key(crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)), rp_id(party.id), origin(party.origin) {}
  /// The same key in another body.
  SoftwareAuthenticator(const webauthn::RelyingParty& party, const SoftwareAuthenticator& same);

  webauthn::Registration create(ByteView challenge) const;
  webauthn::Assertion get(ByteView challenge);

  crypto::PrivateKey key;
  Bytes id = Bytes(20, 0x42);
  std::string rp_id, origin;
  std::string type;                ///< of clientDataJSON; empty is the right one
  bool cross_origin = false;
  uint8_t flags = 0x05;            ///< user present, user verified
  uint32_t count = 0;
  bool counts = true;
  int64_t algorithm = -7, statement_algorithm = -7;
  std::string format = "none";
  bool statement_in_none = false, x5c = false, spoil_signature = false, extensions = false, attested = true, off_curve = false;
  size_t cut = 0;                  ///< bytes missing at the end of authenticator data

 private:
  Bytes client_data(std::string_view right_type, ByteView challenge) const;
  Bytes authenticator_data(bool creating) const;
  Bytes sign(ByteView authenticator_data, ByteView client_data) const;
};

}  // namespace mitome::testing
