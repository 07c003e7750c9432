#include "card/card_image.h"

#include "card/jpki/jpki_applet.h"
#include "card/register/register_applets.h"
#include "card/runtime/pin.h"
#include "card/surface/surface_applet.h"
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

Result<void> write_surface(Platform& platform, const SurfaceImage& image) {
  using namespace jpki;
  const auto write = [&](uint16_t file, ByteView bytes) { return platform.write(content(AppletId::kSurface, file), bytes); };
  TRY(write(kSurfaceAgeFile, image.files.age));
  TRY(write(kSurfaceFaceFile, image.files.face));
  TRY(write(kSurfaceCertificateFile, image.files.certificate));
  TRY(write(kSurfaceNumberFile, image.files.number));
  TRY(PinSlot(platform, AppletId::kSurface, kSurfaceBirthPin, kNumberTries).set(image.birth_date));
  TRY(PinSlot(platform, AppletId::kSurface, kSurfaceNumberBPin, kNumberTries).set(image.number_b));
  TRY(PinSlot(platform, AppletId::kSurface, kSurfaceNumberAPin, kNumberTries).set(image.number_a));
  return write(kSurfaceVersionFile, image.files.version);
}

/// Record 01 of a file: its number, its length, its digits.
Bytes first_record(std::string_view digits) { return concat({Bytes{0x01, static_cast<uint8_t>(digits.size())}, as_bytes(digits)}); }

Result<void> write_registers(Platform& platform, const RegisterImage& image) {
  using namespace jpki;
  TRY(platform.generate_key(kCommonKeySlot));
  TRY(platform.write(content(AppletId::kJuki, kJukiRecordFile), first_record(image.resident_code)));
  TRY(PinSlot(platform, AppletId::kJuki, kJukiPin, kJukiTries).set(image.pin));
  TRY(PinSlot(platform, AppletId::kCommon, kJukiPin, kJukiTries).set(image.pin));
  TRY(platform.write(content(AppletId::kCommon, kCommonKeyReferenceFile), Bytes{0x00, 0x19}));
  return platform.write(content(AppletId::kCommon, kCommonSerialFile),
                        first_record(image.serial + image.municipality + to_compact_date(image.expiry)));
}

/// The last file that is written of each application: while it is absent, so is the application.
constexpr Slot kTextMark{AppletId::kText, jpki::kTextVersionFile, Part::kContent};
constexpr Slot kSurfaceMark{AppletId::kSurface, jpki::kSurfaceVersionFile, Part::kContent};
constexpr Slot kRegistersMark{AppletId::kCommon, jpki::kCommonSerialFile, Part::kContent};

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
  for (const Slot mark : {kTextMark, kSurfaceMark, kRegistersMark}) TRY(platform.erase(mark));
  if (image.text) TRY(write_text(platform, *image.text));
  if (image.surface) TRY(write_surface(platform, *image.surface));
  if (image.registers) TRY(write_registers(platform, *image.registers));
  const uint8_t profile = static_cast<uint8_t>(certificates.profile);
  return platform.write(kProfileSlot, ByteView{&profile, 1});
}

Result<std::unique_ptr<Chip>> boot(Platform& platform) {
  TRY_ASSIGN(const auto profile, platform.read(kProfileSlot));
  if (!profile || profile->size() != 1 || (*profile)[0] < 1 || (*profile)[0] > 3)
    return Error{Reason::NOT_FOUND, "the chip is empty"};
  TRY_ASSIGN(const auto signing, platform.read(content(AppletId::kJpki, jpki::kSignCertificateFile)));
  TRY_ASSIGN(const auto text, platform.read(kTextMark));
  TRY_ASSIGN(const auto surface, platform.read(kSurfaceMark));
  TRY_ASSIGN(const auto registers, platform.read(kRegistersMark));
  std::vector<std::unique_ptr<Applet>> applets;
  applets.push_back(
      std::make_unique<JpkiApplet>(platform, static_cast<TokenProfile>((*profile)[0]), signing.has_value()));
  if (text) applets.push_back(std::make_unique<TextApplet>(platform));
  if (surface) applets.push_back(std::make_unique<SurfaceApplet>(platform));
  if (registers) {
    applets.push_back(std::make_unique<JukiApplet>(platform));
    applets.push_back(std::make_unique<CommonApplet>(platform));
  }
  return std::make_unique<Chip>(platform, std::move(applets));
}

}  // namespace mitome::card
