// The JPKI side of a relying party: login by a user authentication certificate, signature by a signing certificate.
#pragma once

#include "protocol/http/http.h"
#include "verifier/challenges.h"
#include "verifier/jpki_verify.h"
#include "verifier/outbound.h"

namespace mitome::verifier {

inline constexpr size_t kMaxDocument = 256 * 1024;  ///< of /sign/start
inline constexpr size_t kMaxDocumentName = 255;

/// ["mitome-login-1", origin, nonce, expires] in deterministic CBOR: what a login signs, so that it fits one site and one session.
Bytes login_message(std::string_view origin, ByteView nonce, Instant expires);

class Portal {
 public:
  /// `origin` is this service's own, as the wallet sees it: "http://portal.localhost:8703". The store has verifier_schema(). The
  /// hosts of all authorities' ocsp_url must be among those of `outbound`.
  Portal(std::string origin, store::Store& store, const Clock& clock, crypto::Random& random, Outbound outbound,
         std::vector<JpkiAuthority> authorities);

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
  JpkiVerified judge(const Answer& answer, Purpose purpose, ByteView message,
                     const std::function<Bytes(const Challenge&)>& message_of);

  std::string origin_;
  const Clock& clock_;
  crypto::Random& random_;
  Outbound outbound_;
  std::vector<JpkiAuthority> authorities_;
  Challenges challenges_;
};

}  // namespace mitome::verifier
