#include "testing/films.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "codec/cbor/writer.h"
#include "testing/fakes.h"

namespace mitome::testing {

render::Motion motion_named(std::string_view motion) {
  if (motion == "blink") return render::Motion::kBlink;
  if (motion == "turn-left") return render::Motion::kTurnLeft;
  CHECK(motion == "turn-right");
  return render::Motion::kTurnRight;
}

Bytes film_recording(const render::FaceFilm& film, std::string_view motion, ByteView nonce) {
  cbor::Writer out;
  out.array(7).text("mitome-film-1").text(motion).bytes(nonce);
  out.integer(film.width).integer(film.height).integer(film.frames_per_second).array(film.frames.size());
  for (const Bytes& frame : film.frames) out.bytes(frame);
  return out.take();
}

render::FaceFilm moved_photo(const render::GreyImage& photo, size_t frames,
                             const std::function<std::pair<double, double>(double x, double y, double t)>& from) {
  render::FaceFilm film{photo.width, photo.height, 12, {}};
  const double middle_x = photo.width / 2.0, middle_y = photo.height / 2.0;
  for (size_t i = 0; i < frames; ++i) {
    Bytes frame;
    for (int y = 0; y < photo.height; ++y) {
      for (int x = 0; x < photo.width; ++x) {
        const auto [fx, fy] =
            from(x - middle_x, y - middle_y, static_cast<double>(i) / static_cast<double>(frames - 1));
        const double sx = std::clamp(fx + middle_x, 0.0, photo.width - 1.001),
                     sy = std::clamp(fy + middle_y, 0.0, photo.height - 1.001);
        const int ix = static_cast<int>(sx), iy = static_cast<int>(sy);
        const double ax = sx - ix, ay = sy - iy;
        const double top = photo.at(ix, iy) * (1 - ax) + photo.at(ix + 1, iy) * ax;
        const double low = photo.at(ix, iy + 1) * (1 - ax) + photo.at(ix + 1, iy + 1) * ax;
        frame.push_back(static_cast<uint8_t>(std::lround(top * (1 - ay) + low * ay)));
      }
    }
    film.frames.push_back(std::move(frame));
  }
  return film;
}

issuer::Observer& film_observer() {
  static const std::unique_ptr<issuer::Observer> observer = [] {
    const std::string folder = "/usr/share/opencv4/haarcascades/";
    auto made = issuer::Observer::create(
        {read_text_file(folder + "haarcascade_frontalface_alt2.xml"), read_text_file(folder + "haarcascade_eye.xml")});
    CHECK(made.has_value());
    return std::move(*made);
  }();
  return *observer;
}

}  // namespace mitome::testing
