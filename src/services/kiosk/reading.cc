// What lies on the reader, and who that is.
#include "codec/base64url/base64url.h"
#include "protocol/jpki/reader.h"
#include "services/kiosk/kiosk.h"
#include "verifier/status_client.h"

namespace mitome::services {
namespace {

/// A phone whose holder has verified on it needs no PIN here; a card and a phone of the other make do (domain 4).
bool needs_pin(std::string_view label) { return label != jpki::kPhoneLabel; }

}  // namespace

Result<json::Value> Kiosk::do_read(Visit& visit) {
  TRY(Directory::check_hours(clock_.now()));
  TRY_ASSIGN(const auto channel, config_.terminals[visit.terminal].reader->connect());
  TRY(jpki::select_application(*channel, jpki::kJpkiAid));
  TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(*channel));
  const Holder lies = token.label == jpki::kCardLabel ? Holder::kCard : Holder::kPhone;
  if (lies != visit.holder) return Error{Reason::HOLDER_MISMATCH, std::string{name_of(lies)}};
  if (!needs_pin(token.label)) return authenticate(visit, *channel, nullptr);
  TRY_ASSIGN(const unsigned tries, jpki::pin_tries_left(*channel, jpki::kAuthPin));
  if (tries == 0) return Error{Reason::PIN_BLOCKED, "the user authentication PIN"};
  if (token.label == jpki::kCardLabel) {  // a phone of the other make shows its certificate only after its PIN
    TRY_ASSIGN(visit.certificate, jpki::read_auth_certificate(*channel));
  }
  visit.tries = tries;
  visit.phase = Phase::kPin;
  return describe(visit);
}

Result<json::Value> Kiosk::do_pin(Visit& visit, const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string typed, body.string_at("pin"));
  TRY_ASSIGN(const crypto::Pin pin, crypto::Pin::four_digits(typed));
  TRY_ASSIGN(const auto channel, config_.terminals[visit.terminal].reader->connect());
  TRY(jpki::select_application(*channel, jpki::kJpkiAid));
  // The PIN goes to the card that was laid down when it was asked for, and to no other.
  if (!visit.certificate.empty()) {
    TRY(jpki::expect_same_card(*channel, visit.certificate));
  } else {  // a phone shows no certificate yet: at least it is still such a phone
    TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(*channel));
    if (token.label != jpki::kAndroidLabel) return Error{Reason::CARD_CHANGED, token.label};
  }
  auto answer = authenticate(visit, *channel, &pin);
  if (!answer && answer.error().reason == Reason::PIN_WRONG && visit.tries > 0) --visit.tries;
  if (!answer && answer.error().reason == Reason::PIN_BLOCKED) visit.phase = Phase::kChoose;
  return answer;
}

Result<json::Value> Kiosk::authenticate(Visit& visit, apdu::ApduChannel& channel, const crypto::Pin* pin) {
  const Bytes nonce = random_.bytes(32);
  const Instant expires = clock_.now() + kChallenge;
  const Bytes message = verifier::login_message(config_.origin, nonce, expires);
  TRY_ASSIGN(const jpki::CardSignature signature, jpki::sign_with_card(channel, jpki::kAuthKey, pin, crypto::sha256(message)));
  if (!visit.certificate.empty() && visit.certificate != signature.certificate) return Error{Reason::CARD_CHANGED, ""};
  TRY_ASSIGN(const std::string serial, verified_serial(visit, signature.certificate, signature.signature, message, expires, nonce));
  return print(visit, serial);
}

Result<std::string> Kiosk::verified_serial(const Visit& visit, ByteView certificate, ByteView signature, ByteView message, Instant expires,
                                           ByteView nonce) {
  const Instant now = clock_.now();
  // A challenge of one reading: made, signed and used up within it, so it is kept nowhere.
  const verifier::Challenge challenge{visit.id, "login", config_.origin, to_bytes(nonce), {}, expires};
  verifier::JpkiInput input;
  input.certificate = certificate;
  input.message = message;
  input.signature = signature;
  input.now = now;
  input.authorities = authorities_;
  input.card_policy = config_.authentication.card_policy;
  input.phone_policy = config_.authentication.phone_policy;
  input.challenge = &challenge;
  input.origin = config_.origin;
  input.status = [&](const x509::Certificate& one, const verifier::JpkiAuthority& authority) {
    return verifier::ask_ocsp(outbound_, random_, now, one, authority.certificate, authority.ocsp_url);
  };
  input.consume = [] { return Result<void>{}; };
  const verifier::JpkiVerified verified = verifier::verify_jpki(input);
  if (!verified.holder) return verified.report.error();
  // The label is what the chip says of itself; the certificate is what its issuer says.
  if (verified.holder->kind() != name_of(visit.holder)) return Error{Reason::HOLDER_MISMATCH, std::string{verified.holder->kind()}};
  return verified.holder->serial();
}

Result<Resident> Kiosk::ask_resident(const Office& office, const std::string& serial) {
  http::Request request = http::post_json(office.residents, json::Value::object({{"serial", serial}}));
  request.headers.emplace_back("Authorization", "Bearer " + office.token);
  TRY_ASSIGN(const json::Value body, http::call_json(network_, request));
  Resident out;
  TRY_ASSIGN(out.name, body.string_at("name"));
  TRY_ASSIGN(out.kana, body.string_at("kana"));
  TRY_ASSIGN(out.address, body.string_at("address"));
  TRY_ASSIGN(out.sex, body.string_at("sex"));
  TRY_ASSIGN(const std::string birth_date, body.string_at("birth_date"));
  TRY_ASSIGN(out.birth_date, date_from_text(birth_date));
  TRY_ASSIGN(out.seal_registered, body.bool_at("seal_registered"));
  const json::Value* household = body.find("household");
  out.household_head = household ? household->string_or("head", out.name) : out.name;
  out.relation_ja = household ? household->string_or("relation_ja", "") : "";
  return out;
}

Result<std::pair<Resident, const Office*>> Kiosk::find_resident(const std::string& serial) {
  // Which municipality it is shows only in the address; the first office asks, the person's own one answers for the paper.
  TRY_ASSIGN(Resident resident, ask_resident(config_.offices.front(), serial));
  TRY_ASSIGN(const Municipality municipality, directory_.municipality_at(resident.address));
  for (const Office& each : config_.offices)
    if (each.municipality == municipality.id) return std::pair{std::move(resident), &each};
  return Error{Reason::MUNICIPALITY_NOT_SERVED, municipality.name};
}

}  // namespace mitome::services
