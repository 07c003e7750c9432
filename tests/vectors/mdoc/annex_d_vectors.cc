// ISO/IEC 18013-5:2021 Annex D: engagement, request, session and response, through the code that production runs.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/hex.h"
#include "codec/cbor/reader.h"
#include "codec/json/json.h"
#include "credential/mdoc/device_auth.h"
#include "credential/mdoc/verify_checks.h"
#include "protocol/iso18013/reader_auth.h"
#include "protocol/iso18013/session.h"
#include "protocol/iso18013/transcript.h"
#include "testing/fakes.h"
#include "tests/vectors/ledger.h"

namespace mitome::vectors {
namespace {

using crypto::KeyType;

class AnnexD : public ::testing::Test {
 protected:
  void SetUp() override { REQUIRE_VECTORS("mdoc/iso_18013_5_annex_d.json", 1U); }

  Bytes value(std::string_view name) const {
    static const json::Value file = json::parse(testing::read_vector("mdoc/iso_18013_5_annex_d.json")).value();
    return from_hex(file.find("values")->string_at(name).value()).value();
  }
  crypto::PrivateKey private_key(const std::string& name) const {
    return crypto::PrivateKey::from_scalar(KeyType::kP256, value(name + "_d")).value();
  }
  crypto::PublicKey public_key(const std::string& name) const {
    return crypto::PublicKey::from_coordinates(KeyType::kP256, value(name + "_x"), value(name + "_y")).value();
  }
  Bytes transcript() const { return mdoc::bare_session_transcript(value("session_transcript_bytes")).value(); }
  static Instant october() { return instant_from_rfc3339("2020-10-15T00:00:00Z").value(); }
};

TEST_F(AnnexD, Engagement) {
  const auto engagement = iso18013::DeviceEngagement::parse(value("device_engagement"));
  ASSERT_TRUE(engagement) << to_string(engagement.error());
  EXPECT_EQ(engagement->e_device_key.point(), public_key("ephemeral_device_key").point());
  EXPECT_EQ(engagement->e_device_key_bytes, value("e_device_key_bytes"));
  EXPECT_EQ(iso18013::encode_key_bytes(engagement->e_device_key), value("e_device_key_bytes"));
  ASSERT_TRUE(engagement->ble);
  EXPECT_EQ(to_hex(*engagement->ble->central_uuid), "45efef742b2c4837a9a3b0e1d05a6917");
  // Written by us, it is the same bytes.
  EXPECT_EQ(iso18013::encode_device_engagement(engagement->e_device_key, engagement->ble), value("device_engagement"));
}

TEST_F(AnnexD, TranscriptOfNfc) {
  const Bytes bytes = transcript();
  const auto document = cbor::Document::parse(bytes);
  const auto handover = document->root().at(2).value();
  const auto rebuilt =
      iso18013::nfc_session_transcript(document->root().at(0)->as_embedded().value(), document->root().at(1)->encoded(),
                                       handover.at(0)->as_bytes().value(), handover.at(1)->as_bytes().value());
  EXPECT_EQ(rebuilt, bytes);
  EXPECT_EQ(iso18013::session_transcript_bytes(bytes), value("session_transcript_bytes"));
}

TEST_F(AnnexD, RequestAndReaderAuthentication) {
  const Bytes bytes = value("device_request");
  const auto request = mdoc::DeviceRequest::parse(bytes);
  ASSERT_TRUE(request) << to_string(request.error());
  ASSERT_EQ(request->doc_requests.size(), 1u);
  const auto& doc_request = request->doc_requests[0];
  EXPECT_EQ(doc_request.items_request.elements.size(), 6u);
  EXPECT_FALSE(doc_request.items_request.elements[5].intent_to_retain);
  EXPECT_EQ(mdoc::encode_items_request(doc_request.items_request), to_bytes(doc_request.items_request_bytes));
  ASSERT_TRUE(doc_request.reader_auth);
  const auto certificate = x509::Certificate::parse(doc_request.reader_auth->headers.x5chain.at(0));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->der(), value("reader_cert"));
  const Bytes payload = iso18013::reader_authentication_bytes(transcript(), doc_request.items_request_bytes);
  EXPECT_TRUE(cose::verify(*doc_request.reader_auth, certificate->public_key(), payload));
  // The reader's root is not in the annex: who it is stays open, what it signed does not.
  EXPECT_EQ(iso18013::verify_reader_auth(doc_request, transcript(), {{}, october(), nullptr}).error().reason,
            Reason::READER_UNTRUSTED);
  Bytes other = transcript();
  other.back() ^= 1;
  EXPECT_EQ(iso18013::verify_reader_auth(doc_request, other, {{}, october(), nullptr}).error().reason,
            Reason::READER_AUTH_INVALID);
}

TEST_F(AnnexD, SessionKeysAndMessages) {
  const Bytes establishment_bytes = value("session_establishment");
  const auto establishment = iso18013::SessionEstablishment::parse(establishment_bytes);
  ASSERT_TRUE(establishment) << to_string(establishment.error());
  EXPECT_EQ(establishment->e_reader_key.point(), public_key("ephemeral_reader_key").point());

  auto device = iso18013::SessionCipher::derive(iso18013::Side::kDevice, private_key("ephemeral_device_key"),
                                                establishment->e_reader_key, transcript());
  auto reader = iso18013::SessionCipher::derive(iso18013::Side::kReader, private_key("ephemeral_reader_key"),
                                                public_key("ephemeral_device_key"), transcript());
  ASSERT_TRUE(device && reader);
  EXPECT_EQ(to_hex(device->reader_key().reveal()), "58d277d8719e62a1561d248f403f477e9e6c37bf5d5fc5126f8f4c727c22dfc9");
  EXPECT_EQ(to_hex(reader->device_key().reveal()), "81d170e07fbdac93c1a676242c2576124a380d87bb73ed9ce4834de2272cf409");
  EXPECT_EQ(device->decrypt(establishment->data).value(), value("device_request"));
  EXPECT_EQ(reader->encrypt(value("device_request")).value(), to_bytes(establishment->data));

  const Bytes data_bytes = value("session_data");
  const auto data = iso18013::SessionData::parse(data_bytes);
  ASSERT_TRUE(data && data->data);
  EXPECT_EQ(reader->decrypt(*data->data).value(), value("device_response"));
  EXPECT_EQ(iso18013::encode_session_data(device->encrypt(value("device_response")).value(), std::nullopt), data_bytes);
  EXPECT_EQ(iso18013::encode_session_data(std::nullopt, iso18013::kSessionTermination), value("session_termination"));
}

TEST_F(AnnexD, EMacKey) {
  const auto key =
      mdoc::derive_emac_key(private_key("static_device_key"), public_key("ephemeral_reader_key"), transcript());
  EXPECT_EQ(to_hex(key->reveal()), "dc2b9566fdaaae3c06baa40993cd0451aeba15e7677ef5305f6531f3533c35dd");
}

/// Decisions 7: every check passes with the document signer pinned and the clock at 2020-10-15; without the pin exactly
/// one refuses.
TEST_F(AnnexD, ResponsePassesEveryCheckWithItsSignerPinned) {
  const Bytes response = value("device_response"), session = transcript();
  const auto reader_key = private_key("ephemeral_reader_key");
  const std::vector<x509::Certificate> pinned{x509::Certificate::parse(value("ds_cert")).value()};
  mdoc::VerifyInput input;
  input.session_transcript = session;
  input.reader_key = &reader_key;
  input.now = october();
  input.anchors = pinned;
  const auto verified = mdoc::verify_device_response(response, input);
  ASSERT_EQ(verified.report.verdict, Reason::GOOD) << to_string(verified.report.error());
  ASSERT_EQ(verified.documents.size(), 1u);
  EXPECT_TRUE(verified.documents[0].by_mac());
  EXPECT_EQ(verified.documents[0].find("org.iso.18013.5.1", "family_name")->text().value(), "Doe");
  EXPECT_EQ(verified.documents[0].find("org.iso.18013.5.1", "portrait")->bytes().value(),
            value("device_response_portrait_data"));
  EXPECT_EQ(verified.documents[0].device_key().point(), public_key("static_device_key").point());

  input.anchors = {};
  EXPECT_EQ(mdoc::verify_device_response(response, input).report.verdict, Reason::UNTRUSTED_ISSUER);
  std::vector<mdoc::CheckEntry> others;
  for (const auto& check : mdoc::verify_checks()) {
    if (check.id != "issuer_chain") others.push_back(check);
  }
  EXPECT_EQ(mdoc::verify_by(response, input, others).report.verdict, Reason::GOOD);
}

TEST_F(AnnexD, ResponseChangedIsRefused) {
  const Bytes session = transcript();
  const auto reader_key = private_key("ephemeral_reader_key");
  const std::vector<x509::Certificate> pinned{x509::Certificate::parse(value("ds_cert")).value()};
  mdoc::VerifyInput input;
  input.session_transcript = session;
  input.reader_key = &reader_key;
  input.now = october();
  input.anchors = pinned;
  Bytes response = value("device_response");
  const std::string_view doe = "Doe";
  const auto name = std::search(response.begin(), response.end(), doe.begin(), doe.end());
  ASSERT_NE(name, response.end());
  *name = 'R';
  EXPECT_EQ(mdoc::verify_device_response(response, input).report.verdict, Reason::VALUE_DIGEST_MISMATCH);
}

}  // namespace
}  // namespace mitome::vectors
