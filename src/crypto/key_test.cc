#include "crypto/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/hex.h"
#include "codec/der/der.h"
#include "codec/pem/pem.h"
#include "crypto/hash.h"
#include "crypto/signer.h"

namespace mitome::crypto {
namespace {

constexpr KeyType kAllTypes[] = {KeyType::kP256, KeyType::kP384, KeyType::kRsa};
constexpr KeyType kCurves[] = {KeyType::kP256, KeyType::kP384};

Bytes hex(std::string_view text) { return from_hex(text).value(); }

template <typename T>
Reason refusal(const Result<T>& result) {
  return result ? Reason::GOOD : result.error().reason;
}

/// One key of each type for all tests: RSA keys are slow to make.
const PrivateKey& key_of(KeyType type) {
  static const PrivateKey p256 = SystemKeySource{}.generate(KeyType::kP256);
  static const PrivateKey p384 = SystemKeySource{}.generate(KeyType::kP384);
  static const PrivateKey rsa = SystemKeySource{}.generate(KeyType::kRsa);
  return type == KeyType::kP256 ? p256 : type == KeyType::kP384 ? p384 : rsa;
}

SignatureAlgorithm usual_algorithm(KeyType type) {
  return type == KeyType::kP256   ? SignatureAlgorithm::kEcdsaSha256
         : type == KeyType::kP384 ? SignatureAlgorithm::kEcdsaSha384
                                  : SignatureAlgorithm::kRsaPkcs1Sha256;
}

Bytes ec_algorithm(std::string_view curve) { return der::sequence({der::oid("1.2.840.10045.2.1"), der::oid(curve)}); }

Bytes rsa_spki(const Bytes& modulus, const Bytes& exponent, const Bytes& parameters = der::null()) {
  const Bytes algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), parameters});
  const Bytes key = der::sequence({der::integer(ByteView{modulus}), der::integer(ByteView{exponent})});
  return der::sequence({algorithm, der::bit_string(key)});
}

Bytes odd_modulus(size_t bits) {
  Bytes out((bits + 7) / 8, 0xA5);
  out[0] = static_cast<uint8_t>(1U << ((bits - 1) % 8));
  out.back() = 1;
  return out;
}

TEST(PublicKey, ReadsItsOwnEncodingAndKeepsTheBytes) {
  for (const KeyType type : kAllTypes) {
    const PublicKey& key = key_of(type).public_key();
    const PublicKey again = PublicKey::from_spki(key.spki()).value();
    EXPECT_EQ(again.type(), type);
    EXPECT_EQ(again.spki(), key.spki());
    EXPECT_TRUE(again == key);
    EXPECT_TRUE(PublicKey::from_pem(key.pem()).value() == key);
  }
  EXPECT_FALSE(key_of(KeyType::kP256).public_key() == SystemKeySource{}.generate(KeyType::kP256).public_key());
  EXPECT_EQ(key_of(KeyType::kRsa).public_key().modulus_size(), 256U);
  EXPECT_EQ(refusal(PublicKey::from_pem("no pem")), Reason::BAD_KEY);
}

TEST(PublicKey, PointsInBothFormsGiveTheSameKey) {
  for (const KeyType type : kCurves) {
    const PublicKey& key = key_of(type).public_key();
    const Bytes point = key.point();
    const size_t size = coordinate_size(type);
    ASSERT_EQ(point.size(), 1 + 2 * size);
    EXPECT_TRUE(PublicKey::from_point(type, point).value() == key);
    const ByteView x = ByteView{point}.subspan(1, size);
    const ByteView y = ByteView{point}.subspan(1 + size);
    EXPECT_TRUE(PublicKey::from_coordinates(type, x, y).value() == key);
    Bytes compressed{static_cast<uint8_t>(2 + (point.back() & 1))};
    append(compressed, x);
    const PublicKey from_compressed = PublicKey::from_point(type, compressed).value();
    EXPECT_TRUE(from_compressed == key);
    EXPECT_EQ(from_compressed.point(), point);
  }
}

