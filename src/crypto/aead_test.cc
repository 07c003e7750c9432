#include "crypto/aead.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace mitome::crypto {
namespace {

Reason refusal(const Result<Bytes>& result) { return result ? Reason::GOOD : result.error().reason; }

// The GCM specification's test cases 2 (AES-128) and 14 (AES-256)
TEST(AesGcm, KnownAnswers) {
  EXPECT_EQ(to_hex(aes_gcm_seal(Bytes(16), Bytes(12), {}, Bytes(16)).value()),
            "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
  EXPECT_EQ(to_hex(aes_gcm_seal(Bytes(32), Bytes(12), {}, Bytes(16)).value()),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(AesGcm, OpensWhatItSealed) {
  for (const size_t key_size : {16U, 24U, 32U})
    for (const size_t size : {0U, 1U, 16U, 1000U}) {
      const Bytes key(key_size, 7), nonce(12, 9), text(size, 3);
      const Bytes sealed = aes_gcm_seal(key, nonce, as_bytes("who"), text).value();
      EXPECT_EQ(sealed.size(), size + 16);
      EXPECT_EQ(aes_gcm_open(key, nonce, as_bytes("who"), sealed).value(), text);
    }
}

TEST(AesGcm, AnyChangeIsRefused) {
  const Bytes key(16, 7), nonce(12, 9), who{1}, text{1, 2, 3};
  const Bytes sealed = aes_gcm_seal(key, nonce, who, text).value();
  for (size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_EQ(refusal(aes_gcm_open(key, nonce, who, changed)), Reason::CRYPTO_FAILED) << i;
  }
  EXPECT_EQ(refusal(aes_gcm_open(Bytes(16, 8), nonce, who, sealed)), Reason::CRYPTO_FAILED);
  EXPECT_EQ(refusal(aes_gcm_open(key, Bytes(12, 8), who, sealed)), Reason::CRYPTO_FAILED);
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, {}, sealed)), Reason::CRYPTO_FAILED);
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, who, ByteView{sealed}.first(sealed.size() - 1))), Reason::CRYPTO_FAILED);
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, who, Bytes(15))), Reason::CRYPTO_FAILED);
}

TEST(AesGcm, AnEmptyTextHasATagToo) {  // CVE-2026-75803
  const Bytes key(16, 7), nonce(12, 9);
  Bytes sealed = aes_gcm_seal(key, nonce, {}, {}).value();
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, {}, sealed)), Reason::GOOD);
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, {}, Bytes(16))), Reason::CRYPTO_FAILED);
  sealed[0] ^= 1;
  EXPECT_EQ(refusal(aes_gcm_open(key, nonce, {}, sealed)), Reason::CRYPTO_FAILED);
}

TEST(AesGcm, OtherSizesOfKeyAndNonceAreRefused) {
  for (const size_t size : {0U, 15U, 17U, 33U}) {
    EXPECT_EQ(refusal(aes_gcm_seal(Bytes(size), Bytes(12), {}, {})), Reason::BAD_KEY) << size;
    EXPECT_EQ(refusal(aes_gcm_open(Bytes(size), Bytes(12), {}, Bytes(16))), Reason::BAD_KEY) << size;
  }
  for (const size_t size : {0U, 11U, 13U, 16U})
    EXPECT_EQ(refusal(aes_gcm_seal(Bytes(16), Bytes(size), {}, {})), Reason::BAD_KEY) << size;
}

}  // namespace
}  // namespace mitome::crypto
