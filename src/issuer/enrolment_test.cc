// POST /enrol/start to /enrol/complete: a good one, and each with one thing wrong.
#include <gtest/gtest.h>

#include <set>

#include "credential/mdoc/issuer_signed.h"
#include "issuer/person_claims.h"
#include "registry/activation.h"
#include "testing/issuer_world.h"

namespace mitome::issuer {
namespace {

using testing::EnrolmentAttempt;
using testing::IssuedCard;
using testing::IssuerWorld;
using testing::json_of;
using testing::reason_of;

/// The grant, read back.
struct Grant {
  std::string phone;
  uint64_t version = 0;
  Instant active_at{};
  std::vector<x509::Certificate> certificates;  // auth, sign, auth_ca, sign_ca
  std::vector<Bytes> mdocs;

  explicit Grant(const http::Response& response) {
    CHECK(response.ok());
    const auto document = cbor::OwnedDocument::parse(response.body).value();
    const cbor::Value map = document.root();
    phone = std::string{map.get("phone").value().as_text().value()};
    version = map.get("version").value().as_uint().value();
    active_at = instant_from_unix(map.get("active_at").value().as_int().value());
    for (const char* name : {"auth_cert", "sign_cert", "auth_ca", "sign_ca"})
      certificates.push_back(x509::Certificate::parse(map.get(name).value().as_bytes().value()).value());
    const cbor::Value array = map.get("mdocs").value();
    for (size_t i = 0; i < array.size(); ++i) mdocs.push_back(to_bytes(array.at(i).value().as_bytes().value()));
  }
};

TEST(Enrolment, GrantsCertificatesAndOneMdocForEachKey) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  const EnrolmentAttempt attempt = world.begin(card, 3);
  const Grant grant{world.complete(world.evidence(attempt))};
  EXPECT_EQ(grant.version, 1u);
  EXPECT_EQ(grant.active_at, world.clock.now() + registry::kActivationDelay);
  EXPECT_TRUE(x509::verify_issued_by(grant.certificates[0], world.hierarchy.auth_ca.certificate));
  EXPECT_TRUE(x509::verify_issued_by(grant.certificates[1], world.hierarchy.sign_ca.certificate));
  EXPECT_EQ(grant.certificates[2], world.hierarchy.auth_ca.certificate);
  EXPECT_EQ(grant.certificates[3], world.hierarchy.sign_ca.certificate);
  EXPECT_EQ(grant.certificates[0].policies(), (std::vector<std::string>{std::string{kPhoneAuthPolicy}}));
  EXPECT_EQ(grant.certificates[1].policies(), (std::vector<std::string>{std::string{kPhoneSignPolicy}}));
  EXPECT_EQ(grant.certificates[0].public_key(), attempt.auth->public_key());
  EXPECT_EQ(grant.certificates[1].public_key(), attempt.sign->public_key());
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(grant.certificates[i].not_before(), grant.active_at) << "not yet, for whoever looks at it";
    EXPECT_EQ(grant.certificates[i].not_after(), x509::Certificate::parse(card.auth_cert).value().not_after());
  }
  ASSERT_EQ(grant.mdocs.size(), 3u);
  std::set<uint64_t> indices;
  for (size_t i = 0; i < 3; ++i) {
    const auto issued = mdoc::IssuerSigned::parse(grant.mdocs[i]).value();
    const auto mso = issued.mso().value();
    EXPECT_EQ(mso.doctype, kDocType);
    EXPECT_EQ(mso.device_key, attempt.mdoc[i].public_key());
    EXPECT_EQ(mso.validity.valid_from, grant.active_at);
    EXPECT_EQ(mso.validity.valid_until, grant.active_at + kMdocLife);
    ASSERT_TRUE(mso.status.has_value());
    EXPECT_EQ(mso.status->uri, "http://authority.localhost/status/lists/0");
    indices.insert(mso.status->index);
    EXPECT_TRUE(mdoc::check_digests(issued, mso));
    EXPECT_NE(issued.find(kIsoNameSpace, "age_over_20"), nullptr);
    EXPECT_NE(issued.find(kJapanNameSpace, "individual_number_unicode"), nullptr);
  }
  EXPECT_EQ(indices.size(), 3u);
  EXPECT_EQ(world.registry.phone(PhoneId{grant.phone}).value().model, "MT-10");
}

