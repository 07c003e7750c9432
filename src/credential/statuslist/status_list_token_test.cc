#include "credential/statuslist/status_list_token.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::statuslist {
namespace {

using testing::TestCa;

constexpr std::string_view kUri = "http://authority.localhost/status/lists/1";

class StatusListTokenTest : public ::testing::Test {
 protected:
  StatusListTokenTest() : iaca_("IACA"), signer_(testing::test_signer()), list_(1, 64) {
    chain_ = {iaca_.issue(iaca_.end_entity("List signer", signer_->public_key()))};
    list_.set(5, 1);
    input_ = {.uri = std::string{kUri},
              .issued_at = clock_.now(),
              .expires_at = clock_.now() + Seconds{3600},
              .time_to_live = Seconds{900}};
  }

  Bytes token() { return token(*signer_); }
  Bytes token(crypto::Signer& signer) {
    const auto prepared = prepare_token(list_, input_, chain_, signer.algorithm());
    return assemble_token(prepared, *signer.sign(prepared.to_be_signed()));
  }
  /// The same headers and signer around other claims.
  Bytes with_claims(Bytes claims, std::string_view type = kMediaType, bool chain_protected = true) {
    cose::HeaderInput headers;
    for (const auto& each : chain_) headers.x5chain.push_back(each.der());
    headers.x5chain_protected = chain_protected;
    headers.type = type;
    return *cose::sign1(*signer_, headers, std::move(claims), false, true);
  }
  Bytes claims(cbor::Writer& writer) { return writer.raw(list_.encode()).take(); }
  Result<VerifiedStatusList> verify(ByteView bytes) {
    return verify_token(bytes, kUri, iaca_.certificate(), clock_.now());
  }
  Reason reason(ByteView bytes) {
    const auto result = verify(bytes);
    return result ? Reason::GOOD : result.error().reason;
  }
  std::string detail(ByteView bytes) {
    const auto result = verify(bytes);
    return result ? "" : result.error().detail;
  }

  testing::FakeClock clock_;
  TestCa iaca_;
  std::unique_ptr<crypto::SoftwareSigner> signer_;
  std::vector<x509::Certificate> chain_;
  StatusList list_;
  TokenInput input_;
};

TEST_F(StatusListTokenTest, GoodAndItsEntries) {
  const auto verified = verify(token());
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->issued_at(), input_.issued_at);
  EXPECT_EQ(verified->expires_at(), input_.expires_at);
  EXPECT_EQ(verified->time_to_live(), Seconds{900});
  EXPECT_TRUE(verified->require_valid(4));
  EXPECT_EQ(verified->require_valid(5).error().reason, Reason::DOCUMENT_WITHDRAWN);
  EXPECT_TRUE(verified->require_valid(63));
  EXPECT_EQ(verified->require_valid(64).error().reason, Reason::STATUS_LIST_INDEX);
  EXPECT_EQ(verified->require_valid(uint64_t{1} << 40).error().reason, Reason::STATUS_LIST_INDEX);
  input_.time_to_live.reset();
  EXPECT_EQ(verify(token())->time_to_live(), std::nullopt);
}

TEST_F(StatusListTokenTest, SuspendedIsNotValid) {
  list_ = StatusList{2, 8};
  list_.set(3, kSuspended);
  EXPECT_EQ(verify(token())->require_valid(3).error().reason, Reason::DOCUMENT_WITHDRAWN);
}

TEST_F(StatusListTokenTest, AnotherSubject) {
  input_.uri = "http://authority.localhost/status/lists/2";
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_SUBJECT);
}

TEST_F(StatusListTokenTest, Times) {
  input_.expires_at = clock_.now() - Seconds{300};
  EXPECT_EQ(reason(token()), Reason::GOOD);
  input_.expires_at -= Seconds{1};
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_EXPIRED);
  input_.expires_at = clock_.now() + Seconds{3600};
  input_.issued_at = clock_.now() + Seconds{300};
  EXPECT_EQ(reason(token()), Reason::GOOD);
  input_.issued_at += Seconds{1};
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_EXPIRED);
}

TEST_F(StatusListTokenTest, SignedByAStranger) {
  TestCa stranger{"IACA"};
  chain_ = {stranger.issue(stranger.end_entity("List signer", signer_->public_key()))};
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_SIGNER);
  chain_.push_back(stranger.certificate());
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_SIGNER) << "a root in the chain is not trusted for being there";
  chain_ = {};
  EXPECT_EQ(detail(token()), "no certificate chain in the protected header");
}

TEST_F(StatusListTokenTest, TheDocumentSignerMayNotCertifyIt) {
  auto ds = testing::test_signer();
  const auto ds_certificate = iaca_.issue(iaca_.end_entity("DS", ds->public_key()));
  auto below = iaca_.end_entity("List signer", signer_->public_key());
  below.issuer_name = ds_certificate.subject_name();
  below.extensions[1] = x509::authority_key_identifier(ds_certificate);
  chain_ = {*x509::issue(below, *ds), ds_certificate};
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_SIGNER);
}

