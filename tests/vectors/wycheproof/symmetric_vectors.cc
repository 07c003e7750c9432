#include <gtest/gtest.h>

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "tests/vectors/ledger.h"
#include "tests/vectors/wycheproof/wycheproof.h"

namespace mitome::vectors {
namespace {

TEST(WycheproofAesGcm, SealedAndOpened) {
  REQUIRE_VECTORS("wycheproof/aes_gcm_test.json", 316U);
  const Tally tally = run_wycheproof("aes_gcm_test.json", [](const auto& group, const auto& test) {
    const Bytes key = hex_at(test, "key"), nonce = hex_at(test, "iv"), associated = hex_at(test, "aad");
    const Bytes text = hex_at(test, "msg"), sealed = concat({hex_at(test, "ct"), hex_at(test, "tag")});
    if (group.int_at("ivSize").value() != 96 || group.int_at("tagSize").value() != 128) {
      const auto opened = crypto::aes_gcm_open(key, nonce, associated, sealed);
      EXPECT_FALSE(opened.has_value());
      if (text_at(test, "result") == "invalid") return Answer::kRefused;
      unsupported("wycheproof/aes_gcm_test.json", "IV of another size than 96 bits");
      return Answer::kUnsupported;
    }
    const auto opened = crypto::aes_gcm_open(key, nonce, associated, sealed);
    if (!opened) return Answer::kRefused;
    EXPECT_EQ(*opened, text);
    EXPECT_EQ(crypto::aes_gcm_seal(key, nonce, associated, text).value(), sealed);
    return *opened == text ? Answer::kAccepted : Answer::kRefused;
  });
  EXPECT_GT(tally.valid, 100U);
  EXPECT_GT(tally.invalid, 50U);
}

TEST(WycheproofHkdf, Sha256) {
  REQUIRE_VECTORS("wycheproof/hkdf_sha256_test.json", 86U);
  const Tally tally = run_wycheproof("hkdf_sha256_test.json", [](const auto&, const auto& test) {
    const auto size = static_cast<size_t>(test.int_at("size").value());
    // Over 255 blocks is a CHECK in hkdf_sha256 (hash_test.cc): no length here comes from outside.
    if (size > 255 * 32) return Answer::kRefused;
    const auto key = crypto::hkdf_sha256(hex_at(test, "ikm"), hex_at(test, "salt"), hex_at(test, "info"), size);
    return equal(key.reveal(), hex_at(test, "okm")) ? Answer::kAccepted : Answer::kRefused;
  });
  EXPECT_EQ(tally.valid, 83U);
  EXPECT_EQ(tally.invalid, 3U);
}

TEST(WycheproofHmac, Sha256AlsoTruncated) {
  REQUIRE_VECTORS("wycheproof/hmac_sha256_test.json", 174U);
  const Tally tally = run_wycheproof("hmac_sha256_test.json", [](const auto& group, const auto& test) {
    const auto code = crypto::hmac_sha256(hex_at(test, "key"), hex_at(test, "msg"));
    const auto size = static_cast<size_t>(group.int_at("tagSize").value() / 8);
    CHECK(size <= code.size());
    return crypto::equal_constant_time(ByteView{code}.first(size), hex_at(test, "tag")) ? Answer::kAccepted
                                                                                        : Answer::kRefused;
  });
  EXPECT_EQ(tally.valid, 66U);
  EXPECT_EQ(tally.invalid, 108U);
}

struct JoseFile {
  const char* file;
  size_t tests;
};

/// Named and counted, so that they are not forgotten when credential/jose comes.
TEST(WycheproofJose, IsNotRunSinceMitomeHasNoJoseYet) {
  for (const JoseFile& file :
       {JoseFile{"json_web_crypto_test.json", 83}, JoseFile{"json_web_encryption_test.json", 139},
        JoseFile{"json_web_key_test.json", 26}, JoseFile{"json_web_signature_test.json", 401}}) {
    const std::string source = std::string{"wycheproof/"} + file.file;
    if (!available(source, file.tests)) continue;
    const Tally tally = run_wycheproof(file.file, [](const auto&, const auto&) { return Answer::kUnsupported; });
    EXPECT_EQ(tally.unsupported, file.tests);
    unsupported(source, "no JOSE yet", file.tests);
  }
}

}  // namespace
}  // namespace mitome::vectors
