// What the gate's own page asks: /api/login, and the news while it waits.
#include "codec/base64url/base64url.h"
#include "gate/gate.h"

namespace mitome::gate {
namespace {

struct Item {
  std::string_view scope, claim, en, ja;
};
constexpr Item kItems[] = {
    {"openid", "sub", "a number for you that only this service has",
     "このサービスだけで使われる、あなたの番号"},
    {"name", "name", "name", "氏名"},
    {"address", "address", "address", "住所"},
    {"birthdate", "birthdate", "date of birth", "生年月日"},
    {"gender", "gender", "sex", "性別"},
    {"insurance", "jpki_serial", "serial number of your user authentication certificate",
     "利用者証明用電子証明書の発行番号"},
};
/// What a signing certificate holds goes with every signature.
constexpr std::string_view kSignedScopes[] = {"openid", "name", "address", "birthdate", "gender"};

json::Value item(const Item& each) {
  return json::Value::object({{"claim", each.claim}, {"name", each.en}, {"name_ja", each.ja}});
}

json::Value items_of(const Interaction& interaction) {
  json::Value list = json::Value::array();
  for (const auto& each : kItems) {
    bool asked = each.scope == "openid";
    if (interaction.kind == Kind::kSign) {
      for (const auto scope : kSignedScopes) asked = asked || scope == each.scope;
    } else {
      for (const auto& scope : interaction.scopes) asked = asked || scope == each.scope;
    }
    if (asked) list.push(item(each));
  }
  return list;
}

}  // namespace

json::Value Gate::describe(const Interaction& interaction) const {
  const Client& client = client_named(interaction.client);
  const bool login = interaction.kind == Kind::kLogin;
  json::Value out = json::Value::object(
      {{"kind", login ? "login" : "sign"},
       {"origin", config_.origin},
       {"client", json::Value::object({{"id", client.id}, {"name", client.name}, {"name_ja", client.name_ja}})},
       {"purpose", login ? client.purpose : interaction.purpose},
       {"purpose_ja", login ? client.purpose_ja : interaction.purpose_ja},
       {"items", items_of(interaction)},
       {"stored", client.stored},
       {"stored_ja", client.stored_ja}});
  if (!login) out.set("document", interaction.document).set("sha256", base64url::encode(interaction.sha256));
  return out;
}

http::Response Gate::page_state(const http::Request& request) {
  const auto query = http::query_parameters(request);
  if (!query) return http::Response::error(query.error());
  const auto interaction = own_interaction(request, parameter(*query, "id"));
  if (!interaction) return http::Response::error(interaction.error());
  const auto latest = records_.latest_request(interaction->id);
  if (!latest) return http::Response::error(latest.error());
  json::Value out = describe(*interaction);
  out.set("expires", to_unix(interaction->expires)).set("state", "choose");
  if (*latest) {
    const WalletRequest& wallet = **latest;
    const bool over = wallet.state == "made" && clock_.now() > wallet.expires;
    out.set("way", wallet.way).set("state", over ? "expired" : wallet.state);
    if (const auto reason = reason_from_code(wallet.reason)) {
      out.set("reason", wallet.reason).set("message", reason_info(*reason).en).set("message_ja", reason_info(*reason).ja);
    }
  }
  return http::Response::json(out);
}

http::Response Gate::page_start(const http::Request& request) {
  const auto start = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    TRY_ASSIGN(const std::string way, body.string_at("way"));
    TRY_ASSIGN(const Interaction interaction, own_interaction(request, id));
    if (way != "phone" && way != "qr" && way != "card") return Error{Reason::MALFORMED, "way"};
    TRY_ASSIGN(const auto latest, records_.latest_request(interaction.id));
    if (latest && latest->state == "good") return Error{Reason::REPLAY, "answered already"};
    TRY_ASSIGN(const WalletRequest made, records_.make_request(interaction, way, clock_.now()));
    const std::string url = config_.origin + "/requests/" + made.id;
    json::Value out = json::Value::object({{"way", way}, {"request", url}, {"expires", to_unix(made.expires)}});
    if (way == "phone") out.set("link", config_.phone_origin + "/#request=" + http::encode_component(url));
    if (way == "card") out.set("link", config_.reader_origin + "/reader#request=" + http::encode_component(url));
    return out;
  };
  const auto started = start();
  return started ? http::Response::json(*started) : http::Response::error(started.error());
}

http::Response Gate::page_cancel(const http::Request& request) {
  const auto cancel = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    TRY_ASSIGN(const Interaction interaction, own_interaction(request, id));
    TRY_ASSIGN(const auto latest, records_.latest_request(interaction.id));
    TRY(records_.end(interaction, [&](auto& transaction) { return Records::drop_requests(transaction, interaction); }));
    // Why it went no further, so that the service can say it too: what the last wallet was told, else that nobody wanted to.
    const auto reason = latest ? reason_from_code(latest->reason) : std::nullopt;
    const std::string_view code = reason_code(reason.value_or(Reason::CONSENT_DECLINED));
    return json::Value::object(
        {{"url", return_url(interaction, {{"error", "access_denied"}, {"error_description", std::string{code}}})}});
  };
  const auto cancelled = cancel();
  return cancelled ? http::Response::json(*cancelled) : http::Response::error(cancelled.error());
}

std::shared_ptr<http::EventStream> Gate::news_of(const Interaction& interaction) {
  const std::lock_guard lock{news_mutex_};
  std::erase_if(news_, [&](const auto& each) { return each.second.first < clock_.now(); });
  auto& [expires, stream] = news_[interaction.id];
  if (stream == nullptr) stream = std::make_shared<http::EventStream>();
  expires = interaction.expires;
  return stream;
}

void Gate::tell(const std::string& interaction, std::string_view event, const json::Value& data) {
  const std::lock_guard lock{news_mutex_};
  const auto found = news_.find(interaction);
  if (found != news_.end()) found->second.second->publish(event, data);
}

http::Response Gate::page_events(const http::Request& request) {
  const auto query = http::query_parameters(request);
  if (!query) return http::Response::error(query.error());
  const auto interaction = own_interaction(request, parameter(*query, "id"));
  if (!interaction) return http::Response::error(interaction.error());
  http::Response response;
  response.events = news_of(*interaction);
  return response;
}

}  // namespace mitome::gate