TEST_F(StatusListTokenTest, SignerCertificate) {
  auto certificate = iaca_.end_entity("List signer", signer_->public_key());
  certificate.not_after = clock_.now() - Seconds{1};
  chain_ = {iaca_.issue(certificate)};
  EXPECT_EQ(reason(token()), Reason::STATUS_LIST_SIGNER);
  chain_ = {iaca_.issue(iaca_.end_entity("List signer", signer_->public_key(), x509::kKeyAgreement))};
  EXPECT_EQ(detail(token()), "certificate may not sign lists");
  chain_ = {iaca_.certificate()};
  EXPECT_EQ(detail(token(iaca_.signer())), "certificate may not sign lists") << "the root itself";
}

TEST_F(StatusListTokenTest, ChainOutsideTheProtectedHeader) {
  const auto prepared = prepare_token(list_, input_, chain_, signer_->algorithm());
  EXPECT_EQ(reason(with_claims(prepared.payload())), Reason::GOOD);
  EXPECT_EQ(reason(with_claims(prepared.payload(), kMediaType, false)), Reason::STATUS_LIST_SIGNER);
}

TEST_F(StatusListTokenTest, MessageAndType) {
  const auto prepared = prepare_token(list_, input_, chain_, signer_->algorithm());
  EXPECT_EQ(reason(with_claims(prepared.payload(), "statuslist+cwt")), Reason::GOOD);
  EXPECT_EQ(detail(with_claims(prepared.payload(), "application/identifierlist+cwt")),
            "type is not application/statuslist+cwt");
  EXPECT_EQ(detail(with_claims(prepared.payload(), "")), "type is not application/statuslist+cwt");
  const Bytes good = token();
  EXPECT_EQ(detail(ByteView{good}.subspan(1)), "not a tagged COSE_Sign1");
  EXPECT_EQ(detail({}), "not a tagged COSE_Sign1");
  EXPECT_EQ(reason(ByteView{good}.first(good.size() - 1)), Reason::STATUS_LIST_INVALID);
  EXPECT_EQ(detail(Bytes(kMaxTokenSize + 1, 0xD2)), "token over 8 MiB");
  Bytes broken = good;
  broken.back() ^= 1;
  EXPECT_EQ(reason(broken), Reason::STATUS_LIST_INVALID);
  EXPECT_EQ(detail(broken).substr(0, 13), "BAD_SIGNATURE");
  const cose::UnsignedSign1 detached{
      signer_->algorithm(), {{chain_[0].der()}, true, kMediaType}, prepared.payload(), true};
  EXPECT_EQ(detail(detached.assemble(*signer_->sign(detached.to_be_signed()), true)), "no payload");
}

TEST_F(StatusListTokenTest, Claims) {
  const int64_t now = to_unix(clock_.now());
  const auto with = [&](auto change) {
    cbor::Writer writer;
    change(writer);
    return reason(with_claims(claims(writer)));
  };
  EXPECT_EQ(with([&](auto& w) {
              w.map(4).integer(2).text(kUri).integer(4).integer(now).integer(6).integer(now).integer(65533);
            }),
            Reason::GOOD);
  EXPECT_EQ(with([&](auto& w) { w.map(3).integer(4).integer(now).integer(6).integer(now).integer(65533); }),
            Reason::STATUS_LIST_INVALID)
      << "no subject";
  EXPECT_EQ(with([&](auto& w) { w.map(3).integer(2).text(kUri).integer(6).integer(now).integer(65533); }),
            Reason::STATUS_LIST_INVALID)
      << "no expiry";
  EXPECT_EQ(with([&](auto& w) { w.map(3).integer(2).text(kUri).integer(4).integer(now).integer(65533); }),
            Reason::STATUS_LIST_INVALID)
      << "no time of issue";
  EXPECT_EQ(with([&](auto& w) {
              w.map(4).integer(2).text(kUri).integer(4).integer(now).integer(6).integer(now).integer(65530);
            }),
            Reason::STATUS_LIST_INVALID)
      << "no list";
  EXPECT_EQ(with([&](auto& w) {
              w.map(4).integer(2).text(kUri).integer(4).integer(INT64_MAX).integer(6).integer(now).integer(65533);
            }),
            Reason::STATUS_LIST_INVALID)
      << "a time that would overflow";
  EXPECT_EQ(with([&](auto& w) {
              w.map(5)
                  .integer(2)
                  .text(kUri)
                  .integer(4)
                  .integer(now)
                  .integer(6)
                  .integer(now)
                  .integer(65534)
                  .integer(0)
                  .integer(65533);
            }),
            Reason::STATUS_LIST_INVALID)
      << "ttl of zero";
  EXPECT_EQ(reason(with_claims({0xFF})), Reason::STATUS_LIST_INVALID);
}

}  // namespace
}  // namespace mitome::statuslist
