#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "crypto/key.h"
#include "tests/vectors/ledger.h"
#include "tests/vectors/wycheproof/wycheproof.h"

namespace mitome::vectors {
namespace {

using crypto::KeyType;
using crypto::PrivateKey;
using crypto::PublicKey;

/// Wycheproof writes scalars without leading zeros, or with one too many.
Bytes scalar_of(Bytes magnitude) {
  while (!magnitude.empty() && magnitude.front() == 0) magnitude.erase(magnitude.begin());
  CHECK(magnitude.size() <= 32);
  return concat({Bytes(32 - magnitude.size()), magnitude});
}

Answer agree(const Result<PublicKey>& peer, const Bytes& scalar, const Bytes& expected) {
  if (!peer) return Answer::kRefused;
  const auto key = PrivateKey::from_scalar(KeyType::kP256, scalar);
  EXPECT_TRUE(key.has_value());
  const auto secret = key->agree(*peer);
  if (!secret) return Answer::kRefused;
  EXPECT_EQ(to_bytes(secret->reveal()), expected);
  return equal(secret->reveal(), expected) ? Answer::kAccepted : Answer::kRefused;
}

TEST(WycheproofEcdh, KeysAsSubjectPublicKeyInfo) {
  REQUIRE_VECTORS("wycheproof/ecdh_secp256r1_test.json", 612U);
  const Tally tally = run_wycheproof("ecdh_secp256r1_test.json", [](const auto&, const auto& test) {
    return agree(PublicKey::from_spki(hex_at(test, "public")), scalar_of(hex_at(test, "private")),
                 hex_at(test, "shared"));
  });
  EXPECT_EQ(tally.valid, 330U);
  EXPECT_EQ(tally.invalid, 52U);
}

TEST(WycheproofEcdh, KeysAsPoints) {
  REQUIRE_VECTORS("wycheproof/ecdh_secp256r1_ecpoint_test.json", 355U);
  const Tally tally = run_wycheproof("ecdh_secp256r1_ecpoint_test.json", [](const auto&, const auto& test) {
    return agree(PublicKey::from_point(KeyType::kP256, hex_at(test, "public")), scalar_of(hex_at(test, "private")),
                 hex_at(test, "shared"));
  });
  EXPECT_EQ(tally.valid, 330U);
  EXPECT_EQ(tally.invalid, 24U);
}

/// RFC 7518 6.2.1: the curve by name, coordinates of exactly their size.
Result<PublicKey> key_of_jwk(const json::Value& jwk) {
  const Error bad{Reason::BAD_KEY, "not a P-256 JWK"};
  if (jwk.string_or("kty", "") != "EC" || jwk.string_or("crv", "") != "P-256") return bad;
  const auto x = jwk.base64url_at("x");
  const auto y = jwk.base64url_at("y");
  if (!x || !y) return bad;
  return PublicKey::from_coordinates(KeyType::kP256, *x, *y);
}

TEST(WycheproofEcdh, KeysAsJwk) {
  REQUIRE_VECTORS("wycheproof/ecdh_secp256r1_webcrypto_test.json", 353U);
  const Tally tally = run_wycheproof("ecdh_secp256r1_webcrypto_test.json", [](const auto&, const auto& test) {
    return agree(key_of_jwk(*test.find("public")), scalar_of(test.find("private")->base64url_at("d").value()),
                 hex_at(test, "shared"));
  });
  EXPECT_EQ(tally.valid, 330U);
  EXPECT_EQ(tally.invalid, 23U);
}

}  // namespace
}  // namespace mitome::vectors
