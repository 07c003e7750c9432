#include "render/face_film.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mitome::render {
namespace {

/// Mean absolute difference of two pictures.
double difference(ByteView a, ByteView b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

TEST(FaceFilm, TheSameWordsGiveTheSamePixelsAndOthersDoNot) {
  EXPECT_EQ(draw_face("one", 60, 80).pixels, draw_face("one", 60, 80).pixels);
  EXPECT_GT(difference(draw_face("one", 60, 80).pixels, draw_face("two", 60, 80).pixels), 5);
  const FilmOptions small{.width = 96, .height = 96, .frames_per_second = 8, .seconds = 1};
  FilmOptions other_take = small;
  other_take.take = 2;
  const FaceFilm film = film_face("one", Motion::kBlink, small);
  EXPECT_EQ(film.frames, film_face("one", Motion::kBlink, small).frames);
  EXPECT_NE(film.frames, film_face("one", Motion::kBlink, other_take).frames);
  ASSERT_EQ(film.frames.size(), 8u);
  for (const Bytes& frame : film.frames) EXPECT_EQ(frame.size(), 96u * 96u);
}

TEST(FaceFilm, ATurnIsMirroredByTheOtherTurnOfAMirroredFace) {
  const auto middle = [](double yaw) {
    const GreyImage face = draw_face("one", 120, 120, {.yaw = yaw});
    // Where the darkest column of the eyes' rows lies: the eyes go where the head goes.
    double weight = 0, moment = 0;
    for (int y = 48; y < 62; ++y) {
      for (int x = 35; x < 85; ++x) {
        const double dark = face.at(x, y) < 90 ? 1 : 0;
        weight += dark;
        moment += dark * x;
      }
    }
    return moment / weight;
  };
  EXPECT_GT(middle(0.3), middle(0) + 2) << "the person's left is the right edge of the picture";
  EXPECT_LT(middle(-0.3), middle(0) - 2);
}

TEST(FaceFilm, ShutEyesChangeTheEyesAndNothingElse) {
  const GreyImage open = draw_face("one", 120, 120), shut = draw_face("one", 120, 120, {.openness = 0});
  int changed_rows = 0;
  for (int y = 0; y < 120; ++y) {
    bool changed = false;
    for (int x = 0; x < 120; ++x) changed = changed || open.at(x, y) != shut.at(x, y);
    changed_rows += changed ? 1 : 0;
    EXPECT_TRUE(!changed || (y > 40 && y < 70)) << y;
  }
  EXPECT_GT(changed_rows, 5);
}

TEST(FaceFilm, Y4mHasHeadFramesAndGreyColourPlanes) {
  const FaceFilm film{4, 2, 10, {Bytes(8, 1), Bytes(8, 2)}};
  const Bytes y4m = encode_y4m(film);
  const std::string head = "YUV4MPEG2 W4 H2 F10:1 Ip A1:1 C420jpeg\n";
  EXPECT_EQ(as_text(y4m).substr(0, head.size()), head);
  EXPECT_EQ(as_text(y4m).substr(head.size(), 6), "FRAME\n");
  EXPECT_EQ(y4m.size(), head.size() + 2 * (6 + 8 + 4));
  EXPECT_EQ(y4m.back(), 128);
}

}  // namespace
}  // namespace mitome::render
