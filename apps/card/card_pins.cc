#include "apps/card/card_pins.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>

#include "apps/durable_file.h"
#include "codec/json/json.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::apps {
namespace {

constexpr size_t kMaxPinFile = 4096;

/// Nothing that is typed is shown while this lives.
class Unseen {
 public:
  Unseen() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (!changed_) return;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputs("\n", stderr);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

void wipe_text(std::string& text) { crypto::wipe({reinterpret_cast<uint8_t*>(text.data()), text.size()}); }

Result<std::string> typed(std::string_view prompt) {
  std::string line;
  if (isatty(STDIN_FILENO) == 0) {
    if (!std::getline(std::cin, line)) return Error{Reason::USAGE, std::string{prompt} + " is missing on standard input"};
    return line;
  }
  std::fprintf(stderr, "%.*s: ", static_cast<int>(prompt.size()), prompt.data());
  const Unseen unseen;
  if (!std::getline(std::cin, line)) return Error{Reason::USAGE, "nothing was typed"};
  return line;
}

}  // namespace

std::span<const PinPlace> pin_places() {
  static constexpr std::array<PinPlace, 5> kPlaces{{
      {"auth", jpki::kJpkiAid, jpki::kAuthPin, "user authentication PIN", "利用者証明用の暗証番号"},
      {"sign", jpki::kJpkiAid, jpki::kSignPin, "signing password", "署名用のパスワード"},
      {"text", jpki::kTextAid, jpki::kTextPin, "card-surface PIN", "券面事項入力補助用の暗証番号"},
      {"juki", jpki::kJukiAid, jpki::kJukiPin, "residents’ register PIN", "住民基本台帳用の暗証番号"},
      {"juki", jpki::kCommonAid, jpki::kJukiPin, "residents’ register PIN", "住民基本台帳用の暗証番号"},
  }};
  return kPlaces;
}

Result<PinPlace> pin_place(std::string_view which) {
  for (const PinPlace& place : pin_places())
    if (place.which == which) return place;
  return Error{Reason::USAGE, "which PIN: auth, sign, text or juki"};
}

Result<crypto::Pin> parse_pin(std::string_view which, std::string_view text) {
  return which == "sign" ? crypto::Pin::signing_password(text) : crypto::Pin::four_digits(text);
}

Result<crypto::Pin> ask_pin(std::string_view which, std::string_view prompt) {
  TRY_ASSIGN(std::string text, typed(prompt));
  auto pin = parse_pin(which, text);
  wipe_text(text);
  return pin;
}

Result<PinInput> PinInput::open(const std::string& file) {
  PinInput out;
  if (file.empty()) return out;
  out.from_file_ = true;
  std::string text;
  if (file == "-") {
    text.resize(kMaxPinFile + 1);
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(std::cin.gcount()));
    if (text.size() > kMaxPinFile) return Error{Reason::LIMIT_EXCEEDED, "the PINs: over 4096 bytes"};
  } else {
    TRY_ASSIGN(const crypto::SecretBytes bytes, read_whole_file(file, kMaxPinFile));
    text = as_text(bytes.reveal());
  }
  const auto value = json::parse(text);
  wipe_text(text);
  if (!value || !value->is_object()) return Error{Reason::MALFORMED, "the PINs are a JSON object: {\"auth\": \"1234\", …}"};
  for (const auto& [which, pin] : value->members()) {
    TRY(pin_place(which));
    TRY_ASSIGN(std::string digits, pin.as_string());
    auto parsed = parse_pin(which, digits);
    wipe_text(digits);
    if (!parsed) return parsed.error();
    out.known_.emplace(which, std::move(*parsed));
  }
  return out;
}

Result<const crypto::Pin*> PinInput::get(std::string_view which, std::string_view prompt) {
  auto found = known_.find(which);
  if (found == known_.end() && from_file_) return Error{Reason::USAGE, "the file of PINs has no \"" + std::string{which} + "\""};
  if (found == known_.end()) {
    TRY_ASSIGN(crypto::Pin pin, ask_pin(which, prompt));
    found = known_.emplace(which, std::move(pin)).first;
  }
  return &found->second;
}

Error about_pin(const PinPlace& place, const Error& error, const Cli& cli) {
  if (error.reason != Reason::PIN_WRONG && error.reason != Reason::PIN_BLOCKED) return error;
  return {error.reason, std::string{cli.say(place.en, place.ja)} + (error.detail.empty() ? "" : "; " + error.detail)};
}

}  // namespace mitome::apps
