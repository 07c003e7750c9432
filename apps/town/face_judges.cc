#include "apps/town/face_judges.h"

#include <fstream>
#include <sstream>

namespace mitome::town {
namespace {

Result<std::string> read_cascade(const std::string& folder, std::string_view name) {
  const std::string path = folder + "/" + std::string{name};
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{Reason::STORAGE_FAILED, path + " (Debian: opencv-data)"};
  return std::move(text).str();
}

}  // namespace

FaceJudges::FaceJudges(registry::Registry& registry, const Clock& clock, crypto::Random& random,
                       std::unique_ptr<issuer::Observer> observer, issuer::ReviewConfig config)
    : observer_(std::move(observer)), reviews_(registry, clock, random, config), judge_(*observer_, reviews_) {}

Result<std::unique_ptr<FaceJudges>> FaceJudges::open(registry::Registry& registry, const Clock& clock,
                                                     crypto::Random& random, const std::string& cascades,
                                                     issuer::ReviewConfig reviews) {
  issuer::Cascades texts;
  TRY_ASSIGN(texts.face, read_cascade(cascades, "haarcascade_frontalface_alt2.xml"));
  TRY_ASSIGN(texts.eye, read_cascade(cascades, "haarcascade_eye.xml"));
  TRY_ASSIGN(auto observer, issuer::Observer::create(texts));
  return std::unique_ptr<FaceJudges>{new FaceJudges{registry, clock, random, std::move(observer), reviews}};
}

}  // namespace mitome::town
