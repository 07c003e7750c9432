#include "issuer/face/film_face_judge.h"

#include "crypto/hash.h"
#include "render/png.h"

namespace mitome::issuer {
namespace {

constexpr double kDark = 35;      ///< mean brightness below which no camera shows a face well
constexpr double kFlat = 8;       ///< contrast below which there is nothing in the picture
constexpr double kTurned = 0.07;  ///< of Observation::turn: about ten degrees; a person who sits still stays below 0.04
constexpr double kBlinked = 0.18;  ///< of Observation::blink: the drawn films reach 0.3, noise stays below 0.08
constexpr double kMostly =
    0.5;  ///< of the frames searched must show one face: a turned head hides from the cascade for a while
constexpr double kSometimes = 0.2;  ///< of the frames searched with two faces are too many

Error failed(std::string why) { return {Reason::LIVENESS_FAILED, std::move(why)}; }

std::string movement_seen(const Observation& seen) {
  if (seen.turn >= kTurned || seen.turn_back >= kTurned)
    return seen.turn >= seen.turn_back ? "turn-left" : "turn-right";
  return seen.blink >= kBlinked ? "blink" : "";
}

/// For the desk: the frame that looks most straight ahead, and two others.
std::vector<Bytes> pictures(const Film& film, const Observation& seen) {
  std::vector<Bytes> out;
  for (const size_t at : {seen.best_frame, film.frames.size() / 3, film.frames.size() * 2 / 3})
    out.push_back(render::encode_png(render::GreyImage{film.width, film.height, to_bytes(film.frames[at])}));
  return out;
}

}  // namespace

Result<void> judge_observation(const Observation& seen, std::string_view motion) {
  if (seen.brightness < kDark || seen.contrast < kFlat) return failed("too dark: more light on the face, please");
  if (seen.with_more > kSometimes * seen.looked_at) return failed("two faces: only you may be in the picture");
  if (seen.with_one < kMostly * seen.looked_at)
    return failed("no face: hold the phone so that the whole face is in the picture");
  const std::string made = movement_seen(seen);
  if (made.empty()) return failed("no movement seen: make it slowly and fully");
  if (made != motion) return failed("another movement than the one asked for: " + made);
  return {};
}

Result<FaceRecord> FilmFaceJudge::judge_motion(ByteView recording, std::string_view motion, ByteView nonce) {
  TRY_ASSIGN(const Film film, parse_film(recording));
  if (!equal(film.nonce, nonce)) return failed("recorded in another session");
  if (film.motion != motion) return failed("another movement than the one asked for");
  TRY_ASSIGN(const Observation seen, observer_.observe(film));
  TRY(judge_observation(seen, motion));
  const crypto::Sha256Digest reference = crypto::sha256(recording);
  TRY(reviews_.hold(reference, pictures(film, seen)));
  return FaceRecord{to_bytes(reference)};
}

Result<void> FilmFaceJudge::judge_likeness(const FaceRecord& face, const registry::Person& person) {
  return reviews_.judge(face.template_bytes, person);
}

std::optional<Instant> FilmFaceJudge::decision_until(const FaceRecord& face) {
  return reviews_.decision_until(face.template_bytes);
}

}  // namespace mitome::issuer
