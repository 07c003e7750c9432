// The sample film that a phone's page sends is taken by the authority's judge, and shows the person of the card's
// portrait.
#include "apps/town/sample_films.h"

#include <gtest/gtest.h>

#include "apps/card/portrait.h"
#include "apps/town/face_judges.h"
#include "codec/base64url/base64url.h"
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

TEST(SampleFilm, IsTakenByTheJudge) {
  testing::RegistryWorld world;
  const auto judges = FaceJudges::open(world.registry, world.clock, world.random, std::string{kCascades}, {});
  ASSERT_TRUE(judges.has_value());
  const Bytes nonce(32, 5);
  for (const std::string motion : {"blink", "turn-left", "turn-right"}) {
    const render::FaceFilm film = film_of(ask("?motion=" + motion + "&who=hanako"));
    const auto face = (*judges)->judge().judge_motion(testing::film_recording(film, motion, nonce), motion, nonce);
    EXPECT_TRUE(face.has_value()) << motion << ": " << (face ? "" : face.error().detail);
  }
  const render::FaceFilm still = film_of(ask("?motion=still&who=hanako"));
  const auto nothing = (*judges)->judge().judge_motion(testing::film_recording(still, "blink", nonce), "blink", nonce);
  EXPECT_EQ(nothing.error().reason, Reason::LIVENESS_FAILED);
}

TEST(SampleFilm, AsksForAMovementAndAPerson) {
  const auto reason = [](const std::string& query) { return http::error_of(ask(query)).reason; };
  EXPECT_EQ(reason("?motion=blink&who=nobody"), Reason::NOT_FOUND);
  EXPECT_EQ(reason("?motion=jump&who=hanako"), Reason::MALFORMED);
  EXPECT_EQ(reason("?motion=blink"), Reason::MALFORMED);
}

TEST(FaceJudges, NeedTheCascades) {
  testing::RegistryWorld world;
  const auto judges = FaceJudges::open(world.registry, world.clock, world.random, "/nowhere", {});
  EXPECT_EQ(judges.error().reason, Reason::STORAGE_FAILED);
}

}  // namespace
}  // namespace mitome::town
