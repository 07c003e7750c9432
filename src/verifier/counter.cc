#include "verifier/counter.h"

#include <algorithm>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "credential/statuslist/status_list_token.h"
#include "protocol/iso18013/reader_auth.h"

namespace mitome::verifier {
namespace {

constexpr std::string_view kJapan = "org.iso.23220.1.jp", kIso = "org.iso.23220.1", kDocType = "org.iso.23220.1.jp.mnc";
constexpr std::string_view kUsedReading = "reading";

mdoc::RequestedElement element(std::string_view name_space, std::string_view name) {
  return {std::string{name_space}, std::string{name}, false};
}

json::Value elements_json(const mdoc::VerifiedDocument& document) {
  json::Value out = json::Value::object();
  for (const mdoc::VerifiedElement& shown : document.elements()) {
    const json::Value* before = out.find(shown.name_space);
    json::Value space = before != nullptr ? *before : json::Value::object();
    space.set(shown.identifier, shown.to_json());
    out.set(shown.name_space, std::move(space));
  }
  return out;
}

http::Route route(std::string path, Counter& counter, Result<json::Value> (Counter::*endpoint)(const http::Request&)) {
  return {"POST", std::move(path), "clerk", [&counter, endpoint](const http::Request& request) {
            const auto answer = (counter.*endpoint)(request);
            return answer ? http::Response::json(*answer) : http::Response::error(answer.error());
          }};
}

}  // namespace

const std::vector<Preset>& presets() {
  // The portrait is asked where a person must compare it; it is shown and not kept (threats PRX-25, SVC-5).
  static const std::vector<Preset> all = {
      {"age_over_20", {element(kIso, "age_over_20")}},
      {"identity", {element(kJapan, "full_name_unicode"), element(kIso, "birth_date"), element(kJapan, "portrait")}},
      {"address", {element(kJapan, "full_name_unicode"), element(kJapan, "resident_address_unicode")}},
  };
  return all;
}

Result<Bytes> Counter::ask(const iso18013::ReaderSession& session, const mdoc::ItemsRequest& items) {
  const Bytes items_bytes = mdoc::encode_items_request(items);
  TRY_ASSIGN(const Bytes auth, iso18013::sign_reader_auth(reader_, config_.reader_chain, session.transcript(), items_bytes));
  return mdoc::encode_device_request({mdoc::encode_doc_request(items_bytes, ByteView{auth})});
}

Result<json::Value> Counter::start(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string qr, body.string_at("engagement"));
  TRY_ASSIGN(const std::string wish, body.string_at("ask"));
  const auto preset = std::find_if(presets().begin(), presets().end(), [&](const Preset& p) { return p.name == wish; });
  if (preset == presets().end()) return Error{Reason::MALFORMED, "ask is age_over_20, identity or address"};
  TRY_ASSIGN(const Bytes engagement, iso18013::from_qr(qr));
  TRY_ASSIGN(auto session, iso18013::ReaderSession::start(engagement, keys_.generate(crypto::KeyType::kP256)));
  mdoc::ItemsRequest items{std::string{kDocType}, preset->elements};
  TRY_ASSIGN(Bytes device_request, ask(session, items));
  TRY_ASSIGN(const Bytes message, session.send(device_request));

  const Instant now = clock_.now();
  const std::string id = to_hex(random_.bytes(16));
  const std::lock_guard lock{mutex_};
  std::erase_if(open_, [&](const auto& entry) { return entry.second.expires < now; });
  if (open_.size() >= kMaxOpenReadings) return Error{Reason::LIMIT_EXCEEDED, "too many open readings"};
  open_.emplace(id, Reading{std::move(session), std::move(items), std::move(device_request), now + kReadingLife});
  return json::Value::object({{"session", id}, {"message", base64url::encode(message)}});
}

Result<Counter::Reading> Counter::take(const std::string& id) {
  TRY_ASSIGN(const Bytes key, from_hex(id));
  if (key.size() != 16) return Error{Reason::NOT_FOUND, "no such reading"};
  const Instant now = clock_.now();
  const std::lock_guard lock{mutex_};
  const auto found = open_.find(id);
  // One try each: whoever comes second, even with the same bytes, finds it used.
  Result<bool> first = false;
  if (found == open_.end()) {
    const auto looked = store_.read([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(const auto row, transaction.query_one("SELECT 1 FROM single_use WHERE kind = ?1 AND key = ?2", {std::string{kUsedReading}, key}));
      first = !row.has_value();
      return {};
    });
    TRY(looked);
    return *first ? Error{Reason::NOT_FOUND, "no such reading"} : Error{Reason::REPLAY, "this reading was finished"};
  }
  const auto used_up = store_.write([&](store::Transaction& transaction) -> Result<void> {
    first = transaction.insert_if_absent(kUsedReading, key, to_unix(now + Days{1}));
    TRY(first);
    return {};
  });
  TRY(used_up);
  if (!*first) return Error{Reason::REPLAY, "this reading was finished"};
  Reading reading = std::move(found->second);
  open_.erase(found);
  if (reading.expires < now) return Error{Reason::SESSION_EXPIRED, "the reading is older than 300 s"};
  return reading;
}

Result<void> Counter::look_up_status(const mdoc::StatusReference& reference, const x509::Certificate& issuer) {
  // Only the place that configuration names; an address out of a credential is never followed (threats ONL-15).
  if (!reference.uri.starts_with(config_.status_origin + "/status/lists/")) return Error{Reason::SSRF_BLOCKED, "status list elsewhere"};
  const auto token = http::call_bytes(network_, http::get(reference.uri));
  if (!token) return Error{Reason::STATUS_UNAVAILABLE, to_string(token.error())};
  TRY_ASSIGN(const auto list, statuslist::verify_token(*token, reference.uri, issuer, clock_.now()));
  return list.require_valid(reference.index);
}

Result<json::Value> Counter::finish(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("session"));
  TRY_ASSIGN(const Bytes message, body.base64url_at("message"));
  TRY_ASSIGN(Reading reading, take(id));
  TRY_ASSIGN(const iso18013::Received received, reading.session.receive(message));
  if (!received.message) return Error{Reason::SESSION_TERMINATED, "the holder ended the session"};

  mdoc::VerifyInput input;
  input.anchors = config_.issuers;
  input.session_transcript = reading.session.transcript();
  input.now = clock_.now();
  input.reader_key = &reading.session.e_reader_key();
  input.requested = {reading.asked};
  input.status = [this](const mdoc::StatusReference& reference, const x509::Certificate& issuer) { return look_up_status(reference, issuer); };
  input.cache = &cache_;
  const mdoc::Verified verified = mdoc::verify_device_response(*received.message, input);

  json::Value answer = mdoc::to_json(verified.report);
  if (verified.report.good() && verified.documents.size() == 1) answer.set("elements", elements_json(verified.documents.front()));
  answer.set("evidence", json::Value::object({{"session_transcript", base64url::encode(reading.session.transcript())},
                                              {"device_request", base64url::encode(reading.device_request)},
                                              {"device_response", base64url::encode(*received.message)}}));
  return answer;
}

std::vector<http::Route> routes(Counter& counter) {
  return {route("/read/start", counter, &Counter::start), route("/read/finish", counter, &Counter::finish)};
}

}  // namespace mitome::verifier
