#include "issuer/face/observation.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "issuer/face/openness.h"

namespace mitome::issuer {
namespace {

constexpr size_t kSearchEvery = 3;        // frames
constexpr double kFaceWidth = 100;        // all is measured with the face brought to this width
constexpr double kSecondFace = 0.5;       // of the first one's width
constexpr int kReach = 14;                // how far a part of the face goes from one frame to the next
constexpr double kSameAsReference = 0.8;  // correlation above which a part is found by its first look

constexpr size_t kReferenceTries = 4;

using Track = std::vector<cv::Point2d>;

std::vector<cv::Rect> find_faces(cv::CascadeClassifier& cascade, const cv::Mat& frame) {
  cv::Mat even;
  cv::equalizeHist(frame, even);
  const int smallest = std::min(frame.cols, frame.rows) / 4;
  std::vector<cv::Rect> found;
  cascade.detectMultiScale(even, found, 1.15, 3, 0, {smallest, smallest});
  std::sort(found.begin(), found.end(), [](const cv::Rect& a, const cv::Rect& b) { return a.width > b.width; });
  while (found.size() > 1 && found.back().width < kSecondFace * found.front().width) found.pop_back();
  return found;
}

/// How alike the two halves of the face are: most where it looks straight ahead.
double symmetry(const cv::Mat& frame, const cv::Rect& box) {
  cv::Mat face, mirrored, score;
  cv::resize(frame(box & cv::Rect{0, 0, frame.cols, frame.rows}), face, {48, 48}, 0, 0, cv::INTER_AREA);
  cv::flip(face, mirrored, 1);
  cv::matchTemplate(face, mirrored(cv::Rect{4, 0, 40, 48}), score, cv::TM_CCOEFF_NORMED);
  double best = 0;
  cv::minMaxLoc(score, nullptr, &best);
  return best;
}

/// The vertex of the parabola through three values, -0.5 to 0.5 off the middle one.
double vertex(double before, double at, double after) {
  const double curve = before - 2 * at + after;
  return curve < -1e-9 ? std::clamp(0.5 * (before - after) / curve, -0.5, 0.5) : 0;
}

struct Found {
  cv::Point2d at;
  double score = -1;
};

/// Where `part` is in the frame, near `near`.
Found find_part(const cv::Mat& frame, const cv::Mat& part, cv::Point2d near) {
  const cv::Size window{part.cols + 2 * kReach, part.rows + 2 * kReach};
  cv::Mat around, score;
  cv::getRectSubPix(frame, window, cv::Point2f{near}, around);
  cv::matchTemplate(around, part, score, cv::TM_CCOEFF_NORMED);
  Found found;
  cv::Point peak;
  cv::minMaxLoc(score, nullptr, &found.score, nullptr, &peak);
  cv::Point2d exact{peak};
  if (peak.x > 0 && peak.x + 1 < score.cols)
    exact.x += vertex(score.at<float>(peak.y, peak.x - 1), score.at<float>(peak), score.at<float>(peak.y, peak.x + 1));
  if (peak.y > 0 && peak.y + 1 < score.rows)
    exact.y += vertex(score.at<float>(peak.y - 1, peak.x), score.at<float>(peak), score.at<float>(peak.y + 1, peak.x));
  found.at = near + exact - cv::Point2d(kReach, kReach);
  return found;
}

cv::Mat cut(const cv::Mat& frame, cv::Size size, cv::Point2d at) {
  cv::Mat part;
  cv::getRectSubPix(frame, size, cv::Point2f{at}, part);
  return part;
}

/// Follows a part of the face from the reference frame to both ends of the film: by its first look while that is
/// recognised, so that nothing drifts, else by its look one frame ago.
Track follow(const std::vector<cv::Mat>& frames, size_t reference, cv::Point2d start, cv::Size size) {
  const cv::Mat first = cut(frames[reference], size, start);
  Track track(frames.size(), start);
  const auto step = [&](size_t from, size_t to) {
    Found found = find_part(frames[to], first, track[from]);
    if (found.score < kSameAsReference) {
      const Found other = find_part(frames[to], cut(frames[from], size, track[from]), track[from]);
      if (other.score > found.score) found = other;
    }
    track[to] = found.at;
  };
  for (size_t i = reference; i + 1 < frames.size(); ++i) step(i, i + 1);
  for (size_t i = reference; i > 0; --i) step(i, i - 1);
  return track;
}

struct Eyes {
  cv::Point2d left, right;  ///< in the picture
  bool found = true;        ///< both, by the cascade
};

/// By the cascade where it finds one eye on each side, else where eyes are in the box that the face cascade gives.
Eyes find_eyes(cv::CascadeClassifier& cascade, const cv::Mat& frame, const cv::Rect2d& box) {
  Eyes eyes;
  const auto one = [&](double left) {
    const cv::Rect2d usual{box.x + left * box.width, box.y + 0.22 * box.height, 0.4 * box.width, 0.36 * box.height};
    const cv::Rect area = cv::Rect(usual) & cv::Rect{0, 0, frame.cols, frame.rows};
    cv::Point2d middle{box.x + (left + 0.2) * box.width, box.y + 0.4 * box.height};
    std::vector<cv::Rect> found;
    if (area.width >= 20 && area.height >= 20) cascade.detectMultiScale(frame(area), found, 1.1, 2, 0, {20, 20});
    if (found.size() == 1)
      middle = cv::Point2d(area.tl() + found[0].tl()) + cv::Point2d(found[0].width, found[0].height) * 0.5;
    eyes.found = eyes.found && found.size() == 1;
    return middle;
  };
  eyes.left = one(0.1);
  eyes.right = one(0.5);
  return eyes;
}

/// A frame with one face.
struct Look {
  size_t frame;
  cv::Rect box;
  double symmetry;
};

/// The frame with the face brought to kFaceWidth.
cv::Mat scaled_to(const cv::Mat& frame, const cv::Rect& box) {
  const double scale = kFaceWidth / box.width;
  cv::Mat out;
  cv::resize(frame, out, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return out;
}

cv::Rect2d scaled_box(const cv::Rect& box) {
  const double scale = kFaceWidth / box.width;
  return {box.x * scale, box.y * scale, kFaceWidth, box.height * scale};
}

/// What all other frames are held against: straight ahead, and with eyes that can be found, which shut ones often
/// cannot.
const Look& reference_of(const std::vector<cv::Mat>& frames, std::vector<Look>& looks, cv::CascadeClassifier& eye) {
  std::sort(looks.begin(), looks.end(), [](const Look& a, const Look& b) { return a.symmetry > b.symmetry; });
  for (size_t i = 0; i < std::min(looks.size(), kReferenceTries); ++i) {
    const cv::Mat frame = scaled_to(frames[looks[i].frame], looks[i].box);
    if (find_eyes(eye, frame, scaled_box(looks[i].box)).found) return looks[i];
  }
  return looks.front();
}

/// The signed distance of the nose from the middle of the eyes, along the line through the eyes.
std::vector<double> nose_path(const Track& left, const Track& right, const Track& nose, size_t reference) {
  const double apart = std::max(cv::norm(right[reference] - left[reference]), 1.0);
  std::vector<double> path;
  for (size_t i = 0; i < nose.size(); ++i) {
    const cv::Point2d line = right[i] - left[i], off = nose[i] - (left[i] + right[i]) * 0.5;
    path.push_back(off.dot(line) / std::max(cv::norm(line), 1.0) / apart);
  }
  const double straight = path[reference];
  for (double& value : path) value -= straight;
  return path;
}

/// The most that `sign` × path reached and kept for three frames in a row.
double lasting(const std::vector<double>& path, double sign) {
  double most = 0;
  for (size_t i = 0; i + 2 < path.size(); ++i)
    most = std::max(most, std::min({sign * path[i], sign * path[i + 1], sign * path[i + 2]}));
  return most;
}

/// How dark the patch is below its own bright part: the mean over it, 0 to 1.
double openness(const cv::Mat& frame, cv::Point2d at, double width) {
  const cv::Mat patch = cut(frame, {static_cast<int>(width), static_cast<int>(width * 0.6)}, at);
  std::vector<uint8_t> values(patch.begin<uint8_t>(), patch.end<uint8_t>());
  const auto bright = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 3 / 4);
  std::nth_element(values.begin(), bright, values.end());
  const double skin = std::max<double>(*bright, 1);
  double dark = 0;
  for (const uint8_t value : values) dark += std::max(0.0, skin - value) / skin;
  return dark / static_cast<double>(values.size());
}

}  // namespace

struct Observer::Impl {
  cv::CascadeClassifier face, eye;

