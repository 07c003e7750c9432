// The counter of a shop or an office, over ISO/IEC 18013-5: a clerk asks one of a few things, scans the code that a phone shows, and sees
// the verdict with what was asked and nothing else. What was shown is handed to the page once and is kept nowhere.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "protocol/http/events.h"
#include "protocol/http/http.h"
#include "services/counter/air.h"
#include "verifier/counter.h"
#include "verifier/locked_random.h"

namespace mitome::services {

/// An answer that no page took is forgotten after this.
inline constexpr Seconds kShownLife{60};
inline constexpr size_t kMaxReadings = 1000;

class CounterPlace {
 public:
  /// All of it must outlive the place, and the place must outlive every answer that `air` still owes.
  CounterPlace(verifier::Counter& reader, Air& air, const Clock& clock, crypto::Random& random);

  // docs/endpoints.md, "The counter's page".
  http::Response asks(const http::Request& request);
  http::Response hand(const http::Request& request);
  http::Response scan(const http::Request& request);
  http::Response read(const http::Request& request);
  http::Response events(const http::Request& request);
  http::Response take(const http::Request& request);
  http::Response cancel(const http::Request& request);

  /// Readings and answers past their time, erased (threats SVC-9): how many are left.
  size_t forget_old();

 private:
  struct Reading {
    std::string ask, session;
    Instant expires;
    std::optional<json::Value> report;  ///< between the phone's answer and the page's taking it
    bool taken = false;
    // Shared with the connection of whoever listens (http::Response).
    std::shared_ptr<http::EventStream> events = std::make_shared<http::EventStream>();
  };
  Result<json::Value> start(const http::Request& request);
  Result<std::string> keep(const std::string& ask, const std::string& session);
  Result<json::Value> take_report(const std::string& id);
  void answered(const std::string& id, Result<Bytes> message);
  json::Value finish(const std::string& session, ByteView message);
  void forget_old_locked(Instant now);

  verifier::Counter& reader_;
  Air& air_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  std::mutex mutex_;  // over readings_
  std::map<std::string, Reading, std::less<>> readings_;
};

std::vector<http::Route> routes(CounterPlace& place);

}  // namespace mitome::services
