#include "apps/card/portrait.h"

#include "render/face_film.h"

namespace mitome::apps {

std::string face_name(std::string_view name, Date birth_date) {
  return std::string{name} + to_compact_date(birth_date);
}

Bytes draw_portrait(std::string_view face_name) { return render::encode_png(render::draw_face(face_name, 240, 320)); }

}  // namespace mitome::apps
