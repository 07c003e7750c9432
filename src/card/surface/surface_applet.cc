#include "card/surface/surface_applet.h"

#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

/// What is printed on the card opens what is printed on the card: the birth date the birth date, number B the face, number A all of it.
std::vector<FileRule> surface_files() {
  using namespace jpki;
  const auto file = FileKind::kTransparent;
  const auto pin = FileKind::kPin;
  return {
      {kSurfaceAgeFile, file, {kSurfaceBirthPin}},
      {kSurfaceFaceFile, file, {kSurfaceNumberBPin, kSurfaceNumberAPin}},
      {kSurfaceVersionFile, file},
      {kSurfaceCertificateFile, file},
      {kSurfaceNumberFile, file, {kSurfaceNumberAPin}},
      {kSurfaceBirthPin, pin, {}, kNumberTries},
      {kSurfaceNumberBPin, pin, {}, kNumberTries},
      {kSurfaceNumberAPin, pin, {}, kNumberTries},
  };
}

}  // namespace

SurfaceApplet::SurfaceApplet(Platform& platform)
    : FileApplet(platform, AppletId::kSurface, surface_files(), jpki::kSurfaceCertificateFile) {}

ByteView SurfaceApplet::aid() const { return jpki::kSurfaceAid; }

}  // namespace mitome::card
