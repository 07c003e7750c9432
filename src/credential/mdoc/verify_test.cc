#include "credential/mdoc/verify.h"

#include <gtest/gtest.h>

#include <set>

#include "credential/mdoc/verify_checks.h"
#include "testing/mdoc_corpus.h"

namespace mitome::mdoc {
namespace {

using testing::CborTree;
using testing::mdoc_corpus;
using testing::MdocWorld;
using Trial = testing::MdocTrial;

constexpr std::string_view kJapan = kMncJapanNameSpace;

TEST(Verify, ShowsWhatWasAskedAndNothingElse) {
  Trial trial;
  const auto verified = verify_device_response(trial.bytes, trial.input);
  ASSERT_TRUE(verified.report.good()) << to_string(verified.report.error());
  ASSERT_EQ(verified.documents.size(), 1u);
  const auto& document = verified.documents[0];
  EXPECT_EQ(document.doctype(), kMncDocType);
  EXPECT_EQ(document.elements().size(), 3u);
  EXPECT_EQ(*document.find(kJapan, "full_name_unicode")->text(), MdocWorld::kName);
  EXPECT_EQ(to_full_date(*document.find(kMncNameSpace, "birth_date")->date()), "1980-02-17");
  EXPECT_TRUE(*document.find(kMncNameSpace, "age_over_20")->boolean());
  EXPECT_EQ(document.find(kJapan, "individual_number_unicode"), nullptr);
  EXPECT_EQ(document.anchor(), trial.world.iaca.certificate());
  EXPECT_FALSE(document.by_mac());
  EXPECT_EQ(document.validity().valid_until, trial.world.issue_input().validity.valid_until);
  for (const auto& check : verified.report.checks) EXPECT_EQ(check.outcome, Outcome::kPassed) << check.id;
  EXPECT_EQ(verified.report.checks.size(), verify_checks().size());
}

TEST(Verify, AcceptsMac) {
  Trial trial;
  trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
  const auto verified = verify_device_response(trial.bytes, trial.input);
  ASSERT_TRUE(verified.report.good()) << to_string(verified.report.error());
  EXPECT_TRUE(verified.documents[0].by_mac());
}

TEST(Verify, EveryNegativeHasItsReason) {
  for (const auto& negative : mdoc_corpus()) {
    Trial trial;
    negative.spoil(trial);
    const auto verified = verify_device_response(trial.bytes, trial.input);
    EXPECT_EQ(verified.report.verdict, negative.reason) << negative.name << ": " << to_string(verified.report.error());
    EXPECT_TRUE(verified.documents.empty()) << negative.name;
  }
}

/// Decisions 23: without entry N, something in the corpus must come out otherwise.
TEST(Verify, EveryCheckIsNeeded) {
  const auto all = verify_checks();
  std::set<std::string_view> needed;
  for (const auto& negative : mdoc_corpus()) {
    Trial trial;
    negative.spoil(trial);
    for (size_t without = 0; without < all.size(); ++without) {
      std::vector<CheckEntry> table{all.begin(), all.end()};
      table.erase(table.begin() + static_cast<std::ptrdiff_t>(without));
      if (verify_by(trial.bytes, trial.input, table).report.verdict != negative.reason) needed.insert(all[without].id);
    }
  }
  for (const auto& check : all) EXPECT_TRUE(needed.contains(check.id)) << "deleting " << check.id << " changes nothing";
}

TEST(Verify, Prx8AcceptsDecoys) {
  Trial trial;
  trial.edit_mso([](CborTree& mso) {
    CborTree& digests = mso["valueDigests"][kMncNameSpace];
    for (int id = 1000; id < 1050; ++id) digests.set(id, CborTree::bstr(Bytes(32, 0xDD)));
    mso["valueDigests"].set("a namespace of decoys", CborTree::parse(Bytes{0xA0}));
  });
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
}

TEST(Verify, Prx10BoundariesAreInside) {
  Trial trial;
  auto input = trial.world.issue_input();
  input.validity.valid_from = trial.world.now;
  trial.respond(trial.world.issue(input));
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
  trial.input.now = input.validity.valid_until;
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
}

TEST(Verify, AcceptsBothDocumentSignerPurposesAndTheLongestLife) {
  Trial trial;
  trial.world.reissue_ds([](auto& ds) {
    ds.extensions.back() = x509::extended_key_usage({std::string{kEkuMdlDocumentSigner}}, true);
    ds.not_after = ds.not_before + kMaxSignerLife;
  });
  trial.renew();
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
}

TEST(Verify, AcceptsAPinnedSigner) {
  Trial trial;
  trial.input.anchors = trial.world.ds_chain;
  const auto verified = verify_device_response(trial.bytes, trial.input);
  ASSERT_EQ(verified.report.verdict, Reason::GOOD);
  EXPECT_EQ(verified.documents[0].anchor(), trial.world.ds_chain[0]);
}

TEST(Verify, AcceptsAuthorisedDeviceElements) {
  for (const bool whole_name_space : {true, false}) {
    Trial trial;
    auto input = trial.world.issue_input();
    if (whole_name_space) {
      input.authorizations.name_spaces = {"mitome.device"};
    } else {
      input.authorizations.elements = {{"mitome.device", {"transaction"}}};
    }
    const Bytes issued = trial.world.issue(input);
    PresentInput present_input{issued, MdocWorld::elements(), trial.world.transcript};
    present_input.signer = trial.world.device.get();
    present_input.device_elements = {{"mitome.device", "transaction", text_value("42")}};
    trial.bytes = encode_device_response({*present(present_input)});
    const auto verified = verify_device_response(trial.bytes, trial.input);
    ASSERT_EQ(verified.report.verdict, Reason::GOOD);
    ASSERT_EQ(verified.documents[0].device_elements().size(), 1u);
    EXPECT_EQ(*verified.documents[0].device_elements()[0].text(), "42");
  }
}

TEST(Verify, AsksTheStatusOfTheRightDocument) {
  Trial trial;
  auto input = trial.world.issue_input();
  input.status = StatusReference{77, "http://authority.localhost/status/lists/3"};
  trial.respond(trial.world.issue(input));
  size_t asked = 0;
  trial.input.status = [&](const StatusReference& reference, const x509::Certificate& issuer) -> Result<void> {
    ++asked;
    EXPECT_EQ(reference, *input.status);
    EXPECT_EQ(issuer, trial.world.iaca.certificate());
    return {};
  };
  const auto verified = verify_device_response(trial.bytes, trial.input);
  ASSERT_EQ(verified.report.verdict, Reason::GOOD);
  EXPECT_EQ(asked, 1u);
  EXPECT_EQ(verified.documents[0].status(), input.status);

  trial.input.status = nullptr;
  trial.input.status_not_asked = true;
  const auto offline = verify_device_response(trial.bytes, trial.input);
  EXPECT_EQ(offline.report.verdict, Reason::GOOD);
  size_t not_run = 0;
  for (const auto& check : offline.report.checks) not_run += check.outcome == Outcome::kNotRun ? 1 : 0;
  EXPECT_EQ(not_run, 1u);
}

TEST(Verify, StopsAtTheFirstRefusalAndSaysSo) {
  Trial trial;
  trial.input.now = trial.world.issue_input().validity.valid_until + Seconds{1};
  bool used = false;
  trial.input.consume = [&]() -> Result<void> { used = true; return {}; };
  const auto verified = verify_device_response(trial.bytes, trial.input);
  EXPECT_FALSE(used);
  const auto json = to_json(verified.report);
  EXPECT_EQ(json.string_or("verdict", ""), "refused");
  EXPECT_EQ(json.string_or("reason", ""), "MSO_EXPIRED");
  bool failed = false;
  for (const auto& check : json.find("checks")->items()) {
    const auto outcome = check.string_or("outcome", "");
    EXPECT_EQ(outcome, failed ? "not run" : check.string_or("id", "") == "valid_until" ? "failed" : "passed");
    failed |= outcome == "failed";
  }
  EXPECT_TRUE(failed);
}

TEST(Verify, MissingElementsAreAllowedWhenTheCallerSaysSo) {
  Trial trial;
  trial.input.requested[0].elements.push_back({std::string{kMncNameSpace}, "sex", false});
  trial.input.requested.push_back({"org.iso.18013.5.1.mDL", {}});
  trial.input.missing_allowed = true;
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
}

TEST(Verify, Prx23RefusesHostileCbor) {
  const Trial trial;
  Bytes deep(100'000, 0x81);
  deep.push_back(0x00);
  EXPECT_EQ(verify_device_response(deep, trial.input).report.verdict, Reason::LIMIT_EXCEEDED);
  const Bytes long_array{0x9B, 0x10, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(verify_device_response(long_array, trial.input).report.verdict, Reason::MALFORMED);
  const Bytes indefinite{0xBF, 0xFF};
  EXPECT_EQ(verify_device_response(indefinite, trial.input).report.verdict, Reason::MALFORMED);
  EXPECT_EQ(verify_device_response(Bytes(kMaxMessageSize + 1), trial.input).report.verdict, Reason::LIMIT_EXCEEDED);
}

TEST(SignerCache, RemembersOnlyWhatLedToAnAnchor) {
  Trial trial;
  SignerCache cache;
  trial.input.cache = &cache;
  trial.input.anchors = {};
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::UNTRUSTED_ISSUER);
  EXPECT_EQ(cache.size(), 0u);
  trial.input.anchors = trial.world.anchors;
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
  // An anchor taken away, or a time outside, counts for remembered signers too.
  trial.input.anchors = {};
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::UNTRUSTED_ISSUER);
  trial.input.anchors = trial.world.anchors;
  trial.input.now = trial.world.ds_chain[0].not_after() + Seconds{1};
  EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::DS_EXPIRED);
}

TEST(SignerCache, IsTransparentToEveryNegative) {
  for (const auto& negative : mdoc_corpus()) {
    Trial trial;
    SignerCache cache;
    trial.input.cache = &cache;
    EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, Reason::GOOD);
    negative.spoil(trial);
    trial.input.cache = &cache;
    EXPECT_EQ(verify_device_response(trial.bytes, trial.input).report.verdict, negative.reason) << negative.name;
  }
}