// ISS-13: the server's clock alone decides.
TEST(Enrolment, AfterHoursItWaitsForEightOClock) {
  const Date day = date_from_text("2026-06-01").value();
  const Date next = date_from_text("2026-06-02").value();
  const std::pair<Instant, Instant> cases[] = {{japan_instant(day, 19, 29, 59), japan_instant(day, 19, 32, 59)},
                                               {japan_instant(day, 19, 30, 0), japan_instant(next, 8, 0, 0)},
                                               {japan_instant(next, 7, 59, 59), japan_instant(next, 8, 0, 0)}};
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  for (const auto& [now, active_at] : cases) {
    world.clock.set(now);
    const Grant grant{world.complete(world.evidence(world.begin(card)))};
    EXPECT_EQ(grant.active_at, active_at);
    EXPECT_EQ(grant.certificates[0].not_before(), active_at);
    EXPECT_EQ(world.registry.phone(PhoneId{grant.phone}).value().state, registry::PhoneState::kPending);
  }
}

TEST(Enrolment, StartAsksForASupportedPhone) {
  IssuerWorld world;
  const auto start = [&](const char* name, const json::Value& value) {
    json::Value device = IssuerWorld::device();
    device.set(name, value);
    return reason_of(world.post("/enrol/start", device));
  };
  EXPECT_EQ(start("model", "MT-11"), Reason::GOOD);
  EXPECT_EQ(start("model", "MT-9"), Reason::DEVICE_UNSUPPORTED);
  EXPECT_EQ(start("os", "18.4.9"), Reason::OS_TOO_OLD);
  EXPECT_EQ(start("app", "2.9"), Reason::APP_TOO_OLD);
  EXPECT_EQ(start("biometrics", "none"), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_EQ(start("model", std::string(65, 'M')), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(start("model", 10), Reason::MALFORMED);
  EXPECT_EQ(world.number("SELECT count(*) FROM enrolment_session"), 1);
}

TEST(Enrolment, AMovementCanBeExchangedAndOnlyTheOneAskedForCounts) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  const EnrolmentAttempt attempt = world.begin(card);
  const std::string other = json_of(world.post("/enrol/motion", json::Value::object({{"session", attempt.session}})))
                                .string_at("motion")
                                .value();
  EXPECT_NE(other, attempt.motion);
  EXPECT_EQ(world.refusal(attempt), Reason::LIVENESS_FAILED) << "the earlier recording does not count";
  const auto film = [&](const std::string& motion, ByteView nonce) {
    return reason_of(world.film(attempt.session, motion, nonce, card.facts.portrait));
  };
  EXPECT_EQ(film(attempt.motion, attempt.nonce), Reason::LIVENESS_FAILED);
  EXPECT_EQ(film(other, Bytes(32, 0)), Reason::LIVENESS_FAILED) << "from another session";
  EXPECT_EQ(film(other, attempt.nonce), Reason::GOOD);
  EXPECT_EQ(world.refusal(attempt), Reason::GOOD);
}

// ISS-9: tries are counted, the good ones too.
TEST(Enrolment, ASessionHasTenRecordings) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  const EnrolmentAttempt attempt = world.begin(card);  // with the first
  const auto film = [&](ByteView nonce) { return reason_of(world.film(attempt.session, attempt.motion, nonce, card.facts.portrait)); };
  for (int i = 2; i < registry::kMaxFaceTries; ++i) EXPECT_EQ(film(Bytes(32, 0)), Reason::LIVENESS_FAILED) << i;
  EXPECT_EQ(film(attempt.nonce), Reason::GOOD);
  EXPECT_EQ(film(attempt.nonce), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(world.refusal(attempt), Reason::GOOD) << "what was recorded stays";
  EXPECT_EQ(reason_of(world.film(world.begin(card).session, "blink", Bytes(32, 0), card.facts.portrait)), Reason::LIVENESS_FAILED)
      << "another session counts anew";
}

// ISS-10: certificates, signing key, text files and face of two people in every mixture.
TEST(Enrolment, EveryMixtureOfTwoPeopleIsRefusedAndNothingIsWritten) {
  IssuerWorld world;
  const IssuedCard cards[2] = {world.new_card(1), world.new_card(2)};
  for (unsigned mixture = 0; mixture < 16; ++mixture) {
    const auto from = [&](unsigned bit) -> const IssuedCard& { return cards[mixture >> bit & 1]; };
    EnrolmentAttempt attempt = world.begin(from(0));  // the face
    attempt.auth_cert = from(1).auth_cert;
    attempt.sign_cert = from(2).sign_cert;
    attempt.signer = &*from(2).sign_key;
    std::copy_n(from(3).text.begin(), 4, attempt.text.begin());
    const int64_t before = world.number("SELECT count(*) FROM event");
    const Reason reason = world.refusal(attempt);
    if (mixture == 0 || mixture == 15) {
      EXPECT_EQ(reason, Reason::GOOD);
      continue;
    }
    const bool only_the_face = mixture == 1 || mixture == 14;
    EXPECT_EQ(reason, only_the_face ? Reason::FACE_MISMATCH : Reason::PERSON_MISMATCH) << mixture;
    EXPECT_EQ(world.number("SELECT count(*) FROM event"), before) << "nothing written";
  }
}

TEST(Enrolment, TheCardsKeyMustHaveSignedThisNonceAndTheseKeys) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  EnrolmentAttempt attempt = world.begin(card);
  attempt.change_signature = [](Bytes& signature) { signature[0] ^= 1; };
  EXPECT_EQ(world.refusal(attempt), Reason::BAD_SIGNATURE);
  attempt = world.begin(card);
  attempt.signer = &*card.auth_key;
  EXPECT_EQ(world.refusal(attempt), Reason::BAD_SIGNATURE);
  attempt = world.begin(card);
  attempt.nonce[0] ^= 1;  // signed and attested for another session
  EXPECT_EQ(world.refusal(attempt), Reason::ATTESTATION_INVALID);
}

