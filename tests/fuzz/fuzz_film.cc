#include "issuer/face/film.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto film = issuer::parse_film(input);
  check_refusal(film);
  if (!film) return;
  CHECK(film->frames.size() <= issuer::kMaxFrames && film->width <= issuer::kMaxFilmSide &&
        film->height <= issuer::kMaxFilmSide);
  for (const ByteView frame : film->frames)
    CHECK(frame.size() == static_cast<size_t>(film->width) * static_cast<size_t>(film->height));
}
