#include "protocol/ocsp/ocsp_response.h"

#include <gtest/gtest.h>

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::ocsp {
namespace {

using testing::TestCa;

class OcspResponseTest : public ::testing::Test {
 protected:
  OcspResponseTest() : ca_("Root"), responder_(testing::test_signer()), responder_template_(make_template()) {
    certificates_ = {ca_.issue(responder_template_)};
    data_ = {.responder = by_key(responder_->public_key()),
             .produced_at = clock_.now(),
             .responses = {{.id = id(),
                            .status = CertStatus::kGood,
                            .revoked_at = {},
                            .reason = {},
                            .this_update = clock_.now(),
                            .next_update = clock_.now() + Seconds{900}}},
             .nonce = Bytes(32, 9)};
  }

  x509::CertificateTemplate make_template() {
    auto certificate = ca_.end_entity("Responder", responder_->public_key());
    certificate.extensions.push_back(x509::extended_key_usage({std::string{x509::oid::kOcspSigning}}));
    certificate.extensions.push_back(x509::ocsp_no_check());
    return certificate;
  }
  CertId id(HashAlgorithm hash = HashAlgorithm::kSha256) { return cert_id(hash, ca_.certificate(), Bytes{0x4D, 1}); }
  Expectation expected() {
    return {.issuer = ca_.certificate(), .id = id(), .nonce = Bytes(32, 9), .now = clock_.now()};
  }
  Bytes response() { return response(*responder_); }
  Bytes response(crypto::Signer& signer) { return *issue_response(data_, signer, certificates_); }

  Reason reason(const Result<VerifiedStatus>& result) {
    detail_ = result ? "" : result.error().detail;
    return result ? Reason::GOOD : result.error().reason;
  }
  Reason judge() { return reason(verify_response(response(), expected())); }
  Reason verdict() {
    const auto verified = verify_response(response(), expected());
    CHECK(verified.has_value());
    const auto good = require_good(*verified);
    return good ? Reason::GOOD : good.error().reason;
  }

  testing::FakeClock clock_;
  TestCa ca_;
  std::unique_ptr<crypto::SoftwareSigner> responder_;
  x509::CertificateTemplate responder_template_;
  std::vector<x509::Certificate> certificates_;
  ResponseData data_;
  std::string detail_;
};

TEST_F(OcspResponseTest, RoundTrip) {
  data_.responses.push_back(
      {id(HashAlgorithm::kSha1), CertStatus::kRevoked, clock_.now() - Seconds{5}, uint8_t{4}, clock_.now(), {}});
  data_.responses.push_back({id(), CertStatus::kRevoked, clock_.now() - Seconds{6}, {}, clock_.now(), {}});
  data_.responses.push_back({id(), CertStatus::kUnknown, {}, {}, clock_.now(), {}});
  const auto read = parse_response(response());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->data.responder.key_hash, data_.responder.key_hash);
  EXPECT_EQ(read->data.produced_at, data_.produced_at);
  EXPECT_EQ(read->data.nonce, data_.nonce);
  EXPECT_EQ(read->certificates, certificates_);
  ASSERT_EQ(read->data.responses.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read->data.responses[i].id, data_.responses[i].id);
    EXPECT_EQ(read->data.responses[i].status, data_.responses[i].status);
    EXPECT_EQ(read->data.responses[i].revoked_at, data_.responses[i].revoked_at);
    EXPECT_EQ(read->data.responses[i].reason, data_.responses[i].reason);
    EXPECT_EQ(read->data.responses[i].this_update, data_.responses[i].this_update);
    EXPECT_EQ(read->data.responses[i].next_update, data_.responses[i].next_update);
  }
}

TEST_F(OcspResponseTest, GoodByKeyByNameAndByTheCaItself) {
  EXPECT_EQ(judge(), Reason::GOOD) << detail_;
  EXPECT_EQ(verdict(), Reason::GOOD);
  data_.responder = by_name(certificates_[0]);
  EXPECT_EQ(judge(), Reason::GOOD) << detail_;
  certificates_.clear();
  data_.responder = by_key(ca_.signer().public_key());
  EXPECT_EQ(reason(verify_response(response(ca_.signer()), expected())), Reason::GOOD) << detail_;
  data_.responder = by_name(ca_.certificate());
  EXPECT_EQ(reason(verify_response(response(ca_.signer()), expected())), Reason::GOOD) << detail_;
}

