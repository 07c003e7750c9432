// mitome: one binary, its subcommands are the roles.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <string>

#include "apps/cli.h"
#include "apps/manual/japanese.h"

namespace {

mitome::apps::Language language_from_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view{value}.starts_with("ja") ? mitome::apps::Language::kJapanese
                                                     : mitome::apps::Language::kEnglish;
  }
  return mitome::apps::Language::kEnglish;
}

/// Before the commands are there to parse it: their help is already in that language.
mitome::apps::Language language_of(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word{argv[i]};
    if (word.starts_with("--lang="))
      return word == "--lang=ja" ? mitome::apps::Language::kJapanese : mitome::apps::Language::kEnglish;
    if (word == "--lang" && i + 1 < argc)
      return std::string_view{argv[i + 1]} == "ja" ? mitome::apps::Language::kJapanese
                                                   : mitome::apps::Language::kEnglish;
  }
  return language_from_environment();
}

}  // namespace

int main(int argc, char** argv) {
  using mitome::apps::Language;
  mitome::apps::Cli cli;
  cli.language = language_of(argc, argv);

  CLI::App app{
      "Mitome: the My Number Card on a phone, as an open system with a test hierarchy only.\n"
      "Independent of the Digital Agency, J-LIS, Apple and Google."};
  app.name("mitome");
  app.set_version_flag("--version", "mitome " MITOME_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--json", cli.json, "Print JSON, one value a line, for scripts");
  app.add_option("--lang", cli.language, "Language of messages: ja or en (otherwise from LANG)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Language>{{"en", Language::kEnglish}, {"ja", Language::kJapanese}}))
      ->option_text("ja|en");
  app.footer(
      "Exit codes: 0 good, 1 refused, 2 could not ask (never to be read as good), 64 wrong usage.\n"
      "Every refusal names its reason; docs/errors.md lists them all.\n\n"
      "Examples:\n"
      "  mitome town                                   the town in the browser\n"
      "  mitome story                                  the whole life of a phone card, in the terminal\n"
      "  mitome card new --person person.json --out card\n"
      "  mitome mdoc verify --trust root.pem --session-transcript st.cbor response.cbor");

  mitome::apps::register_town_command(app, cli);
  mitome::apps::register_story_command(app, cli);
  mitome::apps::register_card_commands(app, cli);
  mitome::apps::register_mdoc_commands(app, cli);
  mitome::apps::register_face_film_command(app, cli);
  mitome::apps::register_manual_commands(app, cli);
  if (cli.japanese()) mitome::apps::speak_japanese(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    cli.json =
        std::find(argv, argv + argc, std::string_view{"--json"}) != argv + argc;  // it may stand behind the mistake
    cli.fail({mitome::Reason::USAGE, error.what()});
    return cli.exit_code;
  }
  return cli.exit_code;
}
