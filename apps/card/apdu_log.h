// What goes between a reader and a card, as lines that may be shown to others: no PIN, no value of the holder's
// (protocol/jpki/exchange.h).
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "apps/cli.h"
#include "base/time.h"
#include "protocol/apdu/apdu.h"
#include "protocol/jpki/exchange.h"

namespace mitome::apps {

/// A line for a person: "VERIFY user authentication PIN (jpki 0018): 63C2 wrong; tries left: 2  [00 20 00 98 04 ** **
/// ** **]".
std::string exchange_text(const jpki::Exchange& told, const Cli& cli);
/// The same for a program, in the names of docs/data.md; exchange_from_json() reads it back.
json::Value exchange_json(const jpki::Exchange& told);
/// MALFORMED, naming the member.
Result<jpki::Exchange> exchange_from_json(const json::Value& line);

/// Where the lines go while a card is used.
class ApduLog {
 public:
  /// `path`: a file, mode 0600, to which JSON lines are added; "-": standard error, as text, or as JSON with --json.
  /// STORAGE_FAILED.
  static Result<std::unique_ptr<ApduLog>> open(const std::string& path, const Cli& cli, std::string card);
  ApduLog(const ApduLog&) = delete;
  ApduLog& operator=(const ApduLog&) = delete;
  ~ApduLog();

  void exchanged(ByteView command, ByteView response);
  /// Power went off and on.
  void powered();

 private:
  ApduLog(int file, bool own, const Cli& cli, std::string card);
  std::string time_now() const;
  void write(json::Value line, const std::string& text);

  int file_;
  bool own_;  ///< a file of ours, in JSON
  const Cli& cli_;
  std::string card_;
  Instant begin_;  ///< what follows is counted from here: APDUs follow each other faster than a clock of seconds
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  jpki::ExchangeReader reader_;
  bool failed_ = false;
};

/// A way to a card that is written down; `log` may be null.
class LoggedChannel final : public apdu::ApduChannel {
 public:
  LoggedChannel(apdu::ApduChannel& inner, ApduLog* log) : inner_(inner), log_(log) {}
  Result<Bytes> transmit(ByteView command) override;

 private:
  apdu::ApduChannel& inner_;
  ApduLog* log_;
};

}  // namespace mitome::apps
