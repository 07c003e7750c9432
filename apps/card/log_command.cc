// mitome card log: what was said to a card, decoded.
#include <sys/inotify.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "apps/card/apdu_log.h"
#include "apps/cli.h"
#include "apps/interrupt.h"
#include "base/hex.h"

namespace mitome::apps {
namespace {

constexpr const char* kLogHelp =
    "LOG is what --log of the card commands wrote, or what pcscd itself says of any real card (pcscd --foreground --apdu). Every\n"
    "command is named, with the file it is about and what the answer means. PINs are **, and no value of the holder’s is shown:\n"
    "what this prints may be sent to a colleague. pcscd’s own log has PINs in it, and may not.\n\n"
    "Exit codes: 0 shown, 1 refused (MALFORMED: no APDU in it), 2 cannot be read, 64 usage.\n\n"
    "Examples:\n"
    "  mitome card log apdus.jsonl --follow\n"
    "  mitome card log apdus.jsonl --json | jq -r .instruction | sort | uniq -c\n"
    "  pcscd --foreground --apdu 2>&1 | mitome card log -";
constexpr size_t kMaxLine = 512 * 1024;  // the longest APDU is 64 KiB, three characters a byte

struct Options {
  std::string log;
  bool follow = false;
};

/// A line of pcscd --apdu behind its mark: "APDU: 00 A4 04 0C …", "SW: 90 00". Nothing when it is another line.
std::optional<Bytes> marked_bytes(std::string_view line, std::string_view mark) {
  const size_t at = line.find(mark);
  if (at == line.npos) return std::nullopt;
  std::string digits;
  for (const char c : line.substr(at + mark.size())) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0)
      digits.push_back(c);
    else if (c != ' ')
      break;  // pcscd may end a line by a colour
  }
  const auto bytes = from_hex(digits);
  return bytes && !bytes->empty() ? std::optional<Bytes>{*bytes} : std::nullopt;
}

class Teller {
 public:
  explicit Teller(const Cli& cli) : cli_(cli) {}

  /// MALFORMED for a line that begins as one of ours and is none.
  Result<void> tell(const std::string& line) {
    if (line.starts_with('{')) return tell_own(line);
    if (auto command = marked_bytes(line, "APDU: "))
      command_ = std::move(*command);
    else if (const auto answer = marked_bytes(line, "SW: "); answer && !command_.empty())
      print(reader_.read(command_, *answer), "");
    return {};
  }
  size_t told() const { return told_; }

 private:
  Result<void> tell_own(const std::string& line) {
    TRY_ASSIGN(const json::Value value, json::parse(line));
    const std::string time = value.string_or("time", "");
    if (value.string_or("event", "") == "power") {
      cli_.print(value, clock_of(time) + std::string{cli_.say("power off and on", "電源の入れ直し")});
      return {};
    }
    TRY_ASSIGN(const jpki::Exchange told, exchange_from_json(value));
    ++told_;
    cli_.print(value, clock_of(time) + exchange_text(told, cli_));
    return {};
  }
  void print(const jpki::Exchange& told, const std::string& time) {
    ++told_;
    cli_.print(exchange_json(told), time + exchange_text(told, cli_));
    command_.clear();
  }
  static std::string clock_of(const std::string& time) {
    const size_t at = time.find('T');
    return at == time.npos ? "" : time.substr(at + 1, 12) + "  ";
  }

  const Cli& cli_;
  jpki::ExchangeReader reader_;
  Bytes command_;
  size_t told_ = 0;
};

/// Until the file has grown, or a signal came.
class Growth {
 public:
  explicit Growth(const std::string& path) : watch_(inotify_init1(IN_CLOEXEC)) {
    if (watch_ >= 0) inotify_add_watch(watch_, path.c_str(), IN_MODIFY);
  }
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;
  ~Growth() {
    if (watch_ >= 0) close(watch_);
  }
  /// False when it cannot be waited for.
  bool wait() {
    std::array<char, 4096> events{};
    return read(watch_, events.data(), events.size()) > 0 || errno == EINTR;
  }

 private:
  int watch_;
};

/// Line by line; with `growth` the end of the file is not the end.
Result<void> tell_lines(std::istream& in, Growth* growth, Teller& teller) {
  const std::atomic<bool>* const stop = growth == nullptr ? nullptr : &stop_on_signals();
  std::string line;
  for (size_t number = 1;;) {
    std::string part;
    const bool whole = static_cast<bool>(std::getline(in, part)) && !in.eof();
    line += part;
    if (line.size() > kMaxLine) return Error{Reason::LIMIT_EXCEEDED, "line " + std::to_string(number)};
    if (whole || (growth == nullptr && !line.empty())) {
      if (const auto told = teller.tell(line); !told)
        return Error{told.error().reason, "line " + std::to_string(number) + ": " + told.error().detail};
      line.clear();
      ++number;
    }
    if (whole) continue;
    if (stop == nullptr || stop->load()) return {};
    in.clear();
    if (!growth->wait()) return Error{Reason::STORAGE_FAILED, "the log cannot be watched"};
  }
}

Result<void> show_log(Cli& cli, const Options& options) {
  Teller teller{cli};
  if (options.log == "-") {
    TRY(tell_lines(std::cin, nullptr, teller));  // it ends when its writer does
  } else {
    std::ifstream file{options.log};
    if (!file) return Error{Reason::STORAGE_FAILED, "cannot read " + options.log};
    std::optional<Growth> growth;
    if (options.follow) growth.emplace(options.log);
    TRY(tell_lines(file, growth ? &*growth : nullptr, teller));
  }
  if (teller.told() == 0 && !options.follow) return Error{Reason::MALFORMED, "no APDU in " + options.log};
  return {};
}

}  // namespace

void register_card_log_command(CLI::App& card, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* log = card.add_subcommand("log", "Show what was said to a card, decoded and without its PINs");
  log->footer(kLogHelp);
  log->add_option("log", options->log, "The log, or - for standard input")->required()->option_text("LOG");
  log->add_flag("--follow", options->follow, "Go on as it grows, until interrupted");
  log->callback([&cli, options] {
    if (const auto shown = show_log(cli, *options); !shown) cli.fail(shown.error());
  });
}

}  // namespace mitome::apps
