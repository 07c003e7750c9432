// POST /city/cards
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "testing/issuer_world.h"

namespace mitome::issuer {
namespace {

using testing::IssuedCard;
using testing::IssuerWorld;
using testing::reason_of;

registry::PersonFacts born(int n, const char* date) {
  registry::PersonFacts facts = IssuerWorld::facts(n);
  facts.birth_date = date_from_text(date).value();
  return facts;
}

TEST(CityCard, IsIssuedWithBothCertificatesAndVerifiableFiles) {
  IssuerWorld world;
  const IssuedCard card = world.new_card(1);
  const auto auth = x509::Certificate::parse(card.auth_cert).value();
  const auto sign = x509::Certificate::parse(card.sign_cert).value();
  EXPECT_TRUE(x509::verify_issued_by(auth, world.hierarchy.auth_ca.certificate));
  EXPECT_TRUE(x509::verify_issued_by(sign, world.hierarchy.sign_ca.certificate));
  EXPECT_EQ(auth.policies(), (std::vector<std::string>{std::string{kCardAuthPolicy}}));
  EXPECT_EQ(sign.policies(), (std::vector<std::string>{std::string{kCardSignPolicy}}));
  EXPECT_EQ(auth.public_key(), card.auth_key->public_key());
  EXPECT_EQ(sign.public_key(), card.sign_key->public_key());
  EXPECT_EQ(auth.not_before(), world.clock.now());
  ASSERT_EQ(card.text.size(), 5u);
  const auto text = jpki::verify_text_integrity({card.text[0], card.text[1], card.text[2], card.text[3]},
                                                world.hierarchy.text.ca_key);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->my_number(), card.facts.my_number);
  EXPECT_EQ(text->attributes().address, card.facts.address);
  for (const auto& [ca, certificate] : {std::pair{registry::Ca::kAuth, auth}, std::pair{registry::Ca::kSign, sign}}) {
    const auto status = world.registry.certificate_status(ca, certificate.serial()).value();
    EXPECT_EQ(status.kind, registry::CertificateStatus::Kind::kGood);
    EXPECT_EQ(world.registry.certificate(ca, certificate.serial()).value().der, certificate.der());
  }
  EXPECT_EQ(world.registry.card(CardId{card.card}).value().person.text, card.person);
}

// domain.md 2.4: 10th birthday for adults, 5th below 18; certificates to the 5th, never longer than the card.
TEST(CityCard, ValidityFollowsBirthdays) {
  IssuerWorld world;  // 2026-06-01
  const auto end = [](const Bytes& der) { return x509::Certificate::parse(der).value().not_after(); };
  const IssuedCard adult = world.new_card(born(1, "1980-02-17"));
  EXPECT_EQ(instant_from_unix(adult.expires), japan_instant(date_from_text("2036-02-17").value(), 23, 59, 59));
  EXPECT_EQ(end(adult.auth_cert), japan_instant(date_from_text("2031-02-17").value(), 23, 59, 59));
  const IssuedCard youth = world.new_card(born(2, "2010-02-17"));
  EXPECT_EQ(instant_from_unix(youth.expires), japan_instant(date_from_text("2031-02-17").value(), 23, 59, 59));
  EXPECT_EQ(end(youth.sign_cert), instant_from_unix(youth.expires));
}

// Whatever a person's age promises, no certificate outlives its authority.
TEST(CityCard, NoCertificateOutlivesItsAuthority) {
  IssuerWorld world;
  world.clock.advance(Days{3000});
  const auto auth = x509::Certificate::parse(world.new_card(1).auth_cert).value();
  EXPECT_EQ(auth.not_after(), world.hierarchy.auth_ca.certificate.not_after());
}

TEST(CityCard, SigningCertificatesAreNotForChildrenAndWards) {
  IssuerWorld world;
  IssuedCard unused;
  const auto ask = [&](const registry::PersonFacts& facts, bool signing) {
    return reason_of(world.city(world.city_body(facts, unused, signing)));
  };
  EXPECT_EQ(ask(born(1, "2011-06-02"), true), Reason::UNDER_AGE) << "fifteen tomorrow";
  EXPECT_EQ(ask(born(2, "2011-06-01"), true), Reason::GOOD) << "fifteen today";
  EXPECT_EQ(ask(born(3, "2011-06-02"), false), Reason::GOOD);
  registry::PersonFacts ward = IssuerWorld::facts(4);
  ward.ward = true;
  EXPECT_EQ(ask(ward, true), Reason::NO_SIGNING_CERTIFICATE);
  EXPECT_EQ(ask(ward, false), Reason::GOOD);
  EXPECT_EQ(world.number("SELECT count(*) FROM certificate WHERE ca = 'sign'"), 1);
}

TEST(CityCard, OnlyTheCityIssues) {
  IssuerWorld world;
  IssuedCard unused;
  EXPECT_EQ(reason_of(world.city(world.city_body(IssuerWorld::facts(1), unused, true), "t-other")), Reason::FORBIDDEN);
  EXPECT_EQ(world.number("SELECT count(*) FROM person"), 0);
}

TEST(CityCard, BadInputIsRefusedAndNothingIsWritten) {
  IssuerWorld world;
  IssuedCard unused;
  const json::Value good = world.city_body(IssuerWorld::facts(1), unused, true);
  const auto with = [&](const char* name, const json::Value& value) {
    json::Value body = good;
    json::Value person = *body.find("person");
    (body.find(name) != nullptr ? body : person).set(name, value);
    if (body.find(name) == nullptr) body.set("person", person);
    return reason_of(world.city(body));
  };
  EXPECT_EQ(with("person", "somebody"), Reason::MALFORMED);
  EXPECT_EQ(with("name", ""), Reason::MALFORMED);
  EXPECT_EQ(with("name", std::string(1025, 'a')), Reason::MALFORMED);
  EXPECT_EQ(with("address", 1), Reason::MALFORMED);
  EXPECT_EQ(with("birth_date", "19800231"), Reason::MALFORMED);
  EXPECT_EQ(with("sex", "3"), Reason::MALFORMED);
  EXPECT_EQ(with("my_number", "12345678901"), Reason::MALFORMED);
  EXPECT_EQ(with("portrait", ""), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(with("portrait", base64url::encode(Bytes(512 * 1024 + 1, 0))), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(with("auth_spki", "AAAA"), Reason::BAD_KEY);
  EXPECT_EQ(with("auth_spki", base64url::encode(world.attester.public_key().spki())), Reason::BAD_KEY) << "not RSA";
  EXPECT_EQ(with("sign_spki", good.string_at("auth_spki").value()), Reason::BAD_KEY) << "one key for two purposes";
  EXPECT_EQ(world.number("SELECT count(*) FROM person"), 0);
  EXPECT_EQ(world.number("SELECT count(*) FROM certificate"), 0);
  EXPECT_EQ(reason_of(world.city(good)), Reason::GOOD);
}

// I7, CAS-11: every to-be-signed certificate is on record before a signer sees it.
TEST(CityCard, WhatIsSignedWasRecordedBefore) {
  IssuerWorld world;
  int seen = 0;
  world.watch = [&](ByteView message) -> Result<void> {
    ++seen;
    const auto digest = crypto::sha256(message);
    int64_t found = 0;
    const auto body = [&](store::Transaction& tx) -> Result<void> {
      TRY_ASSIGN(const auto row, tx.query_one("SELECT count(*) FROM certificate WHERE state = 'reserved' AND tbs = ?1",
                                              {to_bytes(ByteView{digest})}));
      found = row->integer(0);
      return {};
    };
    CHECK(world.store->read(body).has_value());
    EXPECT_EQ(found, 1);
    return {};
  };
  world.new_card(1);
  EXPECT_EQ(seen, 2);
}

// CAS-11: a signer that fails, and a store that fails before and after each write.
TEST(CityCard, AFailureAnywhereLeavesNothingGood) {
  const auto good_certificates = [](IssuerWorld& world) {
    return world.number("SELECT count(*) FROM certificate WHERE state = 'valid'");
  };
  {
    IssuerWorld world;
    int left = 1;
    world.watch = [&](ByteView) -> Result<void> {
      if (left-- > 0) return {};
      return Error{Reason::CRYPTO_FAILED, "the test's signer fails here"};
    };
    IssuedCard card;
    const json::Value body = world.city_body(IssuerWorld::facts(1), card, true);
    EXPECT_EQ(reason_of(world.city(body)), Reason::CRYPTO_FAILED);
    EXPECT_EQ(world.number("SELECT count(*) FROM certificate WHERE state = 'reserved'"), 2)
        << "the signed one is on record";
    EXPECT_EQ(world.number("SELECT count(*) FROM card"), 0);
    world.clock.advance(registry::kReservationLife + Seconds{1});
    ASSERT_TRUE(world.registry.tick());
    EXPECT_EQ(world.number("SELECT count(*) FROM certificate WHERE state = 'revoked'"), 2) << "and revocable";
    world.watch = nullptr;
    EXPECT_EQ(reason_of(world.city(body)), Reason::GOOD);
  }
  for (const size_t write : {0u, 1u}) {
    IssuerWorld world;
    IssuedCard card;
    const json::Value body = world.city_body(IssuerWorld::facts(1), card, true);
    world.failing.arm(testing::FailingStore::When::kBefore, write);
    EXPECT_EQ(reason_of(world.city(body)), Reason::STORAGE_FAILED);
    EXPECT_EQ(good_certificates(world), 0) << write;
    world.failing.arm(testing::FailingStore::When::kNever, 0);
    EXPECT_EQ(reason_of(world.city(body)), Reason::GOOD);
    EXPECT_EQ(good_certificates(world), 2);
  }
}

}  // namespace
}  // namespace mitome::issuer
