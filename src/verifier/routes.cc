#include "verifier/counter.h"
#include "verifier/jpki_verifier.h"

namespace mitome::verifier {

std::vector<http::Route> routes(JpkiVerifier& verifier) {
  return {
      {"POST", "/login/start", "anyone",
       [&verifier](const http::Request& request) { return verifier.login_start(request); }},
      {"POST", "/login/finish", "session",
       [&verifier](const http::Request& request) { return verifier.login_finish(request); }},
      {"POST", "/sign/start", "anyone",
       [&verifier](const http::Request& request) { return verifier.sign_start(request); }},
      {"POST", "/sign/finish", "session",
       [&verifier](const http::Request& request) { return verifier.sign_finish(request); }},
  };
}

std::vector<http::Route> routes(Counter& counter) {
  return {
      {"POST", "/read/start", "clerk",
       [&counter](const http::Request& request) { return counter.read_start(request); }},
      {"POST", "/read/finish", "clerk",
       [&counter](const http::Request& request) { return counter.read_finish(request); }},
  };
}

}  // namespace mitome::verifier
