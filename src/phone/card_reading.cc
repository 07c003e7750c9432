#include "phone/card_reading.h"

#include "credential/x509/certificate.h"
#include "crypto/hash.h"
#include "protocol/jpki/reader.h"

namespace mitome::phone {
namespace {

constexpr int kYoungestHolder = 15;  // article A57

Result<void> verify_named(apdu::ApduChannel& card, uint16_t file, const crypto::Pin& pin, const std::string& name) {
  auto verified = jpki::verify_pin(card, file, pin);
  if (verified.has_value()) return {};
  return Error{verified.error().reason, name + ": " + verified.error().detail};
}

/// Under 15 and for wards there is no signing certificate, and so no PIN for it (article A57).
Result<void> expect_signing_application(apdu::ApduChannel& card) {
  auto selected = jpki::select_file(card, jpki::kSignPin);
  if (!selected.has_value() && selected.error().reason == Reason::CARD_REFUSED)
    return Error{Reason::NO_SIGNING_CERTIFICATE, ""};
  return selected;
}

}  // namespace

Result<CardReading> read_for_enrolment(apdu::ApduChannel& card, const crypto::Pin& text_pin,
                                       const crypto::Pin& sign_password, ByteView signed_message, Instant now) {
  CardReading reading;
  TRY(jpki::select_application(card, jpki::kJpkiAid));
  TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(card));
  if (token.label != jpki::kCardLabel)
    return Error{Reason::CARD_REFUSED, "token " + token.label + " is not a physical My Number Card"};
  TRY_ASSIGN(reading.auth_certificate, jpki::read_auth_certificate(card));

  TRY(jpki::select_application(card, jpki::kTextAid));
  TRY(verify_named(card, jpki::kTextPin, text_pin, "card-surface PIN"));
  TRY_ASSIGN(reading.text, jpki::read_text_files(card));
  TRY_ASSIGN(const auto attributes, jpki::parse_attributes(reading.text.attributes));
  reading.name = attributes.name;
  // The issuer decides by its own record; here the holder is told why the card can go no further.
  if (age_in_years(attributes.birth_date, japan_date(now)) < kYoungestHolder) return Error{Reason::UNDER_AGE, ""};

  TRY(jpki::select_application(card, jpki::kJpkiAid));
  TRY(expect_signing_application(card));
  TRY(jpki::expect_same_card(card, reading.auth_certificate));
  TRY(verify_named(card, jpki::kSignPin, sign_password, "signing password"));
  TRY_ASSIGN(reading.sign_certificate, jpki::read_sign_certificate(card));
  TRY_ASSIGN(reading.signature, jpki::compute_signature(card, jpki::kSignKey, crypto::sha256(signed_message)));
  TRY(jpki::expect_same_card(card, reading.auth_certificate));

  // Also a card that was swapped between its certificate and its signature is found (CRD-14).
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(reading.sign_certificate));
  if (!certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, signed_message, reading.signature))
    return Error{Reason::CARD_CHANGED, "the signature is not by the certificate that was read"};
  return reading;
}

}  // namespace mitome::phone
