#include "gate/gate.h"

#include <algorithm>

namespace mitome::gate {

Gate::Gate(Config config, crypto::SecretBytes pairwise_key, store::Store& store, const Clock& clock, crypto::Random& random,
           crypto::Signer& signer, http::HttpClient& network)
    : config_(std::move(config)),
      pairwise_key_(std::move(pairwise_key)),
      clock_(clock),
      random_(random),
      signer_(signer),
      network_(network),
      judge_({config_.origin, config_.ocsp_url, config_.authentication, config_.signing}, store, clock, random_, network),
      records_(store, random_) {
  CHECK(pairwise_key_.size() == 32);
}

const Client* Gate::client_of(std::string_view id) const {
  const auto found = std::find_if(config_.clients.begin(), config_.clients.end(), [&](const Client& each) { return each.id == id; });
  return found == config_.clients.end() ? nullptr : &*found;
}

const Client& Gate::client_named(const std::string& id) const {
  const Client* client = client_of(id);
  if (client != nullptr) return *client;
  static const Client kGone{};  // registered when it began, and no more: nobody is named, nothing can be redeemed
  return kGone;
}

std::string parameter(const http::Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string{} : found->second;
}

std::string with_query(std::string url, const http::Parameters& parameters) {
  char mark = url.find('?') == url.npos ? '?' : '&';
  for (const auto& [name, value] : parameters) {
    url += mark + http::encode_component(name) + "=" + http::encode_component(value);
    mark = '&';
  }
  return url;
}

http::Response oauth_error(std::string_view error, const Error& why) {
  const bool unavailable = reason_info(why.reason).kind == ReasonKind::kUnavailable;
  const int status = unavailable ? 503 : error == "invalid_token" ? 401 : 400;
  http::Response response = http::Response::json(
      json::Value::object({{"error", unavailable ? "temporarily_unavailable" : error},
                           {"error_description", reason_info(why.reason).en},
                           {"reason", reason_code(why.reason)}}),
      status);
  response.headers.emplace_back("Cache-Control", "no-store");
  // RFC 6750 3. A bad assertion is 400: it came in no Authorization header, and there is no scheme to name (RFC 6749 5.2).
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return response;
}

http::Response refusal_page(const Error& why) {
  // Nothing that came in is repeated here: there is nothing to encode (threats WEB-5).
  const ReasonInfo& info = reason_info(why.reason);
  const auto paragraph = [](std::string_view language, std::string_view first, std::string_view second) {
    return "<p lang=\"" + std::string{language} + "\">" + std::string{first} + " " + std::string{second} + "</p>";
  };
  const std::string page =
      "<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>認証ゲート / Gate</title><link rel=\"stylesheet\" "
      "href=\"/ui/style.css\"></head><body><main><h1>続けられません <span lang=\"en\">Cannot go on</span></h1>" +
      paragraph("ja", info.ja, info.next_ja) + paragraph("en", info.en, info.next_en) + "<p><code>" + std::string{info.code} +
      "</code></p></main></body></html>";
  const int status = info.kind == ReasonKind::kUnavailable ? 503 : 400;
  http::Response response = http::Response::bytes(to_bytes(page), "text/html; charset=utf-8", status);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace mitome::gate
