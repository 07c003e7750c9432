// The mdoc reader at a counter: asks a phone for one of a few fixed things, over one encrypted session, and judges the
// answer.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "credential/mdoc/verify.h"
#include "protocol/http/http.h"
#include "protocol/iso18013/session.h"
#include "store/store.h"
#include "verifier/locked_random.h"
#include "verifier/outbound.h"

namespace mitome::verifier {

inline constexpr Seconds kReadLife{300};
inline constexpr size_t kMaxOpenReads = 1000;

/// What a counter can ask for, and nothing else: "age_over_20", "identity" (name, birth date, portrait) or "address"
/// (name, address). Nothing is retained. NOT_FOUND for another word.
Result<mdoc::ItemsRequest> items_for(std::string_view ask);

struct CounterConfig {
  std::vector<x509::Certificate> issuers;       ///< IACA roots
  std::vector<x509::Certificate> reader_chain;  ///< of the reader, end entity first, no root
  std::string status_origin;  ///< the only place that is asked for status lists: "http://authority.localhost"
};

class Counter {
 public:
  /// All of it must outlive the counter; `reader` holds the key of the first certificate of the chain; the store has
  /// verifier_schema(). Sessions and their keys live in memory only; what was asked and shown is not kept at all.
  Counter(CounterConfig config, crypto::Signer& reader, store::Store& store, const Clock& clock, crypto::Random& random,
          crypto::KeySource& keys, http::HttpClient& network);

  // docs/endpoints.md, counter. A finish answers with a report, also when it refuses; only a good one has elements.
  http::Response read_start(const http::Request& request);
  http::Response read_finish(const http::Request& request);

 private:
  struct Read {
    iso18013::ReaderSession session;
    mdoc::ItemsRequest asked;
    Bytes device_request;
    Instant expires;
  };
  struct Started {
    std::string id;
    Bytes message;
  };
  struct Finished {
    mdoc::Verified verified;
    Bytes transcript, device_request, device_response;
    std::optional<Bytes>
        reader_key;  ///< EReaderKey as PKCS #8, when the device vouched by MAC: nobody can check that without it
  };
  Result<Started> start(const http::Request& request);
  Result<std::string> keep(Read&& read);
  Result<Read> take(const std::string& id);
  Result<Finished> finish(const http::Request& request);
  mdoc::Verified judge(const std::string& id, const Read& read, ByteView device_response);

  CounterConfig config_;
  crypto::Signer& reader_;
  store::Store& store_;
  const Clock& clock_;
  LockedRandom random_;
  crypto::KeySource& keys_;
  Outbound outbound_;
  mdoc::SignerCache cache_;
  std::mutex mutex_;                                  // over reads_ and keys_
  std::map<std::string, std::optional<Read>> reads_;  ///< empty: finished, kept to say so until it ends
  std::multimap<Instant, std::string> ends_;
};

std::vector<http::Route> routes(Counter& counter);

}  // namespace mitome::verifier
