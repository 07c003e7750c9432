#include "apps/town/pc_reader.h"

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "protocol/http/web.h"
#include "protocol/jpki/reader.h"
#include "verifier/jpki_verifier.h"

namespace mitome::town {
namespace {

constexpr size_t kMaxAsked = 100;
constexpr std::string_view kRequests = "/requests/";

http::Response respond(const Result<json::Value>& value) {
  return value ? http::Response::json(*value) : http::Response::error(value.error());
}

}  // namespace

PcReader::PcReader(std::string gate, apdu::CardReader& reader, http::HttpClient& network, const Clock& clock)
    : gate_(std::move(gate)), reader_(reader), network_(network), clock_(clock) {}

Result<json::Value> PcReader::to_gate(std::string_view path, const std::string& id, const json::Value& body) {
  const std::string url = gate_ + std::string{kRequests} + std::string{path} + "?id=" + http::encode_component(id);
  return http::call_json(network_, http::post_json(url, body));
}

/// What the card will sign. The origin is compared with where we asked, so that no gate has a login signed for another (threats ONL-3).
Result<PcReader::Asked> PcReader::read_request(const json::Value& shown) const {
  TRY_ASSIGN(const std::string kind, shown.string_at("kind"));
  TRY_ASSIGN(const std::string origin, shown.string_at("origin"));
  TRY_ASSIGN(const int64_t expires, shown.int_at("expires"));
  if (origin != gate_) return Error{Reason::AUDIENCE_MISMATCH, origin};
  Asked asked{kind == "login", {}, instant_from_unix(expires)};
  if (asked.login) {
    TRY_ASSIGN(const Bytes nonce, shown.base64url_at("nonce"));
    asked.digest = crypto::sha256(verifier::login_message(origin, nonce, asked.expires));
    return asked;
  }
  TRY_ASSIGN(const Bytes sha256, shown.base64url_at("sha256"));
  if (kind != "sign" || sha256.size() != asked.digest.size()) return Error{Reason::MALFORMED, "kind or sha256"};
  std::copy(sha256.begin(), sha256.end(), asked.digest.begin());
  return asked;
}

Result<json::Value> PcReader::open_request(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string url, body.string_at("url"));
  const std::string start = gate_ + std::string{kRequests};
  if (!url.starts_with(start)) return Error{Reason::SSRF_BLOCKED, "only requests of " + gate_};
  const std::string id = url.substr(start.size());
  if (id.empty() || id.find_first_of("/?#") != std::string::npos) return Error{Reason::MALFORMED, "no request's address"};
  TRY_ASSIGN(json::Value shown, to_gate("open", id, json::Value::object({{"holder", "card"}})));
  TRY_ASSIGN(const Asked asked, read_request(shown));
  const std::lock_guard lock{mutex_};
  std::erase_if(asked_, [now = clock_.now()](const auto& entry) { return entry.second.expires < now; });
  if (asked_.size() >= kMaxAsked) return Error{Reason::LIMIT_EXCEEDED, "too many open requests"};
  asked_[id] = asked;
  return shown.set("id", id);
}

Result<PcReader::Asked> PcReader::find(const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto found = asked_.find(id);
  if (found == asked_.end()) return Error{Reason::NOT_FOUND, "no such request is open here"};
  if (found->second.expires < clock_.now()) return Error{Reason::SESSION_EXPIRED, to_rfc3339(found->second.expires)};
  return found->second;
}

Result<json::Value> PcReader::answer_request(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY_ASSIGN(const std::string typed, body.string_at("pin"));
  TRY_ASSIGN(const Asked asked, find(id));
  TRY_ASSIGN(const crypto::Pin pin, asked.login ? crypto::Pin::four_digits(typed) : crypto::Pin::signing_password(typed));
  jpki::CardSignature signed_by_card;
  {
    TRY_ASSIGN(const auto channel, reader_.connect());
    TRY_ASSIGN(signed_by_card,
               jpki::sign_with_card(*channel, asked.login ? jpki::kAuthKey : jpki::kSignKey, &pin, asked.digest));
  }
  // A wrong PIN leaves the request open; a signature ends it here, whatever the gate says of it.
  {
    const std::lock_guard lock{mutex_};
    asked_.erase(id);
  }
  return to_gate("answer", id,
                 json::Value::object({{"certificate", base64url::encode(signed_by_card.certificate)},
                                      {"signature", base64url::encode(signed_by_card.signature)}}));
}

Result<json::Value> PcReader::decline_request(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY(find(id));
  {
    const std::lock_guard lock{mutex_};
    asked_.erase(id);
  }
  return to_gate("decline", id, json::Value::object());
}

http::Response PcReader::open(const http::Request& request) { return respond(open_request(request)); }
http::Response PcReader::answer(const http::Request& request) { return respond(answer_request(request)); }
http::Response PcReader::decline(const http::Request& request) { return respond(decline_request(request)); }

std::vector<http::Route> routes(PcReader& reader) {
  return {
      {"POST", "/api/reader/open", "the person", [&reader](const http::Request& request) { return reader.open(request); }},
      {"POST", "/api/reader/answer", "the person", [&reader](const http::Request& request) { return reader.answer(request); }},
      {"POST", "/api/reader/decline", "the person", [&reader](const http::Request& request) { return reader.decline(request); }},
  };
}

}  // namespace mitome::town
