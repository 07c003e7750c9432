// Answers to the challenges of one relying party, judged: what a service with its own pages and the gate share.
#pragma once

#include "protocol/http/http.h"
#include "verifier/challenges.h"
#include "verifier/jpki_verify.h"
#include "verifier/locked_random.h"
#include "verifier/outbound.h"

namespace mitome::verifier {

/// ["mitome-login-1", origin, nonce, expires] in deterministic CBOR: what a login signs, so that it fits one site and
/// one session.
Bytes login_message(std::string_view origin, ByteView nonce, Instant expires);

/// What a holder states unasked: signed by the user authentication key, and good once until it expires.
struct Statement {
  std::string kind;     ///< "forget": statements of different kinds share no message and no nonce
  Bytes nonce;          ///< of the holder's making
  Instant expires;
  ByteView message;     ///< which binds kind, origin, nonce and expires; made by the caller
  ByteView certificate, signature;
};

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

/// Thread-safe when clock and network are.
class JpkiJudge {
 public:
  /// All of it must outlive the judge; the store has verifier_schema().
  JpkiJudge(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random,
            http::HttpClient& network);

  struct Answer {
    const Challenge& challenge;
    ByteView certificate, signature;
    Challenges::Effect effect = nullptr;  ///< of success, in the transaction that uses the challenge up
  };
  /// Over the login message of that challenge, which we make ourselves.
  JpkiVerified login(const Answer& answer);
  /// Over the challenge's content, or over what has that SHA-256.
  JpkiVerified signature(const Answer& answer);
  JpkiVerified signature_of_digest(const Answer& answer, ByteView sha256);

  /// REPLAY for a nonce that was used before, SESSION_EXPIRED; else as login().
  JpkiVerified statement(const Statement& statement);

  const JpkiConfig& config() const { return config_; }
  Challenges& challenges() { return challenges_; }

 private:
  JpkiVerified judge(const Answer& answer, JpkiInput input);
  /// Whether a login's signature answers another of our open sessions.
  bool answers_another_login(const Answer& answer, const crypto::PublicKey& key);

  JpkiConfig config_;
  const Clock& clock_;
  LockedRandom random_;
  Outbound outbound_;
  std::vector<JpkiAuthority> authorities_;
  Challenges challenges_;
};

}  // namespace mitome::verifier
