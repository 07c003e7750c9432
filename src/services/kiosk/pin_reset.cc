// A forgotten PIN, set anew: reserved in the app with the face, completed here within 24 hours with the card's other PIN (domain 4).
#include <algorithm>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "protocol/jpki/reader.h"
#include "services/kiosk/kiosk.h"

namespace mitome::services {
namespace {

Result<crypto::Pin> pin_of(std::string_view which, const std::string& typed) {
  return which == "auth" ? crypto::Pin::four_digits(typed) : crypto::Pin::signing_password(typed);
}

}  // namespace

http::Response Kiosk::pin_reset(const http::Request& request) {
  return within(request, {Phase::kChoose, Phase::kHold},
                [this](Visit& visit, const http::Request& asked) { return do_pin_reset(visit, asked); });
}

Result<json::Value> Kiosk::do_pin_reset(Visit& visit, const http::Request& request) {
  TRY(Directory::check_hours(clock_.now()));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string which, body.string_at("pin"));
  if (which != "auth" && which != "sign") return Error{Reason::MALFORMED, "pin is auth or sign"};
  TRY_ASSIGN(const Shop shop, directory_.shop(visit.shop));
  TRY_ASSIGN(const Chain chain, directory_.chain_of(shop));
  const bool here = std::find(chain.pin_resets.begin(), chain.pin_resets.end(), which) != chain.pin_resets.end();
  if (!here || !config_.pins) return Error{Reason::FORBIDDEN, "this chain does not set that PIN"};
  // Both are read before anything is used up: a new PIN without the right form costs no reservation.
  TRY_ASSIGN(const std::string other_typed, body.string_at("other_pin"));
  TRY_ASSIGN(const std::string new_typed, body.string_at("new_pin"));
  TRY_ASSIGN(const crypto::Pin other, pin_of(which == "auth" ? "sign" : "auth", other_typed));
  TRY_ASSIGN(const crypto::Pin fresh, pin_of(which, new_typed));
  TRY_ASSIGN(const std::string card, redeem(visit, which, other));
  TRY(config_.pins->set_pin(card, which, fresh));
  visit.phase = Phase::kChoose;
  json::Value out = describe(visit);
  out.set("reset", which);
  return out;
}

/// The card's other key signs that this reset is wanted here and now; the authority uses the reservation up. The card's id.
Result<std::string> Kiosk::redeem(const Visit& visit, const std::string& which, const crypto::Pin& other) {
  const Bytes nonce = random_.bytes(32);
  const Bytes message = cbor::Writer{}.array(3).text("mitome-pin-redeem-1").bytes(nonce).text(which).take();
  json::Value asked = json::Value::object({{"pin", which}, {"nonce", base64url::encode(nonce)}});
  {
    TRY_ASSIGN(const auto channel, config_.terminals[visit.terminal].reader->connect());
    TRY(jpki::select_application(*channel, jpki::kJpkiAid));
    TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(*channel));
    if (token.label != jpki::kCardLabel) return Error{Reason::HOLDER_MISMATCH, "phone"};
    const uint16_t key = which == "auth" ? jpki::kSignKey : jpki::kAuthKey;
    TRY_ASSIGN(const jpki::CardSignature signed_by, jpki::sign_with_card(*channel, key, &other, crypto::sha256(message)));
    asked.set("certificate", base64url::encode(signed_by.certificate)).set("signature", base64url::encode(signed_by.signature));
  }
  http::Request request = http::post_json(config_.redeem_url, asked);
  request.headers.emplace_back("Authorization", "Bearer " + config_.kiosk_token);
  TRY_ASSIGN(const json::Value answer, http::call_json(network_, request));
  return answer.string_at("card");
}

}  // namespace mitome::services
