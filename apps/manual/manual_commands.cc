// mitome manual, mitome completion: the page for man(1) and what a shell completes, both out of the commands
// themselves.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli.h"

namespace mitome::apps {
namespace {

constexpr const char* kManualHelp =
    "Prints the manual page, in the language of man(7).\n\nExamples:\n  mitome manual | man -l -\n"
    "  mitome manual > /usr/local/share/man/man1/mitome.1";
constexpr const char* kCompletionHelp =
    "Prints what bash or zsh reads to complete commands, options and their values.\n\nExamples:\n"
    "  source <(mitome completion bash)\n"
    "  source <(mitome completion zsh)\n"
    "  mitome completion bash > /usr/local/share/bash-completion/completions/mitome";

/// What builders alone use has no group and stands in no list.
bool is_listed(const CLI::App* command) { return !command->get_group().empty(); }

bool is_help(const CLI::Option* option) { return option->get_name() == "--help"; }
bool takes_value(const CLI::Option* option) { return option->get_expected_max() > 0; }

/// "--reader NAME"; a positional argument by what stands for it.
std::string spelled(const CLI::Option* option) {
  if (option->get_positional()) return option->get_option_text();
  return option->get_name() + (takes_value(option) ? " " + option->get_option_text() : "");
}

/// The words of "auth|sign|text|juki"; none where anything may stand.
std::vector<std::string> choices(const CLI::Option* option) {
  const std::string& text = option->get_option_text();
  if (text.find('|') == text.npos) return {};
  std::vector<std::string> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('|', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// -- man(7)

/// Text as it is: hyphens that can be copied, nothing taken for a request.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_begins = c == '\n';
  }
  return out;
}

std::string options_roff(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    if (is_help(option)) continue;
    out += ".TP\n.B " + roff(spelled(option)) + "\n" + roff(option->get_description()) + "\n";
  }
  return out;
}

std::string footer_roff(const CLI::App& app) {
  return app.get_footer().empty() ? "" : ".PP\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
}

void commands_roff(const CLI::App& app, const std::string& path, std::string& out) {
  for (const CLI::App* command : app.get_subcommands(is_listed)) {
    const std::string name = path + " " + command->get_name();
    out += ".SS " + roff(name) + "\n" + roff(command->get_description()) + "\n" + options_roff(*command) +
           footer_roff(*command);
    commands_roff(*command, name, out);
  }
}

std::string manual_of(const CLI::App& app, const Cli& cli) {
  const auto section = [&cli](std::string_view english, std::string_view japanese) {
    return ".SH " + std::string{cli.say(english, japanese)} + "\n";
  };
  std::string out = ".TH MITOME 1 \"\" \"mitome " MITOME_VERSION "\" \"" +
                    std::string{cli.say("User Commands", "利用者コマンド")} + "\"\n";
  out += section("NAME", "名前") + "mitome \\- ";
  out +=
      cli.say("the My Number Card on a phone, as an open system", "マイナンバーカードをスマートフォンに載せるしくみ");
  out += "\n" + section("SYNOPSIS", "書式") + ".B mitome\n.RI [ " + std::string{cli.say("options", "オプション")} +
         " ]\n.I " + std::string{cli.say("command", "コマンド")} + "\n.RI [ " +
         std::string{cli.say("arguments", "引数")} + " ]\n";
  out += section("DESCRIPTION", "説明") + roff(app.get_description()) + "\n" + section("OPTIONS", "オプション") +
         options_roff(app) + footer_roff(app) + section("COMMANDS", "コマンド");
  commands_roff(app, "mitome", out);
  return out + section("SEE ALSO", "関連項目") + ".BR pcscd (8),\n.BR opensc\\-tool (1),\n.BR openssl (1)\n";
}

// -- completion

/// Cases of a shell's case: by commands and option so far, what may follow.
struct Words {
  std::string commands, options;
};

std::string shell_case(const std::string& at, const std::string& words) {
  return "    '" + at + "') found='" + words + "' ;;\n";
}

void collect(const CLI::App& app, const std::string& path, Words& out) {
  std::vector<std::string> commands, options;
  for (const CLI::App* command : app.get_subcommands(is_listed)) commands.push_back(command->get_name());
  for (const CLI::Option* option : app.get_options()) {
    const std::vector<std::string> values = choices(option);
    if (option->get_positional()) {
      commands.insert(commands.end(), values.begin(), values.end());
      continue;
    }
    options.push_back(option->get_name());
    if (takes_value(option)) out.options += shell_case(path + option->get_name(), values.empty() ? "@" : join(values));
  }
  out.commands += shell_case(path, join(commands));
  out.options += shell_case(path, join(options));
  for (const CLI::App* command : app.get_subcommands(is_listed))
    collect(*command, path + command->get_name() + " ", out);
}

/// Walks the words before the cursor down the commands; "@" is an option's value that may be a file. Cases and no
/// arrays with names: bash and zsh write the latter differently.
constexpr const char* kCompletion = R"(_mitome() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at='mitome ' word found global
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if _mitome_commands "$at$word "; then at="$at$word "; fi
  done
  COMPREPLY=()
  if [[ $prev == -* ]] && { _mitome_options "$at$prev" || _mitome_options "mitome $prev"; }; then
    if [[ $found == @ ]]; then return; fi
  elif [[ $cur == -* ]]; then
    _mitome_options 'mitome '
    global=$found
    _mitome_options "$at"
    found="$found $global"
  else
    _mitome_commands "$at"
  fi
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}
complete -o default -F _mitome mitome
)";

std::string completion_of(const CLI::App& app, bool zsh) {
  Words words;
  collect(app, "mitome ", words);
  const auto function = [](const char* name, const std::string& cases) {
    return std::string{name} + "() {\n  case \"$1\" in\n" + cases + "    *) return 1 ;;\n  esac\n}\n";
  };
  return std::string{zsh ? "autoload -U +X bashcompinit && bashcompinit\n" : ""} +
         function("_mitome_commands", words.commands) + function("_mitome_options", words.options) + kCompletion;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void register_manual_commands(CLI::App& app, Cli& cli) {
  CLI::App* manual = app.add_subcommand("manual", "Print the manual page");
  manual->footer(kManualHelp);
  manual->callback([&app, &cli] { print(manual_of(app, cli)); });

  auto shell = std::make_shared<std::string>();  // shared: CLI11 keeps copies of the callback
  CLI::App* completion = app.add_subcommand("completion", "Print what a shell reads to complete these commands");
  completion->footer(kCompletionHelp);
  completion->add_option("shell", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->option_text("bash|zsh");
  completion->callback([&app, shell] { print(completion_of(app, *shell == "zsh")); });
}

}  // namespace mitome::apps
