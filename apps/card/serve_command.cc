// mitome card serve: cards into the virtual readers of this machine.
#include <CLI/CLI.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "apps/card/agreed_platform.h"
#include "apps/card/apdu_log.h"
#include "apps/card/card_file.h"
#include "apps/cli.h"
#include "apps/interrupt.h"
#include "card/card_image.h"
#include "net/vpcd_card.h"

namespace mitome::apps {
namespace {

constexpr const char* kServeHelp =
    "Puts cards into the virtual readers of vsmartcard (vpcd) under pcscd, until interrupted or until pcscd ends. Slot 0 is\n"
    "“Virtual PCD 00 00” on port 35963, slot 1 on 35964; two cards go into both. Tries that are used up stay used up: every\n"
    "change is on the disk before it is answered.\n\n"
    "--log writes each command and its answer down, decoded: PINs as **, no value of the holder’s. LOG is a file, to be read with\n"
    "mitome card log, or - for this terminal.\n\n"
    "A phone (mitome card new --kind phone) lies dark in the reader. With --agree auth its holder agrees to a login each time it\n"
    "gets power, with --agree sign to a signature: it shows itself for that one operation, and needs no PIN. A pin-phone asks its\n"
    "PIN, as a card does.\n\n"
    "vpcd listens on all addresses of the machine: run pcscd in a network namespace of its own (tests/interop/vpcd.sh).\n\n"
    "Exit codes: 0 taken out, 1 refused (MALFORMED: not a card), 2 no vpcd there, the card is in another reader, or the file\n"
    "cannot be read, 64 usage.\n\n"
    "Examples:\n"
    "  mitome card serve hanako.card\n"
    "  mitome card serve hanako.card taro.card      # a card in each of the two readers\n"
    "  mitome card serve hanako.phone --agree auth  # a phone whose holder has just agreed to a login\n"
    "  mitome card serve hanako.card --log -        # and see what OpenSC says to it\n"
    "  mitome card serve hanako.card --slot 1 --json";
constexpr size_t kSlots = 2;

struct Options {
  std::vector<std::string> cards;
  std::string host = "127.0.0.1", log, agree;
  uint16_t slot = 0;
  uint16_t port = 0;
};

card::UserOperation agreed_operation(std::string_view agree) {
  if (agree == "auth") return card::UserOperation::kAuthentication;
  return agree == "sign" ? card::UserOperation::kSigning : card::UserOperation::kNone;
}

/// One card in one reader.
class Served {
 public:
  static Result<std::unique_ptr<Served>> open(const std::string& path, uint16_t port, const Options& options,
                                              const Cli& cli) {
    std::unique_ptr<Served> served{new Served{path, port}};
    TRY_ASSIGN(served->file_, CardFile::open(path, served->random_, served->keys_));
    served->platform_.emplace(served->file_->platform(), agreed_operation(options.agree));
    TRY_ASSIGN(served->chip_, card::boot(*served->platform_));
    if (!options.log.empty()) {
      TRY_ASSIGN(served->log_, ApduLog::open(options.log, cli, path));
    }
    return served;
  }

  /// Until `stop`, which it sets when it ends by itself. `inserted` when vpcd has taken the card.
  Result<size_t> run(const std::string& host, std::atomic<bool>& stop, const std::function<void()>& inserted) {
    LoggedChannel channel{*chip_, log_.get()};
    net::VpcdDialogue dialogue{channel, [this] {
                                 chip_->reset();
                                 platform_->agree();
                                 if (log_) log_->powered();
                               }};
    const auto done = net::serve_vpcd(dialogue, host, port_, stop, inserted);
    stop.store(true);
    return done ? Result<size_t>{dialogue.commands()} : Result<size_t>{done.error()};
  }

  const std::string& path() const { return path_; }
  uint16_t port() const { return port_; }

 private:
  Served(std::string path, uint16_t port) : path_(std::move(path)), port_(port) {}

  std::string path_;
  uint16_t port_;
  crypto::SystemRandom random_;
  crypto::SystemKeySource keys_;
  std::unique_ptr<CardFile> file_;
  std::optional<AgreedPlatform> platform_;
  std::unique_ptr<card::Chip> chip_;
  std::unique_ptr<ApduLog> log_;
};

json::Value event(const Served& card, const char* what) {
  return json::Value::object({{"event", what}, {"card", card.path()}, {"port", static_cast<int64_t>(card.port())}});
}

void run(Cli& cli, Served& card, const std::string& host, std::atomic<bool>& stop, std::mutex& printing) {
  const auto commands = card.run(host, stop, [&] {
    const std::lock_guard lock{printing};
    cli.print(event(card, "inserted").set("host", host),
              std::string{cli.say("The card is in the reader. Ctrl-C takes it out: ",
                                  "カードを読み取り機に入れました。Ctrl-C で取り出します: ")} +
                  card.path());
  });
  const std::lock_guard lock{printing};
  if (!commands) return cli.fail(commands.error());
  cli.print(
      event(card, "removed").set("commands", static_cast<int64_t>(*commands)),
      std::string{cli.say("The card is out; commands answered: ", "カードを取り出しました。応答したコマンド数: ")} +
          std::to_string(*commands));
}

void serve(Cli& cli, const Options& options) {
  if (options.cards.size() > kSlots)
    return cli.fail({Reason::USAGE, "vpcd has two readers; start it again for more cards"});
  if (options.cards.size() > 1 && (options.slot != 0 || options.port != 0))
    return cli.fail({Reason::USAGE, "two cards go into both readers: neither --slot nor --port"});
  std::vector<std::unique_ptr<Served>> cards;
  for (size_t i = 0; i < options.cards.size(); ++i) {
    const auto port = static_cast<uint16_t>(options.port != 0 ? options.port : net::kVpcdPort + options.slot + i);
    auto opened = Served::open(options.cards[i], port, options, cli);
    if (!opened) return cli.fail(opened.error());
    cards.push_back(std::move(*opened));
  }
  std::atomic<bool>& stop = stop_on_signals();
  std::mutex printing;
  std::vector<std::thread> others;
  for (size_t i = 1; i < cards.size(); ++i)
    others.emplace_back([&, card = cards[i].get()] { run(cli, *card, options.host, stop, printing); });
  run(cli, *cards.front(), options.host, stop, printing);
  for (std::thread& other : others) other.join();
}

}  // namespace

void register_card_serve_command(CLI::App& card, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* serving = card.add_subcommand("serve", "Put cards into the virtual PC/SC readers");
  serving->footer(kServeHelp);
  serving->add_option("card", options->cards, "One or two cards of `mitome card new`")
      ->required()
      ->option_text("CARD…");
  serving->add_option("--slot", options->slot, "Which of vpcd's readers: 0 or 1")
      ->check(CLI::Range(uint16_t{0}, static_cast<uint16_t>(kSlots - 1)))
      ->option_text("0|1");
  serving->add_option("--host", options->host, "Where vpcd listens (127.0.0.1)")->option_text("HOST");
  serving->add_option("--port", options->port, "Another port than the slot's")
      ->check(CLI::Range(uint16_t{1}, uint16_t{65535}))
      ->option_text("PORT");
  serving
      ->add_option("--agree", options->agree,
                   "What the holder of a phone agrees to each time it gets power (simulated)")
      ->check(CLI::IsMember({"auth", "sign"}))
      ->option_text("auth|sign");
  serving->add_option("--log", options->log, "Write down what is said to the card, decoded")->option_text("LOG");
  serving->callback([&cli, options] { serve(cli, *options); });
}

}  // namespace mitome::apps
