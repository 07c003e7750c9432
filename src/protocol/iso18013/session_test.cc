#include "protocol/iso18013/session.h"

#include <gtest/gtest.h>

#include <limits>

#include "credential/mdoc/verify.h"
#include "protocol/iso18013/reader_auth.h"
#include "protocol/iso18013/transcript.h"
#include "testing/mdoc_world.h"

namespace mitome::iso18013 {
namespace {

using testing::CborTree;
using testing::MdocWorld;

crypto::PrivateKey fresh_key(crypto::KeyType type = crypto::KeyType::kP256) { return testing::PooledKeySource{}.generate(type); }

const Bytes kRequest = mdoc::encode_device_request(MdocWorld::request());

struct Pair {
  DeviceSession device{fresh_key()};
  ReaderSession reader = *ReaderSession::start(device.engagement(), fresh_key());
};

TEST(Engagement, ReadsWhatItWritesThroughTheQrCode) {
  const auto key = fresh_key();
  BleRetrieval ble;
  ble.central_uuid = Bytes(16, 0xAB);
  const Bytes bytes = encode_device_engagement(key.public_key(), ble);
  const std::string qr = to_qr(bytes);
  EXPECT_TRUE(qr.starts_with("mdoc:"));
  const auto engagement = *DeviceEngagement::parse(*from_qr(qr));
  EXPECT_EQ(engagement.version, "1.0");
  EXPECT_EQ(engagement.e_device_key.point(), key.public_key().point());
  EXPECT_EQ(engagement.e_device_key_bytes, encode_key_bytes(key.public_key()));
  EXPECT_EQ(engagement.bytes, bytes);
  ASSERT_TRUE(engagement.ble);
  EXPECT_EQ(engagement.ble->central_uuid, ble.central_uuid);
  EXPECT_FALSE(engagement.ble->peripheral_uuid);
}

TEST(Engagement, RefusesWhatIsOutsideTheStandard) {
  BleRetrieval ble;
  ble.peripheral_uuid = Bytes(16, 1);
  const Bytes good = encode_device_engagement(fresh_key().public_key(), ble);
  const auto reason = [&](const std::function<void(CborTree&)>& change) {
    CborTree tree = CborTree::parse(good);
    change(tree);
    return DeviceEngagement::parse(tree.encode()).error().reason;
  };
  EXPECT_EQ(reason([](CborTree& tree) { tree.set(0, CborTree::text("2.0")); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree[1].at(0) = CborTree::uint(2); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree.erase(1); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree.set(2, CborTree::null()); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree[2].at(0).at(2)[10].bytes.pop_back(); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree[1].at(1).inside([](CborTree& key) { key[-3].bytes[31] ^= 1; }); }), Reason::BAD_KEY);
  EXPECT_EQ(DeviceEngagement::parse(Bytes(kMaxEngagementSize + 1)).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(from_qr("https://example.test").error().reason, Reason::MALFORMED);
  EXPECT_EQ(from_qr("mdoc:***").error().reason, Reason::MALFORMED);
  EXPECT_EQ(from_qr("mdoc:" + std::string(2 * kMaxEngagementSize, 'A')).error().reason, Reason::LIMIT_EXCEEDED);
}

/// PRX-24: a server retrieval method is nothing to us; only what we know is read, and nothing of it is an address.
TEST(Engagement, Prx24IgnoresServerRetrieval) {
  CborTree tree = CborTree::parse(encode_device_engagement(fresh_key().public_key()));
  CborTree web = CborTree::parse(Bytes{0x83, 0x01, 0x61, 'u', 0x61, 't'});
  CborTree methods = CborTree::parse(Bytes{0xA0});
  methods.set("webApi", web);
  tree.set(3, methods);
  const auto engagement = DeviceEngagement::parse(tree.encode());
  ASSERT_TRUE(engagement);
  EXPECT_FALSE(engagement->ble);
}

TEST(Session, CarriesARequestAndAResponse) {
  MdocWorld world;
  Pair pair;
  EXPECT_EQ(*pair.device.establish(*pair.reader.send(kRequest)), kRequest);
  EXPECT_EQ(pair.device.transcript(), pair.reader.transcript());
  EXPECT_EQ(pair.device.e_reader_key().point(), pair.reader.e_reader_key().public_key().point());
  const Bytes response = mdoc::encode_device_response({MdocWorld::document(world.issue(), *world.device, pair.device.transcript())});
  const auto received = pair.reader.receive(*pair.device.send(response, true));
  ASSERT_TRUE(received);
  EXPECT_TRUE(received->ended);
  EXPECT_TRUE(pair.device.ended());
  EXPECT_TRUE(pair.reader.ended());
  auto input = world.verify_input();
  input.session_transcript = pair.reader.transcript();
  EXPECT_EQ(mdoc::verify_device_response(*received->message, input).report.verdict, Reason::GOOD);
}

TEST(Session, CarriesMoreThanOneExchange) {
  Pair pair;
  ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
  for (uint8_t i = 0; i < 3; ++i) {
    EXPECT_EQ(pair.reader.receive(*pair.device.send(Bytes{i}, false))->message, Bytes{i});
    EXPECT_EQ(pair.device.receive(*pair.reader.send(Bytes{i, i}))->message, (Bytes{i, i}));
  }
  const auto end = pair.device.receive(pair.reader.end());
  EXPECT_TRUE(end->ended);
  EXPECT_FALSE(end->message);
  EXPECT_EQ(pair.device.send(Bytes{1}, false).error().reason, Reason::SESSION_TERMINATED);
  EXPECT_EQ(pair.reader.send(Bytes{1}).error().reason, Reason::SESSION_TERMINATED);
}

TEST(Session, Prx2AReplayedSessionDoesNotOpenForAnotherReader) {
  Pair pair;
  ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
  const Bytes recorded = *pair.device.send(Bytes{1, 2, 3}, true);
  auto other = *ReaderSession::start(pair.device.engagement(), fresh_key());
  ASSERT_TRUE(other.send(kRequest));
  EXPECT_EQ(other.receive(recorded).error().reason, Reason::SESSION_ENCRYPTION);
  EXPECT_TRUE(other.ended());
}

TEST(Session, Prx20AnotherEngagementInTheQrCodeKillsTheSession) {
  const auto key = fresh_key();
  DeviceSession device{*crypto::PrivateKey::from_pkcs8(key.pkcs8().reveal())};
  // The same key, another engagement: what a swapped QR code with BLE options of the attacker's would be.
  BleRetrieval attacker;
  attacker.peripheral_uuid = Bytes(16, 0x66);
  auto reader = *ReaderSession::start(encode_device_engagement(key.public_key(), attacker), fresh_key());
  EXPECT_EQ(device.establish(*reader.send(kRequest)).error().reason, Reason::SESSION_ENCRYPTION);
  EXPECT_EQ(*SessionData::parse(device.error_message())->status, kSessionEncryptionError);
}

TEST(Session, Prx21ReaderKeyOffTheCurveAborts) {
  Pair pair;
  CborTree tree = CborTree::parse(*pair.reader.send(kRequest));
  tree["eReaderKey"].inside([](CborTree& key) { key[-3].bytes[31] ^= 1; });
  EXPECT_EQ(pair.device.establish(tree.encode()).error().reason, Reason::BAD_KEY);
  EXPECT_TRUE(pair.device.ended());
  EXPECT_EQ(*SessionData::parse(pair.device.error_message())->status, kSessionEncryptionError);
  DeviceSession other{fresh_key()};
  EXPECT_EQ(ReaderSession::start(other.engagement(), fresh_key(crypto::KeyType::kP384)).error().reason, Reason::BAD_KEY);
}

TEST(Session, Prx22OutOfOrderRepeatedOwnAndEmpty) {
  {
    Pair pair;
    ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
    const Bytes first = *pair.device.send(Bytes{1}, false), second = *pair.device.send(Bytes{2}, false);
    EXPECT_EQ(pair.reader.receive(second).error().reason, Reason::SESSION_ENCRYPTION);
    EXPECT_EQ(pair.reader.receive(first).error().reason, Reason::SESSION_TERMINATED);
  }
  {
    Pair pair;
    ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
    const Bytes first = *pair.device.send(Bytes{1}, false);
    ASSERT_TRUE(pair.reader.receive(first));
    EXPECT_EQ(pair.reader.receive(first).error().reason, Reason::SESSION_ENCRYPTION);
  }
  {
    Pair pair;
    ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
    EXPECT_EQ(pair.reader.receive(*pair.reader.send(Bytes{1})).error().reason, Reason::SESSION_ENCRYPTION);
  }
  {
    Pair pair;
    ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
    EXPECT_EQ(pair.reader.receive(encode_session_data(ByteView{}, std::nullopt)).error().reason, Reason::SESSION_ENCRYPTION);
  }
  {
    Pair pair;  // an empty message with a tag of zeros
    ASSERT_TRUE(pair.device.establish(*pair.reader.send(kRequest)));
    EXPECT_EQ(pair.reader.receive(encode_session_data(Bytes(16), std::nullopt)).error().reason, Reason::SESSION_ENCRYPTION);
  }
}

TEST(Session, Prx22TheCounterDoesNotWrap) {
  const auto own = fresh_key(), peer = fresh_key();
  const Bytes transcript = testing::test_transcript(own.public_key(), peer.public_key());
  auto reader = *SessionCipher::derive(Side::kReader, own, peer.public_key(), transcript);
  auto device = *SessionCipher::derive(Side::kDevice, peer, own.public_key(), transcript);
  constexpr uint32_t kLast = std::numeric_limits<uint32_t>::max();
  reader.advance_to(kLast - 1, 0);
  device.advance_to(0, kLast - 1);
  const Bytes last = *reader.encrypt(Bytes{1});
  EXPECT_EQ(*device.decrypt(last), Bytes{1});
  EXPECT_EQ(reader.encrypt(Bytes{1}).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(device.decrypt(last).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Session, EndsWithTheStatusThatFits) {
  {
    Pair pair;
    EXPECT_EQ(pair.device.establish(Bytes{0x01}).error().reason, Reason::MALFORMED);
    EXPECT_EQ(*SessionData::parse(pair.device.error_message())->status, kSessionDecodingError);
    EXPECT_EQ(pair.device.establish(*pair.reader.send(kRequest)).error().reason, Reason::SESSION_TERMINATED);
  }
  {
    Pair pair;
    ASSERT_TRUE(pair.reader.send(kRequest));
    EXPECT_EQ(pair.reader.receive(encode_session_data(std::nullopt, kSessionTermination)).error().reason, Reason::SESSION_TERMINATED);
    EXPECT_TRUE(pair.reader.ended());
  }
  {
    Pair pair;
    EXPECT_EQ(pair.reader.receive(encode_session_data(std::nullopt, kSessionTermination)).error().reason, Reason::SESSION_TERMINATED);
    EXPECT_EQ(pair.device.receive(encode_session_data(Bytes{1}, std::nullopt)).error().reason, Reason::SESSION_TERMINATED);
    EXPECT_EQ(pair.device.send(Bytes{1}, false).error().reason, Reason::SESSION_TERMINATED);
  }
  EXPECT_EQ(SessionData::parse(Bytes{0xA0}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(SessionData::parse(Bytes{0x80}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(SessionData::parse(Bytes(kMaxSessionMessage + 1)).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(SessionEstablishment::parse(Bytes(kMaxSessionMessage + 1)).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Transcript, EveryFormHasThreeMembers) {
  const Bytes key = encode_key_bytes(fresh_key().public_key());
  const Bytes engagement = encode_device_engagement(fresh_key().public_key());
  const Bytes thumbprint(32, 1);
  for (const Bytes& bytes :
       {qr_session_transcript(engagement, key), nfc_session_transcript(engagement, key, as_bytes("s"), as_bytes("r")),
        nfc_session_transcript(engagement, key, as_bytes("s"), std::nullopt),
        openid4vp_session_transcript("x509_hash:a", "n", thumbprint, "https://verifier.test"),
        openid4vp_session_transcript("x509_hash:a", "n", std::nullopt, "https://verifier.test"),
        openid4vp_dc_api_session_transcript("https://verifier.test", "n", thumbprint),
        dc_api_session_transcript("AAAA", "https://verifier.test")}) {
    EXPECT_EQ(CborTree::parse(bytes).children.size(), 3u);
    EXPECT_EQ(*mdoc::bare_session_transcript(session_transcript_bytes(bytes)), bytes);
  }
  CborTree nfc = CborTree::parse(nfc_session_transcript(engagement, key, as_bytes("s"), as_bytes("r")));
  EXPECT_EQ(nfc.at(2).at(0).bytes, to_bytes("s"));  // Select stands first
  EXPECT_EQ(nfc.at(2).at(1).bytes, to_bytes("r"));
  EXPECT_EQ(nfc.at(0).content().bytes, engagement);
}

}  // namespace
}  // namespace mitome::iso18013
