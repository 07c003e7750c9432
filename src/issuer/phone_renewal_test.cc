// POST /phone/resume and /phone/refresh.
#include <gtest/gtest.h>

#include "credential/mdoc/issuer_signed.h"
#include "testing/issuer_world.h"

namespace mitome::issuer {
namespace {

using registry::Ca;
using registry::Holder;
using registry::State;
using testing::IssuedCard;
using testing::IssuerWorld;
using testing::reason_of;

const std::string kKeyA(32, 'a'), kKeyB(32, 'b');

struct Renewing : IssuerWorld {
  IssuedCard card = new_card(1);
  LivePhone phone = enrol(card);
  void suspend() {
    CHECK(registry.suspend(phone.id, registry::kHotline).has_value());
    ++phone.version;
  }
  std::vector<State> states(Ca ca) {
    std::vector<State> out;
    const auto rows = registry.certificates_of(Holder::kPhone, phone.id.text).value();
    for (const auto& row : rows)
      if (row.ca == ca) out.push_back(row.state);
    return out;
  }
};

TEST(PhoneRenewal, AFoundPhoneGetsANewSigningCertificateAndANewBatch) {
  Renewing world;
  world.clock.advance(std::chrono::hours{1});
  world.suspend();
  const http::Response response = world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true), kKeyA);
  ASSERT_EQ(reason_of(response), Reason::GOOD);
  const auto grant = cbor::OwnedDocument::parse(response.body).value();
  EXPECT_EQ(grant.root().get("version").value().as_int().value(), 3);
  const auto sign = x509::Certificate::parse(grant.root().get("sign_cert").value().as_bytes().value()).value();
  EXPECT_TRUE(x509::verify_issued_by(sign, world.hierarchy.sign_ca.certificate));
  EXPECT_EQ(sign.not_before(), world.clock.now());
  EXPECT_EQ(sign.policies(), (std::vector<std::string>{std::string{kPhoneSignPolicy}}));
  const cbor::Value mdocs = grant.root().get("mdocs").value();
  ASSERT_EQ(mdocs.size(), 2u);
  const Bytes mdoc_bytes = to_bytes(mdocs.at(0).value().as_bytes().value());
  const auto issued = mdoc::IssuerSigned::parse(mdoc_bytes).value();
  EXPECT_EQ(issued.mso().value().validity.valid_from, world.clock.now());
  EXPECT_EQ(world.states(Ca::kAuth), (std::vector{State::kValid}));
  EXPECT_EQ(world.states(Ca::kSign), (std::vector{State::kRevoked, State::kValid}));
}

TEST(PhoneRenewal, APhoneBehindPinsResumesWithoutABatchAndRefreshesNothing) {
  Renewing world;
  const auto ask = [&](const std::string& path, bool signing, size_t mdocs) {
    return world.call(world.phone, path, world.renewal_body(kKeyA, signing, mdocs, jpki::kAndroidLabel), kKeyA);
  };
  EXPECT_EQ(reason_of(ask("/phone/refresh", false, 0)), Reason::MALFORMED);
  EXPECT_EQ(reason_of(ask("/phone/refresh", false, 1)), Reason::MALFORMED);
  world.suspend();
  EXPECT_EQ(reason_of(ask("/phone/resume", true, 1)), Reason::MALFORMED);
  const http::Response response = ask("/phone/resume", true, 0);
  ASSERT_EQ(reason_of(response), Reason::GOOD);
  const auto grant = cbor::OwnedDocument::parse(response.body).value();
  EXPECT_EQ(grant.root().get("mdocs").value().size(), 0u);
  EXPECT_EQ(world.states(Ca::kSign), (std::vector{State::kRevoked, State::kValid}));
}

TEST(PhoneRenewal, ResumedBeforeItsInstantAPhoneStillWaits) {
  Renewing world;
  const Instant active_at = world.registry.phone(world.phone.id).value().active_at;
  world.suspend();
  const http::Response response = world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true), kKeyA);
  ASSERT_EQ(reason_of(response), Reason::GOOD);
  const auto grant = cbor::OwnedDocument::parse(response.body).value();
  const auto sign = x509::Certificate::parse(grant.root().get("sign_cert").value().as_bytes().value()).value();
  EXPECT_EQ(sign.not_before(), active_at);
  EXPECT_EQ(world.registry.phone(world.phone.id).value().state, registry::PhoneState::kPending);
}

