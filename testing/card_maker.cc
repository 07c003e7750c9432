#include "testing/card_maker.h"

namespace mitome::testing {
namespace {

constexpr jpki::KeyId kCaId{0x60, 0x00, 0x03, 0x30, 0x01}, kSignerId{0x60, 0x00, 0x03, 0x30, 0x02};

}  // namespace

crypto::Pin test_pin(std::string_view text) { return crypto::Pin::from_command(as_bytes(text)).value(); }

jpki::Attributes test_attributes() {
  return {"水無月　みつき", "見本県架空市港町１－２－３", Date{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}},
          "2"};
}

CardMaker::CardMaker()
    : auth_ca_("Test authentication CA", crypto::KeyType::kRsa, 60),
      sign_ca_("Test signing CA", crypto::KeyType::kRsa, 61),
      text_ca_(test_signer(crypto::KeyType::kRsa, 62)),
      text_signer_(test_signer(crypto::KeyType::kRsa, 63)) {}

jpki::TextFiles CardMaker::text_files(const jpki::Attributes& attributes, std::string_view my_number) {
  jpki::TextFiles files;
  files.my_number = jpki::text_file_my_number(my_number).value();
  files.attributes = jpki::text_file_attributes(attributes).value();
  files.integrity = jpki::text_file_integrity(files.my_number, files.attributes, *text_signer_).value();
  files.certificate = jpki::encode_cv_certificate(kCaId, kSignerId, text_signer_->public_key(), *text_ca_).value();
  return files;
}

jpki::SurfaceContent test_surface() {
  const auto attributes = test_attributes();
  const auto bytes = [](std::string_view text) { return to_bytes(text); };
  return {attributes.birth_date, attributes.sex,  bytes("name"), bytes("address"), Bytes(3000, 0x2A),
          Date{std::chrono::year{2035}, std::chrono::February, std::chrono::day{17}}, bytes("code")};
}

jpki::SurfaceFiles CardMaker::surface_files(const jpki::SurfaceContent& content) {
  jpki::SurfaceFiles files;
  files.age = jpki::surface_file_age(content.birth_date, *text_signer_).value();
  files.face = jpki::surface_file_face(content, *text_signer_).value();
  files.version = jpki::surface_file_version(kSignerId, "13221");
  files.certificate = jpki::encode_cv_certificate(kCaId, kSignerId, text_signer_->public_key(), *text_ca_).value();
  files.number = jpki::surface_file_number(as_bytes("number"), *text_signer_).value();
  return files;
}

void CardMaker::issue(card::Platform& platform, const Choice& choice) {
  const auto auth_key = platform.generate_key(card::kAuthKeySlot).value();
  card::CardImage image{
      {choice.profile, auth_ca_.issue(auth_ca_.end_entity("Auth 1", auth_key)).der(), auth_ca_.certificate().der(),
       sign_ca_.certificate().der(), std::nullopt, test_pin(kTestAuthPin), std::nullopt, "0000000000000001"},
      std::nullopt};
  if (choice.signing) {
    const auto sign_key = platform.generate_key(card::kSignKeySlot).value();
    const uint16_t usage = x509::kDigitalSignature | x509::kNonRepudiation;
    image.jpki.sign_certificate = sign_ca_.issue(sign_ca_.end_entity("Sign 1", sign_key, usage)).der();
    image.jpki.sign_pin = test_pin(kTestSignPin);
  }
  if (choice.text)
    image.text = card::TextImage{text_files(test_attributes(), kTestMyNumber), jpki::text_file_version(kSignerId),
                                 test_pin(kTestTextPin), test_pin(kTestMyNumber), test_pin(kTestNumberB)};
  if (choice.text) {
    image.surface = card::SurfaceImage{surface_files(test_surface()), test_pin(kTestBirthPin), test_pin(kTestNumberB),
                                       test_pin(kTestMyNumber)};
    image.registers = card::RegisterImage{"12345678901", "400000012719843", "13221", test_surface().expiry,
                                          test_pin(kTestJukiPin)};
  }
  CHECK(card::personalise(platform, image).has_value());
}

}  // namespace mitome::testing