  Observation observe(const Film& film);
  void measure(const std::vector<cv::Mat>& frames, const Look& look, Observation& seen);
};

Observation Observer::Impl::observe(const Film& film) {
  Observation seen;
  std::vector<cv::Mat> frames;
  for (const ByteView frame : film.frames)  // OpenCV's Mat takes no const data; nothing here writes into it
    frames.emplace_back(film.height, film.width, CV_8UC1, const_cast<uint8_t*>(frame.data()));
  std::vector<Look> looks;
  for (size_t i = 0; i < frames.size(); i += kSearchEvery) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(frames[i], mean, deviation);
    seen.brightness += mean[0];
    seen.contrast += deviation[0];
    ++seen.looked_at;
    const std::vector<cv::Rect> faces = find_faces(face, frames[i]);
    if (faces.size() == 1) ++seen.with_one;
    if (faces.size() > 1) ++seen.with_more;
    if (faces.size() == 1) looks.push_back({i, faces[0], symmetry(frames[i], faces[0])});
  }
  seen.brightness /= seen.looked_at;
  seen.contrast /= seen.looked_at;
  if (!looks.empty()) measure(frames, reference_of(frames, looks, eye), seen);
  return seen;
}

void Observer::Impl::measure(const std::vector<cv::Mat>& frames, const Look& look, Observation& seen) {
  std::vector<cv::Mat> scaled(frames.size());
  for (size_t i = 0; i < frames.size(); ++i) scaled[i] = scaled_to(frames[i], look.box);
  const size_t reference = seen.best_frame = look.frame;
  const Eyes eyes = find_eyes(eye, scaled[reference], scaled_box(look.box));
  const cv::Point2d middle = (eyes.left + eyes.right) * 0.5, line = eyes.right - eyes.left;
  const double apart = cv::norm(line);
  const cv::Point2d nose = middle + cv::Point2d(-line.y, line.x) * 0.65;

  const Track left_track = follow(scaled, reference, eyes.left, {26, 20});
  const Track right_track = follow(scaled, reference, eyes.right, {26, 20});
  const Track nose_track = follow(scaled, reference, nose, {20, 20});
  const std::vector<double> path = nose_path(left_track, right_track, nose_track, reference);
  seen.turn = lasting(path, 1);
  seen.turn_back = lasting(path, -1);

  OpennessProfile profile;
  const double width = 0.52 * apart;
  for (size_t i = 0; i < scaled.size(); ++i) {
    const cv::Point2d moved = nose_track[i] - nose;
    profile.left.push_back(openness(scaled[i], eyes.left + moved, width));
    profile.right.push_back(openness(scaled[i], eyes.right + moved, width));
    profile.rest.push_back(openness(scaled[i], middle + moved + cv::Point2d(-line.y, line.x) * 1.0, width));
  }
  seen.blink = blink_depth(profile);
}

Result<std::unique_ptr<Observer>> Observer::create(const Cascades& cascades) {
  auto impl = std::make_unique<Impl>();
  try {
    cv::setNumThreads(1);  // the town's handlers are threads already
    for (const auto& [text, cascade] : {std::pair{&cascades.face, &impl->face}, std::pair{&cascades.eye, &impl->eye}}) {
      const cv::FileStorage storage{*text, cv::FileStorage::READ | cv::FileStorage::MEMORY};
      if (!cascade->read(storage.getFirstTopLevelNode())) return Error{Reason::MALFORMED, "not a cascade of OpenCV"};
    }
  } catch (const cv::Exception& error) {
    return Error{Reason::MALFORMED, "cascade: " + error.err};
  }
  return std::unique_ptr<Observer>{new Observer{std::move(impl)}};
}

Result<Observation> Observer::observe(const Film& film) {
  const std::lock_guard lock{mutex_};
  try {
    return impl_->observe(film);
  } catch (const cv::Exception& error) {
    return Error{Reason::MALFORMED, "film: " + error.err};
  }
}

Observer::Observer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Observer::~Observer() = default;

}  // namespace mitome::issuer
