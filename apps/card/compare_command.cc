// mitome card compare: where a card or phone in a reader differs from ours.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/card/card_factory.h"
#include "apps/card/card_pins.h"
#include "apps/card/card_source.h"
#include "apps/card/reference_chip.h"
#include "apps/cli.h"
#include "apps/durable_file.h"
#include "net/system_clock.h"
#include "protocol/jpki/card_structure.h"

namespace mitome::apps {
namespace {

constexpr const char* kCompareHelp =
    "Asks a card or phone what is there and what it answers, asks a card of ours (or a phone of the same kind) the same, and shows\n"
    "where they differ: status words, lengths, tags and labels. Nothing in it tells of the holder: no value, no content of a\n"
    "certificate, no length of a name. The report is safe to publish, and shows its authors what real cards do.\n\n"
    "Nothing is written to the card or signed by it, and no PIN is tried unless --pins gives it: then what that PIN opens is\n"
    "looked at too. PINS is JSON, {\"text\": \"5678\"}, or - for standard input. A wrong PIN uses up a try.\n"
    "A phone shows itself only while its holder has agreed to something on it: lay it on the reader then.\n\n"
    "The card: in a PC/SC reader (--reader NAME, or the only one that holds a card), or in a file of `mitome card new` (--card FILE).\n\n"
    "Exit codes: 0 the same, 1 different, or refused (PIN_WRONG, PIN_BLOCKED), 2 no reader or no card, 64 wrong usage.\n\n"
    "Examples:\n"
    "  mitome card compare\n"
    "  mitome card compare --json --out report.json\n"
    "  echo '{\"text\":\"5678\"}' | mitome card compare --pins - --all";

struct Options {
  SourceOptions source;
  std::string pins, out;
  bool all = false;
};

Result<std::vector<jpki::GivenPin>> given_pins(PinInput& pins) {
  std::vector<jpki::GivenPin> given;
  for (const PinPlace& place : pin_places()) {
    if (!pins.knows(place.which)) continue;
    TRY_ASSIGN(const crypto::Pin* const pin, pins.get(place.which, ""));
    given.push_back({jpki::application_of(place.aid), place.file, pin});
  }
  return given;
}

json::Value report_json(const jpki::CardStructure& theirs, const std::vector<jpki::GivenPin>& pins,
                        const std::vector<jpki::Difference>& found) {
  json::Value opened = json::Value::array();
  for (const jpki::GivenPin& pin : pins) opened.push(pin.application->name);
  json::Value probes = json::Value::array();
  for (const jpki::Probe& probe : theirs.probes)
    probes.push(json::Value::object({{"question", probe.question}, {"answer", probe.answer}}));
  json::Value different = json::Value::array();
  for (const jpki::Difference& one : found)
    different.push(json::Value::object({{"question", one.question}, {"answer", one.theirs}, {"ours", one.ours}}));
  return json::Value::object({{"format", "mitome-card-structure-1"},
                              {"token", theirs.token},
                              {"pins", std::move(opened)},
                              {"probes", std::move(probes)},
                              {"differences", std::move(different)}});
}

std::string report_text(const jpki::CardStructure& theirs, const std::vector<jpki::Difference>& found, bool all,
                        const Cli& cli) {
  const auto or_nothing = [&](const std::string& answer) {
    return answer.empty() ? std::string{cli.say("not asked", "質問なし")} : answer;
  };
  std::string out;
  if (all)
    for (const jpki::Probe& probe : theirs.probes) out += probe.question + ": " + probe.answer + "\n";
  for (const jpki::Difference& one : found)
    out += one.question + std::string{cli.say(": here ", "：このカード ")} + or_nothing(one.theirs) +
           std::string{cli.say("; ours ", "、認めのカード ")} + or_nothing(one.ours) + "\n";
  const std::string token =
      theirs.token.empty() ? std::string{cli.say("no JPKI application", "公的個人認証APなし")} : theirs.token;
  return out + token + std::string{cli.say("; questions: ", "、質問: ")} + std::to_string(theirs.probes.size()) +
         std::string{cli.say(", differences: ", "、違い: ")} + std::to_string(found.size());
}

Result<void> compare(Cli& cli, const Options& options) {
  TRY_ASSIGN(PinInput pins, PinInput::open(options.pins));
  TRY_ASSIGN(const auto given, given_pins(pins));
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  TRY_ASSIGN(const jpki::CardStructure theirs, jpki::probe_card(source->channel(), given));
  TRY_ASSIGN(const auto reference, ReferenceChip::make(theirs.token, net::SystemClock{}.now()));
  TRY_ASSIGN(const jpki::CardStructure ours, jpki::probe_card(reference->channel(), reference->pins_as(given)));
  const auto found = jpki::differences(theirs, ours);
  const json::Value report = report_json(theirs, given, found);
  if (!options.out.empty()) TRY(create_file(options.out, as_bytes(report.dump_pretty() + "\n")));
  cli.print(report, report_text(theirs, found, options.all, cli));
  if (!found.empty()) cli.exit_code = 1;
  return {};
}

}  // namespace

void register_card_compare_command(CLI::App& card, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* command =
      card.add_subcommand("compare", "Where a card or phone differs from ours, without anything of its holder");
  command->footer(kCompareHelp);
  add_card_source(command, options->source);
  command->add_option("--pins", options->pins, "The PINs that may be tried, as JSON; without it none is")
      ->option_text("PINS");
  command->add_option("--out", options->out, "The whole report as JSON; must not be there yet")->option_text("FILE");
  command->add_flag("--all", options->all, "Every question and answer, not the differences alone");
  command->callback([&cli, options] {
    if (const auto done = compare(cli, *options); !done) cli.fail(done.error());
  });
}

}  // namespace mitome::apps
