#include "apps/town/face_judges.h"

#include <fstream>
#include <sstream>

namespace mitome::town {
namespace {

constexpr uint8_t kArrayOfFour = 0x84;  ///< how CBOR of the simulated camera begins; a film is an array of seven
constexpr uint8_t kSimulated = 'S';     ///< before what the simulated judge keeps

Result<std::string> read_cascade(const std::string& folder, std::string_view name) {
  const std::string path = folder + "/" + std::string{name};
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{Reason::STORAGE_FAILED, path + " (Debian: opencv-data)"};
  return std::move(text).str();
}

/// What the simulated judge kept; films keep 32 bytes, it keeps one more.
std::optional<issuer::FaceRecord> simulated(const issuer::FaceRecord& face) {
  if (face.template_bytes.size() != 33 || face.template_bytes[0] != kSimulated) return std::nullopt;
  return issuer::FaceRecord{to_bytes(ByteView{face.template_bytes}.subspan(1))};
}

}  // namespace

Result<std::unique_ptr<issuer::Observer>> open_observer(const std::string& folder) {
  issuer::Cascades texts;
  TRY_ASSIGN(texts.face, read_cascade(folder, "haarcascade_frontalface_alt2.xml"));
  TRY_ASSIGN(texts.eye, read_cascade(folder, "haarcascade_eye.xml"));
  return issuer::Observer::create(texts);
}

Result<issuer::FaceRecord> FaceJudges::judge_motion(ByteView recording, std::string_view motion, ByteView nonce) {
  if (recording.empty() || recording[0] != kArrayOfFour) return films_.judge_motion(recording, motion, nonce);
  TRY_ASSIGN(issuer::FaceRecord face, simulated_.judge_motion(recording, motion, nonce));
  face.template_bytes.insert(face.template_bytes.begin(), kSimulated);
  return face;
}

Result<void> FaceJudges::judge_likeness(const issuer::FaceRecord& face, const registry::Person& person) {
  const auto kept = simulated(face);
  return kept ? simulated_.judge_likeness(*kept, person) : films_.judge_likeness(face, person);
}

std::optional<Instant> FaceJudges::decision_until(const issuer::FaceRecord& face) {
  return simulated(face) ? std::nullopt : films_.decision_until(face);
}

}  // namespace mitome::town
