#include "status/status.h"

#include <gtest/gtest.h>

#include "codec/der/der.h"
#include "credential/statuslist/status_list_token.h"
#include "credential/x509/crl.h"
#include "credential/x509/oids.h"
#include "testing/pki.h"
#include "testing/registry_world.h"

namespace mitome::status {
namespace {

using registry::Ca;
using testing::RegistryWorld;
using testing::TestCa;

/// Signs until it is told to fail.
class MoodySigner final : public crypto::Signer {
 public:
  explicit MoodySigner(crypto::Signer& inner) : inner_(inner) {}
  const crypto::PublicKey& public_key() const override { return inner_.public_key(); }
  crypto::SignatureAlgorithm algorithm() const override { return inner_.algorithm(); }
  Result<Bytes> sign(ByteView message) override {
    if (fails) return Error{Reason::CRYPTO_FAILED, "token gone"};
    return inner_.sign(message);
  }
  bool fails = false;

 private:
  crypto::Signer& inner_;
};

class StatusTest : public ::testing::Test {
 protected:
  StatusTest()
      : responder_(testing::test_signer()),
        list_key_(testing::test_signer()),
        auth_signer_(auth_.signer()),
        responder_signer_(*responder_),
        list_signer_(*list_key_),
        status_(world_.registry, world_.clock,
                {{Ca::kAuth, auth_.certificate(), auth_signer_, responder_of(auth_), responder_signer_},
                 {Ca::kSign, sign_.certificate(), sign_.signer(), responder_of(sign_), responder_signer_}},
                {iaca_.issue(iaca_.end_entity("List signer", list_key_->public_key())), list_signer_},
                {.base_url = "http://authority.localhost"}),
        router_(routes(status_)),
        card_(world_.new_card(1)),
        phone_(world_.enrol(card_)) {
    world_.clock.advance(std::chrono::minutes{10});
  }

  x509::Certificate responder_of(TestCa& ca) {
    auto certificate = ca.end_entity("Responder", responder_->public_key());
    certificate.extensions.push_back(x509::extended_key_usage({std::string{x509::oid::kOcspSigning}}));
    certificate.extensions.push_back(x509::ocsp_no_check());
    return ca.issue(certificate);
  }

  http::Response call(http::Request request) { return router_.handle(request); }
  Bytes post(Bytes body, std::string_view type = ocsp::kRequestType) {
    const auto response = call(http::post("http://authority.localhost/status/ocsp", type, std::move(body)));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("Content-Type"), ocsp::kResponseType);
    EXPECT_EQ(response.header("Cache-Control"), "no-store");
    return response.body;
  }
  /// The status byte of an answer without content: malformedRequest 1, internalError 2, tryLater 3, unauthorized 6.
  int error_of(ByteView body) {
    der::Reader outer{body};
    der::Reader inner{outer.expect(der::kSequence)->content};
    const auto code = der::small_integer(*inner.next());
    EXPECT_TRUE(inner.finish());
    return static_cast<int>(*code);
  }
  Reason ask(const Bytes& serial, Ca ca = Ca::kAuth, ocsp::HashAlgorithm hash = ocsp::HashAlgorithm::kSha256) {
    const auto& issuer = ca == Ca::kAuth ? auth_.certificate() : sign_.certificate();
    const ocsp::CertId id = ocsp::cert_id(hash, issuer, serial);
    const Bytes nonce(32, 5);
    const auto verified =
        ocsp::verify_response(post(ocsp::encode_request({{id}, nonce})),
                              {.issuer = issuer, .id = id, .nonce = nonce, .now = world_.clock.now()});
    if (!verified) return verified.error().reason;
    const auto good = ocsp::require_good(*verified);
    return good ? Reason::GOOD : good.error().reason;
  }
  Bytes phone_serial(Ca ca) {
    const auto all = world_.registry.certificates_of(registry::Holder::kPhone, phone_.text).value();
    for (const auto& each : all) {
      if (each.ca == ca) return each.serial;
    }
    return {};
  }
  Result<x509::VerifiedCrl> crl(Ca ca) {
    const auto response =
        call(http::get("http://authority.localhost/status/crl/" + std::string{registry::name_of(ca)}));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("Content-Type"), "application/pkix-crl");
    last_crl_ = response.body;
    return x509::verify_crl(response.body, ca == Ca::kAuth ? auth_.certificate() : sign_.certificate(),
                            world_.clock.now(), {});
  }
  http::Response get_list(std::string_view number) {
    return call(http::get("http://authority.localhost/status/lists/" + std::string{number}));
  }
  Result<statuslist::VerifiedStatusList> list(uint32_t number) {
    const auto response = get_list(std::to_string(number));
    EXPECT_EQ(response.header("Content-Type"), statuslist::kMediaType);
    return statuslist::verify_token(response.body, "http://authority.localhost/status/lists/" + std::to_string(number),
                                    iaca_.certificate(), world_.clock.now());
  }

