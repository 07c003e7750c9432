#include "card/counter_procedure.h"

#include "card/runtime/pin.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

struct PinPlace {
  AppletId applet;
  uint16_t file;
  uint8_t limit;
};

PinPlace place_of(CounterPin which) {
  switch (which) {
    case CounterPin::kAuth: return {AppletId::kJpki, jpki::kAuthPin, jpki::kAuthTries};
    case CounterPin::kSign: return {AppletId::kJpki, jpki::kSignPin, jpki::kSignTries};
    case CounterPin::kText: return {AppletId::kText, jpki::kTextPin, jpki::kTextTries};
  }
  CHECK(false);
}

}  // namespace

Result<void> counter_set_pin(Platform& platform, CounterPin which, const crypto::Pin& pin) {
  const PinPlace place = place_of(which);
  TRY_ASSIGN(const auto present, platform.read({place.applet, place.file, Part::kTries}));
  if (!present) return Error{Reason::NOT_FOUND, "the card has no such PIN"};
  return PinSlot(platform, place.applet, place.file, place.limit).set(pin);
}

Result<void> counter_write_text(Platform& platform, const jpki::TextFiles& files, ByteView version) {
  const auto slot = [](uint16_t file) { return Slot{AppletId::kText, file, Part::kContent}; };
  TRY_ASSIGN(const auto present, platform.read(slot(jpki::kTextVersionFile)));
  if (!present) return Error{Reason::NOT_FOUND, "the card has no text application"};
  TRY(platform.write(slot(jpki::kMyNumberFile), files.my_number));
  TRY(platform.write(slot(jpki::kAttributesFile), files.attributes));
  TRY(platform.write(slot(jpki::kIntegrityFile), files.integrity));
  TRY(platform.write(slot(jpki::kTextCertificateFile), files.certificate));
  return platform.write(slot(jpki::kTextVersionFile), version);
}

Result<void> counter_write_signing(Platform& platform, ByteView certificate,
                                   const std::optional<crypto::Pin>& password) {
  TRY(platform.public_key(kSignKeySlot));
  TRY_ASSIGN(const auto tries, platform.read({AppletId::kJpki, jpki::kSignPin, Part::kTries}));
  if (!tries && !password) return Error{Reason::MALFORMED, "the card has no signing password yet"};
  if (password) TRY(PinSlot(platform, AppletId::kJpki, jpki::kSignPin, jpki::kSignTries).set(*password));
  TRY(platform.write({AppletId::kJpki, jpki::kAvailabilityFile, Part::kContent}, Bytes{0x8F, 0x8F, 0x00}));
  return platform.write({AppletId::kJpki, jpki::kSignCertificateFile, Part::kContent}, certificate);
}

}  // namespace mitome::card
