#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/hex.h"

namespace mitome::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

// FIPS 180-4 examples
TEST(Hash, KnownDigests) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha384(as_bytes("abc"))),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(
      to_hex(sha512(as_bytes("abc"))),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce8"
      "0e2a9ac94fa54ca49f");
}

TEST(Hash, PartsAreHashedAsIfConcatenated) {
  EXPECT_EQ(sha256({as_bytes("a"), ByteView{}, as_bytes("bc")}), sha256(as_bytes("abc")));
  EXPECT_NE(sha256({as_bytes("a"), as_bytes("b")}), sha256(as_bytes("abc")));
}

TEST(Hash, EveryThreadHasItsOwnContext) {
  std::vector<std::thread> threads;
  std::vector<Sha256Digest> digests(4);
  for (size_t t = 0; t < digests.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) digests[t] = sha256(as_bytes(std::string(1000, static_cast<char>('a' + t))));
    });
  for (auto& thread : threads) thread.join();
  for (size_t t = 0; t < digests.size(); ++t)
    EXPECT_EQ(digests[t], sha256(as_bytes(std::string(1000, static_cast<char>('a' + t)))));
}

// RFC 4231 test cases 1, 2 and 6 (a key over one block)
TEST(Hmac, KnownCodes) {
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0B), as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xAA), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 5869 A.1 and A.3
TEST(Hkdf, KnownKeys) {
  EXPECT_EQ(
      to_hex(hkdf_sha256(Bytes(22, 0x0B), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42).reveal()),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0B), {}, {}, 42).reveal()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  EXPECT_EQ(hkdf_sha256(Bytes(22, 0x0B), {}, {}, 255 * 32).size(), 255U * 32);
  EXPECT_TRUE(hkdf_sha256(Bytes(22, 0x0B), {}, {}, 0).empty());
}

TEST(HkdfDeathTest, OverItsLimitIsOurBug) {
  EXPECT_DEATH(hkdf_sha256(Bytes(22), {}, {}, 255 * 32 + 1), "CHECK failed");
}

}  // namespace
}  // namespace mitome::crypto