  RegistryWorld world_;
  TestCa auth_{"User authentication CA"}, sign_{"Signing CA"}, iaca_{"IACA"};
  std::unique_ptr<crypto::SoftwareSigner> responder_, list_key_;
  MoodySigner auth_signer_, responder_signer_, list_signer_;
  Status status_;
  http::Router router_;
  RegistryWorld::HeldCard card_;
  PhoneId phone_;
  Bytes last_crl_;
};

TEST_F(StatusTest, GoodSuspendedAndRevoked) {
  const Bytes auth = phone_serial(Ca::kAuth), sign = phone_serial(Ca::kSign);
  for (const auto hash : {ocsp::HashAlgorithm::kSha1, ocsp::HashAlgorithm::kSha256}) {
    EXPECT_EQ(ask(auth, Ca::kAuth, hash), Reason::GOOD);
    EXPECT_EQ(ask(sign, Ca::kSign, hash), Reason::GOOD);
  }
  EXPECT_EQ(ask(card_.auth_serial), Reason::GOOD);
  ASSERT_TRUE(world_.registry.suspend(phone_, registry::kHotline));
  EXPECT_EQ(ask(auth), Reason::CERT_SUSPENDED);
  EXPECT_EQ(ask(sign, Ca::kSign), Reason::CERT_SUSPENDED);
  EXPECT_EQ(ask(card_.auth_serial), Reason::GOOD) << "the physical card is not touched";
  ASSERT_TRUE(world_.resume(phone_, "r"));
  EXPECT_EQ(ask(auth), Reason::GOOD);
  EXPECT_EQ(ask(sign, Ca::kSign), Reason::CERT_REVOKED) << "a new one was issued";
  ASSERT_TRUE(world_.remove(phone_, "d"));
  EXPECT_EQ(ask(auth), Reason::CERT_REVOKED);
}

// CAS-1: a serial number that was never assigned, and one that was recorded and never completed.
TEST_F(StatusTest, UnknownIsNeverGood) {
  EXPECT_EQ(ask(Bytes{1, 2, 3}), Reason::CERT_STATUS_UNKNOWN);
  EXPECT_EQ(ask(phone_serial(Ca::kAuth), Ca::kSign), Reason::CERT_STATUS_UNKNOWN) << "the other authority's";
  const auto reserved = world_.reserve(card_.person, registry::Holder::kPhone, "phone-x", {Ca::kAuth}, 0).value();
  EXPECT_EQ(ask(reserved.certificates[0].serial), Reason::CERT_STATUS_UNKNOWN);
}

TEST_F(StatusTest, NonceComesBackAndSeveralAreAnswered) {
  const auto id = [&](const Bytes& serial) {
    return ocsp::cert_id(ocsp::HashAlgorithm::kSha1, auth_.certificate(), serial);
  };
  const auto body = post(ocsp::encode_request({{id(card_.auth_serial), id({9})}, Bytes{1, 2, 3}}));
  const auto parsed = ocsp::parse_response(body);
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  EXPECT_EQ(parsed->data.nonce, (Bytes{1, 2, 3}));
  EXPECT_EQ(parsed->data.produced_at, world_.clock.now());
  ASSERT_EQ(parsed->data.responses.size(), 2u);
  EXPECT_EQ(parsed->data.responses[0].status, ocsp::CertStatus::kGood);
  EXPECT_EQ(parsed->data.responses[1].status, ocsp::CertStatus::kUnknown);
  EXPECT_EQ(parsed->data.responses[0].next_update, world_.clock.now() + Seconds{900});
  EXPECT_EQ(ocsp::parse_response(post(ocsp::encode_request({{id({9})}, {}})))->data.nonce, std::nullopt);
}

TEST_F(StatusTest, RevocationHasTimeAndReason) {
  const Instant when = world_.clock.now();
  ASSERT_TRUE(world_.registry.suspend(phone_, registry::kHotline));
  world_.clock.advance(Seconds{60});
  const auto id = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, auth_.certificate(), phone_serial(Ca::kAuth));
  const auto parsed = ocsp::parse_response(post(ocsp::encode_request({{id}, {}})));
  EXPECT_EQ(parsed->data.responses[0].revoked_at, when);
  EXPECT_EQ(parsed->data.responses[0].reason, ocsp::kCertificateHold);
}

TEST_F(StatusTest, RefusedRequests) {
  const auto id = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, auth_.certificate(), Bytes{1});
  const auto other = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, sign_.certificate(), Bytes{1});
  const auto stranger = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, iaca_.certificate(), Bytes{1});
  EXPECT_EQ(error_of(post({1, 2, 3})), 1);
  EXPECT_EQ(error_of(post({})), 1);
  EXPECT_EQ(error_of(post(ocsp::encode_request({{id}, {}}), "application/json")), 1);
  EXPECT_EQ(error_of(post(ocsp::encode_request({{stranger}, {}}))), 6);
  EXPECT_EQ(error_of(post(ocsp::encode_request({{id, other}, {}}))), 6) << "one signature, one issuer";
}

