#include "apps/town/sample_films.h"

#include "codec/base64url/base64url.h"
#include "protocol/http/web.h"
#include "render/face_film.h"

namespace mitome::town {
namespace {

std::optional<render::Motion> motion_of(std::string_view name) {
  if (name == "still") return render::Motion::kStill;
  if (name == "blink") return render::Motion::kBlink;
  if (name == "turn-left") return render::Motion::kTurnLeft;
  if (name == "turn-right") return render::Motion::kTurnRight;
  return std::nullopt;
}

Result<json::Value> answer(const http::Request& request, const FaceOf& face_of) {
  TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
  const auto motion = parameters.find("motion"), who = parameters.find("who");
  if (motion == parameters.end() || who == parameters.end()) return Error{Reason::MALFORMED, "motion and who"};
  const auto face = face_of(who->second);
  if (!face) return Error{Reason::NOT_FOUND, "nobody is called so"};
  return sample_film(motion->second, *face);
}

}  // namespace

Result<json::Value> sample_film(std::string_view motion, std::string_view face) {
  const auto asked = motion_of(motion);
  if (!asked) return Error{Reason::MALFORMED, "motion: blink, turn-left, turn-right or still"};
  const render::FaceFilm film = render::film_face(face, *asked, {.width = 120, .height = 160});
  json::Value frames = json::Value::array();
  for (const Bytes& frame : film.frames) frames.push(base64url::encode(frame));
  return json::Value::object({{"width", film.width},
                              {"height", film.height},
                              {"frames_per_second", film.frames_per_second},
                              {"frames", std::move(frames)}});
}

http::Route sample_film_route(FaceOf face_of) {
  return {"GET", "/api/sample-film", "anyone", [face_of = std::move(face_of)](const http::Request& request) {
            const auto film = answer(request, face_of);
            return film ? http::Response::json(*film) : http::Response::error(film.error());
          }};
}

}  // namespace mitome::town
