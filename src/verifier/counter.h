// A counter that reads a phone: the reader's side of ISO/IEC 18013-5 as an actor (docs/endpoints.md, counter.localhost).
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "credential/mdoc/verify.h"
#include "crypto/random.h"
#include "crypto/signer.h"
#include "protocol/http/http.h"
#include "protocol/iso18013/session.h"
#include "store/store.h"

namespace mitome::verifier {

inline constexpr size_t kMaxOpenReadings = 256;
inline constexpr Seconds kReadingLife{300};  ///< ISO/IEC 18013-5 9.1.1: a session without a message ends after 300 s

struct CounterConfig {
  std::vector<x509::Certificate> issuers;       ///< IACA roots
  std::vector<x509::Certificate> reader_chain;  ///< of the reader, end entity first, no root
  std::string status_origin;                    ///< the only place that is asked for status lists: "http://authority.localhost"
};

/// What may be asked at this counter, and nothing else.
struct Preset {
  std::string_view name;
  std::vector<mdoc::RequestedElement> elements;
};
const std::vector<Preset>& presets();

class Counter {
 public:
  /// All of it must outlive the counter. `reader` holds the key of the first certificate of the chain.
  Counter(CounterConfig config, crypto::Signer& reader, store::Store& store, const Clock& clock, crypto::Random& random,
          crypto::KeySource& keys, http::HttpClient& network)
      : config_(std::move(config)), reader_(reader), store_(store), clock_(clock), random_(random), keys_(keys), network_(network) {}

  Result<json::Value> start(const http::Request& request);
  Result<json::Value> finish(const http::Request& request);

 private:
  struct Reading {
    iso18013::ReaderSession session;
    mdoc::ItemsRequest asked;
    Bytes device_request;
    Instant expires;
  };
  Result<Bytes> ask(const iso18013::ReaderSession& session, const mdoc::ItemsRequest& items);
  Result<Reading> take(const std::string& id);
  Result<void> look_up_status(const mdoc::StatusReference& reference, const x509::Certificate& issuer);

  CounterConfig config_;
  crypto::Signer& reader_;
  store::Store& store_;
  const Clock& clock_;
  crypto::Random& random_;
  crypto::KeySource& keys_;
  http::HttpClient& network_;
  mdoc::SignerCache cache_;
  std::mutex mutex_;
  std::map<std::string, Reading> open_;  ///< under mutex_
};

std::vector<http::Route> routes(Counter& counter);

}  // namespace mitome::verifier
