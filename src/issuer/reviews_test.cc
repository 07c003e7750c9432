// The desk's comparison of a face with a card's photograph: who decides, for how long frames live, what is never kept.
#include "issuer/reviews.h"

#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "issuer/face/film_face_judge.h"
#include "testing/films.h"
#include "testing/issuer_world.h"

namespace mitome::issuer {
namespace {

using testing::IssuerWorld;
using testing::json_of;
using testing::reason_of;
using testing::RegistryWorld;

const Bytes kFilm = Bytes(32, 0xF1), kOther = Bytes(32, 0xF2);
const std::vector<Bytes> kPictures = {to_bytes("picture zero"), to_bytes("picture one")};

struct Desk {
  RegistryWorld world;
  registry::Person person = world.registry.person(world.new_card(1).person).value();
  registry::Person neighbour = world.registry.person(world.new_card(2).person).value();
  Reviews reviews{world.registry, world.clock, world.random, {}};

  Reason judge(ByteView film, const registry::Person& who) {
    const auto judged = reviews.judge(film, who);
    return judged ? Reason::GOOD : judged.error().reason;
  }
  std::string open() {
    EXPECT_TRUE(reviews.hold(kFilm, kPictures).has_value());
    EXPECT_EQ(judge(kFilm, person), Reason::REVIEW_PENDING);
    return reviews.list().value().back().id;
  }
  Reason decide(const std::string& id, bool approve) {
    const auto decided = reviews.decide(id, approve, "Sato", false);
    return decided ? Reason::GOOD : decided.error().reason;
  }
  std::string last_event() {
    std::string kind;
    EXPECT_TRUE(world.store
                    ->read([&](store::Transaction& tx) -> Result<void> {
                      TRY_ASSIGN(const auto row,
                                 tx.query_one(
                                     "SELECT kind || ' ' || who || ' ' || staff FROM event ORDER BY seq DESC LIMIT 1"));
                      kind = row->text(0);
                      return {};
                    })
                    .has_value());
    return kind;
  }
};

TEST(Reviews, OnePersonDecidesAndItCounts) {
  Desk desk;
  const std::string id = desk.open();
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::REVIEW_PENDING) << "asking again decides nothing";
  ASSERT_EQ(desk.reviews.list().value().size(), 1u) << "and opens no second review";
  EXPECT_EQ(desk.reviews.picture(id, "frame-1").value(), kPictures[1]);
  EXPECT_EQ(desk.reviews.picture(id, "portrait").value(), desk.person.facts.portrait);
  EXPECT_EQ(desk.decide(id, true), Reason::GOOD);
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::GOOD);
  EXPECT_EQ(desk.last_event(), "likeness-approved issuer Sato");
  EXPECT_EQ(desk.decide(id, false), Reason::TRANSITION_REFUSED) << "decided before";
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::GOOD);
}

TEST(Reviews, ARefusalIsAMismatch) {
  Desk desk;
  EXPECT_EQ(desk.decide(desk.open(), false), Reason::GOOD);
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::FACE_MISMATCH);
  EXPECT_EQ(desk.last_event(), "likeness-refused issuer Sato");
}

// An approval of one's own face must not carry somebody else's card.
TEST(Reviews, ADecisionIsForOneFilmOnePersonAndOnePhotograph) {
  Desk desk;
  EXPECT_EQ(desk.decide(desk.open(), true), Reason::GOOD);
  EXPECT_EQ(desk.judge(kFilm, desk.neighbour), Reason::FACE_MISMATCH);
  registry::Person changed = desk.person;
  changed.facts.portrait.push_back(0);
  EXPECT_EQ(desk.judge(kFilm, changed), Reason::FACE_MISMATCH);
  EXPECT_EQ(desk.judge(kOther, desk.person), Reason::LIVENESS_FAILED) << "a film that was never judged";
}

TEST(Reviews, FramesLiveUntilTheDecisionAndNoLonger) {
  Desk desk;
  const std::string id = desk.open();
  EXPECT_EQ(desk.decide(id, true), Reason::GOOD);
  EXPECT_EQ(desk.reviews.picture(id, "frame-0").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(desk.reviews.picture(id, "portrait").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(desk.reviews.list().value()[0].pictures, 0u);
}

TEST(Reviews, FramesLiveADayAtMost) {
  Desk desk;
  const std::string id = desk.open();
  EXPECT_EQ(desk.reviews.decision_until(kFilm), desk.world.clock.now() + kReviewLife);
  desk.world.clock.advance(kReviewLife - Seconds{1});
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::REVIEW_PENDING);
  desk.world.clock.advance(Seconds{1});
  EXPECT_EQ(desk.reviews.picture(id, "frame-0").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(desk.decide(id, true), Reason::NOT_FOUND);
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::LIVENESS_FAILED);
}

TEST(Reviews, FramesThatNobodyAskedForLiveHalfAnHour) {
  Desk desk;
  ASSERT_TRUE(desk.reviews.hold(kFilm, kPictures).has_value());
  EXPECT_TRUE(desk.reviews.list().value().empty()) << "the desk is not asked before the evidence is good";
  EXPECT_FALSE(desk.reviews.decision_until(kFilm).has_value());
  desk.world.clock.advance(kUnaskedFilmLife);
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::LIVENESS_FAILED);
}

