// mdocs and transcripts of other projects: isomdl, the OpenID Foundation's conformance suite, walt.id, the examples of
// OpenID4VP.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/json/json.h"
#include "credential/mdoc/device_response.h"
#include "credential/mdoc/verify.h"
#include "crypto/hash.h"
#include "protocol/iso18013/transcript.h"
#include "testing/fakes.h"
#include "tests/vectors/ledger.h"

namespace mitome::vectors {
namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

Bytes hex_file(const std::string& path) { return from_hex(trimmed(testing::read_vector(path))).value(); }

/// Digests and the issuer's signature by the certificate that came with it: whether that certificate is anybody's is
/// not asked here.
void expect_whole(const mdoc::IssuerSigned& issuer_signed) {
  const auto mso = issuer_signed.mso();
  ASSERT_TRUE(mso) << to_string(mso.error());
  EXPECT_TRUE(mdoc::check_digests(issuer_signed, *mso));
  const auto signer = x509::Certificate::parse(issuer_signed.issuer_auth.headers.x5chain.at(0));
  ASSERT_TRUE(signer) << to_string(signer.error());
  EXPECT_TRUE(cose::verify(issuer_signed.issuer_auth, signer->public_key()));
}

TEST(IsomdlVectors, IssuerSigned) {
  REQUIRE_VECTORS("mdoc/isomdl/definitions", 1U);
  const Bytes bytes = hex_file("mdoc/isomdl/definitions/issuer_signed.cbor");
  const auto issuer_signed = mdoc::IssuerSigned::parse(bytes);
  ASSERT_TRUE(issuer_signed) << to_string(issuer_signed.error());
  EXPECT_NE(issuer_signed->find("org.iso.18013.5.1", "family_name"), nullptr);
  expect_whole(*issuer_signed);
}

TEST(IsomdlVectors, CoseMessagesAndKey) {
  REQUIRE_VECTORS("mdoc/isomdl/definitions/cose", 3U);
  const Bytes sign1 = hex_file("mdoc/isomdl/definitions/cose/sign1/serialized.cbor");
  const auto message = cose::CoseSign1::parse(sign1);
  ASSERT_TRUE(message) << to_string(message.error());
  EXPECT_EQ(message->headers.algorithm, cose::kEs256);
  EXPECT_EQ(message->signature.size(), 64u);
  const Bytes mac0 = hex_file("mdoc/isomdl/definitions/cose/mac0/serialized.cbor");
  const auto mac = cose::CoseMac0::parse(mac0);
  ASSERT_TRUE(mac) << to_string(mac.error());
  EXPECT_EQ(mac->headers.algorithm, cose::kHmac256);
  const Bytes key_bytes = hex_file("mdoc/isomdl/definitions/cose_key/ec_p256.cbor");
  const auto key = cose::parse_key(key_bytes);
  ASSERT_TRUE(key) << to_string(key.error());
  EXPECT_EQ(cose::encode_key(*key), key_bytes);
}

/// Their sample of a response's form has salts of one byte, which ISO/IEC 18013-5 9.1.2.5 forbids.
TEST(IsomdlVectors, DeviceResponseWithShortSaltsIsRefused) {
  REQUIRE_VECTORS("mdoc/isomdl/definitions/device_response.cbor", 1U);
  const Bytes bytes = hex_file("mdoc/isomdl/definitions/device_response.cbor");
  const auto response = mdoc::DeviceResponse::parse(bytes);
  EXPECT_EQ(response.error().reason, Reason::MALFORMED);
  EXPECT_EQ(response.error().detail, "random of under 16 bytes");
}

class OidfVectors : public ::testing::TestWithParam<const char*> {};

TEST_P(OidfVectors, IsWholeAndOfNoIssuerWeTrust) {
  REQUIRE_VECTORS("mdoc/oidf", 1U);
  const Bytes bytes = base64url::decode(trimmed(testing::read_vector(GetParam()))).value();
  const auto response = mdoc::DeviceResponse::parse(bytes);
  ASSERT_TRUE(response) << to_string(response.error());
  ASSERT_EQ(response->documents.size(), 1u);
  expect_whole(response->documents[0].issuer_signed);
  mdoc::VerifyInput input;
  const Bytes transcript = iso18013::openid4vp_session_transcript("a", "b", std::nullopt, "c");
  input.session_transcript = transcript;
  input.now = instant_from_rfc3339("2026-06-01T00:00:00Z").value();
  EXPECT_EQ(mdoc::verify_device_response(bytes, input).report.verdict, Reason::UNTRUSTED_ISSUER);
}

INSTANTIATE_TEST_SUITE_P(Files, OidfVectors, ::testing::Values("mdoc/oidf/mdoc.txt", "mdoc/oidf/mdoc-mac.txt"));

/// Counts of maps in two bytes, which we take; `undefined` where RFC 9052 asks for nil in place of a detached payload,
/// and as a deviceMac that is not there, which we do not.
TEST(OidfAnimoVector, UndefinedIsNoDetachedPayload) {
  REQUIRE_VECTORS("mdoc/oidf/mdoc-animo.txt", 1U);
  const Bytes bytes = base64url::decode(trimmed(testing::read_vector("mdoc/oidf/mdoc-animo.txt"))).value();
  EXPECT_EQ(to_hex(ByteView{bytes}.first(3)), "b90003");
  const auto response = mdoc::DeviceResponse::parse(bytes);
  EXPECT_EQ(response.error().reason, Reason::MALFORMED);
  EXPECT_EQ(response.error().detail, "CBOR at byte 3171: expected a byte string, found undefined");
}

TEST(WaltVectors, AnnexCTranscript) {
  REQUIRE_VECTORS("mdoc/iso_18013_7_annex_c_walt.json", 1U);
  const auto file = json::parse(testing::read_vector("mdoc/iso_18013_7_annex_c_walt.json")).value();
  const Bytes transcript =
      iso18013::dc_api_session_transcript(file.string_or("encryptionInfoB64", ""), file.string_or("origin", ""));
  EXPECT_EQ(to_hex(crypto::sha256(transcript)), file.find("expected")->string_or("sessionTranscriptCborSha256Hex", ""));
}

/// OpenID4VP 1.0 B.2.6.1 and B.2.6.2.
TEST(OpenId4VpExamples, Handovers) {
  const Bytes thumbprint = from_hex("4283ec927ae0f208daaa2d026a814f2b22dca52cf85ffa8f3f8626c6bd669047").value();
  const std::string nonce = "exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA";
  const auto redirect = to_hex(iso18013::openid4vp_session_transcript("x509_san_dns:example.com", nonce, thumbprint,
                                                                      "https://example.com/response"));
  EXPECT_TRUE(redirect.ends_with("048bc053c00442af9b8eed494cefdd9d95240d254b046b11b68013722aad38ac")) << redirect;
  const auto dc_api = to_hex(iso18013::openid4vp_dc_api_session_transcript("https://example.com", nonce, thumbprint));
  EXPECT_TRUE(dc_api.ends_with("fbece366f4212f9762c74cfdbf83b8c69e371d5d68cea09cb4c48ca6daab761a")) << dc_api;
}

}  // namespace
}  // namespace mitome::vectors
