// Requests, presentations and device authentication.
#include <gtest/gtest.h>

#include "testing/mdoc_world.h"

namespace mitome::mdoc {
namespace {

using testing::CborTree;
using testing::MdocWorld;

TEST(Present, ForwardsTheIssuersBytesUnchanged) {
  MdocWorld world;
  const Bytes issued = world.issue();
  const auto held = *IssuerSigned::parse(issued);
  const Bytes response_bytes = world.response(issued);
  const auto response = *DeviceResponse::parse(response_bytes);
  ASSERT_EQ(response.documents.size(), 1u);
  size_t shown = 0;
  for (const auto& name_space : response.documents[0].issuer_signed.name_spaces) {
    for (const auto& item : name_space.items) {
      EXPECT_EQ(to_bytes(item.bytes), to_bytes(held.find(name_space.name, item.identifier)->bytes));
      ++shown;
    }
  }
  EXPECT_EQ(shown, MdocWorld::elements().size());
  EXPECT_EQ(to_bytes(response.documents[0].issuer_signed.issuer_auth.signature), to_bytes(held.issuer_auth.signature));
  // What was not agreed is not there, whatever way one looks.
  const std::string_view text = as_text(response_bytes);
  EXPECT_EQ(text.find("123456789012"), std::string_view::npos);
  EXPECT_EQ(text.find("individual_number_unicode"), std::string_view::npos);
}

TEST(Present, RefusesToShowNothing) {
  MdocWorld world;
  const Bytes issued = world.issue();
  PresentInput input{issued, {{std::string{kMncNameSpace}, "age_over_99", false}}, world.transcript};
  input.signer = world.device.get();
  EXPECT_EQ(present(input).error().reason, Reason::NOTHING_TO_PRESENT);
  // The right name in the wrong namespace is another element.
  input.elements = {{std::string{kMncJapanNameSpace}, "age_over_20", false}};
  EXPECT_EQ(present(input).error().reason, Reason::NOTHING_TO_PRESENT);
}

TEST(Present, DeviceSignatureNeedsAnEcKey) {
  MdocWorld world;
  const auto rsa = testing::test_signer(crypto::KeyType::kRsa);
  EXPECT_EQ(sign_device_auth(*rsa, as_bytes("x")).error().reason, Reason::BAD_KEY);
}

TEST(DeviceAuth, BothSidesDeriveOneKeyAndTheSessionCounts) {
  const auto device = testing::test_signer(), reader = testing::test_signer();
  const Bytes transcript = testing::test_transcript(device->public_key(), reader->public_key());
  const auto ours = derive_emac_key(device->key(), reader->public_key(), transcript);
  const auto theirs = derive_emac_key(reader->key(), device->public_key(), transcript);
  EXPECT_TRUE(equal(ours->reveal(), theirs->reveal()));
  EXPECT_EQ(ours->size(), 32u);
  const auto other = derive_emac_key(device->key(), reader->public_key(),
                                     testing::test_transcript(reader->public_key(), device->public_key()));
  EXPECT_FALSE(equal(ours->reveal(), other->reveal()));
  const auto p384 = testing::test_signer(crypto::KeyType::kP384);
  EXPECT_EQ(derive_emac_key(device->key(), p384->public_key(), transcript).error().reason, Reason::BAD_KEY);
}

TEST(DeviceAuth, TakesATranscriptBareOrTagged) {
  const auto key = testing::test_signer();
  const Bytes bare = testing::test_transcript(key->public_key(), key->public_key());
  EXPECT_EQ(*bare_session_transcript(bare), bare);
  EXPECT_EQ(*bare_session_transcript(cbor::Writer{}.embedded(bare).take()), bare);
  EXPECT_EQ(bare_session_transcript(Bytes{0x82, 0xF6, 0xF6}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(bare_session_transcript(cbor::Writer{}.embedded(Bytes{0x01}).take()).error().reason, Reason::MALFORMED);
  EXPECT_EQ(bare_session_transcript({}).error().reason, Reason::MALFORMED);
}

TEST(DeviceRequest, ReadsWhatItWrites) {
  ItemsRequest asked{std::string{kMncDocType}, MdocWorld::elements()};
  asked.elements[1].intent_to_retain = true;
  const Bytes items = encode_items_request(asked);
  const Bytes bytes = encode_device_request(asked);
  const auto request = *DeviceRequest::parse(bytes);
  EXPECT_EQ(request.version, "1.0");
  ASSERT_EQ(request.doc_requests.size(), 1u);
  EXPECT_EQ(request.doc_requests[0].items_request.doctype, asked.doctype);
  EXPECT_EQ(request.doc_requests[0].items_request.elements, asked.elements);
  EXPECT_EQ(to_bytes(request.doc_requests[0].items_request_bytes), items);
  EXPECT_FALSE(request.doc_requests[0].reader_auth);
}

TEST(DeviceRequest, RefusesWhatIsOutsideTheStandard) {
  const Bytes good = encode_device_request(MdocWorld::request());
  const auto reason = [&](const std::function<void(CborTree&)>& change) {
    CborTree tree = CborTree::parse(good);
    change(tree);
    return DeviceRequest::parse(tree.encode()).error().reason;
  };
  const auto inside = [](CborTree& tree, const std::function<void(CborTree&)>& change) {
    tree["docRequests"].at(0)["itemsRequest"].inside(change);
  };
  EXPECT_EQ(reason([](CborTree& tree) { tree.set("version", CborTree::text("2.0")); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree["docRequests"].children.clear(); }), Reason::MALFORMED);
  EXPECT_EQ(
      reason([](CborTree& tree) { tree["docRequests"].children.assign(kMaxDocuments + 1, tree["docRequests"].at(0)); }),
      Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(
      reason([&](CborTree& tree) { inside(tree, [](CborTree& items) { items["nameSpaces"] = CborTree::null(); }); }),
      Reason::MALFORMED);
  EXPECT_EQ(reason([&](CborTree& tree) {
              inside(tree, [](CborTree& items) { items["nameSpaces"][kMncNameSpace].set("sex", CborTree::uint(1)); });
            }),
            Reason::MALFORMED);
  EXPECT_EQ(reason([&](CborTree& tree) {
              inside(tree, [](CborTree& items) {
                for (size_t i = 0; i <= kMaxElements; ++i) {
                  items["nameSpaces"][kMncNameSpace].children.push_back(CborTree::text("e" + std::to_string(i)));
                  items["nameSpaces"][kMncNameSpace].children.push_back(CborTree::boolean(false));
                }
              });
            }),
            Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(DeviceRequest::parse(Bytes(kMaxMessageSize + 1)).error().reason, Reason::LIMIT_EXCEEDED);
}

/// The CBOR library under some wallets writes every map count in two bytes; what is signed and hashed is not touched by
/// it.
TEST(DeviceResponse, TakesCountsInMoreBytesThanNeeded) {
  MdocWorld world;
  Bytes wide = world.response();
  ASSERT_EQ(wide[0], 0xA3);
  wide[0] = 0x03;
  wide.insert(wide.begin(), {0xB9, 0x00});
  EXPECT_EQ(verify_device_response(wide, world.verify_input()).report.verdict, Reason::GOOD);
}

TEST(DeviceResponse, RefusesWhatIsOutsideTheStandard) {
  MdocWorld world;
  const Bytes good = world.response();
  const auto reason = [&](const std::function<void(CborTree&)>& change) {
    CborTree tree = CborTree::parse(good);
    change(tree);
    return DeviceResponse::parse(tree.encode()).error().reason;
  };
  EXPECT_EQ(reason([](CborTree& tree) { tree.set("version", CborTree::text("2.0")); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree.erase("status"); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree.set("documents", CborTree::null()); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree["documents"].at(0).erase("deviceSigned"); }), Reason::MALFORMED);
  EXPECT_EQ(reason([](CborTree& tree) { tree["documents"].at(0)["deviceSigned"]["deviceAuth"] = CborTree::null(); }),
            Reason::MALFORMED);
  EXPECT_EQ(
      reason([](CborTree& tree) { tree["documents"].children.assign(kMaxDocuments + 1, tree["documents"].at(0)); }),
      Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(
      reason([](CborTree& tree) {
        tree["documents"].at(0)["deviceSigned"]["nameSpaces"].inside([](CborTree& map) { map = CborTree::uint(0); });
      }),
      Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::mdoc
