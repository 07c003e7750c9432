// Who judges faces at the authority: films and the desk, or the message of a simulated camera.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "issuer/face/film_face_judge.h"
#include "issuer/reviews.h"

namespace mitome::town {

/// Where Debian's opencv-data puts the cascades.
inline constexpr std::string_view kCascades = "/usr/share/opencv4/haarcascades";

class FaceJudges {
 public:
  /// Films, with the cascades of this folder: STORAGE_FAILED or MALFORMED without them. All of it must outlive the
  /// judges.
  static Result<std::unique_ptr<FaceJudges>> open(registry::Registry& registry, const Clock& clock,
                                                  crypto::Random& random, const std::string& cascades,
                                                  issuer::ReviewConfig reviews);
  issuer::FaceJudge& judge() { return judge_; }
  issuer::Reviews& reviews() { return reviews_; }

 private:
  FaceJudges(registry::Registry& registry, const Clock& clock, crypto::Random& random,
             std::unique_ptr<issuer::Observer> observer, issuer::ReviewConfig config);

  std::unique_ptr<issuer::Observer> observer_;
  issuer::Reviews reviews_;
  issuer::FilmFaceJudge judge_;
};

}  // namespace mitome::town