TEST_F(OcspResponseTest, Verdicts) {
  auto& answer = data_.responses[0];
  answer.status = CertStatus::kUnknown;
  EXPECT_EQ(verdict(), Reason::CERT_STATUS_UNKNOWN);
  answer.status = CertStatus::kRevoked;
  answer.revoked_at = clock_.now() - Seconds{60};
  EXPECT_EQ(verdict(), Reason::CERT_REVOKED);
  answer.reason = kCertificateHold;
  EXPECT_EQ(verdict(), Reason::CERT_SUSPENDED);
  answer.reason = 4;
  EXPECT_EQ(verdict(), Reason::CERT_REVOKED);
}

TEST_F(OcspResponseTest, TwoAnswersAboutOneCertificate) {
  auto other = data_.responses[0];
  other.status = CertStatus::kRevoked;
  data_.responses.push_back(other);
  EXPECT_EQ(verdict(), Reason::CERT_REVOKED);
  std::swap(data_.responses[0], data_.responses[1]);
  EXPECT_EQ(verdict(), Reason::CERT_REVOKED);
  data_.responses[0].reason = kCertificateHold;
  EXPECT_EQ(verdict(), Reason::CERT_SUSPENDED);
  data_.responses[1].status = CertStatus::kRevoked;
  data_.responses[1].reason = 4;
  EXPECT_EQ(verdict(), Reason::CERT_REVOKED) << "hold and final";
  data_.responses[0].status = CertStatus::kGood;
  data_.responses[1].status = CertStatus::kUnknown;
  EXPECT_EQ(verdict(), Reason::CERT_STATUS_UNKNOWN);
}

TEST_F(OcspResponseTest, AnotherCertificate) {
  TestCa other{"Other"}, generation{"Root"};
  for (const auto& wrong :
       {id(HashAlgorithm::kSha1), cert_id(HashAlgorithm::kSha256, ca_.certificate(), Bytes{0x4D, 2}),
        cert_id(HashAlgorithm::kSha256, generation.certificate(), Bytes{0x4D, 1}),
        cert_id(HashAlgorithm::kSha256, other.certificate(), Bytes{0x4D, 1})}) {
    data_.responses[0].id = wrong;
    EXPECT_EQ(judge(), Reason::OCSP_MISMATCH);
  }
  data_.responses.clear();
  EXPECT_EQ(judge(), Reason::OCSP_MISMATCH);
}

TEST_F(OcspResponseTest, Nonce) {
  data_.nonce = Bytes(32, 8);
  EXPECT_EQ(judge(), Reason::OCSP_NONCE);
  data_.nonce.reset();
  EXPECT_EQ(judge(), Reason::OCSP_NONCE);
  auto without = expected();
  without.nonce.reset();
  EXPECT_EQ(reason(verify_response(response(), without)), Reason::GOOD) << "none was sent";
}

// Each time just inside and just outside the tolerance of 300 s, as gematik's eight tests do.
TEST_F(OcspResponseTest, Times) {
  auto& answer = data_.responses[0];
  const Instant now = clock_.now();
  const Seconds tolerance{300}, day{24 * 3600}, one{1};
  const auto at = [&](Instant& time, Instant value) {
    const Instant before = time;
    time = value;
    const Reason reason = judge();
    time = before;
    return reason;
  };
  EXPECT_EQ(at(data_.produced_at, now + tolerance), Reason::GOOD);
  EXPECT_EQ(at(data_.produced_at, now + tolerance + one), Reason::OCSP_STALE);
  EXPECT_EQ(at(data_.produced_at, now - day - tolerance), Reason::GOOD);
  EXPECT_EQ(at(data_.produced_at, now - day - tolerance - one), Reason::OCSP_STALE);
  EXPECT_EQ(at(answer.this_update, now + tolerance), Reason::GOOD);
  EXPECT_EQ(at(answer.this_update, now + tolerance + one), Reason::OCSP_STALE);
  EXPECT_EQ(at(answer.this_update, now + Seconds{901}), Reason::OCSP_STALE);
  answer.this_update = now - Seconds{3600};
  EXPECT_EQ(at(*answer.next_update, now - tolerance), Reason::GOOD);
  EXPECT_EQ(at(*answer.next_update, now - tolerance - one), Reason::OCSP_STALE);
  answer.this_update = now;
  EXPECT_EQ(at(*answer.next_update, now - one), Reason::OCSP_STALE) << "before thisUpdate";
  answer.next_update.reset();
  EXPECT_EQ(at(answer.this_update, now - day - tolerance), Reason::GOOD);
  EXPECT_EQ(at(answer.this_update, now - day - tolerance - one), Reason::OCSP_STALE);
}

