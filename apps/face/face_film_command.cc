// mitome face-film: a drawn film for a browser's simulated camera. For builders; not listed in --help.
#include <CLI/CLI.hpp>
#include <fstream>
#include <map>
#include <memory>

#include "apps/cli.h"
#include "render/face_film.h"

namespace mitome::apps {
namespace {

struct Options {
  std::string motion = "blink", who = "somebody", out;
  render::FilmOptions film{.width = 320, .height = 240, .frames_per_second = 15, .seconds = 0};
};

constexpr const char* kHelp =
    "Writes a film of a drawn face as YUV4MPEG2. A browser plays it as its camera, again and again:\n\n"
    "  mitome face-film --motion turn-left --out turn-left.y4m\n"
    "  chromium --use-fake-device-for-media-stream --use-fake-ui-for-media-stream \\\n"
    "           --use-file-for-fake-video-capture=$PWD/turn-left.y4m\n\n"
    "Without --seconds a blink lasts two seconds and everything else three: a page that films for three seconds sees\n"
    "the whole movement whenever it begins.\n"
    "Left is the person's left, which is the right edge of the picture.";

void write_film(Cli& cli, Options options) {
  if (options.film.seconds == 0) options.film.seconds = options.motion == "blink" ? 2 : 3;
  const std::map<std::string, render::Motion> motions{{"still", render::Motion::kStill},
                                                      {"blink", render::Motion::kBlink},
                                                      {"turn-left", render::Motion::kTurnLeft},
                                                      {"turn-right", render::Motion::kTurnRight}};
  const render::FaceFilm film = render::film_face(options.who, motions.at(options.motion), options.film);
  const Bytes y4m = render::encode_y4m(film);
  std::ofstream file{options.out, std::ios::binary};
  file << as_text(y4m);
  file.close();
  if (!file) return cli.fail(Error{Reason::STORAGE_FAILED, options.out});
  const int64_t frames = static_cast<int64_t>(film.frames.size());
  cli.print(json::Value::object({{"file", options.out}, {"frames", frames}}),
            options.out + ": " + std::to_string(frames) + " frames");
}

}  // namespace

void register_face_film_command(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* film = app.add_subcommand("face-film", "A drawn film for a browser's simulated camera");
  film->group("");  // not listed
  film->footer(kHelp);
  film->add_option("--motion", options->motion)->check(CLI::IsMember({"still", "blink", "turn-left", "turn-right"}));
  film->add_option("--who", options->who, "Any text: whose face");
  film->add_option("--out", options->out, "The file to write")->required();
  const auto even =
      CLI::Validator{[](std::string& text) { return (text.back() - '0') % 2 == 0 ? "" : "must be even"; }, "EVEN"};
  film->add_option("--width", options->film.width)->check(CLI::Range(96, 1280))->check(even);
  film->add_option("--height", options->film.height)->check(CLI::Range(96, 960))->check(even);
  film->add_option("--fps", options->film.frames_per_second)->check(CLI::Range(5, 30));
  film->add_option("--seconds", options->film.seconds)->check(CLI::Range(1.0, 20.0));
  film->add_option("--take", options->film.take, "Another take of the same person");
  film->callback([&cli, options] { write_film(cli, *options); });
}

}  // namespace mitome::apps