TEST(Reviews, TooManyFilmsPushOutTheOldestThatNobodyAskedFor) {
  Desk desk;
  desk.open();
  for (size_t i = 0; i < kMaxHeldFilms; ++i)
    ASSERT_TRUE(desk.reviews.hold(to_bytes("film " + std::to_string(i)), kPictures).has_value());
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::REVIEW_PENDING) << "whoever waits for the desk stays";
  EXPECT_EQ(desk.judge(to_bytes("film 0"), desk.person), Reason::LIVENESS_FAILED);
  for (size_t i = 1; i < kMaxHeldFilms; ++i)
    EXPECT_EQ(desk.judge(to_bytes("film " + std::to_string(i)), desk.person), Reason::REVIEW_PENDING);
  EXPECT_EQ(desk.reviews.hold(kOther, kPictures).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(desk.reviews.hold(kOther, std::vector<Bytes>(kMaxPictures + 1)).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(Reviews, TheTownsDeskApprovesByItselfOnlyWhenToldTo) {
  Desk desk;
  const std::string id = desk.open();
  desk.world.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::REVIEW_PENDING) << "off by default";
  desk.reviews.set_automatic(Seconds{3});
  ASSERT_TRUE(desk.reviews.tick().has_value());
  EXPECT_EQ(desk.judge(kFilm, desk.person), Reason::GOOD);
  EXPECT_EQ(desk.last_event(), "likeness-approved system automatic approval of the town (simulated)");
  const Reviews::Shown shown = desk.reviews.list().value()[0];
  EXPECT_TRUE(shown.simulated);

  ASSERT_TRUE(desk.reviews.hold(kOther, kPictures).has_value());
  EXPECT_EQ(desk.judge(kOther, desk.neighbour), Reason::REVIEW_PENDING);
  desk.world.clock.advance(Seconds{2});
  EXPECT_EQ(desk.judge(kOther, desk.neighbour), Reason::REVIEW_PENDING);
  desk.world.clock.advance(Seconds{1});
  EXPECT_EQ(desk.judge(kOther, desk.neighbour), Reason::GOOD);
}

TEST(Reviews, WhatCannotBeLoggedDoesNotCount) {
  Desk desk;
  registry::Person stranger = desk.person;
  stranger.id = PersonId{"nobody"};
  ASSERT_TRUE(desk.reviews.hold(kFilm, kPictures).has_value());
  EXPECT_EQ(desk.judge(kFilm, stranger), Reason::REVIEW_PENDING);
  const std::string id = desk.reviews.list().value()[0].id;
  EXPECT_EQ(desk.decide(id, true), Reason::NOT_FOUND);
  EXPECT_EQ(desk.judge(kFilm, stranger), Reason::REVIEW_PENDING);
}

// -- the whole way: a film at /enrol/face, the desk's queue, the grant

struct FilmWorld : IssuerWorld {
  registry::Roles staff{{{crypto::sha256(as_bytes("t-operator")), "operator", "Sato"},
                         {crypto::sha256(as_bytes("t-city")), "city", "Ito"}}};
  Reviews reviews{registry, clock, random, {}};
  FilmFaceJudge film_judge{testing::film_observer(), reviews};
  Issuer film_issuer{
      registry, staff, hierarchy, film_judge, clock, random, {"http://authority.localhost", {maker.certificate()}}};
  render::FaceFilm film;

  /// Everything in order and recorded by the simulated judge; from here on the film judge is asked.
  testing::EnrolmentAttempt begin_with_film(const testing::IssuedCard& card) {
    testing::EnrolmentAttempt attempt = begin(card);
    std::vector<http::Route> all = issuer::routes(film_issuer);
    for (http::Route& route : review_routes(reviews, registry, staff)) all.push_back(std::move(route));
    router = http::Router{std::move(all)};
    film = render::film_face("somebody", testing::motion_named(attempt.motion));
    const Bytes recording = testing::film_recording(film, attempt.motion, attempt.nonce);
    EXPECT_EQ(reason_of(post("/enrol/face", json::Value::object({{"session", attempt.session},
                                                                 {"recording", base64url::encode(recording)}}))),
              Reason::GOOD);
    return attempt;
  }
  http::Response desk(std::string method, const std::string& target, const json::Value& body = json::Value::object(),
                      const std::string& token = "t-operator") {
    http::Request request = http::post_json("http://authority.localhost" + target, body);
    request.method = std::move(method);
    request.headers.emplace_back("Authorization", "Bearer " + token);
    return router.handle(request);
  }
  std::string only_review() {
    const json::Value list = json_of(desk("GET", "/reviews"));
    EXPECT_EQ(list.find("reviews")->items().size(), 1u);
    return list.find("reviews")->items()[0].string_at("id").value();
  }
};

TEST(FilmEnrolment, WaitsForTheDeskAndIsThenTheSameCall) {
  FilmWorld world;
  const testing::IssuedCard card = world.new_card(1);
  const testing::EnrolmentAttempt attempt = world.begin_with_film(card);
  const Bytes evidence = world.evidence(attempt);
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::REVIEW_PENDING);
  EXPECT_EQ(world.complete(evidence).status, 503) << "could not ask yet: neither good nor refused";
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);

  // Longer than a session lives otherwise.
  world.clock.advance(kEnrolmentSessionLife + Seconds{60});
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::REVIEW_PENDING);
  const std::string id = world.only_review();
  const json::Value shown = json_of(world.desk("GET", "/reviews")).find("reviews")->items()[0];
  EXPECT_EQ(shown.string_at("name").value(), card.facts.name);
  EXPECT_EQ(shown.string_at("state").value(), "waiting");
  EXPECT_EQ(shown.int_at("frames").value(), 3);
  const http::Response frame = world.desk("GET", "/reviews/picture?which=frame-2&id=" + id);
  EXPECT_EQ(frame.header("Content-Type"), "image/png");
  EXPECT_EQ(frame.header("Cache-Control"), "no-store");
  const render::GreyImage third{world.film.width, world.film.height, world.film.frames[24]};
  EXPECT_EQ(frame.body, render::encode_png(third));
  EXPECT_EQ(world.desk("GET", "/reviews/picture?which=portrait&id=" + id).body, card.facts.portrait);

  EXPECT_EQ(
      reason_of(world.desk("POST", "/reviews/decide", json::Value::object({{"id", id}, {"decision", "approve"}}))),
      Reason::GOOD);
  const http::Response grant = world.complete(evidence);
  EXPECT_TRUE(grant.ok());
  EXPECT_EQ(world.complete(evidence).body, grant.body) << "asked again: the same grant";
  EXPECT_EQ(reason_of(world.desk("GET", "/reviews/picture?which=frame-0&id=" + id)), Reason::NOT_FOUND);
}