TEST_F(OcspResponseTest, ResponderWithoutPurpose) {
  responder_template_.extensions[3] = x509::extended_key_usage({std::string{x509::oid::kClientAuth}});
  certificates_ = {ca_.issue(responder_template_)};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder has no OCSPSigning purpose");
  responder_template_ = make_template();
  responder_template_.extensions[0] = x509::key_usage(x509::kKeyAgreement);
  certificates_ = {ca_.issue(responder_template_)};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder may not sign");
}

TEST_F(OcspResponseTest, ResponderOfAnotherIssuer) {
  TestCa generation{"Root"};
  certificates_ = {generation.issue([&] {
    auto certificate = generation.end_entity("Responder", responder_->public_key());
    certificate.extensions.push_back(responder_template_.extensions[3]);
    certificate.extensions.push_back(responder_template_.extensions[4]);
    return certificate;
  }())};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder is not certified by the issuer: key identifier differs");
}

TEST_F(OcspResponseTest, ResponderExpiredAndNotYet) {
  responder_template_.not_after = clock_.now() - Seconds{1};
  certificates_ = {ca_.issue(responder_template_)};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder certificate is not valid now");
  responder_template_ = make_template();
  responder_template_.not_before = clock_.now() + Seconds{1};
  certificates_ = {ca_.issue(responder_template_)};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
}

TEST_F(OcspResponseTest, ResponderRevoked) {
  const auto crl_of = [&](std::vector<x509::RevokedEntry> entries) {
    const auto der =
        x509::issue_crl(ca_.certificate(), ca_.signer(), clock_.now(), clock_.now() + Seconds{60}, 1, entries);
    return *x509::verify_crl(*der, ca_.certificate(), clock_.now(), std::nullopt);
  };
  const auto listed = crl_of({{certificates_[0].serial(), clock_.now(), 1}}), empty = crl_of({});
  auto question = expected();
  question.responders = &listed;
  EXPECT_EQ(reason(verify_response(response(), question)), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder certificate is revoked");
  question.responders = &empty;
  EXPECT_EQ(reason(verify_response(response(), question)), Reason::GOOD);
  responder_template_.extensions.pop_back();
  certificates_ = {ca_.issue(responder_template_)};
  EXPECT_EQ(reason(verify_response(response(), question)), Reason::GOOD) << "the CRL says what nocheck would have said";
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder's own status cannot be known (no ocsp-nocheck)");
}

TEST_F(OcspResponseTest, ResponderIdWrong) {
  auto stranger = testing::test_signer();
  data_.responder = by_key(stranger->public_key());
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  data_.responder = {testing::test_name("Somebody"), std::nullopt};
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  data_.responder = by_key(responder_->public_key());
  certificates_.clear();
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "responder is neither the issuer nor among the certificates sent");
}

TEST_F(OcspResponseTest, Signature) {
  auto stranger = testing::test_signer();
  EXPECT_EQ(reason(verify_response(response(*stranger), expected())), Reason::OCSP_RESPONDER);
  EXPECT_EQ(detail_, "signature does not verify");
  data_.responder = by_key(ca_.signer().public_key());
  EXPECT_EQ(judge(), Reason::OCSP_RESPONDER) << "claims to be the CA";
  EXPECT_EQ(detail_, "signature does not verify");
}

