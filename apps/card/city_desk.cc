#include "apps/card/city_desk.h"

#include <cstdio>

#include "codec/base64url/base64url.h"

namespace mitome::apps {
namespace {

/// Under 15 on this day, and wards, get no signing certificate (article A57).
bool gets_signing_certificate(const Person& person, Instant now) {
  return !person.ward && age_in_years(person.birth_date, japan_date(now)) >= 15;
}

json::Value person_json(const Person& person) {
  return json::Value::object({{"name", person.name},
                              {"kana", person.kana},
                              {"address", person.address},
                              {"birth_date", to_compact_date(person.birth_date)},
                              {"sex", person.sex},
                              {"my_number", person.my_number},
                              {"portrait", base64url::encode(person.portrait)}});
}

/// Verification number B: era year, month, day, expiry year, and the security code printed on the card (domain.md 1.6).
Result<crypto::Pin> verification_number_b(Date birth, Instant expires, crypto::Random& random) {
  const int year = static_cast<int>(birth.year());
  const int era_start = year >= 2019 ? 2018 : year >= 1989 ? 1988 : 1925;
  char digits[32];
  const int size =
      std::snprintf(digits, sizeof digits, "%02d%02u%02u%04d%04u", year - era_start,
                    static_cast<unsigned>(birth.month()), static_cast<unsigned>(birth.day()),
                    static_cast<int>(japan_date(expires).year()), static_cast<unsigned>(random.below(10'000)));
  return crypto::Pin::from_command(as_bytes({digits, static_cast<size_t>(size)}));
}

Result<card::TextImage> text_image(const json::Value& grant, crypto::Pin pin, crypto::Random& random) {
  TRY_ASSIGN(const int64_t expires, grant.int_at("expires"));
  TRY_ASSIGN(TextFileSet text, text_file_set(grant));
  TRY_ASSIGN(const std::string number, jpki::parse_my_number(text.files.my_number));
  TRY_ASSIGN(const jpki::Attributes attributes, jpki::parse_attributes(text.files.attributes));
  TRY_ASSIGN(crypto::Pin number_a, crypto::Pin::from_command(as_bytes(number)));
  TRY_ASSIGN(crypto::Pin number_b, verification_number_b(attributes.birth_date, instant_from_unix(expires), random));
  return card::TextImage{std::move(text.files), std::move(text.version), std::move(pin), std::move(number_a),
                         std::move(number_b)};
}

}  // namespace

Result<TextFileSet> text_file_set(const json::Value& answer) {
  const json::Value* text = answer.find("text");
  if (text == nullptr || text->items().size() != 5)
    return Error{Reason::MALFORMED, "the answer has not five text files"};
  std::vector<Bytes> files;
  for (const json::Value& item : text->items()) {
    TRY_ASSIGN(const std::string encoded, item.as_string());
    TRY_ASSIGN(Bytes file, base64url::decode(encoded));
    files.push_back(std::move(file));
  }
  return TextFileSet{{std::move(files[0]), std::move(files[1]), std::move(files[2]), std::move(files[3])},
                     std::move(files[4])};
}

Result<IssuedCard> personalise_card(const json::Value& grant, CardSecrets secrets, card::Platform& chip) {
  TRY_ASSIGN(Bytes auth_certificate, grant.base64url_at("auth_cert"));
  TRY_ASSIGN(Bytes auth_ca, grant.base64url_at("auth_ca"));
  TRY_ASSIGN(Bytes sign_ca, grant.base64url_at("sign_ca"));
  TRY_ASSIGN(card::TextImage text, text_image(grant, std::move(secrets.text), chip.random()));
  IssuedCard made;
  TRY_ASSIGN(made.card, grant.string_at("card"));
  TRY_ASSIGN(made.person, grant.string_at("person"));
  made.auth_certificate = auth_certificate;
  card::CardImage image{{card::TokenProfile::kCard, std::move(auth_certificate), std::move(auth_ca), std::move(sign_ca),
                         std::nullopt, std::move(secrets.auth), std::nullopt},
                        std::move(text)};
  if (secrets.sign) {
    TRY_ASSIGN(Bytes sign_certificate, grant.base64url_at("sign_cert"));
    made.sign_certificate = sign_certificate;
    image.jpki.sign_certificate = std::move(sign_certificate);
    image.jpki.sign_pin = std::move(secrets.sign);
  }
  TRY(card::personalise(chip, image));
  return made;
}

Result<IssuedCard> issue_card(http::HttpClient& network, const std::string& authority, const std::string& city_token,
                              const Person& person, card::Platform& chip, Instant now) {
  const bool signing = gets_signing_certificate(person, now);
  json::Value body = json::Value::object({{"person", person_json(person)}, {"ward", person.ward}});
  TRY_ASSIGN(const crypto::PublicKey auth_key, chip.generate_key(card::kAuthKeySlot));
  body.set("auth_spki", base64url::encode(auth_key.spki()));
  if (signing) {
    TRY_ASSIGN(const crypto::PublicKey sign_key, chip.generate_key(card::kSignKeySlot));
    body.set("sign_spki", base64url::encode(sign_key.spki()));
  }
  http::Request request = http::post_json("http://" + authority + "/city/cards", body);
  request.headers.emplace_back("Authorization", "Bearer " + city_token);
  TRY_ASSIGN(const json::Value grant, http::call_json(network, request));

  TRY_ASSIGN(crypto::Pin auth_pin, crypto::Pin::four_digits(person.auth_pin));
  TRY_ASSIGN(crypto::Pin text_pin, crypto::Pin::four_digits(person.text_pin));
  CardSecrets secrets{std::move(auth_pin), std::move(text_pin), std::nullopt};
  if (signing) {
    TRY_ASSIGN(crypto::Pin sign_pin, crypto::Pin::signing_password(person.sign_pin));
    secrets.sign.emplace(std::move(sign_pin));
  }
  return personalise_card(grant, std::move(secrets), chip);
}

}  // namespace mitome::apps
