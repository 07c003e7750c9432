// The verifier's only way out: to hosts that its configuration names, each together with the trust anchor that judges
// its answers.
#pragma once

#include <string>
#include <vector>

#include "protocol/http/http.h"

namespace mitome::verifier {

class Outbound {
 public:
  /// `hosts` as they stand in a URL, with the port if there is one: "authority.localhost:8701". Nothing else is ever
  /// called, neither what a certificate or document names nor where an answer points (threats ONL-15).
  Outbound(http::HttpClient& client, std::vector<std::string> hosts) : client_(client), hosts_(std::move(hosts)) {}

  /// The body of a 200 answer of that content type. SSRF_BLOCKED for another host or scheme, and for a redirection,
  /// which is not followed; STATUS_UNAVAILABLE for everything else that is no answer.
  Result<Bytes> get(std::string_view url, std::string_view content_type);
  Result<Bytes> post(std::string_view url, std::string_view request_type, Bytes body, std::string_view content_type);

 private:
  Result<void> check_url(std::string_view url, const http::Request& request) const;
  Result<Bytes> send(std::string_view url, const http::Request& request, std::string_view content_type);
  http::HttpClient& client_;
  std::vector<std::string> hosts_;
};

}  // namespace mitome::verifier
