// POST /sign-transactions, POST /sign-transactions/result: a service has something signed by the holder's signing key.
#include <algorithm>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "gate/gate.h"

namespace mitome::gate {
namespace {

constexpr size_t kMaxText = 255;

Result<std::string> text_at(const json::Value& body, std::string_view name) {
  TRY_ASSIGN(std::string text, body.string_at(name));
  if (text.empty() || text.size() > kMaxText) return Error{Reason::LIMIT_EXCEEDED, std::string{name} + " of 1 to 255 bytes"};
  return text;
}

}  // namespace

Result<json::Value> Gate::open_transaction(const Client& client, const json::Value& body) {
  Interaction wish;
  wish.client = client.id;
  wish.kind = Kind::kSign;
  TRY_ASSIGN(wish.redirect_uri, text_at(body, "redirect_uri"));
  const auto& known = client.sign_redirect_uris;
  if (std::find(known.begin(), known.end(), wish.redirect_uri) == known.end())
    return Error{Reason::REDIRECT_URI, "not registered"};
  TRY_ASSIGN(wish.sha256, body.base64url_at("sha256"));
  if (wish.sha256.size() != 32) return Error{Reason::MALFORMED, "sha256"};
  TRY_ASSIGN(wish.document, text_at(body, "document"));
  TRY_ASSIGN(wish.purpose, text_at(body, "purpose"));
  TRY_ASSIGN(wish.purpose_ja, text_at(body, "purpose_ja"));
  TRY_ASSIGN(wish.state, text_at(body, "state"));
  TRY_ASSIGN(const Interaction opened, records_.open(std::move(wish), clock_.now()));
  return json::Value::object({{"transaction", opened.id}, {"url", config_.origin + "/sign?transaction=" + opened.id}});
}

Result<json::Value> Gate::take_result(const Client& client, const json::Value& body) {
  TRY_ASSIGN(const std::string id, body.string_at("transaction"));
  TRY_ASSIGN(const Interaction interaction, records_.read(id));
  // Another's transaction is none (threats ONL-19, WEB-6).
  if (interaction.kind != Kind::kSign || interaction.client != client.id) return Error{Reason::NOT_FOUND, "no such transaction"};
  if (!interaction.ended) return Error{Reason::NOT_FOUND, "the browser has not come back yet"};
  if (clock_.now() > interaction.expires + kResultLife) return Error{Reason::SESSION_EXPIRED, to_rfc3339(interaction.expires)};
  TRY_ASSIGN(const auto latest, records_.latest_request(id));
  json::Value out = json::Value::object();
  if (latest && latest->state == "good") {
    // Everything that can fail comes before the one hand-over.
    TRY_ASSIGN(const auto certificate, x509::Certificate::parse(latest->certificate));
    TRY_ASSIGN(const auto items, verifier::read_four_items(certificate));
    const std::string serial = to_hex(certificate.serial());
    TRY_ASSIGN(const std::string subject, subject_of(client, serial));
    out.set("certificate", base64url::encode(latest->certificate));
    out.set("signature", base64url::encode(latest->signature));
    out.set("serial", serial);
    out.set("signer", json::Value::object({{"name", items.name},
                                           {"address", items.address},
                                           {"birth_date", items.birth_date},
                                           {"sex", items.sex}}));
    out.set("holder", latest->holder);
    out.set("sub", subject);
  }
  TRY(records_.take_result(interaction));
  return out;
}

http::Response Gate::sign_transaction(const http::Request& request) {
  const auto body = http::json_body(request);
  if (!body) return oauth_error("invalid_request", body.error());
  const auto client = authenticate(body->string_or("client_assertion_type", ""), body->string_or("client_assertion", ""),
                                   "/sign-transactions");
  if (!client) return oauth_error("invalid_client", client.error());
  const auto opened = open_transaction(**client, *body);
  return opened ? http::Response::json(*opened) : oauth_error("invalid_request", opened.error());
}

http::Response Gate::sign_result(const http::Request& request) {
  const auto body = http::json_body(request);
  if (!body) return oauth_error("invalid_request", body.error());
  const auto client = authenticate(body->string_or("client_assertion_type", ""), body->string_or("client_assertion", ""),
                                   "/sign-transactions/result");
  if (!client) return oauth_error("invalid_client", client.error());
  const auto result = take_result(**client, *body);
  return result ? http::Response::json(*result) : oauth_error("invalid_grant", result.error());
}

}  // namespace mitome::gate
