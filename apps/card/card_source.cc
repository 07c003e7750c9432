#include "apps/card/card_source.h"

#include "card/card_image.h"

namespace mitome::apps {
namespace {

Result<std::string> only_reader_with_a_card() {
  TRY_ASSIGN(const auto names, net::list_pcsc_readers());
  std::string found;
  for (const std::string& name : names) {
    if (!net::PcscReader{name}.present()) continue;
    if (!found.empty()) return Error{Reason::USAGE, "several readers hold a card; name one with --reader: " + found + ", " + name};
    found = name;
  }
  if (found.empty()) return Error{Reason::CARD_SILENT, names.empty() ? "no reader is connected" : "no card lies in a reader"};
  return found;
}

}  // namespace

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

Result<std::unique_ptr<CardSource>> CardSource::open(const SourceOptions& options) {
  std::unique_ptr<CardSource> source{new CardSource};
  if (!options.card.empty()) {
    TRY(source->open_file(options.card));
  } else {
    TRY(source->open_reader(options.reader));
  }
  return source;
}

}  // namespace mitome::apps
