// Cards of a synthetic person by a test authority that lives in this process, for tests that need a card and no town.
#pragma once

#include "card/card_image.h"
#include "testing/pki.h"

namespace mitome::testing {

/// The default PINs of decisions.md 27.
inline constexpr std::string_view kTestAuthPin = "1234", kTestSignPin = "SIGN1234", kTestTextPin = "5678";
/// A wrong check digit on purpose: nobody's number.
inline constexpr std::string_view kTestMyNumber = "123456789010";
inline constexpr std::string_view kTestNumberB = "55021720352285";
inline constexpr std::string_view kTestBirthPin = "550217", kTestJukiPin = "9012";

crypto::Pin test_pin(std::string_view text);
jpki::Attributes test_attributes();
/// Its pictures are none: bytes that say what they stand for.
jpki::SurfaceContent test_surface();

class CardMaker {
 public:
  CardMaker();

  struct Choice {
    card::TokenProfile profile = card::TokenProfile::kCard;
    bool signing = true;  ///< false: a child's card
    bool text = true;     ///< and with it the other applications of a card; phones have none
  };
  /// Generates keys in the platform, certifies them and writes the card in. CHECKs that it works.
  void issue(card::Platform& platform, const Choice& choice);
  void issue(card::Platform& platform) { issue(platform, Choice{}); }

  TestCa& auth_ca() { return auth_ca_; }
  TestCa& sign_ca() { return sign_ca_; }
  const crypto::PublicKey& text_ca() const { return text_ca_->public_key(); }
  const crypto::PublicKey& surface_ca() const { return text_ca_->public_key(); }
  jpki::SurfaceFiles surface_files(const jpki::SurfaceContent& content);
  jpki::TextFiles text_files(const jpki::Attributes& attributes, std::string_view my_number);

 private:
  TestCa auth_ca_, sign_ca_;
  std::unique_ptr<crypto::SoftwareSigner> text_ca_, text_signer_;
};

}  // namespace mitome::testing
