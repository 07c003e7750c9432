// mitome card list, show, read, sign, verify-pin, change-pin, unblock: what one does with a card that is there.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/card/card_contents.h"
#include "apps/card/card_source.h"
#include "apps/cli.h"
#include "card/counter_procedure.h"
#include "crypto/hash.h"
#include "protocol/jpki/reader.h"

namespace mitome::apps {
namespace {

constexpr const char* kWhere =
    "\nThe card: in a PC/SC reader (--reader NAME, or the only one that holds a card), or in a file of `mitome card new` (--card FILE).\n";
constexpr const char* kPinsHelp =
    "PINS is JSON, {\"auth\": \"1234\", \"sign\": \"SIGN1234\", \"text\": \"5678\", \"juki\": \"9012\"}, or - for standard input.\n"
    "A PIN is never an argument: every process of the machine could read it.\n";
constexpr const char* kTriesHelp = "A wrong PIN uses up a try: 3 of auth, text and juki, 5 of sign; at none the PIN is locked.\n";
constexpr const char* kExitCodes =
    "\nExit codes: 0 done, 1 refused (PIN_WRONG, PIN_BLOCKED, CARD_REFUSED), 2 no reader or no card, 64 wrong usage.\n";
constexpr size_t kMaxDocument = 64 * 1024 * 1024;

struct Options {
  SourceOptions source;
  std::string pins, which, file, out, trust, key = "auth";
};

/// A line each, nested ones indented; what is long stands in the JSON alone.
void write_lines(const json::Value& value, const std::string& indent, std::string& out) {
  constexpr size_t kLong = 72;
  for (const auto& [name, member] : value.members()) {
    out += indent + name + ":";
    if (member.is_object()) {
      out += "\n";
      write_lines(member, indent + "  ", out);
      continue;
    }
    const std::string* text = member.text();
    const std::string shown = text != nullptr ? *text : member.dump();
    out += " " + (shown.size() > kLong ? std::to_string(shown.size()) + " characters; see --json" : shown) + "\n";
  }
}

void print_value(Cli& cli, const json::Value& value) {
  std::string text;
  write_lines(value, "", text);
  text.pop_back();
  cli.print(value, text);
}

Result<void> list(Cli& cli) {
  TRY_ASSIGN(const auto names, net::list_pcsc_readers());
  json::Value readers = json::Value::array();
  std::string text;
  for (const std::string& name : names) {
    json::Value one = json::Value::object({{"reader", name}, {"present", net::PcscReader{name}.present()}});
    std::string what{cli.say("empty", "空")};
    if (net::PcscReader{name}.present()) {
      const auto source = CardSource::open({name, {}, {}}, cli);
      const auto described = source ? describe_card((*source)->channel()) : Result<json::Value>{source.error()};
      what = described ? described->string_or("token", "") : to_string(described.error());
      one.set("card", what);
    }
    text += name + ": " + what + "\n";
    readers.push(std::move(one));
  }
  if (names.empty()) text = std::string{cli.say("No reader is connected.", "カードリーダーが接続されていません。")} + "\n";
  if (!text.empty()) text.pop_back();
  cli.print(json::Value::object({{"readers", std::move(readers)}}), text);
  return {};
}

Result<void> show(Cli& cli, const Options& options) {
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  TRY_ASSIGN(const json::Value described, describe_card(source->channel()));
  print_value(cli, described);
  return {};
}

Result<void> read(Cli& cli, const Options& options) {
  TRY_ASSIGN(PinInput pins, PinInput::open(options.pins));
  std::optional<CardTrust> trust;
  if (!options.trust.empty()) {
    TRY_ASSIGN(trust, CardTrust::open(options.trust));
  }
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  TRY_ASSIGN(const json::Value contents, read_card(source->channel(), pins, trust ? &*trust : nullptr, cli));
  print_value(cli, contents);
  return {};
}

/// A phone whose holder agrees on it asks no PIN.
Result<bool> asks_a_pin(apdu::ApduChannel& channel) {
  TRY(jpki::select_application(channel, jpki::kJpkiAid));
  TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(channel));
  return token.label != jpki::kPhoneLabel;
}

Result<void> sign(Cli& cli, const Options& options) {
  const bool signing = options.key == "sign";
  TRY_ASSIGN(const crypto::SecretBytes document, read_whole_file(options.file, kMaxDocument));
  TRY_ASSIGN(const PinPlace place, pin_place(options.key));
  TRY_ASSIGN(PinInput pins, PinInput::open(options.pins));
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  TRY_ASSIGN(const bool pin_needed, asks_a_pin(source->channel()));
  const crypto::Pin* pin = nullptr;
  if (pin_needed) {
    TRY_ASSIGN(pin, pins.get(place.which, cli.say(place.en, place.ja)));
  }
  const auto made = jpki::sign_with_card(source->channel(), signing ? jpki::kSignKey : jpki::kAuthKey, pin,
                                         crypto::sha256(document.reveal()));
  if (!made) return about_pin(place, made.error(), cli);
  TRY(create_file(options.out, made->signature));
  TRY(create_file(options.out + ".der", made->certificate));
  cli.print(json::Value::object({{"signature", options.out}, {"certificate", options.out + ".der"}}),
            std::string{cli.say("Signed: ", "署名しました: ")} + options.out + ", " + options.out + ".der");
  return {};
}

Result<void> verify(Cli& cli, const Options& options) {
  TRY_ASSIGN(const PinPlace place, pin_place(options.which));
  TRY_ASSIGN(const crypto::Pin pin, ask_pin(place.which, cli.say(place.en, place.ja)));
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  TRY(jpki::select_application(source->channel(), place.aid));
  const auto verified = jpki::verify_pin(source->channel(), place.file, pin);
  if (!verified) return about_pin(place, verified.error(), cli);
  TRY_ASSIGN(const unsigned left, jpki::pin_tries_left(source->channel(), place.file));
  cli.print(json::Value::object({{"which", place.which}, {"right", true}, {"tries_left", static_cast<int64_t>(left)}}),
            std::string{cli.say("Right: ", "正しい暗証番号です: ")} + std::string{cli.say(place.en, place.ja)});
  return {};
}

/// In each application that has this PIN: its holder knows one.
Result<void> change(Cli& cli, const Options& options) {
  TRY_ASSIGN(const PinPlace first, pin_place(options.which));
  const std::string name{cli.say(first.en, first.ja)};
  TRY_ASSIGN(const crypto::Pin now, ask_pin(first.which, name + std::string{cli.say(" (as it is)", "（いまのもの）")}));
  TRY_ASSIGN(const crypto::Pin next, ask_pin(first.which, name + std::string{cli.say(" (the new one)", "（新しいもの）")}));
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  for (const PinPlace& place : pin_places()) {
    if (place.which != first.which) continue;
    TRY(jpki::select_application(source->channel(), place.aid));
    const auto verified = jpki::verify_pin(source->channel(), place.file, now);
    if (!verified) return about_pin(place, verified.error(), cli);
    TRY(place.which == "juki" ? jpki::change_register_pin(source->channel(), next)
                              : jpki::change_pin(source->channel(), place.file, next));
  }
  cli.print(json::Value::object({{"which", first.which}, {"changed", true}}),
            std::string{cli.say("Changed: ", "変更しました: ")} + name);
  return {};
}

/// What only the city's counter does; here to a card whose silicon is a file.
Result<void> unblock(Cli& cli, const Options& options) {
  TRY_ASSIGN(const PinPlace place, pin_place(options.which));
  const auto counter = place.which == "auth"   ? std::optional{card::CounterPin::kAuth}
                       : place.which == "sign" ? std::optional{card::CounterPin::kSign}
                       : place.which == "text" ? std::optional{card::CounterPin::kText}
                                               : std::nullopt;
  if (!counter) return Error{Reason::USAGE, "unblock: auth, sign or text"};
  TRY_ASSIGN(const crypto::Pin pin, ask_pin(place.which, cli.say(place.en, place.ja)));
  TRY_ASSIGN(const auto source, CardSource::open(options.source, cli));
  if (source->silicon() == nullptr)
    return Error{Reason::USAGE, "a card in a reader is unblocked by the city's counter alone; name a card file with --card"};
  TRY(card::counter_set_pin(*source->silicon(), *counter, pin));
  cli.print(json::Value::object({{"which", place.which}, {"unblocked", true}}),
            std::string{cli.say("Set anew, with all its tries: ", "設定し直しました（残り回数も元どおり）: ")} +
                std::string{cli.say(place.en, place.ja)});
  return {};
}

void run(Cli& cli, const Result<void>& done) {
  if (!done) cli.fail(done.error());
}

void add_pins(CLI::App* command, const std::shared_ptr<Options>& options) {
  command->add_option("--pins", options->pins, "The PINs, as JSON")->option_text("PINS");
}

using Action = Result<void> (*)(Cli&, const Options&);

std::shared_ptr<Options> add(CLI::App& card, Cli& cli, const char* name, const char* what, const std::string& footer,
                             Action action) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* command = card.add_subcommand(name, what);
  command->footer(footer);
  add_card_source(command, options->source);
  command->callback([&cli, options, action] { run(cli, action(cli, *options)); });
  return options;
}

}  // namespace

