#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <memory>

#include "apps/card/card_file.h"
#include "apps/card/city_desk.h"
#include "apps/cli.h"
#include "apps/town/authority.h"
#include "apps/town/switchboard.h"
#include "base/hex.h"
#include "net/system_clock.h"
#include "net/vpcd_card.h"

namespace mitome::apps {
namespace {

constexpr const char* kCardHelp =
    "The file stands for the chip's silicon: its keys, PINs, counters and files, mode 0600. Whoever can read it has the card.\n\n"
    "Examples:\n"
    "  mitome card new --person person.json --out hanako.card\n"
    "  mitome card serve hanako.card            # put it into the first virtual reader\n"
    "  pkcs15-tool --list-certificates          # and read it with other people's software";

constexpr const char* kNewHelp =
    "Makes a physical card of a synthetic person: keys in the chip, certificates of a test authority that lives for this command\n"
    "alone, the text files with My Number and the four items, and the PINs.\n\n"
    "PERSON is JSON; what is missing is made up, the same for the same input:\n"
    "  {\"name\": \"架空　花子\", \"kana\": …, \"address\": …, \"birth_date\": \"19800217\" (or 1980-02-17), \"sex\": \"1\"|\"2\"|\"9\",\n"
    "   \"my_number\": 12 digits with a wrong check digit, \"photo\": path or base64, \"ward\": false,\n"
    "   \"pins\": {\"auth\": \"1234\", \"sign\": \"SIGN1234\", \"text\": \"5678\", \"juki\": \"9012\"}}\n"
    "Under 15, and for a ward, the card has no signing certificate.\n\n"
    "Exit codes: 0 made, 1 refused (MALFORMED: the person), 2 cannot read or write, 64 usage (the card is there already).\n\n"
    "Examples:\n"
    "  echo '{}' > person.json && mitome card new --person person.json --out card\n"
    "  mitome card new --person person.json --out card --json | jq -r .auth_sha256\n"
    "  mitome card new --person person.json --out card --at 2026-06-01T10:00:00+09:00";

constexpr const char* kServeHelp =
    "Puts the card into a virtual reader of vsmartcard (vpcd) under pcscd, until interrupted or until pcscd ends. Slot 0 is\n"
    "“Virtual PCD 00 00” on port 35963, slot 1 on 35964. Tries that are used up stay used up: every change is on the disk\n"
    "before it is answered.\n\n"
    "vpcd listens on all addresses of the machine: run pcscd in a network namespace of its own (tests/interop/opensc/run.sh).\n\n"
    "Exit codes: 0 taken out, 1 refused (MALFORMED: not a card), 2 no vpcd there, the card is in another reader, or the file\n"
    "cannot be read, 64 usage.\n\n"
    "Examples:\n"
    "  mitome card serve card\n"
    "  mitome card serve card --slot 1 --json";

struct NewOptions {
  std::string person, out, at;
};

struct ServeOptions {
  std::string card, host = "127.0.0.1";
  uint16_t slot = 0;
  uint16_t port = 0;
};

std::string sha256_hex(ByteView bytes) { return to_hex(crypto::sha256(bytes)); }

/// A blank chip, an authority for this one card, and the city's counter between them.
Result<IssuedCard> make_card(const Person& person, const std::string& out, Instant at) {
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
  const town::MovableClock clock{at};
  town::MemoryStorage storage;
  TRY_ASSIGN(const auto authority, town::Authority::open({clock, random, keys, storage, "http://authority.localhost", {}}));
  town::Switchboard network{nullptr};
  network.connect("authority.localhost", authority->routes());
  card::SoftwarePlatform chip{random, keys};
  const std::string token = authority->token(town::Role::kCity);
  TRY_ASSIGN(IssuedCard made, issue_card(network, "authority.localhost", token, person, chip, clock.now()));
  TRY(create_card_file(out, chip.silicon()));
  return made;
}

void run_new(Cli& cli, const NewOptions& options) {
  const auto at = options.at.empty() ? Result<Instant>{net::SystemClock{}.now()} : instant_from_rfc3339(options.at);
  if (!at) return cli.fail({Reason::USAGE, "--at is written 2026-06-01T10:00:00+09:00"});
  const auto person = person_from_file(options.person);
  if (!person) return cli.fail(person.error());
  const auto made = make_card(*person, options.out, *at);
  if (!made) return cli.fail(made.error());
  json::Value value = json::Value::object({{"card", made->card}, {"file", options.out}, {"name", person->name},
                                           {"number_b", made->number_b}, {"auth_sha256", sha256_hex(made->auth_certificate)}});
  if (made->sign_certificate) value.set("sign_sha256", sha256_hex(*made->sign_certificate));
  const std::string_view signing =
      made->sign_certificate ? cli.say("user authentication and signing certificate", "利用者証明用電子証明書と署名用電子証明書")
                             : cli.say("user authentication certificate only", "利用者証明用電子証明書のみ");
  cli.print(value, std::string{cli.say("Card made for ", "カードを作成しました: ")} + person->name + " (" + std::string{signing} +
                       "): " + options.out);
}

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // so that a signal handler may set it

void on_interrupt(int) { g_interrupted.store(true); }

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Result<size_t> serve(Cli& cli, const ServeOptions& options) {
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
  TRY_ASSIGN(const auto file, CardFile::open(options.card, random, keys));
  TRY_ASSIGN(const auto chip, card::boot(file->platform()));
  net::VpcdDialogue dialogue{*chip, [&] { chip->reset(); }};
  const uint16_t port = options.port != 0 ? options.port : static_cast<uint16_t>(net::kVpcdPort + options.slot);
  stop_on_signals();
  TRY(net::serve_vpcd(dialogue, options.host, port, g_interrupted, [&] {
    cli.print(json::Value::object({{"event", "inserted"}, {"host", options.host}, {"port", static_cast<int64_t>(port)}}),
              cli.say("The card is in the reader. Ctrl-C takes it out.", "カードを読み取り機に入れました。Ctrl-C で取り出します。"));
  }));
  return dialogue.commands();
}

void run_serve(Cli& cli, const ServeOptions& options) {
  const auto commands = serve(cli, options);
  if (!commands) return cli.fail(commands.error());
  cli.print(json::Value::object({{"event", "removed"}, {"commands", static_cast<int64_t>(*commands)}}),
            std::string{cli.say("The card is out; commands answered: ", "カードを取り出しました。応答したコマンド数: ")} +
                std::to_string(*commands));
}

}  // namespace

void register_card_commands(CLI::App& app, Cli& cli) {
  CLI::App* card = app.add_subcommand("card", "Make a card, put it into a reader, read it");
  card->footer(kCardHelp);
  card->require_subcommand(1);

  auto made = std::make_shared<NewOptions>();  // shared: CLI11 keeps copies of the callback
  CLI::App* fresh = card->add_subcommand("new", "Make a card of a synthetic person");
  fresh->footer(kNewHelp);
  fresh->add_option("--person", made->person, "The person, as JSON")->required()->option_text("FILE");
  fresh->add_option("--out", made->out, "The card; must not be there yet")->required()->option_text("CARD");
  fresh->add_option("--at", made->at, "Issue it at this time (RFC 3339) instead of now")->option_text("TIME");
  fresh->callback([&cli, made] { run_new(cli, *made); });

  auto served = std::make_shared<ServeOptions>();  // shared: CLI11 keeps copies of the callback
  CLI::App* serving = card->add_subcommand("serve", "Put a card into a virtual PC/SC reader");
  serving->footer(kServeHelp);
  serving->add_option("card", served->card, "A card of `mitome card new`")->required()->option_text("CARD");
  serving->add_option("--slot", served->slot, "Which of vpcd's readers: 0 or 1")
      ->check(CLI::Range(uint16_t{0}, uint16_t{1}))
      ->option_text("0|1");
  serving->add_option("--host", served->host, "Where vpcd listens (127.0.0.1)")->option_text("HOST");
  serving->add_option("--port", served->port, "Another port than the slot's")
      ->check(CLI::Range(uint16_t{1}, uint16_t{65535}))
      ->option_text("PORT");
  serving->callback([&cli, served] { run_serve(cli, *served); });

  register_card_use_commands(*card, cli);
}

}  // namespace mitome::apps
