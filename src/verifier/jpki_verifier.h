// The JPKI side of a relying party: login by a user authentication certificate, signature by a signing certificate.
#pragma once

#include "protocol/http/http.h"
#include "verifier/jpki_judge.h"

namespace mitome::verifier {

inline constexpr size_t kMaxDocument = 256 * 1024;  ///< of /sign/start
inline constexpr size_t kMaxDocumentName = 255;

class JpkiVerifier {
 public:
  /// All of it must outlive the verifier; the store has verifier_schema().
  JpkiVerifier(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random,
               http::HttpClient& network);

  // docs/endpoints.md, portal. A finish answers with a report, also when it refuses; only a good one has a serial.
  http::Response login_start(const http::Request& request);
  http::Response login_finish(const http::Request& request);
  http::Response sign_start(const http::Request& request);
  http::Response sign_finish(const http::Request& request);

 private:
  struct Answer {
    Challenge challenge;
    Bytes certificate, signature;
  };
  Result<Answer> read_answer(const http::Request& request, std::string_view kind);
  const Clock& clock_;
  JpkiJudge judge_;
};

std::vector<http::Route> routes(JpkiVerifier& verifier);

}  // namespace mitome::verifier
