#include "apps/card/city_desk.h"

#include "codec/base64url/base64url.h"
#include "render/era.h"

namespace mitome::apps {
namespace {

json::Value person_json(const Person& person) {
  return json::Value::object({{"name", person.name},
                              {"kana", person.kana},
                              {"address", person.address},
                              {"birth_date", to_compact_date(person.birth_date)},
                              {"sex", person.sex},
                              {"my_number", person.my_number},
                              {"portrait", base64url::encode(person.portrait)}});
}

/// The five base64url files of an application.
Result<std::vector<Bytes>> five_files(const json::Value& answer, std::string_view name) {
  const json::Value* list = answer.find(name);
  if (list == nullptr || list->items().size() != 5)
    return Error{Reason::MALFORMED, "the answer has not five files: " + std::string{name}};
  std::vector<Bytes> files;
  for (const json::Value& item : list->items()) {
    TRY_ASSIGN(const std::string encoded, item.as_string());
    TRY_ASSIGN(Bytes file, base64url::decode(encoded));
    files.push_back(std::move(file));
  }
  return files;
}

/// What the counter reads off the grant and writes into more than one place.
struct Printed {
  Date birth_date{}, expiry{};
  std::string my_number,
      number_b;  ///< B: birth date, expiry year, and the security code beside the photo (domain.md 1.6)
};

Result<Printed> printed(const json::Value& grant, const TextFileSet& text) {
  Printed out;
  TRY_ASSIGN(const int64_t expires, grant.int_at("expires"));
  TRY_ASSIGN(const std::string code, grant.string_at("security_code"));
  TRY_ASSIGN(out.my_number, jpki::parse_my_number(text.files.my_number));
  TRY_ASSIGN(const jpki::Attributes attributes, jpki::parse_attributes(text.files.attributes));
  out.birth_date = attributes.birth_date;
  out.expiry = japan_date(instant_from_unix(expires));
  out.number_b = render::era_digits(out.birth_date) + std::to_string(static_cast<int>(out.expiry.year())) + code;
  return out;
}

Result<crypto::Pin> pin_of(std::string_view text) { return crypto::Pin::from_command(as_bytes(text)); }

Result<card::TextImage> text_image(TextFileSet text, const Printed& face, crypto::Pin pin) {
  TRY_ASSIGN(crypto::Pin number_a, pin_of(face.my_number));
  TRY_ASSIGN(crypto::Pin number_b, pin_of(face.number_b));
  return card::TextImage{std::move(text.files), std::move(text.version), std::move(pin), std::move(number_a),
                         std::move(number_b)};
}

Result<card::SurfaceImage> surface_image(const json::Value& grant, const Printed& face) {
  TRY_ASSIGN(auto files, five_files(grant, "surface"));
  TRY_ASSIGN(crypto::Pin birth_date, pin_of(render::era_digits(face.birth_date)));
  TRY_ASSIGN(crypto::Pin number_b, pin_of(face.number_b));
  TRY_ASSIGN(crypto::Pin number_a, pin_of(face.my_number));
  return card::SurfaceImage{
      {std::move(files[0]), std::move(files[1]), std::move(files[2]), std::move(files[3]), std::move(files[4])},
      std::move(birth_date),
      std::move(number_b),
      std::move(number_a)};
}

Result<card::RegisterImage> register_image(const json::Value& grant, const Printed& face, crypto::Pin pin) {
  TRY_ASSIGN(std::string code, grant.string_at("resident_code"));
  TRY_ASSIGN(std::string serial, grant.string_at("serial"));
  TRY_ASSIGN(std::string municipality, grant.string_at("municipality"));
  return card::RegisterImage{std::move(code), std::move(serial), std::move(municipality), face.expiry, std::move(pin)};
}

}  // namespace

bool gets_signing_certificate(const Person& person, Instant now) {
  return !person.ward && age_in_years(person.birth_date, japan_date(now)) >= 15;
}

Result<TextFileSet> text_file_set(const json::Value& answer) {
  TRY_ASSIGN(auto files, five_files(answer, "text"));
  return TextFileSet{{std::move(files[0]), std::move(files[1]), std::move(files[2]), std::move(files[3])},
                     std::move(files[4])};
}

Result<IssuedCard> personalise_card(const json::Value& grant, CardSecrets secrets, card::Platform& chip) {
  TRY_ASSIGN(Bytes auth_certificate, grant.base64url_at("auth_cert"));
  TRY_ASSIGN(Bytes auth_ca, grant.base64url_at("auth_ca"));
  TRY_ASSIGN(Bytes sign_ca, grant.base64url_at("sign_ca"));
  TRY_ASSIGN(TextFileSet files, text_file_set(grant));
  TRY_ASSIGN(const Printed face, printed(grant, files));
  TRY_ASSIGN(card::TextImage text, text_image(std::move(files), face, std::move(secrets.text)));
  TRY_ASSIGN(card::SurfaceImage surface, surface_image(grant, face));
  TRY_ASSIGN(card::RegisterImage registers, register_image(grant, face, std::move(secrets.juki)));
  IssuedCard made;
  TRY_ASSIGN(made.card, grant.string_at("card"));
  TRY_ASSIGN(made.person, grant.string_at("person"));
  made.auth_certificate = auth_certificate;
  card::CardImage image{{card::TokenProfile::kCard, std::move(auth_certificate), std::move(auth_ca), std::move(sign_ca),
                         std::nullopt, std::move(secrets.auth), std::nullopt},
                        std::move(text),
                        std::move(surface),
                        std::move(registers)};
  made.number_b = face.number_b;
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
  TRY_ASSIGN(crypto::Pin juki_pin, crypto::Pin::four_digits(person.juki_pin));
  CardSecrets secrets{std::move(auth_pin), std::move(text_pin), std::move(juki_pin), std::nullopt};
  if (signing) {
    TRY_ASSIGN(crypto::Pin sign_pin, crypto::Pin::signing_password(person.sign_pin));
    secrets.sign.emplace(std::move(sign_pin));
  }
  return personalise_card(grant, std::move(secrets), chip);
}

}  // namespace mitome::apps