TEST(PhoneRenewal, ARefreshAddsABatch) {
  Renewing world;
  const http::Response response = world.call(world.phone, "/phone/refresh", world.renewal_body(kKeyA, false, 4), kKeyA);
  ASSERT_EQ(reason_of(response), Reason::GOOD);
  const auto grant = cbor::OwnedDocument::parse(response.body).value();
  EXPECT_EQ(grant.root().get("mdocs").value().size(), 4u);
  EXPECT_FALSE(grant.root().find("sign_cert").has_value());
  EXPECT_EQ(world.number("SELECT count(*) FROM mdoc WHERE state = 'valid'"), 6);
  EXPECT_EQ(world.states(Ca::kSign), (std::vector{State::kValid}));
}

TEST(PhoneRenewal, TheStateDecides) {
  Renewing world;
  const auto ask = [&](const std::string& path, bool signing, const std::string& key) {
    return reason_of(world.call(world.phone, path, world.renewal_body(key, signing), key));
  };
  EXPECT_EQ(ask("/phone/resume", true, kKeyA), Reason::TRANSITION_REFUSED);
  world.suspend();
  EXPECT_EQ(ask("/phone/refresh", false, kKeyA), Reason::PHONE_SUSPENDED);
  const IssuerWorld::LivePhone next = world.enrol(world.card);
  EXPECT_EQ(ask("/phone/resume", true, kKeyA), Reason::STALE_VERSION) << "LFC-5: sent before the change";
  EXPECT_EQ(ask("/phone/refresh", false, kKeyA), Reason::STALE_VERSION);
  ++world.phone.version;
  EXPECT_EQ(ask("/phone/resume", true, kKeyA), Reason::PHONE_ENDED);
  EXPECT_EQ(ask("/phone/refresh", false, kKeyA), Reason::PHONE_ENDED);
  EXPECT_EQ(world.registry.live_phone_of(PersonId{world.card.person}).value(), next.id);
  EXPECT_EQ(world.number("SELECT count(*) FROM certificate WHERE state = 'reserved'"), 0) << "nothing was prepared";
}

TEST(PhoneRenewal, TheSameCallIsAnsweredAgainAndAnotherWithItsKeyIsAConflict) {
  Renewing world;
  world.suspend();
  const Bytes body = world.renewal_body(kKeyA, true);
  const http::Response first = world.call(world.phone, "/phone/resume", body, kKeyA);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(world.call(world.phone, "/phone/resume", body, kKeyA).body, first.body);
  EXPECT_EQ(world.states(Ca::kSign).size(), 2u);
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true), kKeyA)),
            Reason::CONFLICT);
}

TEST(PhoneRenewal, OnlyThePhoneItselfWithAttestedKeys) {
  Renewing world;
  world.suspend();
  const IssuerWorld::LivePhone other = world.enrol(world.new_card(2));
  IssuerWorld::LivePhone thief{world.phone.id, {}, world.phone.version};
  thief.attempt.instance = world.keys.generate(crypto::KeyType::kP256);
  EXPECT_EQ(reason_of(world.call(thief, "/phone/resume", world.renewal_body(kKeyA, true), kKeyA)),
            Reason::BAD_SIGNATURE);
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyB, true), kKeyA)),
            Reason::ATTESTATION_INVALID)
      << "attested for another call";
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, false), kKeyA)),
            Reason::MALFORMED);
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true, 33), kKeyA)),
            Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true, 0), kKeyA)),
            Reason::MALFORMED);
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", Bytes(256 * 1024 + 1, 0), kKeyA)),
            Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(world.registry.phone(world.phone.id).value().state, registry::PhoneState::kSuspended);
}

// LFC-3 through the endpoint: the hold arrives while the new certificate is being signed.
TEST(PhoneRenewal, AHoldDuringTheSignatureWins) {
  Renewing world;
  world.suspend();
  world.watch = [&, done = false](ByteView) mutable -> Result<void> {
    if (std::exchange(done, true)) return {};
    TRY(world.registry.suspend(world.phone.id, registry::kFindmy));
    return {};
  };
  EXPECT_EQ(reason_of(world.call(world.phone, "/phone/resume", world.renewal_body(kKeyA, true), kKeyA)),
            Reason::STALE_VERSION);
  EXPECT_EQ(world.registry.phone(world.phone.id).value().state, registry::PhoneState::kSuspended);
  EXPECT_EQ(world.states(Ca::kAuth), (std::vector{State::kHeld}));
  EXPECT_EQ(world.number("SELECT count(*) FROM mdoc WHERE state = 'valid'"), 0);
}

}  // namespace
}  // namespace mitome::issuer
