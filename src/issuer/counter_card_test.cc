// POST /city/cards/update and /city/cards/replace, /pin-resets/reserve and /pin-resets/redeem.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "testing/issuer_world.h"

namespace mitome::issuer {
namespace {

using testing::IssuedCard;
using testing::IssuerWorld;
using testing::json_of;
using testing::reason_of;

struct Desk : IssuerWorld {
  IssuedCard card = new_card(1);

  json::Value update(bool signing) {
    const auto certificate = x509::Certificate::parse(card.auth_cert).value();
    json::Value body = json::Value::object({{"card", card.card}, {"serial", to_hex(certificate.serial())}});
    if (!signing) return body;
    card.sign_key = keys.generate(crypto::KeyType::kRsa);
    body.set("sign_spki", base64url::encode(card.sign_key->public_key().spki()));
    return body;
  }
  json::Value replace(const char* why) {
    json::Value body = city_body(card.facts, card, true);
    body.set("person", card.person);
    body.set("why", why);
    return body;
  }
  void move_house() {
    CHECK(staff("/city/move", json::Value::object({{"person", card.person}, {"address", "架空都架空市９－９"}})).ok());
  }
};

TEST(CityCardUpdate, AMovedCardGetsItsFilesAndANewSigningCertificate) {
  Desk desk;
  desk.move_house();
  const json::Value grant = json_of(desk.staff("/city/cards/update", desk.update(true)));
  std::vector<Bytes> text;
  for (const json::Value& file : grant.find("text")->items())
    text.push_back(base64url::decode(file.as_string().value()).value());
  ASSERT_EQ(text.size(), 5u);
  const auto verified =
      jpki::verify_text_integrity({text[0], text[1], text[2], text[3]}, desk.hierarchy.text.ca_key).value();
  EXPECT_EQ(verified.attributes().address, "架空都架空市９－９");
  const Bytes der = grant.base64url_at("sign_cert").value();
  const auto certificate = x509::Certificate::parse(der).value();
  EXPECT_EQ(certificate.public_key(), desk.card.sign_key->public_key());
  // And with it the phone can be registered again.
  desk.card.sign_cert = der;
  desk.card.text = text;
  desk.card.facts.address = "架空都架空市９－９";
  EXPECT_EQ(desk.refusal(desk.begin(desk.card)), Reason::GOOD);
}

TEST(CityCardUpdate, ASecondOneSupersedesTheFirst) {
  Desk desk;
  EXPECT_TRUE(desk.staff("/city/cards/update", desk.update(true)).ok());
  EXPECT_EQ(desk.number("SELECT count(*) FROM certificate WHERE ca = 'sign' AND state = 'valid'"), 1);
  EXPECT_EQ(desk.number("SELECT count(*) FROM certificate WHERE ca = 'sign' AND state = 'revoked' AND reason = 4"), 1);
}

TEST(CityCardUpdate, RefusesWhatIsNotInUseAndWhoGetsNone) {
  Desk desk;
  const json::Value good = desk.update(true);
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", good, "t-kiosk")), Reason::FORBIDDEN);
  json::Value bad = good;
  bad.set("card", "card-x");
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", bad)), Reason::CARD_CHANGED) << "not the one on the reader";
  bad = good;
  bad.set("sign_spki", base64url::encode(desk.attester.public_key().spki()));
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", bad)), Reason::BAD_KEY);
  ASSERT_TRUE(desk.staff("/city/ward", json::Value::object({{"person", desk.card.person}})).ok());
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", good)), Reason::NO_SIGNING_CERTIFICATE);
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", desk.update(false))), Reason::GOOD)
      << "the files alone";
  ASSERT_TRUE(desk.staff("/city/cards/stop", json::Value::object({{"card", desk.card.card}})).ok());
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", good)), Reason::CARD_NOT_VALID);

  registry::PersonFacts child = IssuerWorld::facts(2);
  child.birth_date = date_from_text("2015-01-01").value();
  desk.card = desk.new_card(child, false);
  EXPECT_EQ(reason_of(desk.staff("/city/cards/update", desk.update(true))), Reason::UNDER_AGE);
}

TEST(CityCardReplace, EndsTheOldCardAndSaysItsFee) {
  Desk desk;
  const IssuedCard old = desk.new_card(2);
  desk.card = desk.new_card(1);
  const std::string first = desk.card.card;
  const json::Value grant = json_of(desk.staff("/city/cards/replace", desk.replace("lost")));
  EXPECT_NE(grant.string_at("card").value(), first);
  EXPECT_EQ(grant.string_at("person").value(), desk.card.person);
  EXPECT_EQ(grant.find("fee")->int_at("yen").value(), 1000);
  EXPECT_EQ(desk.registry.card(CardId{first}).value().state, registry::State::kEnded);
  EXPECT_EQ(desk.registry.card(CardId{old.card}).value().state, registry::State::kActive) << "somebody else's";
  EXPECT_EQ(json_of(desk.staff("/city/cards/replace", desk.replace("expiring"))).find("fee")->int_at("yen").value(), 0);
}

TEST(CityCardReplace, RefusesWithoutAReasonOrAPerson) {
  Desk desk;
  EXPECT_EQ(reason_of(desk.staff("/city/cards/replace", desk.replace("bored"))), Reason::MALFORMED);
  EXPECT_EQ(reason_of(desk.staff("/city/cards/replace", desk.replace("lost"), "t-kiosk")), Reason::FORBIDDEN);
  json::Value body = desk.replace("lost");
  body.set("person", "person-x");
  EXPECT_EQ(reason_of(desk.staff("/city/cards/replace", body)), Reason::NOT_FOUND);
  ASSERT_TRUE(
      desk.staff("/city/depart", json::Value::object({{"person", desk.card.person}, {"why", "died"}})).ok());
  EXPECT_EQ(reason_of(desk.staff("/city/cards/replace", desk.replace("lost"))), Reason::TRANSITION_REFUSED);
}

/// A holder who forgot one PIN, in front of the app and then of a kiosk.
struct Forgetful : Desk {
  Bytes nonce;

