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

Result<std::unique_ptr<issuer::Observer>> open_observer(const std::string& folder) {
  issuer::Cascades texts;
  TRY_ASSIGN(texts.face, read_cascade(folder, "haarcascade_frontalface_alt2.xml"));
  TRY_ASSIGN(texts.eye, read_cascade(folder, "haarcascade_eye.xml"));
  return issuer::Observer::create(texts);
}

}  // namespace mitome::town
