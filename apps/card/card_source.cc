#include "apps/card/card_source.h"

#include <CLI/CLI.hpp>

#include "card/card_image.h"

namespace mitome::apps {
namespace {

Result<std::string> only_reader_with_a_card() {
  TRY_ASSIGN(const auto names, net::list_pcsc_readers());
  std::string found;
  for (const std::string& name : names) {
    if (!net::PcscReader{name}.present()) continue;
    if (!found.empty())
      return Error{Reason::USAGE, "several readers hold a card; name one with --reader: " + found + ", " + name};
    found = name;
  }
  if (found.empty())
    return Error{Reason::CARD_SILENT, names.empty() ? "no reader is connected" : "no card lies in a reader"};
  return found;
}

}  // namespace

void add_card_source(CLI::App* command, SourceOptions& options) {
  command->add_option("--reader", options.reader, "The reader's PC/SC name")->option_text("NAME");
  command->add_option("--card", options.card, "A card file instead of a reader")->option_text("FILE");
  command->add_option("--log", options.log, "Write down what is said to the card, decoded; - for standard error")
      ->option_text("LOG");
}

Result<void> CardSource::open_file(const std::string& path) {
  TRY_ASSIGN(file_, CardFile::open(path, random_, keys_));
  TRY_ASSIGN(chip_, card::boot(file_->platform()));
  name_ = path;
  channel_ = chip_.get();
  return {};
}

Result<void> CardSource::open_reader(std::string name) {
  if (name.empty()) {
    TRY_ASSIGN(name, only_reader_with_a_card());
  }
  name_ = name;
  reader_ = std::make_unique<net::PcscReader>(std::move(name));
  TRY_ASSIGN(connection_, reader_->connect());
  channel_ = connection_.get();
  return {};
}

Result<std::unique_ptr<CardSource>> CardSource::open(const SourceOptions& options, const Cli& cli) {
  std::unique_ptr<CardSource> source{new CardSource};
  if (!options.card.empty()) {
    TRY(source->open_file(options.card));
  } else {
    TRY(source->open_reader(options.reader));
  }
  if (!options.log.empty()) {
    TRY_ASSIGN(source->log_, ApduLog::open(options.log, cli, source->name_));
  }
  source->logged_ = std::make_unique<LoggedChannel>(*source->channel_, source->log_.get());
  return source;
}

}  // namespace mitome::apps
