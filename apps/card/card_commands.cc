// mitome card: each of its commands is in a file of its own.
#include <CLI/CLI.hpp>

#include "apps/cli.h"

namespace mitome::apps {
namespace {

constexpr const char* kCardHelp =
    "The file stands for the chip's silicon: its keys, PINs, counters and files, mode 0600. Whoever can read it has the card.\n\n"
    "Examples:\n"
    "  mitome card new --out hanako.card\n"
    "  mitome card serve hanako.card            # put it into the first virtual reader\n"
    "  pkcs15-tool --list-certificates          # and read it with other people's software\n"
    "  mitome card compare                      # where the card in a reader differs from ours";

}  // namespace

void register_card_commands(CLI::App& app, Cli& cli) {
  CLI::App* card = app.add_subcommand("card", "Make a card, put it into a reader, read it");
  card->footer(kCardHelp);
  card->require_subcommand(1);
  register_card_new_command(*card, cli);
  register_card_serve_command(*card, cli);
  register_card_log_command(*card, cli);
  register_card_use_commands(*card, cli);
  register_card_compare_command(*card, cli);
}

}  // namespace mitome::apps