TEST_F(OcspResponseTest, NoAnswerIsNeverGood) {
  for (const auto status : {ResponseStatus::kMalformedRequest, ResponseStatus::kInternalError,
                            ResponseStatus::kTryLater, ResponseStatus::kSigRequired, ResponseStatus::kUnauthorized}) {
    EXPECT_EQ(reason(verify_response(encode_error(status), expected())), Reason::STATUS_UNAVAILABLE);
  }
  EXPECT_EQ(reason(verify_response({}, expected())), Reason::STATUS_UNAVAILABLE);
  EXPECT_EQ(reason(verify_response(der::sequence({der::enumerated(0)}), expected())), Reason::STATUS_UNAVAILABLE)
      << "success with no bytes";
  Bytes der = response();
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(reason(verify_response(ByteView{der}.first(size), expected())), Reason::STATUS_UNAVAILABLE) << size;
  }
  der.push_back(0);
  EXPECT_EQ(reason(verify_response(der, expected())), Reason::STATUS_UNAVAILABLE);
  EXPECT_EQ(reason(verify_response(Bytes(kMaxResponseSize + 1), expected())), Reason::STATUS_UNAVAILABLE);
  EXPECT_EQ(detail_, "OCSP answer over 64 KiB");
}

/// An OCSPResponse around tbsResponseData content made by hand.
class HandmadeOcspTest : public OcspResponseTest {
 protected:
  std::string refusal(std::initializer_list<ByteView> tbs_content, std::string_view type = x509::oid::kOcspBasic) {
    const Bytes tbs = der::sequence(tbs_content);
    Bytes der = assemble_response(tbs, responder_->algorithm(), *responder_->sign(tbs), certificates_);
    if (type != x509::oid::kOcspBasic)
      der = testing::replace_once(der, der::oid(x509::oid::kOcspBasic), der::oid(type));
    const auto read = parse_response(der);
    if (read) return "";
    EXPECT_EQ(read.error().reason, Reason::STATUS_UNAVAILABLE);
    return read.error().detail;
  }
  Bytes responder() { return der::element(der::constructed(2), der::octet_string(*data_.responder.key_hash)); }
  Bytes time() { return der::generalized_time(clock_.now()); }
  Bytes list(ByteView status) { return der::sequence({der::sequence({encode_cert_id(id()), status, time()})}); }
};

TEST_F(HandmadeOcspTest, Structure) {
  const Bytes good = der::element(der::context(0), {});
  ASSERT_EQ(refusal({responder(), time(), list(good)}), "");
  EXPECT_EQ(refusal({responder(), time(), list(good)}, "1.3.6.1.5.5.7.48.1.9"),
            "OCSP answer: response type 1.3.6.1.5.5.7.48.1.9 is not basic");
  EXPECT_EQ(refusal({der::element(der::constructed(0), der::integer(1)), responder(), time(), list(good)}),
            "OCSP answer: version is not 1");
  EXPECT_EQ(refusal({der::element(der::constructed(3), der::null()), time(), list(good)}), "OCSP answer: responderID");
  EXPECT_EQ(refusal({responder(), time(), list(der::element(der::context(3), {}))}), "OCSP answer: certStatus");
  EXPECT_EQ(refusal({responder(), time(), list(der::element(der::context(0), Bytes{1}))}), "OCSP answer: certStatus");
  EXPECT_EQ(refusal({responder(), time(),
                     list(der::element(der::constructed(1),
                                       {time(), der::element(der::constructed(0), der::enumerated(11))}))}),
            "OCSP answer: CRLReason");
  Bytes many;
  const Bytes single = der::sequence({encode_cert_id(id()), good, time()});
  for (size_t i = 0; i <= kMaxAnswers; ++i) append(many, single);
  EXPECT_EQ(refusal({responder(), time(), der::element(der::kSequence, many)}), "OCSP answer: too many answers");
  certificates_.assign(kMaxResponderCertificates + 1, certificates_[0]);
  EXPECT_EQ(refusal({responder(), time(), list(good)}), "OCSP answer: too many certificates");
}

}  // namespace
}  // namespace mitome::ocsp
