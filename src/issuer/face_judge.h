// Is there a living face that does what was asked, and is it the face on the card?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "registry/registry.h"

namespace mitome::issuer {

inline constexpr size_t kMaxRecordingSize = 4 * 1024 * 1024;

/// The movements that can be asked for; somebody who cannot make one asks for another (article A18).
inline constexpr std::string_view kMotions[] = {"blink", "turn-left", "turn-right"};

/// What is kept of a recording until the enrolment is decided.
struct FaceRecord {
  Bytes template_bytes;  ///< whatever the judge compares later
};

class FaceJudge {
 public:
  virtual ~FaceJudge() = default;
  /// The movement was made, in this session (the nonce), by a living face: LIVENESS_FAILED otherwise, MALFORMED.
  virtual Result<FaceRecord> judge_motion(ByteView recording, std::string_view motion, ByteView nonce) = 0;
  /// The face is that of the person's portrait: FACE_MISMATCH; REVIEW_PENDING while somebody compares them.
  virtual Result<void> judge_likeness(const FaceRecord& face, const registry::Person& person) = 0;
  /// Until when a pending decision may come; none when nothing is pending.
  virtual std::optional<Instant> decision_until(const FaceRecord& face) {
    (void)face;
    return std::nullopt;
  }
};

/// Judges the recordings of the simulated camera: CBOR ["mitome-motion-1", motion, nonce, SHA-256(portrait of who is in
/// front)], for the story and the simulation; films are judged in face/.
class SimulatedFaceJudge final : public FaceJudge {
 public:
  Result<FaceRecord> judge_motion(ByteView recording, std::string_view motion, ByteView nonce) override;
  Result<void> judge_likeness(const FaceRecord& face, const registry::Person& person) override;
};

}  // namespace mitome::issuer