TEST(Enrolment, TextFilesMustBeTheIssuersAndWhole) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1), other = world.new_card(2);
  for (size_t file = 0; file < 3; ++file) {
    EnrolmentAttempt attempt = world.begin(card);
    attempt.text[file] = other.text[file];
    EXPECT_EQ(world.refusal(attempt), Reason::BAD_SIGNATURE) << file;
  }
  IssuerWorld stranger{40};
  EnrolmentAttempt attempt = world.begin(card);
  std::copy_n(stranger.new_card(1).text.begin(), 4, attempt.text.begin());
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_UNTRUSTED) << "right words, another authority";
}

// ISS-11
TEST(Enrolment, ThoseWhoMayNotHaveAPhone) {
  IssuerWorld world;
  registry::PersonFacts child = IssuerWorld::facts(1);
  child.birth_date = date_from_text("2011-06-02").value();
  const IssuedCard childs = world.new_card(child, false);
  EXPECT_EQ(world.refusal(world.begin(childs)), Reason::UNDER_AGE);
  const IssuedCard unsigned_card = world.new_card(IssuerWorld::facts(2), false);
  EXPECT_EQ(world.refusal(world.begin(unsigned_card)), Reason::NO_SIGNING_CERTIFICATE);
  registry::PersonFacts ward = IssuerWorld::facts(3);
  ward.ward = true;
  EXPECT_EQ(world.refusal(world.begin(world.new_card(ward, false))), Reason::NO_SIGNING_CERTIFICATE);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
}