TEST_F(StatusTest, FailuresAreNotAnswers) {
  const Bytes request =
      ocsp::encode_request({{ocsp::cert_id(ocsp::HashAlgorithm::kSha256, auth_.certificate(), Bytes{1})}, {}});
  responder_signer_.fails = true;
  EXPECT_EQ(error_of(post(request)), 2);
  responder_signer_.fails = false;
  world_.edit("ALTER TABLE certificate RENAME TO certificate_elsewhere");
  EXPECT_EQ(error_of(post(request)), 3);
}

TEST_F(StatusTest, CrlListsHeldAndRevoked) {
  const auto empty = crl(Ca::kAuth);
  ASSERT_TRUE(empty) << to_string(empty.error());
  EXPECT_EQ(empty->size(), 0u);
  EXPECT_EQ(empty->number(), 1u);
  const Instant when = world_.clock.now();
  ASSERT_TRUE(world_.registry.suspend(phone_, registry::kHotline));
  const auto held = crl(Ca::kAuth);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->number(), 2u);
  const auto entry = held->find(phone_serial(Ca::kAuth));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->reason, ocsp::kCertificateHold);
  EXPECT_EQ(entry->revoked_at, when);
  EXPECT_FALSE(held->find(card_.auth_serial));
  EXPECT_EQ(crl(Ca::kSign)->number(), 1u) << "each authority counts for itself";
}

TEST_F(StatusTest, ACrlIsKeptWhileItHoldsAndItsNumberNeverGoesDown) {
  const auto first = crl(Ca::kAuth);
  const Bytes bytes = last_crl_;
  EXPECT_EQ(crl(Ca::kAuth)->number(), first->number());
  EXPECT_EQ(last_crl_, bytes);
  world_.clock.advance(Seconds{12 * 3600});
  const auto renewed = crl(Ca::kAuth);
  EXPECT_EQ(renewed->number(), first->number() + 1) << "half its life has passed";
  EXPECT_EQ(renewed->this_update(), world_.clock.now());
  const Instant now = world_.clock.now();
  world_.clock.set(now - Seconds{60});
  EXPECT_TRUE(crl(Ca::kAuth)) << "a clock that was put back gets no list from its future";
  world_.clock.set(now);
  const auto last = crl(Ca::kAuth);
  // A number is durable before the signature: one that fails is skipped, never given again.
  ASSERT_TRUE(world_.registry.suspend(phone_, registry::kHotline));
  auth_signer_.fails = true;
  EXPECT_EQ(call(http::get("http://authority.localhost/status/crl/auth")).status, 422);
  auth_signer_.fails = false;
  EXPECT_EQ(crl(Ca::kAuth)->number(), last->number() + 2);
  world_.failing.arm(testing::FailingStore::When::kBefore, 0);
  ASSERT_EQ(crl(Ca::kAuth)->number(), last->number() + 2) << "kept: nothing to write";
  world_.clock.advance(Seconds{12 * 3600});
  EXPECT_EQ(call(http::get("http://authority.localhost/status/crl/auth")).status, 503) << "no number, no signature";
}

TEST_F(StatusTest, ListsSayWhatIsWithdrawn) {
  const auto row = [&](const std::string& column) {
    return world_.number("SELECT " + column + " FROM mdoc WHERE phone = '" + phone_.text + "' LIMIT 1");
  };
  const auto number = static_cast<uint32_t>(row("list"));
  const auto index = static_cast<uint64_t>(row("idx"));
  const auto before = list(number);
  ASSERT_TRUE(before) << to_string(before.error());
  EXPECT_TRUE(before->require_valid(index));
  EXPECT_EQ(before->list().bits(), 1);
  EXPECT_EQ(before->list().size(), registry::kStatusListSize);
  EXPECT_EQ(before->expires_at(), world_.clock.now() + Seconds{3600});
  EXPECT_EQ(before->time_to_live(), Seconds{60});
  const Bytes kept = get_list(std::to_string(number)).body;
  EXPECT_EQ(get_list(std::to_string(number)).body, kept);
  ASSERT_TRUE(world_.registry.suspend(phone_, registry::kHotline));
  EXPECT_EQ(list(number)->require_valid(index).error().reason, Reason::DOCUMENT_WITHDRAWN);
  world_.clock.advance(Seconds{1800});
  EXPECT_EQ(list(number)->issued_at(), world_.clock.now());
  list_signer_.fails = true;
  world_.clock.advance(Seconds{1800});
  EXPECT_EQ(get_list(std::to_string(number)).status, 422);
}

TEST_F(StatusTest, ListsThatAreNotThere) {
  for (const auto* name : {"99", "x", "00", "+0", "-1", "0x0", "99999999999999999999"}) {
    EXPECT_EQ(get_list(name).status, 404) << name;
  }
}

}  // namespace
}  // namespace mitome::status
