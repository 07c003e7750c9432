// POST /pin-resets/reserve and /pin-resets/redeem: one forgotten PIN of a card is reserved for a reset in the app, by the
// other PIN and the face, and within 24 hours a kiosk sets the new one, by the other PIN again (domain.md 4). Who has
// forgotten both, or the text PIN, goes to the counter.
#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "issuer/issuer.h"

namespace mitome::issuer {
namespace {

constexpr size_t kMinNonce = 16, kMaxNonce = 64;
constexpr Seconds kOpens = std::chrono::hours{6} + std::chrono::minutes{30}, kCloses = std::chrono::hours{23};

Bytes message(std::string_view label, ByteView nonce, registry::CardPin pin) {
  cbor::Writer out;
  out.array(3).text(label).bytes(nonce).text(name_of(pin));
  return out.take();
}

Result<registry::CardPin> forgotten_pin(const json::Value& body) {
  TRY_ASSIGN(const std::string name, body.string_at("pin"));
  TRY_ASSIGN(const registry::CardPin pin, registry::pin_from_name(name));
  if (pin == registry::CardPin::kText) return Error{Reason::MALFORMED, "the text PIN is reset at the counter only"};
  return pin;
}

json::Value reset_json(const registry::PinReset& reset) {
  return json::Value::object({{"reservation", reset.id},
                              {"card", reset.card.text},
                              {"pin", std::string{name_of(reset.pin)}},
                              {"expires", to_unix(reset.expires)}});
}

}  // namespace

Result<registry::CertificateRecord> Issuer::card_that_signed(registry::CardPin forgotten, const json::Value& body,
                                                             ByteView message) {
  TRY_ASSIGN(const Bytes der, body.base64url_at("certificate"));
  TRY_ASSIGN(const Bytes signature, body.base64url_at("signature"));
  const bool by_sign = forgotten == registry::CardPin::kAuth;
  TRY_ASSIGN(registry::CertificateRecord record,
             by_sign ? card_certificate(registry::Ca::kSign, hierarchy_.sign_ca, der)
                     : card_certificate(registry::Ca::kAuth, hierarchy_.auth_ca, der));
  TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
  if (!certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message, signature))
    return Error{Reason::BAD_SIGNATURE, "by the card's other key"};
  return record;
}

Result<json::Value> Issuer::reserve_pin_reset(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("session"));
  TRY_ASSIGN(const registry::CardPin pin, forgotten_pin(body));
  const crypto::Sha256Digest digest = crypto::sha256(request.body);
  // Once reserved, the same request is answered from what was stored: the registry asks first.
  const auto session = registry_.session(id);
  if (!session && session.error().reason != Reason::REPLAY) return session.error();
  CardId card;
  if (session) {
    if (session->recording.empty()) return Error{Reason::LIVENESS_FAILED, "no movement was recorded in this session"};
    TRY_ASSIGN(const registry::CertificateRecord record,
               card_that_signed(pin, body, message("mitome-pin-reset-1", session->nonce, pin)));
    TRY_ASSIGN(const registry::Person person, registry_.person(record.person));
    TRY(judge_likeness(*session, person));
    card = CardId{record.holder_id};
  }
  TRY_ASSIGN(const registry::PinReset reset, registry_.reserve_pin_reset(id, digest, card, pin));
  return reset_json(reset);
}

Result<json::Value> Issuer::redeem_pin_reset(const http::Request& request) {
  TRY_ASSIGN(const registry::RoleToken caller, roles_.require(request, "kiosk"));
  const Seconds time = japan_time_of_day(clock_.now());
  if (time < kOpens || time >= kCloses) return Error{Reason::KIOSK_CLOSED, "PINs are set within the same hours"};
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const registry::CardPin pin, forgotten_pin(body));
  TRY_ASSIGN(const Bytes nonce, body.base64url_at("nonce"));
  if (nonce.size() < kMinNonce || nonce.size() > kMaxNonce) return Error{Reason::MALFORMED, "nonce"};
  TRY_ASSIGN(const registry::CertificateRecord record,
             card_that_signed(pin, body, message("mitome-pin-redeem-1", nonce, pin)));
  const registry::Idempotency redemption{"pin-redeem " + caller.name, to_hex(nonce), crypto::sha256(request.body)};
  TRY_ASSIGN(const registry::PinReset reset,
             registry_.redeem_pin_reset(CardId{record.holder_id}, pin, redemption, caller.name));
  return reset_json(reset);
}

}  // namespace mitome::issuer
