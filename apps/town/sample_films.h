// Films for a person without a camera: the drawn face of who is in front of the phone makes the movement. Shown as
// simulated.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "codec/json/json.h"
#include "protocol/http/http.h"

namespace mitome::town {

/// `motion` is one of blink, turn-left, turn-right, still; `face` names the drawn face (apps/card/portrait.h:
/// face_name). {width, height, frames_per_second, frames: [base64url…]}; MALFORMED for another motion.
Result<json::Value> sample_film(std::string_view motion, std::string_view face);

/// Whose face stands behind the `who` of an address: none when nobody is called so.
using FaceOf = std::function<std::optional<std::string>(std::string_view who)>;

/// GET /api/sample-film?motion=…&who=…
http::Route sample_film_route(FaceOf face_of);

}  // namespace mitome::town
