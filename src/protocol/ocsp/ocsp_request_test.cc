#include "protocol/ocsp/ocsp_request.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/der/der.h"
#include "credential/x509/oids.h"
#include "testing/pki.h"

namespace mitome::ocsp {
namespace {

class OcspRequestTest : public ::testing::Test {
 protected:
  OcspRequestTest() : ca_("Root") {}
  CertId id(HashAlgorithm hash = HashAlgorithm::kSha256) { return cert_id(hash, ca_.certificate(), Bytes{0x80, 1}); }
  /// Reads a request around this tbsRequest content.
  static Result<Request> read(std::initializer_list<ByteView> tbs) {
    return parse_request(der::sequence({der::sequence(tbs)}));
  }
  Bytes list() { return der::sequence({der::sequence({encode_cert_id(id())})}); }
  static Bytes extension(std::string_view oid, bool critical, ByteView value) {
    return der::sequence({der::oid(oid), critical ? der::boolean(true) : Bytes{}, der::octet_string(value)});
  }
  static Bytes extensions(std::initializer_list<ByteView> all) {
    return der::element(der::constructed(2), der::sequence(all));
  }
  testing::TestCa ca_;
};

TEST_F(OcspRequestTest, RoundTrip) {
  for (const auto hash : {HashAlgorithm::kSha1, HashAlgorithm::kSha256}) {
    const Request request{{id(hash), cert_id(hash, ca_.certificate(), Bytes{5})}, Bytes(kMaxNonceSize, 7)};
    const auto read = parse_request(encode_request(request));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(read->ids, request.ids);
    EXPECT_EQ(read->nonce, request.nonce);
  }
  EXPECT_EQ(parse_request(encode_request({{id()}, std::nullopt}))->nonce, std::nullopt);
}

TEST_F(OcspRequestTest, ReadsWhatOpensslAsked) {
  // openssl ocsp -issuer ca.pem -serial 0x4D01 -reqout - : SHA-1, nonce of 16 octets.
  const auto der = from_hex(
      "30683066303f303d303b300906052b0e03021a05000414886d7741ea08713f72a22fdf7574074769eea05c0414da0ffc16aa"
      "3cf13f66e5b0b0f2434e0588b8322602024d01a2233021301f06092b06010505073001020412041003c05af9f6cbc8b7be96"
      "99cc621cf9f1");
  const auto read = parse_request(*der);
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->ids.size(), 1u);
  EXPECT_EQ(read->ids[0].hash, HashAlgorithm::kSha1);
  EXPECT_EQ(read->ids[0].serial, (Bytes{0x4D, 0x01}));
  ASSERT_TRUE(read->nonce);
  EXPECT_EQ(read->nonce->size(), 16u);
  EXPECT_EQ(encode_request(*read), *der) << "and we write it as openssl does";
}

TEST_F(OcspRequestTest, EveryPartOfACertIdCounts) {
  testing::TestCa same_name{"Root"}, other_name{"Other"};
  const CertId good = id();
  EXPECT_EQ(good, id());
  EXPECT_FALSE(good == id(HashAlgorithm::kSha1));
  EXPECT_FALSE(good == cert_id(HashAlgorithm::kSha256, same_name.certificate(), good.serial));
  EXPECT_FALSE(good == cert_id(HashAlgorithm::kSha256, ca_.certificate(), Bytes{0x80, 2}));
  EXPECT_NE(good.issuer_name_hash,
            cert_id(HashAlgorithm::kSha256, other_name.certificate(), good.serial).issuer_name_hash);
}

TEST_F(OcspRequestTest, Limits) {
  const Request many{std::vector<CertId>(kMaxQuestions + 1, id()), std::nullopt};
  EXPECT_EQ(parse_request(encode_request(many)).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_TRUE(parse_request(encode_request({std::vector<CertId>(kMaxQuestions, id()), std::nullopt})));
  EXPECT_EQ(parse_request(Bytes(kMaxRequestSize + 1)).error().reason, Reason::LIMIT_EXCEEDED);
  const Bytes one = extension("1.2.3", false, der::null());
  const auto too_many = read({list(), extensions({one, one, one, one, one, one, one, one, one})});
  EXPECT_EQ(too_many.error().reason, Reason::LIMIT_EXCEEDED);
}

TEST_F(OcspRequestTest, Nonces) {
  const auto with = [&](ByteView nonce) {
    return read({list(), extensions({extension(x509::oid::kOcspNonce, false, der::octet_string(nonce))})});
  };
  EXPECT_EQ(with(Bytes{9})->nonce, Bytes{9});
  EXPECT_EQ(with({}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(with(Bytes(kMaxNonceSize + 1)).error().reason, Reason::MALFORMED);
  const Bytes nonce = extension(x509::oid::kOcspNonce, false, der::octet_string(Bytes{1}));
  EXPECT_EQ(read({list(), extensions({nonce, nonce})}).error().detail, "two nonces");
  EXPECT_EQ(read({list(), extensions({extension(x509::oid::kOcspNonce, false, Bytes{1, 2})})}).error().reason,
            Reason::MALFORMED)
      << "not wrapped";
}

TEST_F(OcspRequestTest, Malformed) {
  ASSERT_TRUE(read({list()}));
  EXPECT_TRUE(read({der::element(der::constructed(1), der::null()), list()})) << "a requestor's name is not looked at";
  EXPECT_TRUE(read({list(), extensions({extension("1.2.3", false, der::null())})}));
  EXPECT_EQ(read({list(), extensions({extension("1.2.3", true, der::null())})}).error().detail,
            "critical extension 1.2.3 is not understood");
  EXPECT_EQ(read({der::element(der::constructed(0), der::integer(1)), list()}).error().detail, "version is not 1");
  EXPECT_EQ(read({der::sequence({})}).error().detail, "no question");
  EXPECT_EQ(read({list(), der::null()}).error().reason, Reason::MALFORMED);
  Bytes der = encode_request({{id()}, Bytes{1}});
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(parse_request(ByteView{der}.first(size)).error().reason, Reason::MALFORMED) << size;
  }
  der.push_back(0);
  EXPECT_EQ(parse_request(der).error().reason, Reason::MALFORMED);
}

TEST_F(OcspRequestTest, CertIds) {
  const auto read = [](std::string_view hash, size_t size, const Bytes& serial) {
    return parse_cert_id(der::sequence({der::sequence({der::oid(hash), der::null()}), der::octet_string(Bytes(size)),
                                        der::octet_string(Bytes(size)), serial}));
  };
  EXPECT_TRUE(read("1.3.14.3.2.26", 20, der::integer(1)));
  EXPECT_EQ(read("2.16.840.1.101.3.4.2.2", 48, der::integer(1)).error().reason, Reason::MALFORMED) << "SHA-384";
  EXPECT_EQ(read("1.3.14.3.2.26", 32, der::integer(1)).error().detail, "hash of wrong size");
  EXPECT_EQ(read("1.3.14.3.2.26", 20, der::integer(-1)).error().detail, "serial number");
  EXPECT_EQ(read("1.3.14.3.2.26", 20, der::element(der::kInteger, Bytes{0, 1})).error().detail,
            "serial number is not minimal");
  EXPECT_EQ(read("1.3.14.3.2.26", 20, der::element(der::kInteger, Bytes(22, 1))).error().detail, "serial number");
}

}  // namespace
}  // namespace mitome::ocsp
