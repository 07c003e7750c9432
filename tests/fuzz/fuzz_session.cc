// What a phone and a reader take from each other before they trust anything.
#include "protocol/iso18013/session.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

static crypto::PrivateKey key(uint8_t scalar) {
  Bytes bytes(32);
  bytes.back() = scalar;
  return crypto::PrivateKey::from_scalar(crypto::KeyType::kP256, bytes).value();
}

FUZZ(input) {
  const auto engagement = iso18013::DeviceEngagement::parse(input);
  check_refusal(engagement);
  if (engagement) CHECK(iso18013::from_qr(iso18013::to_qr(input)).value() == to_bytes(input));
  check_refusal(iso18013::from_qr(as_text(input)));
  check_refusal(iso18013::SessionEstablishment::parse(input));
  check_refusal(iso18013::SessionData::parse(input));

  iso18013::DeviceSession device{key(7)};
  const auto request = device.establish(input);
  check_refusal(request);
  if (!request) {
    CHECK(device.ended());
    CHECK(iso18013::SessionData::parse(device.error_message()).has_value());
  }
  auto reader = iso18013::ReaderSession::start(device.engagement(), key(9)).value();
  CHECK(reader.send(Bytes{0xA0}).has_value());
  const auto answer = reader.receive(input);
  check_refusal(answer);
  if (answer) CHECK(!answer->message.has_value());  // nobody but the device can encrypt
}
