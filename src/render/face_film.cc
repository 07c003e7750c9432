#include "render/face_film.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"
#include "render/face_features.h"

namespace mitome::render {
namespace {

struct Point {
  double x, y, z;
};

/// 0 below the edge, 1 above, soft over `width` around it.
double rise(double value, double width) {
  const double t = std::clamp(value / width + 0.5, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

double blend(double under, double over, double alpha) { return under + (over - under) * alpha; }

double hill(double x, double y, double width, double height) {
  return std::exp(-(x * x) / (width * width) - (y * y) / (height * height));
}

/// One picture being drawn: person, pose, and where a pixel lies on the head.
class Drawing {
 public:
  Drawing(const Features& features, const Pose& pose, int width, int height)
      : f_(features),
        pose_(pose),
        sin_(std::sin(pose.yaw)),
        cos_(std::cos(pose.yaw)),
        roll_sin_(std::sin(pose.roll)),
        roll_cos_(std::cos(pose.roll)) {
    unit_ = std::min(width / 3.4, height / 3.7) * pose.scale;
    middle_x_ = width / 2.0 + pose.x * unit_;
    middle_y_ = height * 0.49 + pose.y * unit_;
    soft_ = 1.3 / unit_;
    const double length = std::hypot(f_.light_x, f_.light_y, 0.85);
    light_ = {f_.light_x / length, f_.light_y / length, 0.85 / length};
    place_nose();
  }

  double pixel(int px, int py) const {
    const double rx = (px + 0.5 - middle_x_) / unit_, ry = (py + 0.5 - middle_y_) / unit_;
    const double x = rx * roll_cos_ + ry * roll_sin_, y = ry * roll_cos_ - rx * roll_sin_;
    double grey = body(x, y, backdrop(px, py));
    grey = blend(grey, f_.hair, behind(x, y));
    const double inside = 1 - x * x - (y / f_.chin) * (y / f_.chin);
    if (inside > -0.1) grey = blend(grey, head(x, y, std::max(inside, 0.0)), rise(inside, 2.5 * soft_));
    return nose(x, y, grey);
  }

 private:
  /// A plain room: a wall that grows darker downwards, a door frame, a shelf.
  double backdrop(int px, int py) const {
    double grey = f_.background - py * 10 / unit_;
    const double column = px / unit_, row = py / unit_;
    grey = blend(grey, f_.background - 45, rise(column - 3.05, 0.1) * rise(3.2 - column, 0.1));
    return blend(grey, f_.background - 30, rise(row - 0.8, 0.1) * rise(0.95 - row, 0.1) * rise(0.5 - column, 0.1));
  }

  /// Neck and shoulders stand still while the head turns.
  double body(double x, double y, double grey) const {
    const double shoulders = 1 - (x / 2.0) * (x / 2.0) - ((y - 3.0) / 1.15) * ((y - 3.0) / 1.15);
    const double neck = rise(0.52 - std::abs(x), soft_) * rise(y - 0.9, 0.2) * rise(2.4 - y, 0.2);
    grey = blend(grey, f_.skin * (0.6 + 0.08 * x), neck);
    return blend(grey, f_.cloth, rise(shoulders, 2 * soft_));
  }

  /// Hair around the head.
  double behind(double x, double y) const {
    const double wide = 1 + f_.hair_thick, tall = f_.chin + f_.hair_thick;
    const double ring = 1 - (x / wide) * (x / wide) - (y / tall) * (y / tall);
    const double hanging = rise(wide - std::abs(x), 2 * soft_) * rise(y, 0.1) * rise(f_.hair_length - y, 0.3);
    return std::max(rise(ring, 2 * soft_) * rise(f_.hair_length - y, 0.3), f_.hair_length > 1 ? hanging : 0);
  }

  /// The ellipsoid of the head with what is painted on it.
  double head(double x, double y, double inside) const {
    const double z = std::sqrt(inside);
    const Point face{x * cos_ - z * sin_, y, x * sin_ + z * cos_};  // turned back to where the face looks
    const double normal_y = y / (f_.chin * f_.chin);
    const double length = std::hypot(x, normal_y, z);
    const double lambert = std::max(0.0, (x * light_.x + normal_y * light_.y + z * light_.z) / length);
    const double shade = 0.5 + 0.52 * lambert;
    double grey = f_.skin * shade;
    if (face.z > 0) grey = features(face, grey, shade);
    const double front = f_.hairline + 0.35 * face.x * face.x * face.x * face.x;
    const double side =
        std::max(rise(0.12 - face.z, 0.15) * rise(f_.hair_length + 0.1 - y, 0.3), rise(front - y, 0.08));
    return blend(grey, f_.hair * (0.7 + 0.5 * lambert), side);
  }

  double features(const Point& at, double grey, double shade) const {
    for (const double side : {-1.0, 1.0}) grey = eye(at.x * side, at.y, grey, shade);
    // Cheeks and forehead catch light, the hollow under the lower lip does not.
    grey *= 1 + 0.07 * hill(at.x, at.y + 0.62, 0.5, 0.25);
    for (const double side : {-1.0, 1.0}) grey *= 1 + 0.08 * hill(at.x * side - 0.48, at.y - 0.42, 0.22, 0.2);
    grey *= 1 - 0.13 * hill(at.x, at.y - f_.mouth_y - 0.22, 0.25, 0.07);
    return mouth(at, grey);
  }

  double mouth(const Point& at, double grey) const {
    const double along = at.x / f_.mouth_width;
    const double curve = f_.mouth_y - 0.03 * along * along;
    const double fullness = std::max(0.0, 1 - along * along);
    const double lips = rise(0.085 * std::sqrt(fullness) - std::abs(at.y - curve), soft_) * rise(fullness - 0.1, 0.2);
    grey = blend(grey, grey * f_.lips, lips);
    return blend(grey, grey * 0.45, rise(0.022 - std::abs(at.y - curve), soft_) * rise(fullness - 0.1, 0.2));
  }

  /// One eye, seen as the person's left one (x positive): socket, brow, ball between the lids, lashes.
  double eye(double x, double y, double grey, double shade) const {
    const double dx = (x - f_.eye_apart) / f_.eye_width, dy = y - f_.eye_y;
    if (std::abs(dx) > 2.8 || dy < -0.45 || dy > 0.3) return grey;  // too far off to be seen
    grey *= 1 - 0.22 * hill(dx * 0.75, dy + 0.08, 1, 0.13) - 0.12 * hill(dx + 0.9, dy, 0.5, 0.1);
    const double brow_curve = -f_.brow_lift - 0.05 * (1 - dx * dx);
    const double brow = rise(f_.brow_thick - std::abs(dy - brow_curve), soft_) * rise(1.35 - std::abs(dx - 0.1), 0.2);
    grey = blend(grey, grey * f_.brow, brow);
    if (std::abs(dx) > 1.25) return grey;

    const double arc = std::max(0.0, 1 - dx * dx);
    const double lower = f_.eye_height * 0.55 * arc;
    const double upper = lower - pose_.openness * f_.eye_height * 1.65 * arc;
    const double between_lids = rise(dy - upper, soft_) * rise(lower - dy, soft_) * rise(lower - upper, soft_);
    const double from_pupil = std::hypot(x - f_.eye_apart, dy + 0.02);
    double ball = 225 * shade;
    ball = blend(ball, f_.iris, rise(0.108 - from_pupil, soft_));
    ball = blend(ball, 10, rise(0.05 - from_pupil, soft_));
    ball = blend(ball, 240, 0.8 * rise(0.025 - std::hypot(x - f_.eye_apart + 0.03, dy + 0.05), soft_));
    grey = blend(grey, ball, between_lids);
    const double lash = rise(0.03 - std::abs(dy - upper), soft_) * rise(arc - 0.1, 0.2);
    return blend(grey, 35, 0.85 * lash);
  }

  void place_nose() {
    const double root = f_.eye_y - 0.02, base = f_.eye_y + f_.nose_length;
    const Point face[] = {{0, root, 0.97},
                          {0, base - 0.07, 1 + f_.nose_depth},
                          {-f_.nose_width, base, 0.93},
                          {f_.nose_width, base, 0.93},
                          {0, base + 0.03, 1 + f_.nose_depth * 0.45}};
    for (size_t i = 0; i < 5; ++i)
      nose_[i] = {face[i].x * cos_ + face[i].z * sin_, face[i].y, face[i].z * cos_ - face[i].x * sin_};
  }

  /// The nose stands out of the head: two flanks and the part with the nostrils, the ones that face the camera.
  double nose(double x, double y, double grey) const {
    static constexpr size_t kSides[][3] = {{0, 1, 2}, {0, 3, 1}, {2, 1, 4}, {1, 3, 4}};
    for (size_t i = 0; i < 4; ++i)
      grey = flank(nose_[kSides[i][0]], nose_[kSides[i][1]], nose_[kSides[i][2]], x, y, grey);
    const double base = nose_[4].y - 0.02;
    for (const double side : {-0.45, 0.45}) {
      const double middle = blend(nose_[4].x, side < 0 ? nose_[2].x : nose_[3].x, std::abs(side) * 1.1);
      grey *= 1 - 0.6 * hill(x - middle, y - base, 0.06, 0.04);
    }
    return grey;
  }

  double flank(const Point& a, const Point& b, const Point& c, double x, double y, double grey) const {
    if (y < std::min({a.y, b.y, c.y}) || y > std::max({a.y, b.y, c.y}) + soft_) return grey;
    const Point u{b.x - a.x, b.y - a.y, b.z - a.z}, v{c.x - a.x, c.y - a.y, c.z - a.z};
    Point normal{u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
    const double length = std::hypot(normal.x, normal.y, normal.z);
    if (std::abs(normal.z) < 1e-6) return grey;
    const double sign = normal.z > 0 ? 1 : -1;
    const auto edge = [&](const Point& p, const Point& q) {
      const double along_x = q.x - p.x, along_y = q.y - p.y;
      return sign * (along_x * (y - p.y) - along_y * (x - p.x)) / std::hypot(along_x, along_y);
    };
    const double inside = std::min({edge(a, b), edge(b, c), edge(c, a)});
    if (inside < -soft_) return grey;
    const double lambert =
        std::max(0.0, sign * (normal.x * light_.x + normal.y * light_.y + normal.z * light_.z) / length);
    return blend(grey, f_.skin * (0.52 + 0.52 * lambert), 0.75 * rise(inside, 2 * soft_));
  }

  const Features& f_;
  const Pose& pose_;
  double sin_, cos_, roll_sin_, roll_cos_, unit_ = 1, middle_x_ = 0, middle_y_ = 0, soft_ = 0;
  Point light_{}, nose_[5]{};
};

GreyImage draw(const Features& features, const Pose& pose, int width, int height, double brightness, double noise,
               Chance& chance) {
  CHECK(width > 0 && height > 0);
  GreyImage image{width, height, {}};
  image.pixels.reserve(static_cast<size_t>(width) * static_cast<size_t>(height));
  const Drawing drawing{features, pose, width, height};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double grey = drawing.pixel(x, y) * brightness;
      if (noise > 0) grey += chance.bell() * noise;
      image.pixels.push_back(static_cast<uint8_t>(std::clamp(std::lround(grey), 0L, 255L)));
    }
  }
  return image;
}

/// From 0 up to 1, held, and back to 0: seconds after `start`.
double there_and_back(double after, double going, double held) {
  if (after <= 0 || after >= 2 * going + held) return 0;
  const double t = after < going ? after / going : after > going + held ? (2 * going + held - after) / going : 1;
  return t * t * (3 - 2 * t);
}

/// How this take goes: slow sway of a person who sits, and the movement.
class Take {
 public:
  Take(Motion motion, std::string_view who, uint64_t take)
      : motion_(motion), chance_(Chance{who}.next() ^ (take * 0x9E3779B9U)) {
    for (double& phase : phases_) phase = chance_.between(0, 2 * std::numbers::pi);
    start_ = chance_.between(0.7, 1.1);
    angle_ = chance_.between(0.48, 0.62);
    held_ = motion == Motion::kBlink ? chance_.between(0.12, 0.3) : chance_.between(0.3, 0.5);
  }

  Pose at(double second) const {
    const auto sway = [&](size_t i, double period, double size) {
      return size * std::sin(phases_[i] + second * 2 * std::numbers::pi / period);
    };
    Pose pose{sway(0, 3.7, 0.03), sway(1, 4.3, 0.015), 1,
              sway(2, 3.1, 0.04), sway(3, 2.6, 0.025), 1 + sway(4, 5, 0.01)};
    if (motion_ == Motion::kBlink) pose.openness = 1 - there_and_back(second - start_, 0.12, held_);
    const double turned = angle_ * there_and_back(second - start_, 0.55, held_);
    if (motion_ == Motion::kTurnLeft) pose.yaw += turned;
    if (motion_ == Motion::kTurnRight) pose.yaw -= turned;
    return pose;
  }

  Chance& chance() { return chance_; }

 private:
  Motion motion_;
  Chance chance_;
  double phases_[5]{}, start_ = 0, angle_ = 0, held_ = 0;
};

}  // namespace

GreyImage draw_face(std::string_view who, int width, int height, const Pose& pose) {
  Chance none{uint64_t{0}};
  return draw(Features{who}, pose, width, height, 1, 0, none);
}

FaceFilm film_face(std::string_view who, Motion motion, const FilmOptions& options) {
  CHECK(options.frames_per_second > 0 && options.seconds > 0);
  const Features features{who};
  Take take{motion, who, options.take};
  FaceFilm film{options.width, options.height, options.frames_per_second, {}};
  const int count = static_cast<int>(std::lround(options.seconds * options.frames_per_second));
  for (int i = 0; i < count; ++i) {
    const Pose pose = take.at(static_cast<double>(i) / options.frames_per_second);
    film.frames.push_back(
        draw(features, pose, options.width, options.height, options.brightness, options.noise, take.chance()).pixels);
  }
  return film;
}

Bytes encode_y4m(const FaceFilm& film) {
  CHECK(film.width % 2 == 0 && film.height % 2 == 0);
  Bytes out = to_bytes("YUV4MPEG2 W" + std::to_string(film.width) + " H" + std::to_string(film.height) + " F" +
                       std::to_string(film.frames_per_second) + ":1 Ip A1:1 C420jpeg\n");
  const Bytes colours(static_cast<size_t>(film.width) * static_cast<size_t>(film.height) / 2, 128);
  for (const Bytes& frame : film.frames) {
    append(out, as_bytes("FRAME\n"));
    append(out, frame);
    append(out, colours);
  }
  return out;
}

}  // namespace mitome::render
