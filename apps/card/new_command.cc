// mitome card new: one card, or many.
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "apps/card/card_factory.h"
#include "apps/card/card_file.h"
#include "apps/cli.h"
#include "apps/interrupt.h"
#include "base/hex.h"
#include "crypto/hash.h"
#include "net/system_clock.h"

namespace mitome::apps {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNewHelp =
    "Makes physical cards of synthetic persons: keys in the chip, certificates of a test authority that lives for this command\n"
    "alone, the files of all five applications, and the PINs.\n\n"
    "PERSON is JSON; what is missing is made up, the same for the same input:\n"
    "  {\"name\": \"架空　花子\", \"kana\": …, \"address\": …, \"birth_date\": \"19800217\" (or 1980-02-17), \"sex\": \"1\"|\"2\"|\"9\",\n"
    "   \"my_number\": 12 digits with a wrong check digit, \"photo\": path or base64, \"ward\": false,\n"
    "   \"pins\": {\"auth\": \"1234\", \"sign\": \"SIGN1234\", \"text\": \"5678\", \"juki\": \"9012\"}}\n"
    "Under 15, and for a ward, the card has no signing certificate.\n\n"
    "--kind makes the chip of a phone instead, with the JPKI application alone: phone answers as JPKIAPIOSTOKEN, pin-phone as\n"
    "JPKIAPGPSETOKEN. Put it into a reader with mitome card serve --agree.\n\n"
    "FILE may hold several: a JSON array, or a person a line. Then, and with --count, OUT is a folder that gets 0001.card,\n"
    "0002.card and so on; persons that FILE does not have are made up.\n\n"
    "Exit codes: 0 made, 1 refused (MALFORMED: the person; NO_SIGNING_CERTIFICATE: no phone for them), 2 cannot read or write,\n"
    "or interrupted, 64 usage (OUT is there already).\n\n"
    "Examples:\n"
    "  mitome card new --out hanako.card\n"
    "  echo '{\"name\":\"架空　花子\"}' > person.json && mitome card new --person person.json --out card --json | jq -r .auth_sha256\n"
    "  mitome card new --count 1000 --out cards --json > cards.jsonl\n"
    "  mitome card new --out card --trust-out trust.pem      # for `mitome card read --trust trust.pem`\n"
    "  mitome card new --person person.json --out card --at 2026-06-01T10:00:00+09:00";
constexpr size_t kMaxCards = 100'000;

const std::map<std::string, card::TokenProfile> kKinds{{"card", card::TokenProfile::kCard},
                                                       {"phone", card::TokenProfile::kPhone},
                                                       {"pin-phone", card::TokenProfile::kAndroid}};

struct Options {
  std::string person, out, at, trust_out, kind = "card";
  size_t count = 0;  ///< 0: as many as the file has
};

Result<Instant> issue_time(const Options& options) {
  if (options.at.empty()) return net::SystemClock{}.now();
  const auto at = instant_from_rfc3339(options.at);
  return at ? at : Result<Instant>{Error{Reason::USAGE, "--at is written 2026-06-01T10:00:00+09:00"}};
}

json::Value made_json(const IssuedCard& made, const Person& person, const std::string& file) {
  json::Value value = json::Value::object({{"file", file}, {"name", person.name}});
  if (!made.card.empty()) value.set("card", made.card).set("number_b", made.number_b);  // a phone has neither
  value.set("auth_sha256", to_hex(crypto::sha256(made.auth_certificate)));
  if (made.sign_certificate) value.set("sign_sha256", to_hex(crypto::sha256(*made.sign_certificate)));
  return value;
}

Result<IssuedCard> make_one(CardFactory& factory, Person person, const std::string& kind, const std::string& out) {
  draw_missing_portrait(person);
  card::SoftwarePlatform chip{factory.random(), factory.keys()};
  TRY_ASSIGN(IssuedCard made, factory.make(person, kKinds.at(kind), chip));
  TRY(create_card_file(out, chip.silicon()));
  return made;
}

Result<void> single(Cli& cli, CardFactory& factory, const Person& person, const Options& options) {
  const std::string& out = options.out;
  TRY_ASSIGN(const IssuedCard made, make_one(factory, person, options.kind, out));
  const std::string_view signing =
      made.sign_certificate
          ? cli.say("user authentication and signing certificate", "利用者証明用電子証明書と署名用電子証明書")
          : cli.say("user authentication certificate only", "利用者証明用電子証明書のみ");
  cli.print(made_json(made, person, out), std::string{cli.say("Card made for ", "カードを作成しました: ")} +
                                              person.name + " (" + std::string{signing} + "): " + out);
  return {};
}

/// How far it is, on standard error: over one line at a terminal, else a line every tenth part.
class Progress {
 public:
  Progress(const Cli& cli, size_t all) : cli_(cli), all_(all), terminal_(isatty(STDERR_FILENO) != 0) {}
  void show(size_t done) {
    if (cli_.json && !terminal_) return;  // each card is a line there
    if (!terminal_ && (done * 10 / all_ == (done - 1) * 10 / all_)) return;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    const double left = seconds / static_cast<double>(done) * static_cast<double>(all_ - done);
    std::array<char, 128> text{};
    if (cli_.japanese())
      std::snprintf(text.data(), text.size(), "%zu／%zu枚、毎秒%.1f枚、残り%.0f秒", done, all_,
                    static_cast<double>(done) / seconds, left);
    else
      std::snprintf(text.data(), text.size(), "%zu of %zu cards, %.1f a second, %.0f s left", done, all_,
                    static_cast<double>(done) / seconds, left);
    std::fprintf(stderr, "%s%s%s", terminal_ ? "\r\033[K" : "", text.data(), terminal_ && done < all_ ? "" : "\n");
    std::fflush(stderr);
  }

