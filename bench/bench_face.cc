// What it costs the authority to judge one film of three seconds. There is no physical limit to hold it against: the
// share of finding faces is OpenCV's, and the target is that a core judges three people while one of them is being
// filmed.
#include <algorithm>
#include <cstdio>
#include <iterator>

#include "bench/bench.h"
#include "bench/measure.h"
#include "issuer/face/film_face_judge.h"
#include "testing/films.h"

namespace mitome::bench {

void run_face(const Settings& settings) {
  std::vector<double> costs;
  size_t seen_to_move = 0;
  for (size_t i = 0; i < settings.rounds; ++i) {
    const std::string_view motion = issuer::kMotions[i % std::size(issuer::kMotions)];
    const render::FaceFilm film = render::film_face("bench " + std::to_string(i), testing::motion_named(motion));
    const Bytes recording = testing::film_recording(film, motion, Bytes(32, 1));
    const double begin = cpu_now();
    const auto parsed = issuer::parse_film(recording);
    CHECK(parsed.has_value());
    const auto seen = testing::film_observer().observe(*parsed);
    costs.push_back((cpu_now() - begin) / 1e3);
    CHECK(seen.has_value());
    if (issuer::judge_observation(*seen, motion)) ++seen_to_move;
    CHECK(!issuer::judge_observation(*seen, motion == "blink" ? "turn-left" : "blink").has_value());
  }
  CHECK(10 * seen_to_move >= 9 * settings.rounds);
  std::sort(costs.begin(), costs.end());
  std::printf("a film of three seconds, 160 x 120, judged\n  %9.1f ms of CPU, median of %zu; target 300\n",
              costs[costs.size() / 2], costs.size());
}

}  // namespace mitome::bench
