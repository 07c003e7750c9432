// Login and signing by the card application, and a reader that the phone is held to.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/x509/certificate.h"
#include "protocol/jpki/reader.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());
const json::Value kStranger = PhoneWorld::sample(PhoneWorld::stranger());

json::Value document(const json::Value& seen) {
  json::Value body = seen;
  body.set("sha256", base64url::encode(ByteView{crypto::sha256(as_bytes("a document"))}));
  return body;
}

bool good_signature(const json::Value& answer, ByteView message) {
  const auto certificate = x509::Certificate::parse(answer.base64url_at("certificate").value()).value();
  return certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message,
                                         answer.base64url_at("signature").value());
}

TEST(CardUseTest, LoginSignsTheChallengeOfThisSite) {
  PhoneWorld world;
  world.enrol();
  const json::Value body = world.login(kFace);
  const Bytes nonce = body.base64url_at("nonce").value();
  const auto message = [&](std::string_view origin) {
    return cbor::Writer{}.array(4).text("mitome-login-1").text(origin).bytes(nonce)
        .integer(body.int_at("expires").value()).take();
  };
  const auto answer = world.good("/wallet/login", body);
  EXPECT_TRUE(good_signature(answer, message("http://portal.localhost")));
  EXPECT_FALSE(good_signature(answer, message("http://evil.localhost")));
  const auto certificate = x509::Certificate::parse(answer.base64url_at("certificate").value()).value();
  EXPECT_TRUE(x509::verify_issued_by(certificate, world.cards.auth_ca().certificate()));
}

TEST(CardUseTest, PHN1_EachLoginNeedsItsOwnFace) {
  PhoneWorld world;
  world.enrol();
  world.good("/wallet/login", world.login(kFace));
  EXPECT_EQ(world.refused("/wallet/login", world.login(json::Value::object({{"sample", nullptr}}))),
            Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/wallet/login", world.login(json::Value::object())), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/wallet/login", world.login(kStranger)), Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.refused("/wallet/sign", document(json::Value::object())), Reason::USER_AUTH_REQUIRED);
}

TEST(CardUseTest, A45_AThiefIsLockedOutAndThePasscodeUnlocks) {
  PhoneWorld world;
  world.enrol();
  world.good("/settings", json::Value::object({{"passcode", "2468"}}));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(world.refused("/wallet/login", world.login(kStranger)), Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.refused("/wallet/login", world.login(kStranger)), Reason::USER_AUTH_LOCKED);
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::USER_AUTH_LOCKED);
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"passcode", "1111"}})), Reason::PIN_WRONG);
  world.good("/settings", json::Value::object({{"passcode", "2468"}}));
  world.good("/wallet/login", world.login(kFace));
}

TEST(CardUseTest, ALoginIsForItsTimeAndHasLimits) {
  PhoneWorld world;
  world.enrol();
  json::Value late = world.login(kFace);
  late.set("expires", to_unix(world.clock.now()));
  EXPECT_EQ(world.refused("/wallet/login", late), Reason::SESSION_EXPIRED);
  json::Value nameless = world.login(kFace);
  nameless.set("origin", "");
  EXPECT_EQ(world.refused("/wallet/login", nameless), Reason::LIMIT_EXCEEDED);
  json::Value lengthy = world.login(kFace);
  lengthy.set("origin", std::string(513, 'x'));
  EXPECT_EQ(world.refused("/wallet/login", lengthy), Reason::LIMIT_EXCEEDED);
  json::Value nonceless = world.login(kFace);
  nonceless.set("nonce", "");
  EXPECT_EQ(world.refused("/wallet/login", nonceless), Reason::LIMIT_EXCEEDED);
  json::Value long_nonce = world.login(kFace);
  long_nonce.set("nonce", base64url::encode(Bytes(257, 1)));
  EXPECT_EQ(world.refused("/wallet/login", long_nonce), Reason::LIMIT_EXCEEDED);
}

TEST(CardUseTest, SigningUsesTheSigningCertificate) {
  PhoneWorld world;
  world.enrol();
  const auto answer = world.good("/wallet/sign", document(kFace));
  EXPECT_TRUE(good_signature(answer, as_bytes("a document")));
  const auto certificate = x509::Certificate::parse(answer.base64url_at("certificate").value()).value();
  EXPECT_TRUE(x509::verify_issued_by(certificate, world.cards.sign_ca().certificate()));
  json::Value short_digest = kFace;
  short_digest.set("sha256", base64url::encode(Bytes(31, 1)));
  EXPECT_EQ(world.refused("/wallet/sign", short_digest), Reason::MALFORMED);
}