TEST(PublicKey, RefusesPointsThatAreNone) {
  for (const KeyType type : kCurves) {
    const Bytes point = key_of(type).public_key().point();
    const size_t size = coordinate_size(type);
    Bytes off = point;
    off.back() ^= 1;
    EXPECT_EQ(refusal(PublicKey::from_point(type, off)), Reason::BAD_KEY);
    EXPECT_EQ(refusal(PublicKey::from_point(type, {})), Reason::BAD_KEY);
    EXPECT_EQ(refusal(PublicKey::from_point(type, Bytes{0})), Reason::BAD_KEY);  // infinity
    EXPECT_EQ(refusal(PublicKey::from_point(type, ByteView{point}.first(size))), Reason::BAD_KEY);
    Bytes hybrid = point;
    hybrid[0] = static_cast<uint8_t>(6 + (point.back() & 1));
    EXPECT_EQ(refusal(PublicKey::from_point(type, hybrid)), Reason::BAD_KEY);
    Bytes longer = point;
    longer.push_back(0);
    EXPECT_EQ(refusal(PublicKey::from_point(type, longer)), Reason::BAD_KEY);
    Bytes over_field(1 + 2 * size, 0xFF);
    over_field[0] = 4;
    EXPECT_EQ(refusal(PublicKey::from_point(type, over_field)), Reason::BAD_KEY);
    EXPECT_EQ(refusal(PublicKey::from_coordinates(type, Bytes(size), Bytes(size))), Reason::BAD_KEY);
    EXPECT_EQ(refusal(PublicKey::from_coordinates(type, ByteView{point}.subspan(1, size), Bytes(size - 1))),
              Reason::BAD_KEY);
  }
  EXPECT_EQ(refusal(PublicKey::from_point(KeyType::kRsa, Bytes(65, 4))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PublicKey::from_coordinates(KeyType::kRsa, Bytes(32), Bytes(32))), Reason::BAD_KEY);
}

TEST(PublicKey, RefusesOtherCurvesAndForms) {
  const Bytes point = key_of(KeyType::kP256).public_key().point();
  const auto spki = [&](const Bytes& algorithm, uint8_t unused = 0) {
    return der::sequence({algorithm, der::bit_string(point, unused)});
  };
  const Bytes good = ec_algorithm("1.2.840.10045.3.1.7");
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(good))), Reason::GOOD);
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(good, 1))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(ec_algorithm("1.3.132.0.34")))),
            Reason::BAD_KEY);  // P-384 with a P-256 point
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(ec_algorithm("1.3.132.0.10")))), Reason::BAD_KEY);  // secp256k1
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(ec_algorithm("1.3.132.0.35")))), Reason::BAD_KEY);  // P-521
  const Bytes explicit_parameters = der::sequence({der::oid("1.2.840.10045.2.1"), der::sequence({der::integer(1)})});
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(explicit_parameters))), Reason::BAD_KEY);  // CVE-2020-0601
  EXPECT_EQ(refusal(PublicKey::from_spki(spki(der::sequence({der::oid("1.3.101.112")})))), Reason::BAD_KEY);  // Ed25519
  Bytes trailing = spki(good);
  trailing.push_back(0);
  EXPECT_EQ(refusal(PublicKey::from_spki(trailing)), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PublicKey::from_spki(der::sequence({good, der::bit_string(point), der::null()}))), Reason::BAD_KEY);
  const Bytes whole = spki(good);
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(refusal(PublicKey::from_spki(ByteView{whole}.first(size))), Reason::BAD_KEY) << size;
}

