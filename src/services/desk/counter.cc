// The city counter with a person in front of it: a first card, the next one, and what is done to the card on the reader.
#include <algorithm>
#include <array>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "credential/x509/certificate.h"
#include "services/desk/desk.h"

namespace mitome::services::desk {
namespace {

/// PNG (its signature) or JPEG (SOI): what a browser's canvas makes.
bool is_picture(ByteView bytes) {
  constexpr std::array<uint8_t, 8> kPng{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
  constexpr std::array<uint8_t, 3> kJpeg{0xFF, 0xD8, 0xFF};
  const auto begins = [&](const auto& head) {
    return bytes.size() > head.size() && std::equal(head.begin(), head.end(), bytes.begin());
  };
  return begins(kPng) || begins(kJpeg);
}

/// The check digit that 11 digits of a My Number should have (ministerial ordinance 85 of 2014, article 5).
char check_digit(std::string_view eleven) {
  int sum = 0;
  for (int n = 1; n <= 11; ++n) sum += (eleven[static_cast<size_t>(11 - n)] - '0') * (n <= 6 ? n + 1 : n - 5);
  const int rest = sum % 11;
  return static_cast<char>('0' + (rest <= 1 ? 0 : 11 - rest));
}

Result<crypto::Pin> parse_pin(std::string_view which, std::string_view typed) {
  return which == "sign" ? crypto::Pin::signing_password(typed) : crypto::Pin::four_digits(typed);
}

struct InventedName {
  const char *name, *kana, *sex;
};
constexpr InventedName kNames[] = {{"架空　花子", "カクウ　ハナコ", "2"}, {"仮名　太郎", "カメイ　タロウ", "1"},
                                   {"作例　美咲", "サクレイ　ミサキ", "2"}, {"見本　健", "ミホン　ケン", "1"},
                                   {"試験　さくら", "シケン　サクラ", "2"}, {"例示　翔", "レイジ　ショウ", "1"}};

std::string full_width(uint64_t number) {
  constexpr const char* kDigits[] = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
  std::string out;
  for (const char digit : std::to_string(number)) out += kDigits[digit - '0'];
  return out;
}

}  // namespace

std::string Desk::my_number() {
  std::string number = random_.digits(11);
  // A right check digit may be somebody's number: ours is always the next one (decisions 19).
  number += static_cast<char>('0' + (check_digit(number) - '0' + 1) % 10);
  return number;
}

Result<std::string> Desk::drawn_pin(const json::Value& pins, std::string_view which) {
  std::string chosen = pins.string_or(which, "");
  if (chosen.empty()) {
    chosen = random_.digits(4);
    if (which == "sign") chosen = "SIGN" + chosen;
  }
  TRY(parse_pin(which, chosen));
  return chosen;
}

Result<http::Response> Desk::invent(const http::Request& request) {
  TRY(require(request, "city"));
  const InventedName& name = kNames[random_.below(std::size(kNames))];
  const std::string address = "架空都架空市見本町" + full_width(1 + random_.below(9)) + "－" +
                              full_width(1 + random_.below(30)) + "－" + full_width(1 + random_.below(20));
  const std::string birth =
      std::to_string(1950 + random_.below(55)) + "-0" + std::to_string(1 + random_.below(9)) + "-1" + random_.digits(1);
  return http::Response::json(json::Value::object(
      {{"name", name.name}, {"kana", name.kana}, {"sex", name.sex}, {"address", address}, {"birth_date", birth}}));
}

Result<json::Value> Desk::make_card(std::string_view path, json::Value body, bool signing, const json::Value& pins) {
  TRY_ASSIGN(const std::string auth_pin, drawn_pin(pins, "auth"));
  TRY_ASSIGN(const std::string sign_pin, drawn_pin(pins, "sign"));
  TRY_ASSIGN(const std::string text_pin, drawn_pin(pins, "text"));
  TRY_ASSIGN(const std::string juki_pin, drawn_pin(pins, "juki"));
  TRY_ASSIGN(const BlankCard blank, table_.take_blank(signing));
  body.set("auth_spki", base64url::encode(blank.auth_spki));
  if (signing) body.set("sign_spki", base64url::encode(blank.sign_spki));
  TRY_ASSIGN(const json::Value grant, ask("city", path, body));
  TRY_ASSIGN(crypto::Pin auth, crypto::Pin::four_digits(auth_pin));
  TRY_ASSIGN(crypto::Pin text, crypto::Pin::four_digits(text_pin));
  TRY_ASSIGN(crypto::Pin juki, crypto::Pin::four_digits(juki_pin));
  CardPins written{std::move(auth), std::move(text), std::move(juki), std::nullopt};
  if (signing) {
    TRY_ASSIGN(crypto::Pin sign, crypto::Pin::signing_password(sign_pin));
    written.sign.emplace(std::move(sign));
  }
  TRY(table_.personalise(blank, grant, std::move(written)));
  // Shown to the holder this once, and kept nowhere.
  json::Value shown = json::Value::object({{"auth", auth_pin}, {"text", text_pin}, {"juki", juki_pin}});
  if (signing) shown.set("sign", sign_pin);
  json::Value made = json::Value::object({{"pins", std::move(shown)}, {"signing", signing}});
  for (const char* member : {"card", "person", "expires", "fee", "name", "birth_date"})
    if (const json::Value* value = grant.find(member)) made.set(member, *value);
  return made;
}

Result<http::Response> Desk::issue(const http::Request& request) {
  TRY_ASSIGN(const SignIn by, require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  json::Value person;
  for (const char* member : {"name", "kana", "address", "birth_date", "sex"}) {
    TRY_ASSIGN(const std::string text, body.string_at(member));
    person.set(member, text);
  }
  TRY_ASSIGN(const std::string birth_text, body.string_at("birth_date"));
  TRY_ASSIGN(const Date birth_date, date_from_text(birth_text));
  bool ward = false;
  if (const json::Value* value = body.find("ward")) {
    TRY_ASSIGN(ward, value->as_bool());
  }
  const int age = age_in_years(birth_date, japan_date(clock_.now()));
  if (age < 0) return Error{Reason::MALFORMED, "born in the future"};
  Bytes photo;
  if (body.find("photo") != nullptr) {
    TRY_ASSIGN(photo, body.base64url_at("photo"));
    if (photo.size() > kMaxPhoto) return Error{Reason::LIMIT_EXCEEDED, "picture over 512 KiB"};
    if (!is_picture(photo)) return Error{Reason::MALFORMED, "the picture is neither PNG nor JPEG"};
  } else {
    photo = config_.draw_portrait(body.string_or("name", "") + birth_text);
  }
  person.set("portrait", base64url::encode(photo));
  person.set("my_number", my_number());
  const json::Value* pins = body.find("pins");
  TRY_ASSIGN(json::Value made,
             make_card("/city/cards", json::Value::object({{"person", std::move(person)}, {"ward", ward}}),
                       age >= 15 && !ward, pins != nullptr ? *pins : json::Value::object()));
  remember_maker(body, by);
  // In words, since a page should not have to compute it: why there is no signing certificate.
  if (age < 15) made.set("without_signing", "under-15");
  if (ward) made.set("without_signing", "ward");
  return http::Response::json(made);
}

Result<http::Response> Desk::replace(const http::Request& request) {
  TRY_ASSIGN(const SignIn by, require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string person, body.string_at("person"));
  TRY_ASSIGN(const std::string why, body.string_at("why"));
  TRY_ASSIGN(const bool signing, body.bool_at("signing"));
  const json::Value* pins = body.find("pins");
  TRY_ASSIGN(const json::Value made,
             make_card("/city/cards/replace", json::Value::object({{"person", person}, {"why", why}}), signing,
                       pins != nullptr ? *pins : json::Value::object()));
  remember_maker(made, by);
  return http::Response::json(made);
}

Result<std::string> Desk::serial_on_reader() {
  TRY_ASSIGN(const Bytes der, table_.auth_certificate());
  TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
  return to_hex(certificate.serial());
}

Result<http::Response> Desk::read_card(const http::Request& request) {
  TRY(require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string serial, serial_on_reader());
  TRY_ASSIGN(const json::Value answer, ask("city", "/city/lookup",
                                           json::Value::object({{"serial", serial}, {"why", body.string_or("why", "")}})));
  return http::Response::json(answer);
}

Result<http::Response> Desk::update_card(const http::Request& request) {
  TRY(require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string card, body.string_at("card"));
  TRY_ASSIGN(const std::string serial, serial_on_reader());
  TRY_ASSIGN(const bool signing, body.bool_at("signing"));
  json::Value order = json::Value::object({{"card", card}, {"serial", serial}});
  std::optional<crypto::Pin> password;
  if (!body.string_or("sign_password", "").empty()) {
    TRY_ASSIGN(crypto::Pin typed, crypto::Pin::signing_password(body.string_or("sign_password", "")));
    password.emplace(std::move(typed));
  }
  if (signing) {
    // Whose card it is, before a key in it is replaced.
    TRY(ask("city", "/city/cards/update", order));
    TRY_ASSIGN(const Bytes spki, table_.new_signing_key());
    order.set("sign_spki", base64url::encode(spki));
  }
  TRY_ASSIGN(const json::Value update, ask("city", "/city/cards/update", order));
  TRY(table_.rewrite(update, password));
  return http::Response::json(json::Value::object({{"card", card}, {"files", true}, {"signing", signing}}));
}

Result<http::Response> Desk::reset_pin(const http::Request& request) {
  TRY(require(request, "city"));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string card, body.string_at("card"));
  TRY_ASSIGN(const std::string which, body.string_at("pin"));
  TRY_ASSIGN(const std::string typed, body.string_at("new_pin"));
  TRY_ASSIGN(const crypto::Pin fresh, parse_pin(which, typed));
  TRY_ASSIGN(const std::string serial, serial_on_reader());
  // First on record, then in the chip.
  TRY(ask("city", "/city/pin-reset", json::Value::object({{"card", card}, {"serial", serial}, {"pin", which}})));
  TRY(table_.reset_pin(which, fresh));
  return http::Response::json(json::Value::object({{"card", card}, {"pin", which}, {"reset", true}}));
}

}  // namespace mitome::services::desk
