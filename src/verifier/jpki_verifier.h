// The JPKI side of a relying party: login by a user authentication certificate, signature by a signing certificate.
#pragma once

#include "protocol/http/http.h"
#include "verifier/challenges.h"
#include "verifier/jpki_verify.h"
#include "verifier/locked_random.h"
#include "verifier/outbound.h"

namespace mitome::verifier {

inline constexpr size_t kMaxDocument = 256 * 1024;  ///< of /sign/start
inline constexpr size_t kMaxDocumentName = 255;

/// ["mitome-login-1", origin, nonce, expires] in deterministic CBOR: what a login signs, so that it fits one site and
/// one session.
Bytes login_message(std::string_view origin, ByteView nonce, Instant expires);

/// One arm of JPKI as this service trusts it.
struct JpkiArm {
  std::vector<x509::Certificate>
      authorities;                        ///< several generations with one name: chosen by key identifier and signature
  std::string card_policy, phone_policy;  ///< certificate policies of the end entities
};

struct JpkiConfig {
  std::string origin;  ///< of this service as the wallet sees it, "http://portal.localhost": what a login is bound to
  std::string
      ocsp_url;  ///< the only responder that is asked; the address in a certificate is not followed (threats ONL-15)
  JpkiArm authentication, signing;
};

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
  JpkiVerified judge(const Answer& answer, Purpose purpose, ByteView message);
  /// Whether a login's signature answers another of our open sessions.
  bool answers_another_login(const Answer& answer, const crypto::PublicKey& key);

  JpkiConfig config_;
  const Clock& clock_;
  LockedRandom random_;
  Outbound outbound_;
  std::vector<JpkiAuthority> authorities_;
  Challenges challenges_;
};

std::vector<http::Route> routes(JpkiVerifier& verifier);

}  // namespace mitome::verifier