void register_card_use_commands(CLI::App& card, Cli& cli) {
  CLI::App* listing = card.add_subcommand("list", "The readers of this machine and what lies in them");
  listing->footer("Needs pcscd. Exit codes: 0 asked, 2 no pcscd.\n\nExample:\n  mitome card list");
  listing->callback([&cli] { run(cli, list(cli)); });

  add(card, cli, "show", "What a card says without any PIN",
      std::string{"Token, applications, tries left, the card's number, the user authentication certificate."} + kWhere + kExitCodes +
          "\nExamples:\n  mitome card show\n  mitome card show --card hanako.card --json | jq .tries_left",
      show);

  const auto reading = add(card, cli, "read", "Everything that the PINs given open, as JSON",
                           std::string{"text opens My Number, the four items and the pictures of the face; sign the signing\n"
                                       "certificate; juki the resident code.\n"
                                           "--trust PEM (from mitome card new --trust-out) verifies all of it without a network.\n"} +
                               kPinsHelp + kTriesHelp + kWhere + kExitCodes +
                               "\nExample:\n  echo '{\"text\":\"5678\"}' | mitome card read --pins -",
                           read);
  CLI::App* read_command = card.get_subcommand("read");
  add_pins(read_command, reading);
  read_command->add_option("--trust", reading->trust, "Verify what is read by these keys and CAs, else refuse")->option_text("PEM");

  const auto signing = add(card, cli, "sign", "Sign a file with the card",
                           std::string{"RSA PKCS #1 v1.5 with SHA-256. The key's certificate stands beside the signature, as OUT.der.\n"
                                       "A phone asks no PIN: its holder has agreed on it.\n"} +
                               kPinsHelp + kTriesHelp + kWhere + kExitCodes +
                               "\nExamples:\n  mitome card sign letter.txt --key sign --out letter.sig\n"
                               "  openssl x509 -inform DER -in letter.sig.der -pubkey -noout > key.pem\n"
                               "  openssl dgst -sha256 -verify key.pem -signature letter.sig letter.txt",
                           sign);
  CLI::App* sign_command = card.get_subcommand("sign");
  add_pins(sign_command, signing);
  sign_command->add_option("file", signing->file, "What is signed")->required()->option_text("FILE");
  sign_command->add_option("--key", signing->key, "auth (user authentication) or sign (signing)")
      ->check(CLI::IsMember({"auth", "sign"}))
      ->option_text("auth|sign");
  sign_command->add_option("--out", signing->out, "The signature; must not be there yet")->required()->option_text("OUT");

  const struct {
    const char *name, *what, *help;
    Action action;
  } kPinCommands[] = {
      {"verify-pin", "Whether a PIN is right", "The PIN is typed, or comes on standard input. ", verify},
      {"change-pin", "Give a PIN another value",
       "The PIN as it is and the new one are typed, or come on standard input, a line each. ", change},
      {"unblock", "Set a PIN anew, as the city's counter does",
       "The new PIN is typed, or comes on standard input. A card file only. ", unblock},
  };
  for (const auto& each : kPinCommands) {
    const auto options = add(card, cli, each.name, each.what,
                             std::string{each.help} + kTriesHelp + kWhere + kExitCodes + "\nExample:\n  mitome card " + each.name +
                                 " auth --card hanako.card",
                             each.action);
    card.get_subcommand(each.name)
        ->add_option("which", options->which, "auth, sign, text or juki")
        ->required()
        ->option_text("auth|sign|text|juki");
  }
}

}  // namespace mitome::apps
