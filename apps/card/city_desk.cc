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
Result<crypto::Pin> verification_number_b(const Person& person, Instant expires, crypto::Random& random) {
  const int year = static_cast<int>(person.birth_date.year());
  const int era_start = year >= 2019 ? 2018 : year >= 1989 ? 1988 : 1925;
  char digits[32];
  const int size =
      std::snprintf(digits, sizeof digits, "%02d%02u%02u%04d%04u", year - era_start,
                    static_cast<unsigned>(person.birth_date.month()), static_cast<unsigned>(person.birth_date.day()),
                    static_cast<int>(japan_date(expires).year()), static_cast<unsigned>(random.below(10'000)));
  return crypto::Pin::from_command(as_bytes({digits, static_cast<size_t>(size)}));
}

Result<card::TextImage> text_image(const json::Value& grant, const Person& person, Instant expires,
                                   crypto::Random& random) {
  const json::Value* text = grant.find("text");
  if (text == nullptr || text->items().size() != 5)
    return Error{Reason::MALFORMED, "the grant has not five text files"};
  std::vector<Bytes> files;
  for (const json::Value& item : text->items()) {
    TRY_ASSIGN(const std::string encoded, item.as_string());
    TRY_ASSIGN(Bytes file, base64url::decode(encoded));
    files.push_back(std::move(file));
  }
  TRY_ASSIGN(crypto::Pin pin, crypto::Pin::four_digits(person.text_pin));
  TRY_ASSIGN(crypto::Pin number_a, crypto::Pin::from_command(as_bytes(person.my_number)));
  TRY_ASSIGN(crypto::Pin number_b, verification_number_b(person, expires, random));
  return card::TextImage{{std::move(files[0]), std::move(files[1]), std::move(files[2]), std::move(files[3])},
                         std::move(files[4]),
                         std::move(pin),
                         std::move(number_a),
                         std::move(number_b)};
}

}  // namespace

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

  TRY_ASSIGN(Bytes auth_certificate, grant.base64url_at("auth_cert"));
  TRY_ASSIGN(Bytes auth_ca, grant.base64url_at("auth_ca"));
  TRY_ASSIGN(Bytes sign_ca, grant.base64url_at("sign_ca"));
  TRY_ASSIGN(crypto::Pin auth_pin, crypto::Pin::four_digits(person.auth_pin));
  TRY_ASSIGN(const int64_t expires, grant.int_at("expires"));
  TRY_ASSIGN(card::TextImage text, text_image(grant, person, instant_from_unix(expires), chip.random()));

  IssuedCard made;
  TRY_ASSIGN(made.card, grant.string_at("card"));
  TRY_ASSIGN(made.person, grant.string_at("person"));
  made.auth_certificate = auth_certificate;
  card::CardImage image{{card::TokenProfile::kCard, std::move(auth_certificate), std::move(auth_ca), std::move(sign_ca),
                         std::nullopt, std::move(auth_pin), std::nullopt},
                        std::move(text)};
  if (signing) {
    TRY_ASSIGN(Bytes sign_certificate, grant.base64url_at("sign_cert"));
    made.sign_certificate = sign_certificate;
    image.jpki.sign_certificate = std::move(sign_certificate);
    TRY_ASSIGN(crypto::Pin sign_pin, crypto::Pin::signing_password(person.sign_pin));
    image.jpki.sign_pin.emplace(std::move(sign_pin));
  }
  TRY(card::personalise(chip, image));
  return made;
}

}  // namespace mitome::apps