TEST(PublicKey, RefusesRsaOutsideItsLimits) {
  const Bytes usual{1, 0, 1};
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(2048), usual))), Reason::GOOD);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(4096), usual))), Reason::GOOD);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(2047), usual))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(1024), usual))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(4097), usual))), Reason::BAD_KEY);
  Bytes even = odd_modulus(2048);
  even.back() = 2;
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(even, usual))), Reason::BAD_KEY);
  for (const Bytes& exponent : {Bytes{1}, Bytes{2}, Bytes{0}, Bytes{1, 0, 0}, Bytes(9, 0x11)})
    EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(2048), exponent))), Reason::BAD_KEY)
        << to_hex(exponent);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(2048), Bytes{3}))), Reason::GOOD);
  EXPECT_EQ(refusal(PublicKey::from_spki(rsa_spki(odd_modulus(2048), usual, {}))),
            Reason::BAD_KEY);  // NULL is required
  const Bytes algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), der::null()});
  const Bytes negative = der::sequence({concat({hex("02820100ff"), Bytes(255, 1)}), der::integer(65537)});
  EXPECT_EQ(refusal(PublicKey::from_spki(der::sequence({algorithm, der::bit_string(negative)}))), Reason::BAD_KEY);
}

TEST(PublicKeyDeathTest, PartsOfTheOtherKindAreOurBug) {
  EXPECT_DEATH(key_of(KeyType::kRsa).public_key().point(), "CHECK failed");
  EXPECT_DEATH(key_of(KeyType::kP256).public_key().modulus_size(), "CHECK failed");
}

TEST(Sign, VerifiesAndAnyFlippedByteDoesNot) {
  const Bytes message = to_bytes("認め");
  for (const KeyType type : kAllTypes) {
    const SignatureAlgorithm algorithm = usual_algorithm(type);
    const PublicKey& key = key_of(type).public_key();
    const Bytes signature = key_of(type).sign(algorithm, message).value();
    EXPECT_EQ(signature.size(), type == KeyType::kRsa ? 256U : 2 * coordinate_size(type));
    EXPECT_TRUE(key.verify(algorithm, message, signature));
    for (size_t i = 0; i < signature.size(); i += 7) {
      Bytes changed = signature;
      changed[i] ^= 1;
      EXPECT_FALSE(key.verify(algorithm, message, changed)) << i;
    }
    EXPECT_FALSE(key.verify(algorithm, to_bytes("認メ"), signature));
    EXPECT_TRUE(key.verify(algorithm, message, signature));  // a refusal leaves the kept context usable
    EXPECT_FALSE(SystemKeySource{}
                     .generate(type == KeyType::kRsa ? KeyType::kP256 : type)
                     .public_key()
                     .verify(algorithm, message, signature));
  }
}

TEST(Sign, SignaturesOfAnotherLengthAreRefused) {  // the haproxy heap overflow: 21830 characters of ES256
  const Bytes message{1};
  for (const KeyType type : kAllTypes) {
    const SignatureAlgorithm algorithm = usual_algorithm(type);
    const Bytes signature = key_of(type).sign(algorithm, message).value();
    const PublicKey& key = key_of(type).public_key();
    Bytes longer = signature;
    longer.push_back(0);
    Bytes leading = concat({Bytes{0}, signature});
    EXPECT_FALSE(key.verify(algorithm, message, longer));
    EXPECT_FALSE(key.verify(algorithm, message, leading));
    EXPECT_FALSE(key.verify(algorithm, message, ByteView{signature}.first(signature.size() - 1)));
    EXPECT_FALSE(key.verify(algorithm, message, {}));
    EXPECT_FALSE(key.verify(algorithm, message, Bytes(16372, 1)));
  }
  const Bytes signature = key_of(KeyType::kP256).sign(SignatureAlgorithm::kEcdsaSha256, message).value();
  EXPECT_FALSE(key_of(KeyType::kP256)
                   .public_key()
                   .verify(SignatureAlgorithm::kEcdsaSha256, message, ecdsa_raw_to_der(signature).value()));
}

TEST(Sign, ZeroAndTheOrderAreNoSignature) {  // CVE-2022-21449
  const Bytes order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const PublicKey& key = key_of(KeyType::kP256).public_key();
  const Bytes one = concat({Bytes(31), Bytes{1}});
  for (const auto& [r, s] : std::vector<std::pair<Bytes, Bytes>>{
           {Bytes(32), Bytes(32)}, {Bytes(32), one}, {one, Bytes(32)}, {order, one}, {one, order}, {order, order}})
    EXPECT_FALSE(key.verify(SignatureAlgorithm::kEcdsaSha256, Bytes{1}, concat({r, s})));
}

