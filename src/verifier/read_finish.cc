// POST /read/finish
#include <algorithm>

#include "codec/base64url/base64url.h"
#include "verifier/counter.h"
#include "verifier/status_client.h"

namespace mitome::verifier {
namespace {

json::Value elements_of(const std::vector<mdoc::VerifiedDocument>& documents) {
  json::Value elements = json::Value::object();
  for (const auto& document : documents) {
    for (const auto& element : document.elements()) {
      const json::Value* known = elements.find(element.name_space);
      json::Value name_space = known != nullptr ? *known : json::Value::object();
      name_space.set(element.identifier, element.to_json());
      elements.set(element.name_space, std::move(name_space));
    }
  }
  return elements;
}

bool by_mac(const std::vector<mdoc::VerifiedDocument>& documents) {
  return std::any_of(documents.begin(), documents.end(), [](const auto& document) { return document.by_mac(); });
}

}  // namespace

Result<Counter::Read> Counter::take(const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto found = reads_.find(id);
  if (found == reads_.end()) return Error{Reason::NOT_FOUND, "no such session"};
  if (!found->second) return Error{Reason::REPLAY, "this session was finished before"};
  // Whatever comes of it, nobody else gets it: of a hundred at once one is judged.
  Read read = std::move(*found->second);
  found->second.reset();
  if (clock_.now() > read.expires) return Error{Reason::SESSION_EXPIRED, "ended " + to_rfc3339(read.expires)};
  return read;
}

mdoc::Verified Counter::judge(const std::string& id, const Read& read, ByteView device_response) {
  const Instant now = clock_.now();
  mdoc::VerifyInput input;
  input.anchors = config_.issuers;
  input.session_transcript = read.session.transcript();
  input.now = now;
  input.reader_key = &read.session.e_reader_key();
  input.requested = {read.asked};
  input.status = [&](const mdoc::StatusReference& reference, const x509::Certificate& issuer) {
    return ask_status_list(outbound_, now, reference, issuer);
  };
  input.consume = [&] {
    return store_.write([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(const bool first, transaction.insert_if_absent("read", as_bytes(id), to_unix(read.expires)));
      if (!first) return Error{Reason::REPLAY, "this session was finished before"};
      return {};
    });
  };
  input.cache = &cache_;
  return mdoc::verify_device_response(device_response, input);
}

Result<Counter::Finished> Counter::finish(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("session"));
  TRY_ASSIGN(const Bytes message, body.base64url_at("message"));
  TRY_ASSIGN(Read read, take(id));
  TRY_ASSIGN(auto received, read.session.receive(message));
  if (!received.message) return Error{Reason::SESSION_TERMINATED, "the phone ended the session without an answer"};
  Finished finished{judge(id, read, *received.message), read.session.transcript(), read.device_request,
                    std::move(*received.message), std::nullopt};
  if (by_mac(finished.verified.documents)) finished.reader_key = to_bytes(read.session.e_reader_key().pkcs8().reveal());
  return finished;
}

http::Response Counter::read_finish(const http::Request& request) {
  const auto finished = finish(request);
  if (!finished) return http::Response::error(finished.error());
  json::Value report = mdoc::to_json(finished->verified.report);
  if (finished->verified.report.good()) report.set("elements", elements_of(finished->verified.documents));
  json::Value evidence = json::Value::object({{"session_transcript", base64url::encode(finished->transcript)},
                                              {"device_request", base64url::encode(finished->device_request)},
                                              {"device_response", base64url::encode(finished->device_response)}});
  if (finished->reader_key) evidence.set("reader_key", base64url::encode(*finished->reader_key));
  report.set("evidence", std::move(evidence));
  return http::Response::json(report);
}

}  // namespace mitome::verifier
