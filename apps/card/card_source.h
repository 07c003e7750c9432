// Where `mitome card …` finds the card it talks to: a PC/SC reader of this machine, or a card file, powered up in this
// process. Either way it is read by APDUs, with the code that the kiosk uses.
#pragma once

#include <memory>
#include <string>

#include "apps/card/apdu_log.h"
#include "apps/card/card_file.h"
#include "card/runtime/chip.h"
#include "net/pcsc_reader.h"

namespace mitome::apps {

struct SourceOptions {
  std::string reader;  ///< PC/SC name; empty: the only one in which something lies
  std::string card;    ///< file of `mitome card new`; then no reader is asked
  std::string log;     ///< where the APDUs are written down; empty: nowhere
};

/// --reader, --card and --log. The options must live as long as the command.
void add_card_source(CLI::App* command, SourceOptions& options);

class CardSource {
 public:
  /// UNREACHABLE (no pcscd, the file is in use), CARD_SILENT (nothing lies there), USAGE (several readers hold a card:
  /// say which), STORAGE_FAILED (the log).
  static Result<std::unique_ptr<CardSource>> open(const SourceOptions& options, const Cli& cli);

  apdu::ApduChannel& channel() { return *logged_; }
  const std::string& name() const { return name_; }  ///< the reader's, or the file's
  /// The silicon, for what only a city counter may do; null for a card in a reader.
  card::Platform* silicon() { return file_ == nullptr ? nullptr : &file_->platform(); }

 private:
  CardSource() = default;
  Result<void> open_file(const std::string& path);
  Result<void> open_reader(std::string name);

  std::string name_;
  crypto::SystemRandom random_;
  crypto::SystemKeySource keys_;
  std::unique_ptr<CardFile> file_;
  std::unique_ptr<card::Chip> chip_;
  std::unique_ptr<net::PcscReader> reader_;
  std::unique_ptr<apdu::ApduChannel> connection_;
  apdu::ApduChannel* channel_ = nullptr;
  std::unique_ptr<ApduLog> log_;
  std::unique_ptr<LoggedChannel> logged_;
};

}  // namespace mitome::apps
