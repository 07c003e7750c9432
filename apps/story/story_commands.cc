#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "apps/cli.h"
#include "apps/story/story.h"
#include "apps/story/wiretap.h"
#include "apps/town/town.h"

namespace mitome::apps {
namespace {

struct Options {
  size_t break_step = 0;
  std::string evidence;
};

constexpr const char* kHelp =
    "Plays the whole life of a phone card in one process: every actor with its own store, real bytes between them. "
    "Each step\n"
    "prints what was sent, who checked it, the verdict and its reason.\n\n"
    "  --evidence DIR   also writes every APDU, HTTP exchange, certificate, OCSP answer, session transcript and\n"
    "                   DeviceResponse, and DIR/CHECK.md with the openssl, OpenSC and @auth0/mdl commands that "
    "re-check them.\n"
    "                   PINs, tokens and My Numbers are blotted out.\n"
    "  --break STEP     flips one byte of that step's message; the story must then stop there with exit code 1.\n\n"
    "Exit codes: 0 every step came out as it must, 1 a step did not, 64 wrong usage.\n\n"
    "Examples:\n"
    "  mitome story\n"
    "  mitome story --lang ja --evidence evidence\n"
    "  mitome story --json | jq -r 'select(.event==\"evidence\") | .reason'\n"
    "  mitome story --break 4; echo $?";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void play(Cli& cli, const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  const auto& steps = story::Story::steps();
  story::Breaker breaker{options.break_step};
  story::Recorder recorder{breaker};
  auto town = town::Town::build_in_memory(&recorder);
  if (!town) return cli.fail(town.error());

  story::Narrator narrator{cli, steps.size()};
  town::Access& access = **town;
  story::Story story{access, narrator};
  narrator.introduce(to_japan_text(access.clock().now()));
  size_t good = 0;
  for (size_t number = 1; number <= steps.size(); ++number) {
    breaker.begin_step(number);
    recorder.begin_step(number);
    narrator.begin(number, steps[number - 1].title, to_japan_text(access.clock().now()));
    const Result<void> played = story.play(number);
    narrator.end_step(played.has_value(), played ? "" : to_string(played.error()));
    if (!played) break;
    ++good;
  }
  const bool as_expected = good == steps.size();
  if (!options.evidence.empty())
    if (const auto written = recorder.write(options.evidence, access.trust(), access.clock().now()); !written)
      return cli.fail(written.error());
  narrator.end_story(as_expected, good, seconds_since(started), options.evidence);
  cli.exit_code = as_expected ? 0 : 1;
}

}  // namespace

void register_story_command(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* story = app.add_subcommand("story", "The whole life of a phone card, in the terminal");
  story->footer(kHelp);
  story->add_option("--break", options->break_step, "Flip one byte of this step's message")
      ->check(CLI::Range(size_t{1}, story::Story::steps().size()))
      ->option_text("STEP");
  story->add_option("--evidence", options->evidence, "Write every byte and the commands that re-check it")
      ->option_text("DIR");
  story->callback([&cli, options] { play(cli, *options); });
}

}  // namespace mitome::apps