TEST(Enrolment, TheCardMustBeGood) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  EnrolmentAttempt attempt = world.begin(card);
  ASSERT_TRUE(world.registry.stop_card(CardId{card.card}, registry::kHotline));
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_SUSPENDED);
  attempt = world.begin(card);
  world.new_card(1);  // replaced at the counter
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_REVOKED);

  const IssuedCard swapped = world.new_card(2);
  attempt = world.begin(swapped);
  std::swap(attempt.auth_cert, attempt.sign_cert);
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_UNTRUSTED);
  attempt = world.begin(swapped);
  attempt.auth_cert[0] ^= 1;
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_MALFORMED);
  IssuerWorld stranger{40};
  attempt = world.begin(swapped);
  attempt.auth_cert = stranger.new_card(2).auth_cert;
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_UNTRUSTED);

  IssuerWorld twin;  // the same keys, another registry
  attempt = world.begin(swapped);
  attempt.auth_cert = twin.new_card(2).auth_cert;
  EXPECT_EQ(world.refusal(attempt), Reason::CERT_STATUS_UNKNOWN);

  const IssuerWorld::LivePhone phone = world.enrol(swapped);
  const auto certificates = world.registry.certificates_of(registry::Holder::kPhone, phone.id.text).value();
  attempt = world.begin(swapped);
  attempt.auth_cert = certificates[0].der;
  world.clock.advance(std::chrono::minutes{3});
  EXPECT_EQ(world.refusal(attempt), Reason::CARD_NOT_VALID) << "a phone's certificate is no card's";

  world.clock.set(x509::Certificate::parse(swapped.auth_cert).value().not_after() + Seconds{1});
  // The maker's attestation is judged first and has its own validity, so that it must be a later one here.
  world.attester_certificate = [&] {
    auto later = world.maker.end_entity("Phone", world.attester.public_key());
    later.not_after = world.clock.now() + Days{10};
    return world.maker.issue(later);
  }();
  EXPECT_EQ(world.refusal(world.begin(swapped)), Reason::CERT_EXPIRED);
}

TEST(Enrolment, APhoneBehindPinsGetsCertificatesAlone) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  EnrolmentAttempt attempt = world.begin(card, 0);
  attempt.attested["token"] = jpki::kAndroidLabel;
  const Grant grant{world.complete(world.evidence(attempt))};
  EXPECT_EQ(grant.certificates[0].public_key(), attempt.auth->public_key());
  EXPECT_EQ(grant.certificates[1].public_key(), attempt.sign->public_key());
  EXPECT_TRUE(grant.mdocs.empty());
  EXPECT_EQ(world.number("SELECT count(*) FROM mdoc"), 0);
}

TEST(Enrolment, ABatchIsAsLargeAsThePhoneKeepsOfIt) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  EXPECT_EQ(world.refusal(world.begin(card, 0)), Reason::MALFORMED) << "a wallet with no device key";
  EnrolmentAttempt attempt = world.begin(card, 1);
  attempt.attested["token"] = jpki::kAndroidLabel;
  EXPECT_EQ(world.refusal(attempt), Reason::MALFORMED) << "device keys that nothing is kept for";
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
  EXPECT_EQ(world.number("SELECT count(*) FROM mdoc"), 0);
}

// PHN-10; evidence_test.cc has the cryptography.
TEST(Enrolment, TheAttestationMustNameASecureElement) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  for (const auto& [word, value] :
       std::map<std::string, std::string>{{"level", "software"}, {"boot", "unlocked"}, {"app", "other"}, {"token", "JPKIAPICCTOKEN2"}}) {
    EnrolmentAttempt attempt = world.begin(card);
    attempt.attested[word] = value;
    EXPECT_EQ(world.refusal(attempt), Reason::ATTESTATION_INVALID) << word;
  }
  EnrolmentAttempt attempt = world.begin(card);
  attempt.attested["biometrics"] = "none";
  EXPECT_EQ(world.refusal(attempt), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
}

