// Judges films: is there one living face, and does it do what was asked?
#pragma once

#include "issuer/face/observation.h"
#include "issuer/face_judge.h"
#include "issuer/reviews.h"

namespace mitome::issuer {

/// LIVENESS_FAILED with a detail that helps the person to do better; nothing when the movement was made.
Result<void> judge_observation(const Observation& seen, std::string_view motion);

/// Liveness from the film itself; likeness is a person's decision (decisions.md 21).
class FilmFaceJudge final : public FaceJudge {
 public:
  /// Both must outlive the judge.
  FilmFaceJudge(Observer& observer, Reviews& reviews) : observer_(observer), reviews_(reviews) {}
  /// What is recorded is SHA-256 of the film, by which the reviews know its frames.
  Result<FaceRecord> judge_motion(ByteView recording, std::string_view motion, ByteView nonce) override;
  Result<void> judge_likeness(const FaceRecord& face, const registry::Person& person) override;
  std::optional<Instant> decision_until(const FaceRecord& face) override;

 private:
  Observer& observer_;
  Reviews& reviews_;
};

}  // namespace mitome::issuer
