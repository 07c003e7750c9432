// Judges films: is there one living face, and does it do what was asked?
#pragma once

#include "issuer/face/observation.h"
#include "issuer/face_judge.h"

namespace mitome::issuer {

/// LIVENESS_FAILED with a detail that helps the person to do better; nothing when the movement was made.
Result<void> judge_observation(const Observation& seen, std::string_view motion);

/// Liveness from the film itself; likeness is a person's decision (decisions.md 21).
class FilmFaceJudge final : public FaceJudge {
 public:
  /// The observer must outlive the judge.
  explicit FilmFaceJudge(Observer& observer) : observer_(observer) {}
  Result<FaceRecord> judge_motion(ByteView recording, std::string_view motion, ByteView nonce) override;
  Result<void> judge_likeness(const FaceRecord& face, ByteView portrait) override;

 private:
  Observer& observer_;
};

}  // namespace mitome::issuer