TEST(Sign, TheAlgorithmMustFitTheKey) {
  for (const KeyType type : kAllTypes) {
    for (const auto algorithm : {SignatureAlgorithm::kEcdsaSha256, SignatureAlgorithm::kEcdsaSha384,
                                 SignatureAlgorithm::kRsaPkcs1Sha256, SignatureAlgorithm::kRsaPssSha256}) {
      const bool fits = algorithm == usual_algorithm(type) ||
                        (type == KeyType::kRsa && algorithm == SignatureAlgorithm::kRsaPssSha256);
      const auto signature = key_of(type).sign(algorithm, Bytes{1});
      EXPECT_EQ(refusal(signature), fits ? Reason::GOOD : Reason::BAD_KEY);
      const Bytes usual = key_of(type).sign(usual_algorithm(type), Bytes{1}).value();
      EXPECT_EQ(key_of(type).public_key().verify(algorithm, Bytes{1}, usual), algorithm == usual_algorithm(type));
      if (signature) {
        EXPECT_TRUE(key_of(type).public_key().verify(algorithm, Bytes{1}, *signature));
      }
    }
  }
}

TEST(Sign, OverADigest) {
  const Bytes message{5};
  const Bytes es256 = key_of(KeyType::kP256).sign(SignatureAlgorithm::kEcdsaSha256, message).value();
  EXPECT_TRUE(key_of(KeyType::kP256).public_key().verify_digest(sha256(message), es256));
  EXPECT_FALSE(key_of(KeyType::kP256).public_key().verify_digest(sha256(Bytes{6}), es256));
  const PrivateKey& rsa = key_of(KeyType::kRsa);
  const Bytes pss = rsa.sign_pss_digest(sha256(message)).value();
  EXPECT_TRUE(rsa.public_key().verify(SignatureAlgorithm::kRsaPssSha256, message, pss));
  EXPECT_FALSE(rsa.public_key().verify(SignatureAlgorithm::kRsaPkcs1Sha256, message, pss));
  EXPECT_EQ(refusal(rsa.sign_pss_digest(Bytes(31))), Reason::MALFORMED);
  EXPECT_EQ(refusal(key_of(KeyType::kP256).sign_pss_digest(Bytes(32))), Reason::BAD_KEY);
}

TEST(Sign, RawPkcs1TakesADigestInfoAsACardDoes) {
  const PrivateKey& rsa = key_of(KeyType::kRsa);
  const Bytes info = sha256_digest_info(sha256(as_bytes("abc")));
  EXPECT_EQ(to_hex(info),
            "3031300d060960864801650304020105000420ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(
      rsa.public_key().verify(SignatureAlgorithm::kRsaPkcs1Sha256, as_bytes("abc"), rsa.sign_pkcs1_raw(info).value()));
  EXPECT_EQ(rsa.sign_pkcs1_raw(Bytes(245))->size(), 256U);
  EXPECT_EQ(rsa.sign_pkcs1_raw({})->size(), 256U);
  EXPECT_EQ(refusal(rsa.sign_pkcs1_raw(Bytes(246))), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal(key_of(KeyType::kP256).sign_pkcs1_raw(info)), Reason::BAD_KEY);
}

TEST(Sign, OneKeyServesManyThreads) {
  const PrivateKey& key = key_of(KeyType::kP256);
  std::vector<std::thread> threads;
  std::vector<int> good(8);
  for (size_t t = 0; t < good.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const Bytes message{static_cast<uint8_t>(i), static_cast<uint8_t>(t)};
        const Bytes signature = key.sign(SignatureAlgorithm::kEcdsaSha256, message).value();
        if (key.public_key().verify(SignatureAlgorithm::kEcdsaSha256, message, signature)) ++good[t];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, std::vector<int>(8, 20));
}

