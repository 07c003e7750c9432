// Drawn films: people who do what is asked, and everything that is held before a camera instead.
#include "issuer/face/film_face_judge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/films.h"
#include "testing/registry_world.h"

namespace mitome::issuer {
namespace {

using render::FaceFilm;
using render::film_face;
using render::FilmOptions;
using testing::film_observer;
using testing::film_recording;
using testing::motion_named;
using testing::moved_photo;

const Bytes kNonce = Bytes(32, 0x21);

struct Judged {
  testing::RegistryWorld world;
  Reviews reviews{world.registry, world.clock, world.random, {}};
  FilmFaceJudge judge{film_observer(), reviews};
};

/// "GOOD", or the reason with its detail.
std::string verdict(const FaceFilm& film, std::string_view asked) {
  static Judged judged;
  const auto face = judged.judge.judge_motion(film_recording(film, asked, kNonce), asked, kNonce);
  if (face) return "GOOD";
  EXPECT_EQ(face.error().reason, Reason::LIVENESS_FAILED);
  return face.error().detail;
}

constexpr const char* kNoMovement = "no movement seen: make it slowly and fully";
constexpr const char* kNoFace = "no face: hold the phone so that the whole face is in the picture";
std::string other(std::string_view made) { return "another movement than the one asked for: " + std::string{made}; }

std::string person(int n) { return "person " + std::to_string(n); }

int seen_among(int people, const FilmOptions& options) {
  int seen = 0;
  for (int n = 0; n < people; ++n) {
    for (const std::string_view motion : kMotions) {
      const std::string said = verdict(film_face(person(n), motion_named(motion), options), motion);
      if (said == "GOOD") ++seen;
      EXPECT_TRUE(said == "GOOD" || said == kNoMovement || said == kNoFace)
          << person(n) << " " << motion << ": " << said;
    }
  }
  return seen;
}

TEST(FilmFaceJudge, SeesTheMovementsOfManyPeople) { EXPECT_GE(seen_among(8, {}), 23) << "of 24"; }

TEST(FilmFaceJudge, SeesThemInOtherFilmsToo) {
  EXPECT_GE(seen_among(2, {.width = 240, .height = 320, .frames_per_second = 10, .take = 2}), 6) << "upright";
  EXPECT_GE(
      seen_among(1, {.width = 320, .height = 240, .frames_per_second = 15, .seconds = 2.5, .take = 3, .noise = 5}), 3)
      << "noisy";
  EXPECT_GE(seen_among(3, {.seconds = 4, .take = 4, .noise = 1, .brightness = 0.5}), 9) << "an evening's light";
}

TEST(FilmFaceJudge, AnotherMovementIsNamedAndRefused) {
  for (int n = 0; n < 2; ++n) {
    for (const std::string_view asked : kMotions) {
      for (const std::string_view made : kMotions) {
        if (made == asked) continue;
        EXPECT_EQ(verdict(film_face(person(n), motion_named(made)), asked), other(made))
            << person(n) << " asked " << asked;
      }
    }
  }
}

TEST(FilmFaceJudge, WhoDoesNothingIsNotSeenToMove) {
  for (int n = 0; n < 5; ++n)
    for (const std::string_view asked : kMotions)
      EXPECT_EQ(verdict(film_face(person(n), render::Motion::kStill, {.noise = 4}), asked), kNoMovement) << person(n);
}

// ISS-9: a photograph, however it is moved, does neither blink nor turn.
TEST(FilmFaceJudge, APhotographIsRefusedHoweverItIsMoved) {
  using Place = std::pair<double, double>;
  const auto wave = [](double t) { return std::sin(t * 6.28); };
  const std::pair<const char*, std::function<Place(double, double, double)>> movements[] = {
      {"held still",
       [](double x, double y, double) {
         return Place{x, y};
       }},
      {"to and fro",
       [&](double x, double y, double t) {
         return Place{x + 14 * wave(t), y};
       }},
      {"up and down",
       [&](double x, double y, double t) {
         return Place{x, y + 10 * wave(t)};
       }},
      {"nearer and farther",
       [&](double x, double y, double t) {
         return Place{x * (1 + 0.15 * wave(t)), y * (1 + 0.15 * wave(t))};
       }},
      {"tilted",
       [&](double x, double y, double t) {
         const double angle = 0.2 * wave(t);
         return Place{x * std::cos(angle) + y * std::sin(angle), y * std::cos(angle) - x * std::sin(angle)};
       }},
      {"turned about like a page",  // at an arm's length of five half widths
       [&](double x, double y, double t) {
         const double angle = 0.6 * wave(t), depth = 400 / (400 + x * std::sin(angle));
         return Place{x / std::cos(angle) / depth, y / depth};
       }},
  };
  for (int n = 0; n < 2; ++n) {
    const render::GreyImage photo = render::draw_face(person(n), 160, 120);
    for (const auto& [how, from] : movements) {
      const FaceFilm film = moved_photo(photo, 36, from);
      for (const std::string_view asked : kMotions)
        EXPECT_EQ(verdict(film, asked), kNoMovement) << how << ", asked " << asked;
    }
  }
}

TEST(FilmFaceJudge, OneFaceMustBeThere) {
  const FaceFilm one = film_face(person(1), render::Motion::kBlink), two = film_face(person(2), render::Motion::kStill);
  FaceFilm both{320, 120, one.frames_per_second, {}}, nobody = one;
  for (size_t i = 0; i < one.frames.size(); ++i) {
    Bytes frame;
    for (size_t row = 0; row < 120; ++row) {
      append(frame, ByteView{one.frames[i]}.subspan(row * 160, 160));
      append(frame, ByteView{two.frames[i]}.subspan(row * 160, 160));
    }
    both.frames.push_back(std::move(frame));
    for (size_t at = 0; at < nobody.frames[i].size(); ++at) nobody.frames[i][at] = static_cast<uint8_t>(60 + at % 160);
  }
  EXPECT_EQ(verdict(both, "blink"), "two faces: only you may be in the picture");
  EXPECT_EQ(verdict(nobody, "blink"), kNoFace);
  EXPECT_EQ(verdict(film_face(person(1), render::Motion::kBlink, {.brightness = 0.1}), "blink"),
            "too dark: more light on the face, please");
}

TEST(FilmFaceJudge, AFilmOfAnotherSessionIsRefusedHoweverGood) {
  Judged judged;
  const FaceFilm film = film_face(person(1), render::Motion::kBlink);
  const Bytes recording = film_recording(film, "blink", kNonce);
  const auto detail = [&](std::string_view motion, ByteView nonce) {
    const auto face = judged.judge.judge_motion(recording, motion, nonce);
    EXPECT_EQ(face.error().reason, Reason::LIVENESS_FAILED);
    return face.error().detail;
  };
  EXPECT_EQ(detail("blink", Bytes(32, 0x22)), "recorded in another session");
  EXPECT_EQ(detail("turn-left", kNonce), "another movement than the one asked for");
  const auto face = judged.judge.judge_motion(recording, "blink", kNonce);
  ASSERT_TRUE(face.has_value());
  EXPECT_EQ(face->template_bytes.size(), 32u) << "nothing of the picture";
}

TEST(Observer, OnlyCascadesAreTaken) {
  EXPECT_EQ(Observer::create({"", ""}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Observer::create({"<?xml version=\"1.0\"?><opencv_storage><a>1</a></opencv_storage>", ""}).error().reason,
            Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::issuer
