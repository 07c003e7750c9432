// POST /read/start
#include "codec/base64url/base64url.h"
#include "protocol/iso18013/reader_auth.h"
#include "verifier/counter.h"

namespace mitome::verifier {
namespace {

constexpr size_t kIdSize = 16;

}  // namespace

Counter::Counter(CounterConfig config, crypto::Signer& reader, store::Store& store, const Clock& clock,
                 crypto::Random& random, crypto::KeySource& keys, http::HttpClient& network)
    : config_(std::move(config)),
      reader_(reader),
      store_(store),
      clock_(clock),
      random_(random),
      keys_(keys),
      outbound_(network, {http::get(config_.status_origin).authority}) {}

Result<std::string> Counter::keep(Read&& read) {
  std::string id = base64url::encode(random_.bytes(kIdSize));
  const std::lock_guard lock{mutex_};
  while (!ends_.empty() && ends_.begin()->first < clock_.now()) {
    reads_.erase(ends_.begin()->second);
    ends_.erase(ends_.begin());
  }
  if (reads_.size() >= kMaxOpenReads) return Error{Reason::LIMIT_EXCEEDED, "too many open sessions"};
  // A finished or expired session is told apart from an unknown one for as long again.
  ends_.emplace(read.expires + kReadLife, id);
  reads_.emplace(id, std::move(read));
  return id;
}

Result<Counter::Started> Counter::start(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string qr, body.string_at("engagement"));
  TRY_ASSIGN(const std::string ask, body.string_at("ask"));
  TRY_ASSIGN(mdoc::ItemsRequest asked, items_for(ask));
  TRY_ASSIGN(const Bytes engagement, iso18013::from_qr(qr));
  // A fresh key for every session (ISO/IEC 18013-5 9.1.1.4); the source need not be made for threads.
  auto key = [this] {
    const std::lock_guard lock{mutex_};
    return keys_.generate(crypto::KeyType::kP256);
  }();
  TRY_ASSIGN(auto session, iso18013::ReaderSession::start(engagement, std::move(key)));
  const Bytes items = mdoc::encode_items_request(asked);
  TRY_ASSIGN(const Bytes reader_auth,
             iso18013::sign_reader_auth(reader_, config_.reader_chain, session.transcript(), items));
  Bytes device_request = mdoc::encode_device_request({mdoc::encode_doc_request(items, reader_auth)});
  TRY_ASSIGN(Bytes message, session.send(device_request));
  TRY_ASSIGN(std::string id,
             keep({std::move(session), std::move(asked), std::move(device_request), clock_.now() + kReadLife}));
  return Started{std::move(id), std::move(message)};
}

http::Response Counter::read_start(const http::Request& request) {
  const auto started = start(request);
  if (!started) return http::Response::error(started.error());
  return http::Response::json(
      json::Value::object({{"session", started->id}, {"message", base64url::encode(started->message)}}));
}

}  // namespace mitome::verifier