TEST(PrivateKey, ReadsItsOwnEncodings) {
  for (const KeyType type : kAllTypes) {
    const PrivateKey& key = key_of(type);
    const PrivateKey from_der = PrivateKey::from_pkcs8(key.pkcs8().reveal()).value();
    const PrivateKey from_pem = PrivateKey::from_pem(as_text(key.pem().reveal())).value();
    EXPECT_EQ(from_der.type(), type);
    EXPECT_TRUE(from_der.public_key() == key.public_key());
    EXPECT_TRUE(from_pem.public_key() == key.public_key());
    const Bytes signature = from_pem.sign(usual_algorithm(type), Bytes{1}).value();
    EXPECT_TRUE(key.public_key().verify(usual_algorithm(type), Bytes{1}, signature));
    const Bytes der = to_bytes(key.pkcs8().reveal());
    EXPECT_EQ(refusal(PrivateKey::from_pkcs8(concat({der, Bytes{0}}))), Reason::BAD_KEY);
    EXPECT_EQ(refusal(PrivateKey::from_pkcs8(ByteView{der}.first(der.size() - 1))), Reason::BAD_KEY);
  }
}

TEST(PrivateKey, ReadsSec1Files) {
  const Bytes scalar = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");  // RFC 6979 A.2.5
  const Bytes x = hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
  const Bytes y = hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  const PublicKey expected = PublicKey::from_coordinates(KeyType::kP256, x, y).value();
  EXPECT_TRUE(PrivateKey::from_scalar(KeyType::kP256, scalar)->public_key() == expected);
  const Bytes version = der::integer(1), octets = der::octet_string(scalar);
  const Bytes curve = der::element(der::constructed(0), {der::oid("1.2.840.10045.3.1.7")});
  const Bytes other_curve = der::element(der::constructed(0), {der::oid("1.3.132.0.34")});
  const Bytes public_half = der::element(der::constructed(1), {der::bit_string(expected.point())});
  const Bytes other_half =
      der::element(der::constructed(1), {der::bit_string(key_of(KeyType::kP256).public_key().point())});
  const auto read = [](std::initializer_list<ByteView> parts) {
    return PrivateKey::from_pem("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
                                pem::encode("EC PRIVATE KEY", der::sequence(parts)));
  };
  EXPECT_TRUE(read({version, octets, curve})->public_key() == expected);
  EXPECT_TRUE(read({version, octets, curve, public_half})->public_key() == expected);
  EXPECT_EQ(refusal(read({version, octets, curve, other_half})), Reason::BAD_KEY);
  EXPECT_EQ(refusal(read({version, octets})), Reason::BAD_KEY);
  EXPECT_EQ(refusal(read({version, octets, other_curve})), Reason::BAD_KEY);
  EXPECT_EQ(refusal(read({der::integer(0), octets, curve})), Reason::BAD_KEY);
  EXPECT_EQ(refusal(read({version, octets, curve, der::null()})), Reason::BAD_KEY);
}

TEST(PrivateKey, RefusesOtherFiles) {
  EXPECT_EQ(refusal(PrivateKey::from_pem("nothing")), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_pem(key_of(KeyType::kP256).public_key().pem())), Reason::BAD_KEY);
  EXPECT_EQ(
      refusal(PrivateKey::from_pem(pem::encode("ENCRYPTED PRIVATE KEY", key_of(KeyType::kP256).pkcs8().reveal()))),
      Reason::BAD_KEY);
  const Bytes inner = der::sequence({der::integer(1), der::octet_string(concat({Bytes(31), Bytes{1}}))});
  const auto pkcs8 = [&](int64_t version, const Bytes& algorithm, const Bytes& rest = {}) {
    return der::sequence({der::integer(version), algorithm, der::octet_string(inner), rest});
  };
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(0, ec_algorithm("1.2.840.10045.3.1.7")))), Reason::GOOD);
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(1, ec_algorithm("1.2.840.10045.3.1.7")))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(0, ec_algorithm("1.2.840.10045.3.1.7"), der::null()))),
            Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(0, ec_algorithm("1.3.132.0.10")))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(0, ec_algorithm("1.3.132.0.34")))),
            Reason::BAD_KEY);  // 32 bytes for P-384
  const Bytes rsa_algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), der::null()});
  EXPECT_EQ(refusal(PrivateKey::from_pkcs8(pkcs8(0, rsa_algorithm))), Reason::BAD_KEY);
}