TEST(FilmEnrolment, ARefusedFaceEnrolsNoPhone) {
  FilmWorld world;
  const testing::IssuedCard card = world.new_card(1);
  const testing::EnrolmentAttempt attempt = world.begin_with_film(card);
  const Bytes evidence = world.evidence(attempt);
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::REVIEW_PENDING);
  const json::Value refusal =
      json::Value::object({{"id", world.only_review()}, {"decision", "refuse"}, {"by", "window 3"}});
  EXPECT_EQ(reason_of(world.desk("POST", "/reviews/decide", refusal)), Reason::GOOD);
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::FACE_MISMATCH);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
  EXPECT_EQ(world.number("SELECT count(*) FROM event WHERE kind = 'likeness-refused' AND staff = 'Sato: window 3'"), 1);
}

TEST(FilmEnrolment, NothingOfTheFilmIsInTheDatabase) {
  FilmWorld world;
  world.begin_with_film(world.new_card(1));
  EXPECT_EQ(world.number("SELECT length(recording) FROM enrolment_session"), 32) << "SHA-256 of the film";
}

TEST(FilmEnrolment, OnlyTheOperatorSeesAndDecides) {
  FilmWorld world;
  world.begin_with_film(world.new_card(1));
  for (const auto& [method, target] :
       {std::pair{"GET", "/reviews"}, std::pair{"GET", "/reviews/picture?id=a&which=frame-0"},
        std::pair{"POST", "/reviews/decide"}, std::pair{"POST", "/reviews/mode"}})
    EXPECT_EQ(reason_of(world.desk(method, target, json::Value::object(), "t-city")), Reason::FORBIDDEN) << target;
  const auto decide = [&](json::Value body) { return reason_of(world.desk("POST", "/reviews/decide", body)); };
  EXPECT_EQ(decide(json::Value::object({{"id", "a"}, {"decision", "approve"}})), Reason::NOT_FOUND);
  EXPECT_EQ(decide(json::Value::object({{"id", "a"}, {"decision", "perhaps"}})), Reason::MALFORMED);
  EXPECT_EQ(reason_of(world.desk("GET", "/reviews/picture?id=a")), Reason::MALFORMED);
}

TEST(FilmEnrolment, TheTownsModeIsSetAndShown) {
  FilmWorld world;
  const testing::IssuedCard card = world.new_card(1);
  const testing::EnrolmentAttempt attempt = world.begin_with_film(card);
  EXPECT_FALSE(json_of(world.desk("GET", "/reviews")).bool_at("auto").value());
  EXPECT_EQ(reason_of(world.desk("POST", "/reviews/mode", json::Value::object({{"auto", true}}))), Reason::GOOD);
  EXPECT_TRUE(json_of(world.desk("GET", "/reviews")).bool_at("auto").value());
  const Bytes evidence = world.evidence(attempt);
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::REVIEW_PENDING);
  world.clock.advance(Seconds{3});
  EXPECT_EQ(reason_of(world.complete(evidence)), Reason::GOOD);
}

}  // namespace
}  // namespace mitome::issuer