  /// A session with a recorded face.
  std::string recorded(bool with_face = true) {
    const json::Value started = json_of(post("/enrol/start", device()));
    nonce = started.base64url_at("nonce").value();
    const std::string session = started.string_at("session").value();
    if (with_face) CHECK(film(session, started.string_at("motion").value(), nonce, card.facts.portrait).ok());
    return session;
  }
  json::Value signed_body(const char* label, const char* pin) {
    cbor::Writer message;
    message.array(3).text(label).bytes(nonce).text(pin);
    const bool by_sign = std::string_view{pin} == "auth";
    const auto& key = by_sign ? *card.sign_key : *card.auth_key;
    const Bytes signature = key.sign(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message.view()).value();
    return json::Value::object({{"pin", pin},
                                {"certificate", base64url::encode(by_sign ? card.sign_cert : card.auth_cert)},
                                {"signature", base64url::encode(signature)}});
  }
  json::Value reservation(const std::string& session, const char* pin) {
    json::Value body = signed_body("mitome-pin-reset-1", pin);
    body.set("session", session);
    return body;
  }
  http::Response reserve(const char* pin) { return post("/pin-resets/reserve", reservation(recorded(), pin)); }
  json::Value redemption(const char* pin) {
    nonce = random.bytes(16);
    json::Value body = signed_body("mitome-pin-redeem-1", pin);
    body.set("nonce", base64url::encode(nonce));
    return body;
  }
  http::Response redeem(const json::Value& body, const char* token = "t-kiosk") {
    return staff("/pin-resets/redeem", body, token);
  }
};

TEST(PinReset, IsReservedWithFaceAndOtherPinAndRedeemedOnce) {
  for (const char* pin : {"auth", "sign"}) {
    Forgetful holder;
    const json::Value reserved = json_of(holder.reserve(pin));
    EXPECT_EQ(reserved.string_at("pin").value(), pin);
    EXPECT_EQ(reserved.int_at("expires").value(), to_unix(holder.clock.now() + std::chrono::hours{24}));
    const json::Value body = holder.redemption(pin);
    const http::Response first = holder.redeem(body);
    EXPECT_EQ(json_of(first).string_at("card").value(), holder.card.card);
    EXPECT_EQ(holder.redeem(body).body, first.body) << "the answer was lost on its way";
    EXPECT_EQ(reason_of(holder.redeem(holder.redemption(pin))), Reason::REPLAY);
    EXPECT_EQ(holder.number("SELECT count(*) FROM event WHERE kind IN ('pin-reset-reserved', 'pin-reset')"), 2);
  }
}

TEST(PinReset, AReservationIsAnsweredAgainAndItsSessionIsUsedUp) {
  Forgetful holder;
  const std::string session = holder.recorded();
  const json::Value body = holder.reservation(session, "sign");
  const http::Response first = holder.post("/pin-resets/reserve", body);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(holder.post("/pin-resets/reserve", body).body, first.body);
  EXPECT_EQ(reason_of(holder.post("/pin-resets/reserve", holder.reservation(session, "auth"))), Reason::CONFLICT);
}

TEST(PinReset, TheOneThatIsNewerCounts) {
  Forgetful holder;
  const std::string first = json_of(holder.reserve("sign")).string_at("reservation").value();
  const std::string second = json_of(holder.reserve("sign")).string_at("reservation").value();
  EXPECT_NE(first, second);
  EXPECT_EQ(json_of(holder.redeem(holder.redemption("sign"))).string_at("reservation").value(), second);
}

TEST(PinReset, ReservingRefusesWhatIsNotTheHoldersProof) {
  Forgetful holder;
  const auto ask = [&](const json::Value& body) { return reason_of(holder.post("/pin-resets/reserve", body)); };
  EXPECT_EQ(ask(holder.reservation(holder.recorded(false), "sign")), Reason::LIVENESS_FAILED);
  EXPECT_EQ(ask(holder.reservation("session-x", "sign")), Reason::NOT_FOUND);
  json::Value body = holder.reservation(holder.recorded(), "sign");
  body.set("pin", "text");
  EXPECT_EQ(ask(body), Reason::MALFORMED) << "at the counter only";
  body.set("pin", "auth");
  EXPECT_EQ(ask(body), Reason::CERT_UNTRUSTED) << "the forgotten PIN's own key proves nothing";
  body = holder.reservation(holder.recorded(), "sign");
  holder.nonce = Bytes(32, 7);
  body.set("signature", holder.signed_body("mitome-pin-reset-1", "sign").string_at("signature").value());
  EXPECT_EQ(ask(body), Reason::BAD_SIGNATURE) << "another session's";
  const std::string session = holder.recorded();
  const json::Value late = holder.reservation(session, "sign");
  holder.clock.advance(kEnrolmentSessionLife);
  EXPECT_EQ(ask(late), Reason::SESSION_EXPIRED);
  ASSERT_TRUE(holder.staff("/city/cards/stop", json::Value::object({{"card", holder.card.card}})).ok());
  EXPECT_EQ(reason_of(holder.reserve("sign")), Reason::CERT_SUSPENDED);
}

TEST(PinReset, AnotherFaceReservesNothing) {
  Forgetful holder;
  const json::Value started = json_of(holder.post("/enrol/start", IssuerWorld::device()));
  holder.nonce = started.base64url_at("nonce").value();
  const std::string session = started.string_at("session").value();
  ASSERT_TRUE(holder.film(session, started.string_at("motion").value(), holder.nonce, as_bytes("somebody else")).ok());
  EXPECT_EQ(reason_of(holder.post("/pin-resets/reserve", holder.reservation(session, "sign"))), Reason::FACE_MISMATCH);
}

TEST(PinReset, RedeemingRefusesOutsideItsHoursAndAfterADay) {
  Forgetful holder;  // 10:00
  ASSERT_TRUE(holder.reserve("sign").ok());
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("sign"), "t-city")), Reason::FORBIDDEN);
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("auth"))), Reason::NOT_FOUND) << "the other PIN was reserved";
  json::Value body = holder.redemption("sign");
  body.set("nonce", "AAAA");
  EXPECT_EQ(reason_of(holder.redeem(body)), Reason::MALFORMED);
  body = holder.redemption("sign");
  body.set("nonce", base64url::encode(Bytes(16, 9)));
  EXPECT_EQ(reason_of(holder.redeem(body)), Reason::BAD_SIGNATURE);
  holder.clock.advance(std::chrono::hours{13});  // 23:00
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("sign"))), Reason::KIOSK_CLOSED);
  holder.clock.advance(std::chrono::hours{7} + std::chrono::minutes{29});
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("sign"))), Reason::KIOSK_CLOSED) << "6:29";
  holder.clock.advance(std::chrono::hours{3} + std::chrono::minutes{31});
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("sign"))), Reason::SESSION_EXPIRED) << "10:00 the next day";
}

TEST(PinReset, AStoppedCardIsNotOpenedAtAKiosk) {
  Forgetful holder;
  ASSERT_TRUE(holder.reserve("sign").ok());
  ASSERT_TRUE(holder.staff("/city/cards/stop", json::Value::object({{"card", holder.card.card}})).ok());
  EXPECT_EQ(reason_of(holder.redeem(holder.redemption("sign"))), Reason::CERT_SUSPENDED);
}

}  // namespace
}  // namespace mitome::issuer
