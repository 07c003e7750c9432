// Who judges faces at the authority of the town in the browser: films as films, and the desk decides likeness. Nobody's word that a camera
// saw something is taken here; the message of a simulated camera (issuer::SimulatedFaceJudge) is refused as what it is: no film.
#pragma once

#include <memory>
#include <string>

#include "issuer/face/film_face_judge.h"
#include "issuer/reviews.h"

namespace mitome::town {

/// Where Debian's opencv-data puts the cascades.
inline constexpr std::string_view kCascades = "/usr/share/opencv4/haarcascades";

/// With the cascades of this folder: STORAGE_FAILED or MALFORMED without them.
Result<std::unique_ptr<issuer::Observer>> open_observer(const std::string& folder);

class FaceJudges {
 public:
  /// All of it must outlive the judges.
  FaceJudges(registry::Registry& registry, const Clock& clock, crypto::Random& random,
             std::unique_ptr<issuer::Observer> observer, issuer::ReviewConfig config)
      : observer_(std::move(observer)), reviews_(registry, clock, random, config), films_(*observer_, reviews_) {}

  issuer::FaceJudge& films() { return films_; }
  issuer::Reviews& reviews() { return reviews_; }

 private:
  std::unique_ptr<issuer::Observer> observer_;
  issuer::Reviews reviews_;
  issuer::FilmFaceJudge films_;
};

}  // namespace mitome::town
