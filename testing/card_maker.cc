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
  files.certificate = jpki::text_file_certificate(kCaId, kSignerId, text_signer_->public_key(), *text_ca_).value();
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
  CHECK(card::personalise(platform, image).has_value());
}

}  // namespace mitome::testing
