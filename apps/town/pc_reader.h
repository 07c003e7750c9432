// The software on a person's own computer, beside its card reader: what a gate asks for is shown, and the card signs it with the PIN that
// its holder types. The PIN goes to the card and nowhere else; page and software are one machine.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/hash.h"
#include "protocol/apdu/card_reader.h"
#include "protocol/http/http.h"

namespace mitome::town {

class PcReader {
 public:
  /// `gate` is the only origin whose requests are opened. All must outlive this.
  PcReader(std::string gate, apdu::CardReader& reader, http::HttpClient& network, const Clock& clock);

  // docs/endpoints.md, "The town's page".
  http::Response open(const http::Request& request);
  http::Response answer(const http::Request& request);
  http::Response decline(const http::Request& request);

 private:
  struct Asked {
    bool login = false;
    crypto::Sha256Digest digest = {};  ///< what the card signs
    Instant expires;
  };
  Result<json::Value> open_request(const http::Request& request);
  Result<json::Value> answer_request(const http::Request& request);
  Result<json::Value> decline_request(const http::Request& request);
  Result<Asked> read_request(const json::Value& shown) const;
  Result<json::Value> to_gate(std::string_view path, const std::string& id, const json::Value& body);
  Result<Asked> find(const std::string& id);

  const std::string gate_;
  apdu::CardReader& reader_;
  http::HttpClient& network_;
  const Clock& clock_;
  std::mutex mutex_;  // over asked_
  std::map<std::string, Asked> asked_;
};

std::vector<http::Route> routes(PcReader& reader);

}  // namespace mitome::town
