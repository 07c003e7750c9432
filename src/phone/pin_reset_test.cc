// POST /app/pin-reset: the face, the card's other PIN, and each thing that is missing.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

json::Value ask(const char* forgotten, std::string_view other) {
  return json::Value::object({{"pin", forgotten}, {"other_pin", std::string{other}}});
}

/// The authority that answers what the phone's fake one does not know.
struct Reservations final : http::HttpClient {
  explicit Reservations(http::HttpClient& others) : rest(others) {}
  http::HttpClient& rest;
  std::optional<json::Value> asked;
  std::optional<Reason> refuses;

  Result<http::Response> send(const http::Request& request) override {
    if (request.target != "/pin-resets/reserve") return rest.send(request);
    if (refuses) return http::Response::error({*refuses, ""});
    asked = json::parse(as_text(request.body)).value();
    return http::Response::json(json::Value::object({{"reservation", "reset-1"}, {"expires", 1'000}}));
  }
};

struct Forgetful : PhoneWorld {
  Reservations reservations{authority};
  Forgetful() {
    restart_over(reservations);
    enrol_until("/app/text-pin");  // the face was filmed
  }
};

TEST(PinResetTest, TheOtherKeyOfTheCardSignsForTheForgottenPin) {
  for (const bool auth : {true, false}) {
    Forgetful world;
    const char* forgotten = auth ? "auth" : "sign";
    const auto answer = world.good("/app/pin-reset", ask(forgotten, auth ? testing::kTestSignPin : testing::kTestAuthPin));
    EXPECT_EQ(answer.int_at("expires").value(), 1'000);
    const json::Value& sent = world.reservations.asked.value();
    EXPECT_EQ(sent.string_at("pin").value(), forgotten);
    const auto certificate = x509::Certificate::parse(sent.base64url_at("certificate").value()).value();
    EXPECT_TRUE(x509::verify_issued_by(
        certificate, auth ? world.cards.sign_ca().certificate() : world.cards.auth_ca().certificate()));
    EXPECT_EQ(as_text(to_bytes(sent.dump())).find(testing::kTestSignPin), std::string_view::npos) << "no PIN leaves";
    EXPECT_EQ(world.refused("/app/text-pin", world.body_of("/app/text-pin")), Reason::TRANSITION_REFUSED)
        << "the film was used up";
  }
}

TEST(PinResetTest, EachThingThatIsMissingIsSaid) {
  Forgetful world;
  EXPECT_EQ(world.refused("/app/pin-reset", ask("text", "1234")), Reason::MALFORMED) << "at the city counter";
  EXPECT_EQ(world.refused("/app/pin-reset", ask("auth", "x")), Reason::PIN_FORMAT);
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", "0000")), Reason::PIN_WRONG);
  world.field.card = nullptr;
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", testing::kTestAuthPin)), Reason::CARD_SILENT);
  world.field.card = world.card.get();
  world.reservations.refuses = Reason::REVIEW_PENDING;
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", testing::kTestAuthPin)), Reason::REVIEW_PENDING);
  world.reservations.refuses.reset();
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", testing::kTestAuthPin)), Reason::GOOD) << "the film is still there";
}

TEST(PinResetTest, WithoutAFilmNothingIsReserved) {
  PhoneWorld world;
  world.enrol_face();
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", testing::kTestAuthPin)), Reason::TRANSITION_REFUSED);
  world.good("/app/start");
  EXPECT_EQ(world.refused("/app/pin-reset", ask("sign", testing::kTestAuthPin)), Reason::TRANSITION_REFUSED);
}

}  // namespace
}  // namespace mitome::phone
