#include "crypto/key.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto key = crypto::PublicKey::from_spki(input);
  check_refusal(key);
  if (key) {
    CHECK(equal(key->spki(), input));
    CHECK(!key->verify(crypto::SignatureAlgorithm::kEcdsaSha256, input, Bytes(64, 1)));
    if (key->type() != crypto::KeyType::kRsa)
      CHECK(crypto::PublicKey::from_point(key->type(), key->point()).has_value());
  }
  for (const auto type : {crypto::KeyType::kP256, crypto::KeyType::kP384})
    if (const auto point = crypto::PublicKey::from_point(type, input)) CHECK(point->type() == type);
  check_refusal(crypto::PrivateKey::from_pkcs8(input));
  if (const auto raw = crypto::ecdsa_der_to_raw(input, 32)) CHECK(equal(crypto::ecdsa_raw_to_der(*raw).value(), input));
}