TEST(PrivateKey, ScalarsAreBetweenOneAndTheOrder) {
  const Bytes order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  Bytes largest = order;
  largest.back() -= 1;
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kP256, largest)), Reason::GOOD);
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kP256, order)), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kP256, Bytes(32))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kP256, Bytes(31, 1))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kRsa, Bytes(32, 1))), Reason::BAD_KEY);
  EXPECT_EQ(refusal(PrivateKey::from_scalar(KeyType::kP384, Bytes(48, 1))), Reason::GOOD);
}

TEST(PrivateKey, BothSidesAgree) {
  for (const KeyType type : kCurves) {
    const PrivateKey other = SystemKeySource{}.generate(type);
    const SecretBytes ours = key_of(type).agree(other.public_key()).value();
    EXPECT_EQ(ours.size(), coordinate_size(type));
    EXPECT_TRUE(equal(ours.reveal(), other.agree(key_of(type).public_key())->reveal()));
    EXPECT_FALSE(equal(ours.reveal(), other.agree(other.public_key())->reveal()));
  }
  EXPECT_EQ(refusal(key_of(KeyType::kP256).agree(key_of(KeyType::kP384).public_key())), Reason::BAD_KEY);
  EXPECT_EQ(refusal(key_of(KeyType::kP256).agree(key_of(KeyType::kRsa).public_key())), Reason::BAD_KEY);
  EXPECT_EQ(refusal(key_of(KeyType::kRsa).agree(key_of(KeyType::kRsa).public_key())), Reason::BAD_KEY);
}

TEST(Signer, TheAlgorithmFollowsTheKey) {
  for (const KeyType type : kAllTypes) {
    SoftwareSigner signer{PrivateKey::from_pkcs8(key_of(type).pkcs8().reveal()).value()};
    EXPECT_EQ(signer.algorithm(), usual_algorithm(type));
    EXPECT_TRUE(signer.public_key().verify(signer.algorithm(), Bytes{1}, signer.sign(Bytes{1}).value()));
  }
}

TEST(EcdsaEncoding, BothWays) {
  const Bytes raw = concat({Bytes{0x80}, Bytes(31, 1), Bytes(31), Bytes{5}});
  const Bytes der = ecdsa_raw_to_der(raw).value();
  EXPECT_EQ(to_hex(der), "3026022100" + to_hex(ByteView{raw}.first(32)) + "020105");
  EXPECT_EQ(ecdsa_der_to_raw(der, 32).value(), raw);
  EXPECT_EQ(ecdsa_raw_to_der(Bytes(96, 0xFF))->size(), 104U);
  for (const size_t size : {0U, 63U, 65U, 95U, 128U})
    EXPECT_EQ(refusal(ecdsa_raw_to_der(Bytes(size, 1))), Reason::MALFORMED);
}

TEST(EcdsaEncoding, OnlyStrictDerIsRead) {
  EXPECT_EQ(refusal(ecdsa_der_to_raw(hex("3006020101020101"), 32)), Reason::GOOD);
  for (const char* text :
       {"", "3006020101020101 00", "300702020001020101", "3006020181020101", "30810602010102 0101", "3003020101",
        "3009020101020101020101", "3106020101020101", "3006030101020101", "30050200020101", "3080020101020101"}) {
    std::string compact{text};
    std::erase(compact, ' ');
    EXPECT_EQ(refusal(ecdsa_der_to_raw(hex(compact), 32)), Reason::MALFORMED) << text;
  }
  const Bytes large = der::sequence({der::integer(Bytes(33, 1)), der::integer(1)});
  EXPECT_EQ(refusal(ecdsa_der_to_raw(large, 32)), Reason::MALFORMED);
  EXPECT_EQ(refusal(ecdsa_der_to_raw(large, 48)), Reason::GOOD);
}

}  // namespace
}  // namespace mitome::crypto