 private:
  const Cli& cli_;
  size_t all_;
  bool terminal_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Many cards, on every core: making keys takes nearly all the time.
class Series {
 public:
  Series(Cli& cli, CardFactory& factory, const std::vector<Person>& persons, const Options& options)
      : cli_(cli),
        factory_(factory),
        persons_(persons),
        kind_(options.kind),
        folder_(options.out),
        progress_(cli, persons.size()) {}

  Result<void> run() {
    std::vector<std::thread> others;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) others.emplace_back([this] { work(); });
    work();
    for (std::thread& other : others) other.join();
    if (failed_) return *failed_;
    if (made_ < persons_.size()) return Error{Reason::UNREACHABLE, "interrupted; cards made: " + std::to_string(made_)};
    cli_.print(
        json::Value::object({{"event", "done"}, {"cards", static_cast<int64_t>(made_)}, {"folder", folder_.string()}}),
        std::string{cli_.say("Cards made: ", "作成したカード: ")} + std::to_string(made_) + ", " + folder_.string());
    return {};
  }

 private:
  std::string file_of(size_t index) const {
    const std::string number = std::to_string(index + 1);
    const size_t width = std::max<size_t>(4, std::to_string(persons_.size()).size());
    return (folder_ / (std::string(width - number.size(), '0') + number + ".card")).string();
  }
  void work() {
    for (size_t index = next_++; index < persons_.size() && !stop_.load(); index = next_++) {
      const auto made = make_one(factory_, persons_[index], kind_, file_of(index));
      const std::lock_guard lock{mutex_};
      if (!made) {
        if (!failed_) failed_ = Error{made.error().reason, file_of(index) + ": " + made.error().detail};
        stop_.store(true);
        return;
      }
      if (cli_.json) cli_.print(made_json(*made, persons_[index], file_of(index)), "");
      progress_.show(++made_);
    }
  }

  Cli& cli_;
  CardFactory& factory_;
  const std::vector<Person>& persons_;
  std::string kind_;
  fs::path folder_;
  Progress progress_;
  std::atomic<bool>& stop_ = stop_on_signals();
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // over what follows, and the printing
  size_t made_ = 0;
  std::optional<Error> failed_;
};

Result<std::vector<Person>> persons_of(const Options& options) {
  std::vector<Person> persons;
  if (!options.person.empty()) {
    TRY_ASSIGN(persons, persons_from_file(options.person, options.count == 0 ? kMaxCards : options.count));
  }
  const size_t wanted = options.count != 0 ? options.count : std::max<size_t>(1, persons.size());
  for (size_t i = persons.size(); i < wanted; ++i) {
    // The number is what makes one different from the next.
    TRY_ASSIGN(Person person, person_without_portrait(i == 0 ? json::Value::object()
                                                      : json::Value::object({{"number", static_cast<int64_t>(i)}})));
    persons.push_back(std::move(person));
  }
  return persons;
}

Result<void> make(Cli& cli, const Options& options) {
  TRY_ASSIGN(const Instant at, issue_time(options));
  TRY_ASSIGN(const std::vector<Person> persons, persons_of(options));
  const bool many = options.count != 0 || persons.size() > 1;
  std::error_code error;
  if (many && fs::exists(options.out, error) && !fs::is_empty(options.out, error))
    return Error{Reason::USAGE, options.out + " is there already, and not empty"};
  if (many && (fs::create_directories(options.out, error), error))
    return Error{Reason::STORAGE_FAILED, "cannot make " + options.out};
  TRY_ASSIGN(const auto factory, CardFactory::open(at));
  if (!options.trust_out.empty()) TRY(create_file(options.trust_out, as_bytes(factory->trust())));
  return many ? Series{cli, *factory, persons, options}.run() : single(cli, *factory, persons.front(), options);
}

}  // namespace

void register_card_new_command(CLI::App& card, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* fresh = card.add_subcommand("new", "Make cards of synthetic persons");
  fresh->footer(kNewHelp);
  fresh->add_option("--person", options->person, "The person, or several, as JSON; without it somebody is made up")
      ->option_text("FILE");
  fresh
      ->add_option("--kind", options->kind,
                   "card; phone (shows itself when its holder agrees); pin-phone (asks the PIN)")
      ->check(CLI::IsMember({"card", "phone", "pin-phone"}))
      ->option_text("card|phone|pin-phone");
  fresh->add_option("--count", options->count, "So many cards, into a folder")
      ->check(CLI::Range(size_t{1}, kMaxCards))
      ->option_text("N");
  fresh->add_option("--out", options->out, "The card, or the folder of several; must not be there yet")
      ->required()
      ->option_text("OUT");
  fresh->add_option("--at", options->at, "Issue it at this time (RFC 3339) instead of now")->option_text("TIME");
  fresh->add_option("--trust-out", options->trust_out, "Where the keys go that verify these cards, as PEM")
      ->option_text("PEM");
  fresh->callback([&cli, options] {
    if (const auto made = make(cli, *options); !made) cli.fail(made.error());
  });
}

}  // namespace mitome::apps
