#include "card/card_image.h"

#include "card/jpki/jpki_applet.h"
#include "card/runtime/pin.h"
#include "card/text/text_applet.h"
#include "protocol/jpki/identifiers.h"
#include "protocol/jpki/token_info.h"

namespace mitome::card {
namespace {

constexpr Slot kProfileSlot{AppletId::kChip, 0, Part::kProfile};

Slot content(AppletId applet, uint16_t file) { return {applet, file, Part::kContent}; }

std::string_view label_of(TokenProfile profile) {
  switch (profile) {
    case TokenProfile::kAndroid: return jpki::kAndroidLabel;
    case TokenProfile::kPhone: return jpki::kPhoneLabel;
    case TokenProfile::kCard: break;
  }
  return jpki::kCardLabel;
}

/// EF 0008: 8F for a certificate that is there. Public is only that 8F 8F 00 is both; that the first byte is the signing one
/// is our choice.
Bytes availability(bool with_signing) { return {static_cast<uint8_t>(with_signing ? 0x8F : 0x00), 0x8F, 0x00}; }

Result<void> write_jpki(Platform& platform, const JpkiImage& image) {
  using namespace jpki;
  const auto write = [&](uint16_t file, ByteView bytes) { return platform.write(content(AppletId::kJpki, file), bytes); };
  const bool signing = image.sign_certificate.has_value();
  TRY(write(kAuthCertificateFile, image.auth_certificate));
  TRY(write(kAuthCaFile, image.auth_ca));
  TRY(write(kSignCaFile, image.sign_ca));
  const TokenInfo info{std::string{label_of(image.profile)}, "Mitome", "MITOME-TEST", image.serial};
  TRY(write(kTokenInfoFile, encode_token_info(info)));
  TRY(write(kAvailabilityFile, availability(signing)));
  TRY(PinSlot(platform, AppletId::kJpki, kAuthPin, kAuthTries).set(image.auth_pin));
  if (!signing) return platform.erase(content(AppletId::kJpki, kSignCertificateFile));
  TRY(write(kSignCertificateFile, *image.sign_certificate));
  return PinSlot(platform, AppletId::kJpki, kSignPin, kSignTries).set(*image.sign_pin);
}

Result<void> write_text(Platform& platform, const TextImage& image) {
  using namespace jpki;
  const auto write = [&](uint16_t file, ByteView bytes) { return platform.write(content(AppletId::kText, file), bytes); };
  TRY(write(kMyNumberFile, image.files.my_number));
  TRY(write(kAttributesFile, image.files.attributes));
  TRY(write(kIntegrityFile, image.files.integrity));
  TRY(write(kTextCertificateFile, image.files.certificate));
  TRY(write(kTextVersionFile, image.version));
  TRY(PinSlot(platform, AppletId::kText, kTextPin, kTextTries).set(image.pin));
  TRY(PinSlot(platform, AppletId::kText, kNumberAPin, kNumberTries).set(image.number_a));
  return PinSlot(platform, AppletId::kText, kNumberBPin, kNumberTries).set(image.number_b);
}

}  // namespace

Result<void> personalise(Platform& platform, const CardImage& image) {
  const JpkiImage& certificates = image.jpki;
  const bool signing = certificates.sign_certificate.has_value();
  if (signing != certificates.sign_pin.has_value())
    return Error{Reason::MALFORMED, "card image: a signing certificate without password, or the other way round"};
  if (certificates.auth_certificate.empty() || certificates.auth_ca.empty() || certificates.sign_ca.empty())
    return Error{Reason::MALFORMED, "card image: a certificate is missing"};
  TRY(platform.public_key(kAuthKeySlot));
  if (signing) TRY(platform.public_key(kSignKeySlot));
  TRY(platform.erase(kProfileSlot));
  TRY(write_jpki(platform, certificates));
  if (image.text) {
    TRY(write_text(platform, *image.text));
  } else {
    TRY(platform.erase(content(AppletId::kText, jpki::kTextVersionFile)));
  }
  const uint8_t profile = static_cast<uint8_t>(certificates.profile);
  return platform.write(kProfileSlot, ByteView{&profile, 1});
}

Result<std::unique_ptr<Chip>> boot(Platform& platform) {
  TRY_ASSIGN(const auto profile, platform.read(kProfileSlot));
  if (!profile || profile->size() != 1 || (*profile)[0] < 1 || (*profile)[0] > 3)
    return Error{Reason::NOT_FOUND, "the chip is empty"};
  TRY_ASSIGN(const auto signing, platform.read(content(AppletId::kJpki, jpki::kSignCertificateFile)));
  TRY_ASSIGN(const auto text, platform.read(content(AppletId::kText, jpki::kTextVersionFile)));
  std::vector<std::unique_ptr<Applet>> applets;
  applets.push_back(
      std::make_unique<JpkiApplet>(platform, static_cast<TokenProfile>((*profile)[0]), signing.has_value()));
  if (text) applets.push_back(std::make_unique<TextApplet>(platform));
  return std::make_unique<Chip>(platform, std::move(applets));
}

}  // namespace mitome::card
