// Who judges faces at the authority of the town in the browser.
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

/// Films are judged as films, and the desk decides. The message of a simulated camera is judged as that, at once: it
/// stands for a physical act and is marked so wherever a page sends it.
class FaceJudges final : public issuer::FaceJudge {
 public:
  /// All of it must outlive the judges.
  FaceJudges(registry::Registry& registry, const Clock& clock, crypto::Random& random,
             std::unique_ptr<issuer::Observer> observer, issuer::ReviewConfig config)
      : observer_(std::move(observer)), reviews_(registry, clock, random, config), films_(*observer_, reviews_) {}

  Result<issuer::FaceRecord> judge_motion(ByteView recording, std::string_view motion, ByteView nonce) override;
  Result<void> judge_likeness(const issuer::FaceRecord& face, const registry::Person& person) override;
  std::optional<Instant> decision_until(const issuer::FaceRecord& face) override;
  issuer::Reviews& reviews() { return reviews_; }

 private:
  std::unique_ptr<issuer::Observer> observer_;
  issuer::Reviews reviews_;
  issuer::FilmFaceJudge films_;
  issuer::SimulatedFaceJudge simulated_;
};

}  // namespace mitome::town
