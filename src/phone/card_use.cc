// What the card application in the secure element does: login, signing, and a reader that the phone is held to.
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "phone/phone_impl.h"
#include "protocol/jpki/reader.h"

namespace mitome::phone {
namespace {

constexpr size_t kMaxOrigin = 512, kMaxNonce = 256;
constexpr Seconds kContactlessReady{60};

}  // namespace

Reason pending_reason(Instant active_at) {
  // The activation delay is minutes, so nothing else becomes active at 08:00:00 sharp (decisions 14).
  return japan_time_of_day(active_at) == std::chrono::hours{8} ? Reason::PENDING_UNTIL_0800 : Reason::PENDING_ACTIVATION;
}

Result<CardItem> Phone::Impl::usable_card() {
  TRY_ASSIGN(CardItem item, any_card());
  if (item.state == CardState::kEnded) return Error{Reason::PHONE_ENDED, item.cause};
  if (item.state == CardState::kSuspended) return Error{Reason::PHONE_SUSPENDED, item.cause};
  if (clock.now() < item.active_at) return Error{pending_reason(item.active_at), to_japan_text(item.active_at)};
  TRY(element->public_key(item.auth_slot));
  return item;
}

crypto::Sha256Digest login_digest(const std::string& origin, ByteView nonce, int64_t expires) {
  // The origin is in what is signed, so that no other site can use it (decisions 18).
  return crypto::sha256(
      cbor::Writer{}.array(4).text("mitome-login-1").text(origin).bytes(nonce).integer(expires).view());
}

Result<json::Value> Phone::Impl::sign_with_pin(Purpose purpose, const crypto::Sha256Digest& digest, const Sample& sample,
                                               const Activity& what) {
  const bool signing = purpose == Purpose::kSign;
  if (sample.pin.empty()) return Error{Reason::USER_AUTH_REQUIRED, "the phone's PIN"};
  TRY_ASSIGN(const crypto::Pin pin,
             signing ? crypto::Pin::signing_password(sample.pin) : crypto::Pin::four_digits(sample.pin));
  TRY_ASSIGN(const auto done, jpki::sign_with_card(element->card(), signing ? jpki::kSignKey : jpki::kAuthKey, &pin, digest));
  TRY(wallet.write([&what](Wallet::Edit& edit) { return edit.log(what); }));
  return json::Value::object({{"certificate", base64url::encode(done.certificate)},
                              {"signature", base64url::encode(done.signature)}});
}

Result<json::Value> Phone::Impl::sign_with_card(Purpose purpose, const crypto::Sha256Digest& digest,
                                                const Sample& sample, const Activity& what) {
  TRY(usable_card());
  if (config.profile == Profile::kPin) return sign_with_pin(purpose, digest, sample, what);
  const bool signing = purpose == Purpose::kSign;
  TRY_ASSIGN(const Pass pass, verify(sample, purpose, digest));
  TRY(element->open_operation(
      pass, purpose, signing ? card::UserOperation::kSigning : card::UserOperation::kAuthentication, &digest));
  // The same commands that a reader sends to a card, without a PIN: the face or finger stands for it (article A38).
  const auto done =
      jpki::sign_with_card(element->card(), signing ? jpki::kSignKey : jpki::kAuthKey, nullptr, digest);
  element->field_off();
  TRY(done);
  TRY(wallet.write([&what](Wallet::Edit& edit) { return edit.log(what); }));
  return json::Value::object({{"certificate", base64url::encode(done->certificate)},
                              {"signature", base64url::encode(done->signature)}});
}

Result<json::Value> Phone::Impl::login(const std::string& origin, ByteView nonce, int64_t expires,
                                       const Sample& sample) {
  if (origin.empty() || origin.size() > kMaxOrigin || nonce.empty() || nonce.size() > kMaxNonce)
    return Error{Reason::LIMIT_EXCEEDED, "origin or nonce"};
  if (instant_from_unix(expires) <= clock.now()) return Error{Reason::SESSION_EXPIRED, "the login's challenge"};
  return sign_with_card(Purpose::kLogin, login_digest(origin, nonce, expires), sample, activity("login", origin));
}

Result<json::Value> Phone::Impl::sign(ByteView sha256, const Sample& sample) {
  crypto::Sha256Digest digest{};
  if (sha256.size() != digest.size()) return Error{Reason::MALFORMED, "sha256"};
  std::copy(sha256.begin(), sha256.end(), digest.begin());
  return sign_with_card(Purpose::kSign, digest, sample, activity("sign"));
}

Result<void> Phone::Impl::ready_contactless(const Sample& sample) {
  TRY(usable_card());
  TRY_ASSIGN(const Pass pass, verify(sample, Purpose::kContactless, contactless_binding()));
  TRY(element->open_operation(pass, Purpose::kContactless, card::UserOperation::kAuthentication, nullptr));
  ready_until = clock.now() + kContactlessReady;
  return wallet.write([this](Wallet::Edit& edit) { return edit.log(activity("login", "contactless reader")); });
}

Result<json::Value> Phone::Impl::ready(const Sample& sample) {
  if (!wallet_up || chosen_item != "card") return Error{Reason::CARD_NOT_CHOSEN, ""};
  TRY(ready_contactless(sample));
  return json::Value::object({{"until", to_unix(ready_until)}});
}

Result<Bytes> Phone::Impl::Contactless::transmit(ByteView command) {
  const std::lock_guard lock{phone_.mutex};
  if (phone_.config.profile == Profile::kPin) {  // its PIN guards it; a phone that is suspended shows nothing
    if (!phone_.usable_card()) return Bytes{0x6A, 0x82};
    return phone_.element->card().transmit(command);
  }
  if (phone_.clock.now() >= phone_.ready_until) phone_.element->field_off();
  return phone_.element->card().transmit(command);
}

}  // namespace mitome::phone
