#include "issuer/profile.h"

#include <gtest/gtest.h>

#include "credential/x509/oids.h"
#include "testing/fakes.h"

namespace mitome::issuer {
namespace {

using testing::FakeClock;
using testing::PooledKeySource;
using testing::SeededRandom;

Date date(const char* text) { return date_from_text(text).value(); }

struct World {
  FakeClock clock;
  SeededRandom random{1};
  PooledKeySource keys;
  Hierarchy hierarchy = Hierarchy::create(keys, random, clock.now()).value();
  crypto::PrivateKey card_key = keys.generate(crypto::KeyType::kRsa);
  FourItems items{"黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２", date("19800217"), "1"};

  EndEntity entity(Holder holder) {
    return {holder,
            Bytes{0x12, 0x34, 0x56, 0x78},
            card_key.public_key().spki(),
            clock.now(),
            certificate_expiry(items.birth_date, clock.now(), card_expiry(items.birth_date, clock.now())),
            "http://authority.localhost/status/ocsp"};
  }
  x509::Certificate auth(Holder holder) {
    const auto made = user_authentication_certificate(hierarchy.auth_ca, entity(holder), random);
    EXPECT_TRUE(x509::lint(made, clock.now(), Days{1}).has_value());
    return x509::issue(made, *hierarchy.auth_ca.signer).value();
  }
  x509::Certificate sign(Holder holder) {
    const auto made = signing_certificate(hierarchy.sign_ca, entity(holder), items, random);
    EXPECT_TRUE(x509::lint(made, clock.now(), Days{1}).has_value());
    return x509::issue(made, *hierarchy.sign_ca.signer).value();
  }
};

std::vector<std::string> extension_order(const x509::Certificate& certificate) {
  std::vector<std::string> oids;
  for (const auto& extension : certificate.extensions())
    oids.push_back(extension.oid + (extension.critical ? "!" : ""));
  return oids;
}

TEST(Profile, UserAuthenticationCertificateHasTheMeasuredOrderAndCriticality) {
  World world;
  const auto certificate = world.auth(Holder::kCard);
  EXPECT_EQ(extension_order(certificate),
            (std::vector<std::string>{"2.5.29.15!", "2.5.29.37", "2.5.29.32!", "2.5.29.18", "2.5.29.31",
                                      "1.3.6.1.5.5.7.1.1", "2.5.29.35", "2.5.29.14"}));
  EXPECT_EQ(certificate.key_usage(), x509::kDigitalSignature);
  EXPECT_EQ(certificate.extended_key_usage(), std::vector<std::string>{"1.3.6.1.5.5.7.3.2"});
  EXPECT_EQ(certificate.policies(), std::vector<std::string>{std::string{kCardAuthPolicy}});
  EXPECT_EQ(certificate.subject_attribute("2.5.4.3")->size(), 23u);
  EXPECT_TRUE(x509::verify_issued_by(certificate, world.hierarchy.auth_ca.certificate).has_value());
  EXPECT_EQ(world.auth(Holder::kPhone).policies(), std::vector<std::string>{std::string{kPhoneAuthPolicy}});
}

TEST(Profile, UserAuthenticationCertificateNamesNobody) {
  World world;
  const auto der = world.auth(Holder::kCard).der();
  EXPECT_EQ(as_text(der).find("幹也"), std::string_view::npos);
}

TEST(Profile, SigningCertificateCarriesTheFourItemsInOrder) {
  World world;
  const auto certificate = world.sign(Holder::kCard);
  EXPECT_EQ(extension_order(certificate),
            (std::vector<std::string>{"2.5.29.15!", "2.5.29.32!", "2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.35",
                                      "2.5.29.14"}));
  EXPECT_EQ(certificate.key_usage(), x509::kDigitalSignature | x509::kNonRepudiation);
  std::vector<std::string> leaves;
  for (const auto& name : certificate.subject_other_names()) leaves.push_back(name.oid.substr(name.oid.rfind('.') + 1));
  EXPECT_EQ(leaves, (std::vector<std::string>{"1", "4", "3", "5", "2", "6"}));
  EXPECT_NE(as_text(certificate.der()).find("319800217"), std::string_view::npos);
  EXPECT_NE(as_text(certificate.der()).find("00000"), std::string_view::npos);
  EXPECT_EQ(certificate.subject_attribute("2.5.4.3")->size(), 28u);
}

TEST(Profile, HierarchyCanNeverBeTakenForTheRealOne) {
  World world;
  for (const Authority* authority :
       {&world.hierarchy.auth_ca, &world.hierarchy.sign_ca, &world.hierarchy.auth_ocsp, &world.hierarchy.sign_ocsp,
        &world.hierarchy.iaca, &world.hierarchy.document_signer, &world.hierarchy.status_signer})
    EXPECT_TRUE(authority->certificate.subject_attribute("2.5.4.10")->ends_with("-TEST"));
}

TEST(Profile, EraBirthDates) {
  EXPECT_EQ(era_birth_date(date("20190501")), "520190501");
  EXPECT_EQ(era_birth_date(date("20190430")), "420190430");
  EXPECT_EQ(era_birth_date(date("19890108")), "419890108");
  EXPECT_EQ(era_birth_date(date("19890107")), "319890107");
  EXPECT_EQ(era_birth_date(date("19261225")), "319261225");
  EXPECT_EQ(era_birth_date(date("19261224")), "219261224");
  EXPECT_EQ(era_birth_date(date("19120730")), "219120730");
  EXPECT_EQ(era_birth_date(date("19120729")), "119120729");
}

TEST(Profile, CertificatesEndOnTheFifthBirthdayAtTheEndOfTheJapaneseDay) {
  const Instant issued = japan_instant(date("20260601"), 10, 0, 0);
  EXPECT_EQ(to_rfc3339(end_of_birthday(date("19800217"), issued, 5)), "2031-02-17T14:59:59Z");
  EXPECT_EQ(to_rfc3339(end_of_birthday(date("19800601"), issued, 1)),
            "2027-06-01T14:59:59Z");  // the day itself does not count
  EXPECT_EQ(to_rfc3339(end_of_birthday(date("20000229"), issued, 1)), "2027-02-28T14:59:59Z");
  EXPECT_EQ(to_rfc3339(card_expiry(date("19800217"), issued)), "2036-02-17T14:59:59Z");
  EXPECT_EQ(to_rfc3339(card_expiry(date("20120401"), issued)), "2031-04-01T14:59:59Z");
  const Instant cap = japan_instant(date("20270101"), 0, 0, 0);
  EXPECT_EQ(certificate_expiry(date("19800217"), issued, cap), cap);
}

}  // namespace
}  // namespace mitome::issuer
