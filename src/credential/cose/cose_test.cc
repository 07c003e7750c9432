#include "credential/cose/cose.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "testing/cbor_tree.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::cose {
namespace {

using testing::CborTree;
using testing::test_signer;

const Bytes kPayload = to_bytes("what is said");

Bytes signed_message(crypto::Signer& signer, bool detached = false) { return *sign1(signer, {}, kPayload, detached); }

Reason reason_of(const Bytes& bytes, const crypto::PublicKey& key, std::optional<ByteView> detached = std::nullopt) {
  auto message = CoseSign1::parse(bytes);
  if (!message) return message.error().reason;
  auto good = verify(*message, key, detached);
  return good ? Reason::GOOD : good.error().reason;
}

Bytes edited(const Bytes& bytes, const std::function<void(CborTree&)>& change) {
  CborTree tree = CborTree::parse(bytes);
  change(tree);
  return tree.encode();
}

TEST(CoseSign1, SignsAndVerifiesBothCurves) {
  for (const auto type : {crypto::KeyType::kP256, crypto::KeyType::kP384}) {
    const auto signer = test_signer(type), other = test_signer(type);
    const Bytes message = signed_message(*signer);
    EXPECT_EQ(reason_of(message, signer->public_key()), Reason::GOOD);
    EXPECT_EQ(reason_of(message, other->public_key()), Reason::BAD_SIGNATURE);
    Bytes flipped = message;
    flipped.back() ^= 1;
    EXPECT_EQ(reason_of(flipped, signer->public_key()), Reason::BAD_SIGNATURE);
    EXPECT_EQ(reason_of(edited(message, [](CborTree& tree) { tree.at(2).bytes[0] ^= 1; }), signer->public_key()),
              Reason::BAD_SIGNATURE);
  }
}

TEST(CoseSign1, IsTheSameWithItsTag) {
  const auto signer = test_signer();
  const Bytes tagged = *sign1(*signer, {}, kPayload, false, true);
  EXPECT_EQ(tagged[0], 0xD2);
  EXPECT_EQ(reason_of(tagged, signer->public_key()), Reason::GOOD);
  Bytes other_tag = tagged;
  other_tag[0] = 0xD1;
  EXPECT_EQ(reason_of(other_tag, signer->public_key()), Reason::MALFORMED);
}

TEST(CoseSign1, KeepsTheOrderRecordThenSign) {
  const auto signer = test_signer();
  const UnsignedSign1 message{signer->algorithm(), {}, kPayload, false};
  const Bytes expected = concat({*from_hex("846a5369676e61747572653143a10126404c"), kPayload});
  EXPECT_EQ(message.to_be_signed(), expected);
  EXPECT_EQ(reason_of(message.assemble(*signer->sign(message.to_be_signed())), signer->public_key()), Reason::GOOD);
}

TEST(CoseSign1, DetachedPayloadComesFromOneSideOnly) {
  const auto signer = test_signer();
  const Bytes detached = signed_message(*signer, true), attached = signed_message(*signer);
  EXPECT_EQ(reason_of(detached, signer->public_key(), kPayload), Reason::GOOD);
  EXPECT_EQ(reason_of(detached, signer->public_key(), as_bytes("something else")), Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason_of(detached, signer->public_key()), Reason::MALFORMED);
  EXPECT_EQ(reason_of(attached, signer->public_key(), kPayload), Reason::MALFORMED);
}

TEST(CoseSign1, BindsExternalData) {
  const auto signer = test_signer();
  const Bytes bytes = *sign1(*signer, {}, kPayload, false, false, as_bytes("context"));
  const auto message = CoseSign1::parse(bytes);
  EXPECT_TRUE(verify(*message, signer->public_key(), std::nullopt, as_bytes("context")));
  EXPECT_EQ(verify(*message, signer->public_key()).error().reason, Reason::BAD_SIGNATURE);
}

TEST(CoseSign1, TakesTheAlgorithmFromTheProtectedHeaderAlone) {
  const auto signer = test_signer();
  const Bytes message = signed_message(*signer);
  const auto with_header = [&](ByteView header) {
    return edited(message, [&](CborTree& tree) { tree.at(0) = CborTree::bstr(header); });
  };
  EXPECT_EQ(reason_of(with_header({}), signer->public_key()), Reason::COSE_ALGORITHM);
  EXPECT_EQ(reason_of(with_header(Bytes{0xA1, 0x01, 0x38, 0x22}), signer->public_key()),
            Reason::COSE_ALGORITHM);                                                                         // ES384
  EXPECT_EQ(reason_of(with_header(Bytes{0xA1, 0x01, 0x05}), signer->public_key()), Reason::COSE_ALGORITHM);  // HMAC
  EXPECT_EQ(reason_of(with_header(Bytes{0xA1, 0x01, 0x61, 'E'}), signer->public_key()),
            Reason::COSE_ALGORITHM);  // text
  EXPECT_EQ(reason_of(edited(with_header({}), [](CborTree& tree) { tree.at(1).set(1, CborTree::parse(Bytes{0x26})); }),
                      signer->public_key()),
            Reason::COSE_ALGORITHM);
  const auto rsa = test_signer(crypto::KeyType::kRsa);
  EXPECT_EQ(reason_of(message, rsa->public_key()), Reason::COSE_ALGORITHM);
}

TEST(CoseSign1, TakesTheFullySpecifiedAlgorithm) {
  const auto signer = test_signer();
  const Bytes header{0xA1, 0x01, 0x28};  // ESP256
  cbor::Writer to_sign;
  to_sign.array(4).text("Signature1").bytes(header).bytes({}).bytes(kPayload);
  cbor::Writer message;
  message.array(4).bytes(header).map(0).bytes(kPayload).bytes(*signer->sign(to_sign.view()));
  EXPECT_EQ(reason_of(message.take(), signer->public_key()), Reason::GOOD);
}

TEST(CoseSign1, RefusesCriticalHeadersInEitherMap) {
  const auto signer = test_signer();
  for (const size_t map : {0u, 1u}) {
    const Bytes message = edited(signed_message(*signer), [&](CborTree& tree) {
      const auto add = [](CborTree& header) { header.set(2, CborTree::parse(Bytes{0x81, 0x01})); };
      if (map == 0)
        tree.at(0).inside_bytes(add);
      else
        add(tree.at(1));
    });
    EXPECT_EQ(reason_of(message, signer->public_key()), Reason::COSE_CRITICAL);
  }
}

TEST(CoseSign1, RefusesALabelInBothMaps) {
  const auto signer = test_signer();
  const Bytes message =
      edited(signed_message(*signer), [](CborTree& tree) { tree.at(1).set(1, CborTree::parse(Bytes{0x26})); });
  EXPECT_EQ(reason_of(message, signer->public_key()), Reason::MALFORMED);
}

TEST(CoseSign1, SignatureIsExactlyRAndS) {
  const auto signer = test_signer();
  const Bytes message = signed_message(*signer);
  const auto with_signature = [&](const std::function<void(Bytes&)>& change) {
    return reason_of(edited(message, [&](CborTree& tree) { change(tree.at(3).bytes); }), signer->public_key());
  };
  EXPECT_EQ(with_signature([](Bytes& s) { s.pop_back(); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with_signature([](Bytes& s) { s.push_back(0); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with_signature([](Bytes& s) { s = *crypto::ecdsa_raw_to_der(s); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with_signature([](Bytes& s) { s.clear(); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with_signature([](Bytes& s) { s.assign(64, 0); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(with_signature([](Bytes& s) { s.assign(64, 0xFF); }), Reason::BAD_SIGNATURE);
}

TEST(CoseSign1, ReadsItsHeaders) {
  const auto signer = test_signer();
  testing::TestCa ca{"Root"};
  HeaderInput headers;
  headers.x5chain = {ca.certificate().der(), ca.certificate().der()};
  headers.type = "application/statuslist+cwt";
  const auto bytes = *sign1(*signer, headers, kPayload, false);
  const auto message = *CoseSign1::parse(bytes);
  EXPECT_EQ(message.headers.algorithm, kEs256);
  EXPECT_EQ(message.headers.type, headers.type);
  ASSERT_EQ(message.headers.x5chain.size(), 2u);
  EXPECT_EQ(to_bytes(message.headers.x5chain[1]), ca.certificate().der());
  EXPECT_TRUE(message.headers.protected_x5chain.empty());

  headers.x5chain_protected = true;
  headers.x5chain.pop_back();
  const auto protected_bytes = *sign1(*signer, headers, kPayload, false);
  const auto protected_message = *CoseSign1::parse(protected_bytes);
  EXPECT_TRUE(protected_message.headers.x5chain.empty());
  ASSERT_EQ(protected_message.headers.protected_x5chain.size(), 1u);
  EXPECT_EQ(reason_of(protected_bytes, signer->public_key()), Reason::GOOD);
}

TEST(CoseSign1, HasFourMembersAndABoundedChain) {
  const auto signer = test_signer();
  const Bytes message = signed_message(*signer);
  const auto change = [&](const std::function<void(CborTree&)>& edit) {
    return reason_of(edited(message, edit), signer->public_key());
  };
  EXPECT_EQ(change([](CborTree& tree) { tree.children.pop_back(); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) { tree.children.push_back(CborTree::null()); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) { tree.at(0) = CborTree::bstr(Bytes{0x80}); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) { tree.at(1) = CborTree::null(); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) { tree.at(1).set(33, CborTree::parse(Bytes{0x80})); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) { tree.at(1).set(33, CborTree::parse(Bytes{0x01})); }), Reason::MALFORMED);
  EXPECT_EQ(change([](CborTree& tree) {
              CborTree chain = CborTree::parse(Bytes{0x80});
              chain.children.assign(kMaxChain + 1, CborTree::bstr({}));
              tree.at(1).set(33, chain);
            }),
            Reason::LIMIT_EXCEEDED);
}

TEST(CoseMac0, VerifiesItsOwnTag) {
  const auto key = crypto::SecretBytes{Bytes(32, 7)}, other = crypto::SecretBytes{Bytes(32, 8)};
  const Bytes bytes = mac0_detached(key, kPayload);
  const auto reason = [&](const Bytes& message, const crypto::SecretBytes& with, ByteView payload) {
    auto mac = CoseMac0::parse(message);
    if (!mac) return mac.error().reason;
    auto good = verify(*mac, with, payload);
    return good ? Reason::GOOD : good.error().reason;
  };
  EXPECT_EQ(reason(bytes, key, kPayload), Reason::GOOD);
  EXPECT_EQ(reason(bytes, other, kPayload), Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason(bytes, key, as_bytes("other")), Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason(edited(bytes, [](CborTree& tree) { tree.at(3).bytes.resize(16); }), key, kPayload),
            Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason(edited(bytes, [](CborTree& tree) { tree.at(3).bytes.clear(); }), key, kPayload),
            Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason(edited(bytes, [](CborTree& tree) { tree.at(0) = CborTree::bstr({}); }), key, kPayload),
            Reason::COSE_ALGORITHM);
  EXPECT_EQ(reason(edited(bytes,
                          [](CborTree& tree) {
                            tree.at(1).set(2, CborTree::parse(Bytes{0x81, 0x01}));
                          }),
                   key, kPayload),
            Reason::COSE_CRITICAL);
  EXPECT_EQ(reason(edited(bytes, [](CborTree& tree) { tree.at(2) = CborTree::bstr(kPayload); }), key, kPayload),
            Reason::MALFORMED);
}

TEST(CoseKey, ReadsWhatItWrites) {
  for (const auto type : {crypto::KeyType::kP256, crypto::KeyType::kP384}) {
    const auto signer = test_signer(type);
    const Bytes encoded = encode_key(signer->public_key());
    EXPECT_EQ(*parse_key(encoded), signer->public_key());
    // y as its sign
    const uint8_t odd = signer->public_key().point().back() & 1;
    const Bytes compressed = edited(encoded, [&](CborTree& tree) { tree.set(-3, CborTree::boolean(odd == 1)); });
    EXPECT_EQ(parse_key(compressed)->point(), signer->public_key().point());
  }
}

TEST(CoseKey, Prx21RefusesWhatIsNoKey) {
  const Bytes encoded = encode_key(test_signer()->public_key());
  const auto reason = [&](const std::function<void(CborTree&)>& change) {
    return parse_key(edited(encoded, change)).error().reason;
  };
  EXPECT_EQ(reason([](CborTree& tree) { tree[-3].bytes[31] ^= 1; }), Reason::BAD_KEY);  // off the curve
  EXPECT_EQ(reason([](CborTree& tree) { tree[-2].bytes.pop_back(); }), Reason::BAD_KEY);
  EXPECT_EQ(reason([](CborTree& tree) { tree[-3].bytes.push_back(0); }), Reason::BAD_KEY);
  EXPECT_EQ(
      reason([](CborTree& tree) { tree.set(-2, CborTree::bstr(Bytes(32))), tree.set(-3, CborTree::bstr(Bytes(32))); }),
      Reason::BAD_KEY);
  EXPECT_EQ(reason([](CborTree& tree) { tree.set(-1, CborTree::uint(3)); }), Reason::BAD_KEY);  // P-521
  EXPECT_EQ(reason([](CborTree& tree) { tree.set(-1, CborTree::uint(2)); }), Reason::BAD_KEY);  // P-384 with 32 bytes
  EXPECT_EQ(reason([](CborTree& tree) { tree.set(1, CborTree::uint(1)); }), Reason::BAD_KEY);   // OKP
  EXPECT_EQ(reason([](CborTree& tree) { tree.erase(-2); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree = CborTree::uint(1); }), Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::cose
