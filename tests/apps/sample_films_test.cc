// The sample film that a phone's page sends is taken by the authority's judge, and shows the person of the card's
// portrait.
#include "apps/town/sample_films.h"

#include <gtest/gtest.h>

#include "apps/card/portrait.h"
#include "apps/town/face_judges.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "crypto/hash.h"
#include "testing/films.h"
#include "testing/registry_world.h"

namespace mitome::town {
namespace {

http::Response ask(const std::string& query) {
  const http::Route route = sample_film_route([](std::string_view who) {
    return who == "hanako"
               ? std::optional<std::string>{apps::face_name("山田　花子", date_from_text("1980-02-17").value())}
               : std::nullopt;
  });
  return route.handle(http::get("http://phone.localhost/api/sample-film" + query));
}

render::FaceFilm film_of(const http::Response& response) {
  const json::Value body = json::parse(as_text(response.body)).value();
  render::FaceFilm film{static_cast<int>(body.int_at("width").value()),
                        static_cast<int>(body.int_at("height").value()),
                        static_cast<int>(body.int_at("frames_per_second").value()),
                        {}};
  for (const json::Value& frame : body.find("frames")->items())
    film.frames.push_back(base64url::decode(frame.as_string().value()).value());
  return film;
}

struct Judged {
  testing::RegistryWorld world;
  FaceJudges judges{world.registry, world.clock, world.random, open_observer(std::string{kCascades}).value(), {}};
  Bytes nonce = Bytes(32, 5);
};

TEST(SampleFilm, IsTakenByTheJudge) {
  Judged judged;
  for (const std::string motion : {"blink", "turn-left", "turn-right"}) {
    const render::FaceFilm film = film_of(ask("?motion=" + motion + "&who=hanako"));
    const Bytes recording = testing::film_recording(film, motion, judged.nonce);
    const auto face = judged.judges.films().judge_motion(recording, motion, judged.nonce);
    EXPECT_TRUE(face.has_value()) << motion << ": " << (face ? "" : face.error().detail);
  }
  const render::FaceFilm still = film_of(ask("?motion=still&who=hanako"));
  const Bytes recording = testing::film_recording(still, "blink", judged.nonce);
  EXPECT_EQ(judged.judges.films().judge_motion(recording, "blink", judged.nonce).error().reason, Reason::LIVENESS_FAILED);
}

TEST(FaceJudges, TakeFilmsAloneAndTheDeskDecides) {
  Judged judged;
  const registry::Person person = judged.world.registry.person(judged.world.new_card(1).person).value();
  cbor::Writer message;
  message.array(4)
      .text("mitome-motion-1")
      .text("blink")
      .bytes(judged.nonce)
      .bytes(crypto::sha256(person.facts.portrait));
  EXPECT_EQ(judged.judges.films().judge_motion(message.view(), "blink", judged.nonce).error().reason, Reason::MALFORMED)
      << "nobody's word that a camera saw it";

  const render::FaceFilm drawn = render::film_face("somebody", render::Motion::kBlink);
  const auto film =
      judged.judges.films().judge_motion(testing::film_recording(drawn, "blink", judged.nonce), "blink", judged.nonce);
  ASSERT_TRUE(film.has_value());
  EXPECT_EQ(judged.judges.films().judge_likeness(*film, person).error().reason, Reason::REVIEW_PENDING);
  EXPECT_EQ(judged.judges.films().decision_until(*film), judged.world.clock.now() + issuer::kReviewLife);
}

TEST(SampleFilm, AsksForAMovementAndAPerson) {
  const auto reason = [](const std::string& query) { return http::error_of(ask(query)).reason; };
  EXPECT_EQ(reason("?motion=blink&who=nobody"), Reason::NOT_FOUND);
  EXPECT_EQ(reason("?motion=jump&who=hanako"), Reason::MALFORMED);
  EXPECT_EQ(reason("?motion=blink"), Reason::MALFORMED);
}

TEST(FaceJudges, NeedTheCascades) { EXPECT_EQ(open_observer("/nowhere").error().reason, Reason::STORAGE_FAILED); }

}  // namespace
}  // namespace mitome::town
