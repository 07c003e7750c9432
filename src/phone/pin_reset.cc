// A forgotten PIN of the physical card: the face is filmed as for adding the card, the card's other key signs that its other
// PIN is known, and a kiosk sets the new one within 24 hours (domain.md 4).
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "phone/phone_impl.h"
#include "protocol/jpki/reader.h"

namespace mitome::phone {
namespace {

struct OtherPin {
  crypto::Pin pin;
  uint16_t key;  ///< that it opens
};

Result<OtherPin> other_pin_of(const std::string& forgotten, std::string_view typed) {
  if (forgotten == "auth") {
    TRY_ASSIGN(crypto::Pin pin, crypto::Pin::signing_password(typed));
    return OtherPin{std::move(pin), jpki::kSignKey};
  }
  if (forgotten != "sign") return Error{Reason::MALFORMED, "pin is auth or sign; the others are reset at the city counter"};
  TRY_ASSIGN(crypto::Pin pin, crypto::Pin::four_digits(typed));
  return OtherPin{std::move(pin), jpki::kAuthKey};
}

}  // namespace

Result<json::Value> Phone::Impl::reserve_pin_reset(const std::string& forgotten, std::string_view other_typed) {
  TRY_ASSIGN(const OtherPin other, other_pin_of(forgotten, other_typed));
  TRY_ASSIGN(const Enrolment enrolment, enrolment_at(EnrolmentStep::kFace, EnrolmentStep::kFace));
  const Bytes message =
      cbor::Writer{}.array(3).text("mitome-pin-reset-1").bytes(enrolment.nonce).text(forgotten).take();
  TRY_ASSIGN(apdu::ApduChannel* const card, nfc.connect());
  TRY_ASSIGN(const jpki::CardSignature proof,
             jpki::sign_with_card(*card, other.key, &other.pin, crypto::sha256(message)));
  const json::Value body = json::Value::object({{"session", enrolment.session},
                                                {"pin", forgotten},
                                                {"certificate", base64url::encode(proof.certificate)},
                                                {"signature", base64url::encode(proof.signature)}});
  // While the desk compares the faces (REVIEW_PENDING) the film stays where it is, and the holder asks again.
  TRY_ASSIGN(const json::Value answer, http::call_json(network, http::post_json(url("/pin-resets/reserve"), body)));
  TRY_ASSIGN(const int64_t expires, answer.int_at("expires"));
  TRY(give_up_enrolment());
  tell_step();
  return json::Value::object({{"pin", forgotten}, {"expires", expires}});
}

}  // namespace mitome::phone
