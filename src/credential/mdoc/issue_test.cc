#include "credential/mdoc/issue.h"

#include <gtest/gtest.h>

#include <set>

#include "credential/mdoc/issuer_signed.h"
#include "testing/mdoc_world.h"

namespace mitome::mdoc {
namespace {

using testing::MdocWorld;

TEST(Issue, ReadsBackAsClaimed) {
  MdocWorld world;
  auto input = world.issue_input();
  input.status = StatusReference{12, "http://authority.localhost/status/lists/1"};
  input.validity.expected_update = world.now + Days{7};
  input.authorizations.name_spaces = {"mitome.device"};
  const Bytes bytes = world.issue(input);
  const auto issued = *IssuerSigned::parse(bytes);
  const auto mso = *issued.mso();
  EXPECT_EQ(mso.version, "1.0");
  EXPECT_EQ(mso.digest_algorithm, "SHA-256");
  EXPECT_EQ(mso.doctype, kMncDocType);
  EXPECT_EQ(mso.device_key.point(), world.device->public_key().point());
  EXPECT_EQ(mso.validity.signed_at, input.validity.signed_at);
  EXPECT_EQ(mso.validity.valid_from, input.validity.valid_from);
  EXPECT_EQ(mso.validity.valid_until, input.validity.valid_until);
  EXPECT_EQ(mso.validity.expected_update, input.validity.expected_update);
  EXPECT_EQ(mso.status, input.status);
  EXPECT_TRUE(mso.authorizations.allows("mitome.device", "anything"));
  EXPECT_FALSE(mso.authorizations.allows("other", "anything"));
  EXPECT_TRUE(check_digests(issued, mso));
  const auto claims = MdocWorld::claims();
  ASSERT_EQ(issued.name_spaces.size(), claims.size());
  for (size_t i = 0; i < claims.size(); ++i) {
    EXPECT_EQ(issued.name_spaces[i].name, claims[i].name);
    ASSERT_EQ(issued.name_spaces[i].items.size(), claims[i].elements.size());
    for (const auto& element : claims[i].elements) {
      const auto* item = issued.find(claims[i].name, element.identifier);
      ASSERT_NE(item, nullptr);
      EXPECT_EQ(to_bytes(item->value), element.value);
    }
  }
  EXPECT_TRUE(cose::verify(issued.issuer_auth, world.ds_key->public_key()));
}

TEST(Issue, SaltsAreUniqueAndIdsDoNotTellTheOrder) {
  MdocWorld world;
  std::set<Bytes> salts;
  std::set<std::vector<uint64_t>> orders;
  for (int i = 0; i < 20; ++i) {
    const Bytes bytes = world.issue();
    const auto issued = *IssuerSigned::parse(bytes);
    std::vector<uint64_t> order;
    for (const auto& name_space : issued.name_spaces) {
      std::set<uint64_t> ids;
      for (const auto& item : name_space.items) {
        EXPECT_GE(item.random.size(), kMinSaltSize);
        EXPECT_TRUE(salts.insert(to_bytes(item.random)).second);
        ids.insert(item.digest_id);
        order.push_back(item.digest_id);
      }
      EXPECT_EQ(ids.size(), name_space.items.size());
      EXPECT_EQ(*ids.rbegin(), name_space.items.size() - 1);
    }
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 10u);
}

TEST(Issue, TheRecordComesBeforeTheSignature) {
  MdocWorld world;
  const auto claims = *Claims::make(std::string{kMncDocType}, MdocWorld::claims());
  const auto unsigned_mdoc = *prepare(claims, world.issue_input(), {*world.ds_key, world.ds_chain}, world.random);
  EXPECT_TRUE(MobileSecurityObject::parse(unsigned_mdoc.mso_bytes()));
  const Bytes signature = *world.ds_key->sign(unsigned_mdoc.to_be_signed());
  const Bytes bytes = unsigned_mdoc.assemble(signature);
  EXPECT_TRUE(verify_issuer_signed(bytes, world.anchors, world.device->public_key(), world.now));
}

/// The shared hash of large values, and digest ids of one, two and three bytes.
TEST(Issue, ABatchSharesAPortraitAndManyElements) {
  MdocWorld world;
  for (const size_t count : {5u, 40u, 400u}) {
    ClaimNameSpace name_space{"n", {}};
    for (size_t i = 0; i + 1 < count; ++i) name_space.elements.push_back({"e" + std::to_string(i), uint_value(i)});
    name_space.elements.push_back({"portrait", bytes_value(Bytes(70'000, 0x11))});
    const auto claims = *Claims::make("d", {name_space});
    for (int i = 0; i < 3; ++i) {
      const auto bytes = issue(claims, world.issue_input(), {*world.ds_key, world.ds_chain}, world.random);
      ASSERT_TRUE(bytes);
      EXPECT_TRUE(verify_issuer_signed(*bytes, world.anchors, world.device->public_key(), world.now));
      EXPECT_EQ(IssuerSigned::parse(*bytes)->name_spaces[0].items.size(), count);
    }
  }
}

TEST(Issue, RefusesClaimsThatAreNone) {
  const auto reason = [](std::string doctype, std::vector<ClaimNameSpace> claims) {
    return Claims::make(std::move(doctype), std::move(claims)).error().reason;
  };
  const Bytes one = uint_value(1);
  EXPECT_EQ(reason("", {{"n", {{"a", one}}}}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {{"n", {}}}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {{"", {{"a", one}}}}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {{"n", {{"", one}}}}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {{"n", {{"a", Bytes{0x01, 0x02}}}}}), Reason::MALFORMED);
  EXPECT_EQ(reason("d", {{"n", {{"a", one}, {"a", one}}}}), Reason::DUPLICATE_ELEMENT);
  EXPECT_EQ(reason("d", {{"n", {{"a", one}}}, {"n", {{"b", one}}}}), Reason::DUPLICATE_ELEMENT);
  ClaimNameSpace many{"n", {}};
  for (size_t i = 0; i <= kMaxElements; ++i) many.elements.push_back({std::to_string(i), one});
  EXPECT_EQ(reason("d", {many}), Reason::LIMIT_EXCEEDED);
}

TEST(Issue, RefusesASignerOrValidityThatAReaderWould) {
  MdocWorld world;
  const auto claims = *Claims::make(std::string{kMncDocType}, MdocWorld::claims());
  const auto reason = [&](const IssueInput& input, crypto::Signer& signer, std::vector<x509::Certificate> chain) {
    return issue(claims, input, {signer, std::move(chain)}, world.random).error().reason;
  };
  auto input = world.issue_input();
  EXPECT_EQ(reason(input, *world.ds_key, {}), Reason::MALFORMED);
  EXPECT_EQ(reason(input, *world.device, world.ds_chain), Reason::BAD_KEY);
  EXPECT_EQ(reason(input, *testing::test_signer(crypto::KeyType::kRsa), world.ds_chain), Reason::BAD_KEY);
  EXPECT_EQ(reason(input, *world.ds_key, std::vector(cose::kMaxChain + 1, world.ds_chain[0])), Reason::LIMIT_EXCEEDED);
  const auto rsa = testing::test_signer(crypto::KeyType::kRsa);
  input.device_key = &rsa->public_key();
  EXPECT_EQ(reason(input, *world.ds_key, world.ds_chain), Reason::BAD_KEY);
  input = world.issue_input();
  input.validity.valid_from = input.validity.signed_at - Seconds{1};
  EXPECT_EQ(reason(input, *world.ds_key, world.ds_chain), Reason::MALFORMED);
  input = world.issue_input();
  input.validity.valid_until = input.validity.valid_from;
  EXPECT_EQ(reason(input, *world.ds_key, world.ds_chain), Reason::MALFORMED);
  input = world.issue_input();
  input.validity.signed_at = world.ds_chain[0].not_before() - Seconds{1};
  EXPECT_EQ(reason(input, *world.ds_key, world.ds_chain), Reason::MSO_SIGNED_OUTSIDE_DS);
}

TEST(Mso, RefusesWhatIsOutsideTheStandard) {
  MdocWorld world;
  const Bytes issued = world.issue();
  const auto reason = [&](const std::function<void(testing::CborTree&)>& change) {
    const Bytes bytes = world.resign_mso(issued, change);
    return IssuerSigned::parse(bytes)->mso().error().reason;
  };
  using testing::CborTree;
  EXPECT_EQ(reason([](CborTree& mso) { mso["valueDigests"][kMncNameSpace].children[1].bytes.pop_back(); }), Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["valueDigests"][kMncNameSpace].children[0] = CborTree::uint(kMaxDigestId + 1); }),
            Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["valueDigests"] = CborTree::null(); }), Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["validityInfo"]["signed"] = CborTree::text("2026-06-01T00:00:00Z"); }), Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["validityInfo"]["validUntil"].content() = CborTree::text("2026-06-01T00:00:00.5Z"); }),
            Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["validityInfo"].erase("validFrom"); }), Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) { mso["deviceKeyInfo"]["deviceKey"][-3].bytes[31] ^= 1; }), Reason::BAD_KEY);
  EXPECT_EQ(reason([](CborTree& mso) { mso.erase("docType"); }), Reason::MSO_MALFORMED);
  EXPECT_EQ(reason([](CborTree& mso) {
              CborTree digests = CborTree::parse(Bytes{0xA0});
              for (size_t i = 0; i <= kMaxDigests; ++i) {
                digests.children.push_back(CborTree::uint(i));
                digests.children.push_back(CborTree::bstr(Bytes(32)));
              }
              mso["valueDigests"].set("many", digests);
            }),
            Reason::LIMIT_EXCEEDED);
}

TEST(IssuerSigned, RefusesShortSaltsAndTooMuch) {
  MdocWorld world;
  auto tree = testing::CborTree::parse(world.issue());
  tree["nameSpaces"][kMncNameSpace].at(0).inside([](auto& item) { item["random"].bytes.resize(kMinSaltSize - 1); });
  EXPECT_EQ(IssuerSigned::parse(tree.encode()).error().reason, Reason::MALFORMED);
  EXPECT_EQ(IssuerSigned::parse(Bytes(kMaxMessageSize + 1)).error().reason, Reason::LIMIT_EXCEEDED);
  auto& items = tree["nameSpaces"][kMncNameSpace].children;
  items.assign(kMaxElements + 1, items[1]);
  EXPECT_EQ(IssuerSigned::parse(tree.encode()).error().reason, Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::mdoc