TEST(SignerCache, StartsAnewWhenFull) {
  const MdocWorld world;
  SignerCache cache{2};
  for (uint8_t i = 0; i < 3; ++i) cache.insert(crypto::sha256(Bytes{i}), {world.ds_chain[0], world.anchors[0]});
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_FALSE(cache.find(crypto::sha256(Bytes{0})));
  EXPECT_TRUE(cache.find(crypto::sha256(Bytes{2})));
  cache.clear();
  EXPECT_EQ(cache.size(), 0u);
}

TEST(VerifyIssuerSigned, IsWhatAWalletRuns) {
  MdocWorld world;
  auto input = world.issue_input();
  input.validity.valid_from = world.now + Days{1};  // to be used tomorrow: a wallet may keep it
  const Bytes issued = world.issue(input);
  EXPECT_TRUE(verify_issuer_signed(issued, world.anchors, world.device->public_key(), world.now));
  const auto reason = [&](const Bytes& bytes) {
    return verify_issuer_signed(bytes, world.anchors, world.device->public_key(), world.now).error().reason;
  };
  const auto other = testing::test_signer();
  EXPECT_EQ(verify_issuer_signed(issued, world.anchors, other->public_key(), world.now).error().reason, Reason::DEVICE_KEY_MISMATCH);
  EXPECT_EQ(verify_issuer_signed(issued, {}, world.device->public_key(), world.now).error().reason, Reason::UNTRUSTED_ISSUER);
  CborTree tree = CborTree::parse(issued);
  tree["nameSpaces"][kMncNameSpace].at(2).inside([](CborTree& item) { item.set("elementValue", CborTree::boolean(false)); });
  EXPECT_EQ(reason(tree.encode()), Reason::VALUE_DIGEST_MISMATCH);
  tree = CborTree::parse(issued);
  tree["issuerAuth"].at(3).bytes[5] ^= 1;
  EXPECT_EQ(reason(tree.encode()), Reason::ISSUER_SIGNATURE);
}

}  // namespace
}  // namespace mitome::mdoc