// LFC-4 for a session.
TEST(Enrolment, TheSameEvidenceGetsTheSameGrantAndOtherEvidenceIsAReplay) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  EnrolmentAttempt attempt = world.begin(card);
  const Bytes evidence = world.evidence(attempt);
  const http::Response first = world.complete(evidence);
  const int64_t events = world.number("SELECT count(*) FROM event");
  EXPECT_EQ(world.complete(evidence).body, first.body);
  EXPECT_EQ(world.number("SELECT count(*) FROM event"), events);
  attempt.mdoc.pop_back();
  EXPECT_EQ(world.refusal(attempt), Reason::REPLAY);
  EXPECT_EQ(reason_of(world.post("/enrol/motion", json::Value::object({{"session", attempt.session}}))),
            Reason::REPLAY);
  attempt.session = "session-x";
  EXPECT_EQ(world.refusal(attempt), Reason::NOT_FOUND);
  EnrolmentAttempt late = world.begin(card);
  world.clock.advance(kEnrolmentSessionLife);
  EXPECT_EQ(world.refusal(late), Reason::SESSION_EXPIRED);
}

// CAS-11, I7 for a whole enrolment: each gap between record, signature and completion.
TEST(Enrolment, AFailureAnywhereLeavesNothingGoodAndTheSameEvidenceMayComeAgain) {
  const char* const good =
      "SELECT (SELECT count(*) FROM certificate WHERE holder = 'phone' AND state = 'valid') + (SELECT count(*) FROM "
      "mdoc WHERE state = 'valid')";
  for (int signature = 0; signature < 4; ++signature) {  // two certificates, two mdocs
    IssuerWorld world;
    const Bytes evidence = world.evidence(world.begin(world.new_card(1)));
    int left = signature;
    world.watch = [&](ByteView) -> Result<void> {
      if (left-- > 0) return {};
      return Error{Reason::CRYPTO_FAILED, "the test's signer fails here"};
    };
    EXPECT_EQ(reason_of(world.complete(evidence)), Reason::CRYPTO_FAILED);
    EXPECT_EQ(world.number(good), 0);
    EXPECT_EQ(world.number("SELECT count(*) FROM mdoc WHERE state = 'reserved'"), 2);
    world.watch = nullptr;
    EXPECT_EQ(reason_of(world.complete(evidence)), Reason::GOOD);
    EXPECT_EQ(world.number(good), 4);
    EXPECT_TRUE(world.registry.verify_log());
  }
  for (const auto when : {testing::FailingStore::When::kBefore, testing::FailingStore::When::kAfter}) {
    for (const size_t write : {0u, 1u}) {
      IssuerWorld world;
      const Bytes evidence = world.evidence(world.begin(world.new_card(1)));
      world.failing.arm(when, write);
      EXPECT_EQ(reason_of(world.complete(evidence)), Reason::STORAGE_FAILED);
      world.failing.arm(testing::FailingStore::When::kNever, 0);
      const bool took_effect = when == testing::FailingStore::When::kAfter && write == 1;
      EXPECT_EQ(world.number(good), took_effect ? 4 : 0);
      EXPECT_EQ(reason_of(world.complete(evidence)), Reason::GOOD) << "asked again after a lost answer";
      EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 1);
      EXPECT_EQ(world.number(good), 4);
    }
  }
}

TEST(Enrolment, EveryMdocWasRecordedBeforeItWasSigned) {
  IssuerWorld world;
  const Bytes evidence = world.evidence(world.begin(world.new_card(1)));
  int seen = 0;
  world.watch = [&](ByteView message) -> Result<void> {
    const Bytes digest = to_bytes(ByteView{crypto::sha256(message)});
    const auto body = [&](store::Transaction& tx) -> Result<void> {
      TRY_ASSIGN(const auto row,
                 tx.query_one("SELECT (SELECT count(*) FROM mdoc WHERE state = 'reserved' AND mso = ?1) + "
                              "(SELECT count(*) FROM certificate WHERE state = 'reserved' AND tbs = ?1)",
                              {digest}));
      EXPECT_EQ(row->integer(0), 1);
      ++seen;
      return {};
    };
    return world.store->read(body);
  };
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::GOOD);
  EXPECT_EQ(seen, 4);
}

}  // namespace
}  // namespace mitome::issuer
