// POST /requests/open, /requests/answer, /requests/decline: what a wallet says to the gate.
#include "codec/base64url/base64url.h"
#include "gate/gate.h"

namespace mitome::gate {

Result<WalletRequest> Gate::named_request(const http::Request& request) {
  TRY_ASSIGN(const auto query, http::query_parameters(request));
  return records_.find_request(parameter(query, "id"));
}

http::Response Gate::request_visited(const http::Request& request) {
  // Somebody followed the address itself: on to the wallet of this device, which opens it or says why not.
  const std::string url = config_.origin + "/requests/" + http::encode_component(http::last_segment(request));
  return http::redirect(config_.phone_origin + "/#request=" + http::encode_component(url));
}

Result<json::Value> Gate::open_for_wallet(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string holder, body.string_at("holder"));
  TRY_ASSIGN(const WalletRequest wallet, named_request(request));
  if (holder != "phone" && holder != "card") return Error{Reason::MALFORMED, "holder"};
  if (wallet.state != "made") return Error{Reason::REPLAY, "this request was opened before"};
  if (clock_.now() > wallet.expires) return Error{Reason::SESSION_EXPIRED, to_rfc3339(wallet.expires)};
  TRY_ASSIGN(const Interaction interaction, records_.find(wallet.interaction, clock_.now()));
  const bool login = interaction.kind == Kind::kLogin;
  TRY_ASSIGN(const auto challenge, judge_.challenges().open(login ? "login" : "sign", config_.origin, interaction.sha256,
                                                            clock_.now()));
  TRY(records_.open_request(wallet, challenge.id));
  json::Value out = describe(interaction);
  out.set("id", wallet.id).set("nonce", base64url::encode(challenge.nonce)).set("expires", to_unix(challenge.expires));
  out.set("same_device", wallet.way != "qr");
  tell(interaction.id, "opened", json::Value::object({{"holder", holder}}));
  return out;
}

Result<Gate::Opened> Gate::opened_request(const http::Request& request) {
  TRY_ASSIGN(WalletRequest wallet, named_request(request));
  if (wallet.state == "made") return Error{Reason::NOT_FOUND, "the request was not opened"};
  if (wallet.state == "good") return Error{Reason::REPLAY, "answered already"};
  if (wallet.state == "declined") return Error{Reason::CONSENT_DECLINED, "declined already"};
  TRY_ASSIGN(Interaction interaction, records_.find(wallet.interaction, clock_.now()));
  TRY_ASSIGN(auto challenge,
             judge_.challenges().find(wallet.challenge, interaction.kind == Kind::kLogin ? "login" : "sign"));
  return Opened{std::move(wallet), std::move(interaction), std::move(challenge)};
}

verifier::JpkiVerified Gate::judge(Opened& opened, ByteView certificate, ByteView signature, std::string_view response_code) {
  WalletRequest& wallet = opened.request;
  wallet.certificate = to_bytes(certificate);
  wallet.signature = to_bytes(signature);
  wallet.response_code = hashed(response_code);
  // Kept only when all is in order; then its one policy is one of the two.
  const bool login = opened.interaction.kind == Kind::kLogin;
  const auto& phone = (login ? config_.authentication : config_.signing).phone_policy;
  const auto parsed = x509::Certificate::parse(certificate);
  wallet.holder = parsed && parsed->policies() == std::vector{phone} ? "phone" : "card";
  const auto kept = [&](store::Transaction& transaction) { return Records::note_good(transaction, wallet); };
  const verifier::JpkiJudge::Answer answer{opened.challenge, certificate, signature, kept};
  return login ? judge_.login(answer) : judge_.signature_of_digest(answer, opened.interaction.sha256);
}

Result<json::Value> Gate::judge_answer(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const Bytes certificate, body.base64url_at("certificate"));
  TRY_ASSIGN(const Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(Opened opened, opened_request(request));
  const std::string response_code = records_.fresh();
  const auto verified = judge(opened, certificate, signature, response_code);
  json::Value report = mdoc::to_json(verified.report);
  const std::string& interaction = opened.interaction.id;
  if (!verified.holder) {
    const ReasonInfo& info = reason_info(verified.report.verdict);
    TRY(records_.note_outcome(opened.request, "refused", info.code));
    tell(interaction, "refused", json::Value::object({{"reason", info.code}, {"message", info.en}, {"message_ja", info.ja}}));
    return report;
  }
  report.set("holder", verified.holder->kind());
  const bool same_device = opened.request.way != "qr";
  if (same_device) report.set("continue", config_.origin + "/continue?response_code=" + response_code);
  // A page whose wallet is elsewhere goes on by itself; else the browser must come with the response code.
  json::Value news = json::Value::object({{"same_device", same_device}});
  if (!same_device) news.set("next", "/complete?id=" + interaction);
  tell(interaction, "good", news);
  return report;
}

http::Response Gate::request_open(const http::Request& request) {
  const auto opened = open_for_wallet(request);
  return opened ? http::Response::json(*opened) : http::Response::error(opened.error());
}

http::Response Gate::request_answer(const http::Request& request) {
  const auto report = judge_answer(request);
  return report ? http::Response::json(*report) : http::Response::error(report.error());
}

http::Response Gate::request_decline(const http::Request& request) {
  const auto decline = [&]() -> Result<void> {
    TRY_ASSIGN(const Opened opened, opened_request(request));
    TRY(records_.note_outcome(opened.request, "declined", reason_code(Reason::CONSENT_DECLINED)));
    tell(opened.interaction.id, "declined", json::Value::object());
    return {};
  };
  const auto declined = decline();
  return declined ? http::Response::json(json::Value::object({{"state", "declined"}})) : http::Response::error(declined.error());
}

}  // namespace mitome::gate
