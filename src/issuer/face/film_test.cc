#include "issuer/face/film.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"
#include "issuer/face_judge.h"
#include "testing/films.h"

namespace mitome::issuer {
namespace {

render::FaceFilm good(size_t frames = 24) { return {96, 96, 12, std::vector<Bytes>(frames, Bytes(96 * 96, 7))}; }

Result<Film> parse(const render::FaceFilm& film) {
  static Bytes recording;  // the film's views look into it
  recording = testing::film_recording(film, "blink", Bytes(32, 1));
  return parse_film(recording);
}

/// LIMIT_EXCEEDED and the limit that it names.
std::string beyond(const render::FaceFilm& film) {
  const auto parsed = parse(film);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().reason, Reason::LIMIT_EXCEEDED);
  return parsed.error().detail;
}

TEST(Film, IsReadAsItWasSent) {
  const auto film = parse(good());
  ASSERT_TRUE(film.has_value());
  EXPECT_EQ(film->motion, "blink");
  EXPECT_EQ(to_bytes(film->nonce), Bytes(32, 1));
  EXPECT_EQ(film->width * 1000 + film->height, 96096);
  EXPECT_EQ(film->frames_per_second, 12);
  ASSERT_EQ(film->frames.size(), 24u);
  EXPECT_EQ(to_bytes(film->frames[23]), Bytes(96 * 96, 7));
}

TEST(Film, EachLimitIsNamed) {
  render::FaceFilm film = good();
  film.width = 95;
  EXPECT_EQ(beyond(film), "width must be 96 to 320");
  film = good();
  film.height = 321;
  EXPECT_EQ(beyond(film), "height must be 96 to 320");
  film = good();
  film.frames_per_second = 31;
  EXPECT_EQ(beyond(film), "frames_per_second must be 5 to 30");
  EXPECT_EQ(beyond(good(11)), "frames must be 12 to 90");
  EXPECT_EQ(beyond(good(91)), "frames must be 12 to 90");
  EXPECT_EQ(beyond(good(14)), "the film must last 1.2 to 10 seconds");
  render::FaceFilm large{320, 320, 12, std::vector<Bytes>(42, Bytes(320 * 320, 7))};
  EXPECT_EQ(beyond(large), "recording over 4 MiB");
  EXPECT_EQ(beyond(good()), "");
}

TEST(Film, WhatIsNoFilmIsMalformed) {
  render::FaceFilm film = good();
  film.frames[5].pop_back();
  EXPECT_EQ(parse(film).error().reason, Reason::MALFORMED);
  Bytes recording = testing::film_recording(good(), "blink", Bytes(32, 1));
  for (const size_t size : {size_t{0}, size_t{1}, size_t{40}, recording.size() - 1})
    EXPECT_EQ(parse_film(ByteView{recording}.first(size)).error().reason, Reason::MALFORMED) << size;
  recording[2] ^= 1;  // "litome-film-1"
  EXPECT_EQ(parse_film(recording).error().reason, Reason::MALFORMED);
  cbor::Writer simulated;
  simulated.array(4).text("mitome-motion-1").text("blink").bytes(Bytes(32, 1)).bytes(Bytes(32, 2));
  EXPECT_EQ(parse_film(simulated.view()).error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::issuer
