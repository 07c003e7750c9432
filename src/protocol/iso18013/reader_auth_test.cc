#include "protocol/iso18013/reader_auth.h"

#include <gtest/gtest.h>

#include "credential/mdoc/signer_profile.h"
#include "testing/mdoc_world.h"

namespace mitome::iso18013 {
namespace {

using testing::CborTree;
using testing::MdocWorld;

struct ReaderWorld {
  testing::TestCa ca{"Reader Root"};
  std::unique_ptr<crypto::SoftwareSigner> key = testing::test_signer();
  Bytes transcript = testing::test_transcript(key->public_key(), ca.signer().public_key());
  std::vector<x509::Certificate> anchors{ca.certificate()};
  Instant now = testing::FakeClock{}.now();
  Bytes request;

  ReaderWorld() {
    ask([](auto&) {});
  }
  x509::CertificateTemplate certificate() {
    auto out = ca.end_entity("認め市役所", key->public_key());
    out.extensions.push_back(x509::extended_key_usage({std::string{mdoc::kEkuMdocReader}}, true));
    return out;
  }
  void ask(const std::function<void(x509::CertificateTemplate&)>& change) {
    auto template_ = certificate();
    change(template_);
    ask_by({ca.issue(template_)}, transcript);
  }
  void ask_by(const std::vector<x509::Certificate>& chain, ByteView over) {
    const Bytes items = mdoc::encode_items_request(MdocWorld::request());
    const auto auth = sign_reader_auth(*key, chain, over, items);
    request = mdoc::encode_device_request({mdoc::encode_doc_request(items, *auth)});
  }
  Result<VerifiedReader> verify() const {
    const auto parsed = mdoc::DeviceRequest::parse(request);
    return verify_reader_auth(parsed->doc_requests[0], transcript, {anchors, now, nullptr});
  }
  Reason reason() const {
    const auto verified = verify();
    return verified ? Reason::GOOD : verified.error().reason;
  }
  void edit(const std::function<void(CborTree&)>& change) {
    CborTree tree = CborTree::parse(request);
    change(tree["docRequests"].at(0));
    request = tree.encode();
  }
};

TEST(ReaderAuth, SaysWhoAsks) {
  const ReaderWorld world;
  const auto reader = world.verify();
  ASSERT_TRUE(reader) << to_string(reader.error());
  EXPECT_EQ(reader->name(), "認め市役所");
  EXPECT_EQ(reader->anchor(), world.ca.certificate());
  EXPECT_EQ(reader->certificate().public_key().point(), world.key->public_key().point());
}

TEST(ReaderAuth, TakesBothReaderPurposes) {
  ReaderWorld world;
  world.ask([](auto& certificate) {
    certificate.extensions.back() = x509::extended_key_usage({std::string{mdoc::kEkuMdlReader}});
  });
  EXPECT_EQ(world.reason(), Reason::GOOD);
}

TEST(ReaderAuth, Prx18EachWithItsReason) {
  {
    ReaderWorld world;
    world.edit([](CborTree& request) { request.erase("readerAuth"); });
    EXPECT_EQ(world.reason(), Reason::READER_AUTH_MISSING);
  }
  {
    ReaderWorld world;
    world.ask_by({world.ca.issue(world.certificate())},
                 testing::test_transcript(world.ca.signer().public_key(), world.key->public_key()));
    EXPECT_EQ(world.reason(), Reason::READER_AUTH_INVALID);
  }
  {
    ReaderWorld world;  // PRX-19: the request changed after it was signed
    world.edit([](CborTree& request) {
      request["itemsRequest"].inside([](CborTree& items) {
        items["nameSpaces"][mdoc::kMncNameSpace].set("age_over_20", CborTree::boolean(true));
      });
    });
    EXPECT_EQ(world.reason(), Reason::READER_AUTH_INVALID);
  }
  {
    ReaderWorld world;
    world.edit([](CborTree& request) { request["readerAuth"].at(1).erase(33); });
    EXPECT_EQ(world.reason(), Reason::READER_AUTH_INVALID);
  }
  {
    ReaderWorld world;
    world.edit([](CborTree& request) { request["readerAuth"].at(1).set(33, CborTree::bstr(Bytes{0x30, 0x00})); });
    EXPECT_EQ(world.reason(), Reason::READER_AUTH_INVALID);
  }
  {
    ReaderWorld world;
    world.ask([](auto& certificate) {
      certificate.extensions.back() = x509::extended_key_usage({std::string{mdoc::kEkuMdocDocumentSigner}});
    });
    EXPECT_EQ(world.reason(), Reason::CERT_PROFILE);
  }
  {
    ReaderWorld world;
    world.ask([](auto& certificate) { certificate.extensions[0] = x509::key_usage(x509::kKeyAgreement); });
    EXPECT_EQ(world.reason(), Reason::CERT_PROFILE);
  }
  {
    ReaderWorld world;
    world.ask([&](auto& certificate) { certificate.not_after = world.now - Seconds{1}; });
    EXPECT_EQ(world.reason(), Reason::CERT_EXPIRED);
  }
  {
    ReaderWorld world;
    world.ask([&](auto& certificate) { certificate.not_before = world.now + Seconds{1}; });
    EXPECT_EQ(world.reason(), Reason::CERT_NOT_YET_VALID);
  }
  {
    ReaderWorld world;
    world.anchors = {testing::TestCa{"Reader Root"}.certificate()};
    EXPECT_EQ(world.reason(), Reason::READER_UNTRUSTED);
  }
  {
    ReaderWorld world;  // the attacker's root in the chain does not become an anchor
    testing::TestCa rogue{"Reader Root"};
    auto certificate = world.certificate();
    certificate.extensions[1] = x509::authority_key_identifier(rogue.certificate());
    world.ask_by({rogue.issue(certificate), rogue.certificate()}, world.transcript);
    EXPECT_EQ(world.reason(), Reason::READER_UNTRUSTED);
  }
  {
    ReaderWorld world;
    auto root = world.ca.root_template();
    root.not_after = world.now - Seconds{1};
    world.anchors = {world.ca.issue(root)};
    EXPECT_EQ(world.reason(), Reason::READER_UNTRUSTED);
  }
  {
    const ReaderWorld world;
    const auto parsed = mdoc::DeviceRequest::parse(world.request);
    const ReaderTrust trust{world.anchors, world.now, [](const auto&, const auto&) -> Result<void> {
                              return Error{Reason::CERT_REVOKED, ""};
                            }};
    EXPECT_EQ(verify_reader_auth(parsed->doc_requests[0], world.transcript, trust).error().reason,
              Reason::CERT_REVOKED);
  }
}

TEST(ReaderAuth, NeedsAnEcKey) {
  EXPECT_EQ(sign_reader_auth(*testing::test_signer(crypto::KeyType::kRsa), {}, Bytes{0x80}, Bytes{0x80}).error().reason,
            Reason::BAD_KEY);
}

}  // namespace
}  // namespace mitome::iso18013
