#include "status/status.h"

namespace mitome::status {

std::vector<http::Route> routes(Status& status) {
  return {
      {"POST", "/status/ocsp", "anyone", [&status](const http::Request& request) { return status.ocsp(request); }},
      {"GET", "/status/crl/auth", "anyone",
       [&status](const http::Request&) { return status.crl(registry::Ca::kAuth); }},
      {"GET", "/status/crl/sign", "anyone",
       [&status](const http::Request&) { return status.crl(registry::Ca::kSign); }},
      {"GET", "/status/lists/*", "anyone", [&status](const http::Request& request) { return status.list(request); }},
  };
}

}  // namespace mitome::status
