// What every subcommand shares: the language, --json, how results and refusals are printed, and the exit code.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json/json.h"

namespace CLI {
class App;
}

namespace mitome::apps {

enum class Language : uint8_t { kEnglish, kJapanese };

/// 0 good, 1 refused, 2 could not ask, 64 wrong usage (docs/errors.md).
int exit_code_of(ReasonKind kind);

class Cli {
 public:
  bool json = false;                       ///< --json: one JSON value a line on standard output
  Language language = Language::kEnglish;  ///< --lang, else LANG
  int exit_code = 0;                       ///< what main returns

  bool japanese() const { return language == Language::kJapanese; }
  /// The text in the chosen language.
  std::string_view say(std::string_view english, std::string_view japanese_text) const {
    return japanese() ? japanese_text : english;
  }
  /// With --json the value as one line, else the text.
  void print(const json::Value& value, std::string_view text) const;
  /// Prints the reason, what happened and what to do next to standard error (with --json as one line to standard
  /// output), and sets the exit code from its kind.
  void fail(const Error& error);
};

/// {"reason", "message", "next", "detail"} in the chosen language.
json::Value error_json(const Error& error, Language language);

// Each adds its subcommand; the callback does the work and sets cli.exit_code. Defined in apps/NAME/NAME_commands.cc, the
// town in apps/web.
void register_card_commands(CLI::App& app, Cli& cli);
// Called by the one above:
void register_card_new_command(CLI::App& card, Cli& cli);
void register_card_serve_command(CLI::App& card, Cli& cli);
void register_card_log_command(CLI::App& card, Cli& cli);
void register_card_use_commands(CLI::App& card, Cli& cli);  ///< those that need a card
void register_card_compare_command(CLI::App& card, Cli& cli);
void register_mdoc_commands(CLI::App& app, Cli& cli);
void register_story_command(CLI::App& app, Cli& cli);
void register_town_command(CLI::App& app, Cli& cli);
void register_face_film_command(CLI::App& app, Cli& cli);
void register_manual_commands(CLI::App& app, Cli& cli);  ///< the last: they tell of the others

}  // namespace mitome::apps