TEST(CardUseTest, ALockedStoreLeavesNothingOpen) {
  PhoneWorld world;
  world.enrol();
  // The power goes after the face was seen: whatever happened, no operation stays open.
  world.power.cut_at(2, testing::PowerSupply::Moment::kBefore);
  EXPECT_EQ(world.refused("/wallet/login", world.login(kFace)), Reason::STORAGE_FAILED);
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED);
}

TEST(CardUseTest, A28_AContactlessReaderSeesThePhoneAsACard) {
  PhoneWorld world;
  world.enrol();
  apdu::ApduChannel& reader_side = world.phone->contactless();
  EXPECT_EQ(jpki::select_application(reader_side, jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED) << "PHN-7";
  ASSERT_TRUE(world.phone->ready_contactless(PhoneWorld::face()));
  const auto digest = crypto::sha256(as_bytes("a kiosk's challenge"));
  ASSERT_TRUE(jpki::select_application(reader_side, jpki::kJpkiAid));
  EXPECT_EQ(jpki::read_token_info(reader_side).value().label, jpki::kPhoneLabel);
  const auto signed_by_phone = jpki::sign_with_card(reader_side, jpki::kAuthKey, nullptr, digest);
  ASSERT_TRUE(signed_by_phone) << to_string(signed_by_phone.error());
  EXPECT_TRUE(x509::Certificate::parse(signed_by_phone->certificate).value().public_key().verify(
      crypto::SignatureAlgorithm::kRsaPkcs1Sha256, as_bytes("a kiosk's challenge"), signed_by_phone->signature));
  EXPECT_EQ(jpki::sign_with_card(reader_side, jpki::kAuthKey, nullptr, digest).error().reason, Reason::CARD_REFUSED)
      << "one face, one signature";
}

TEST(CardUseTest, ReadinessRunsOut) {
  PhoneWorld world;
  world.enrol();
  ASSERT_TRUE(world.phone->ready_contactless(PhoneWorld::face()));
  world.clock.advance(Seconds{59});
  EXPECT_TRUE(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid));
  world.clock.advance(Seconds{1});
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED);
}

TEST(CardUseTest, ALoginLeavesNothingForAReader) {
  PhoneWorld world;
  world.enrol();
  ASSERT_TRUE(world.phone->ready_contactless(PhoneWorld::face()));
  world.good("/wallet/login", world.login(kFace));
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED);
}

TEST(CardUseTest, ReadinessNeedsTheHolder) {
  PhoneWorld world;
  world.enrol();
  EXPECT_EQ(world.phone->ready_contactless(PhoneWorld::stranger()).error().reason, Reason::USER_AUTH_FAILED);
  EXPECT_EQ(jpki::select_application(world.phone->contactless(), jpki::kJpkiAid).error().reason, Reason::CARD_REFUSED);
}

TEST(CardUseTest, RoutesTakeOnlyWhatTheyKnow) {
  PhoneWorld world;
  EXPECT_EQ(http::error_of(world.call("GET", "/app/start")).reason, Reason::METHOD_NOT_ALLOWED);
  EXPECT_EQ(http::error_of(world.call("POST", "/nowhere")).reason, Reason::NOT_FOUND);
  EXPECT_EQ(world.refused("/app/face"), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/app/text-pin"), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/app/pins", json::Value::object({{"auth_pin", "1234"}})), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/wallet/login", kFace), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/wallet/sign", kFace), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/wallet/session"), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/wallet/consent"), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/app/add", json::Value::object({{"sample", 5}})), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"biometrics", "iris"}})), Reason::MALFORMED);
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"model", std::string(65, 'x')}})), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"enrol_sample", "AAAA"}})), Reason::BIOMETRICS_NOT_SET_UP);
  EXPECT_EQ(world.refused("/settings", json::Value::object({{"passcode", "1"}})), Reason::PIN_FORMAT);
}

TEST(CardUseTest, SettingsTellWhatIsSet) {
  PhoneWorld world;
  const auto set = world.good("/settings", json::Value::object({{"model", "MT-12"}, {"biometrics", "face"},
                                                                {"enrol_sample", "AAAA"}, {"passcode", "2468"}}));
  EXPECT_EQ(set.string_at("model").value(), "MT-12");
  EXPECT_EQ(set.string_at("biometrics").value(), "face");
  EXPECT_TRUE(set.bool_at("enrolled").value());
  EXPECT_TRUE(set.bool_at("passcode").value());
  EXPECT_FALSE(set.bool_at("locked").value());
  EXPECT_TRUE(set.bool_at("network").value());
  world.restart();
  EXPECT_EQ(world.good("/settings").dump(), set.dump());
}

}  // namespace
}  // namespace mitome::phone
