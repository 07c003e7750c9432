// A service that takes JPKI logins and signatures (docs/endpoints.md, portal.localhost).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "credential/mdoc/report.h"
#include "credential/x509/certificate.h"
#include "crypto/random.h"
#include "protocol/http/http.h"
#include "store/store.h"

namespace mitome::verifier {

inline constexpr Seconds kChallengeLife{300};
inline constexpr size_t kMaxDocumentSize = 1024 * 1024;

/// One arm of JPKI as this service trusts it.
struct JpkiArm {
  std::vector<x509::Certificate> authorities;  ///< several generations with one name: chosen by key identifier and signature
  std::string card_policy, phone_policy;       ///< certificate policies of the end entities
};

struct JpkiConfig {
  std::string origin;    ///< of this service, "http://portal.localhost": what a login is bound to
  std::string ocsp_url;  ///< the only responder that is asked; the address in a certificate is not followed (threats ONL-15)
  JpkiArm authentication, signing;
};

enum class ChallengeKind : uint8_t { kLogin, kSign };

/// What was handed out and must come back.
struct Challenge {
  Bytes id;
  ChallengeKind kind;
  Bytes message;  ///< what has to be signed, before hashing
  Instant expires;
};

/// A login or signature on trial.
struct JpkiSubject {
  const JpkiConfig& config;
  const JpkiArm& arm;
  const Challenge& challenge;
  const x509::Certificate& certificate;
  ByteView signature;
  Instant now;
  std::optional<x509::Certificate> issuer;  ///< found by the check "chain"
};

class JpkiVerifier;

/// The checks in the order in which they run; tests hand in the table without one entry (decisions.md 23).
struct JpkiCheck {
  std::string_view id;
  std::string_view clause;
  Result<void> (*run)(JpkiVerifier&, JpkiSubject&);
};
std::span<const JpkiCheck> jpki_checks();

class JpkiVerifier {
 public:
  /// All of it must outlive the verifier; the store has verifier_schema().
  JpkiVerifier(JpkiConfig config, store::Store& store, const Clock& clock, crypto::Random& random, http::HttpClient& network,
               std::span<const JpkiCheck> checks = jpki_checks())
      : config_(std::move(config)), store_(store), clock_(clock), random_(random), network_(network), checks_(checks.begin(), checks.end()) {}

  Result<json::Value> start_login();
  Result<json::Value> finish_login(const http::Request& request);
  Result<json::Value> start_signature(const http::Request& request);
  Result<json::Value> finish_signature(const http::Request& request);

  // The checks that need more than the subject.
  Result<void> ask_status(const JpkiSubject& subject);
  Result<void> use_up(const Challenge& challenge);

 private:
  Result<Challenge> open_challenge(ChallengeKind kind, Bytes message);
  Result<Challenge> find_challenge(ChallengeKind kind, const std::string& session);
  Result<json::Value> finish(ChallengeKind kind, const http::Request& request);
  mdoc::Report judge(JpkiSubject& subject);

  JpkiConfig config_;
  store::Store& store_;
  const Clock& clock_;
  crypto::Random& random_;
  http::HttpClient& network_;
  std::vector<JpkiCheck> checks_;
};

std::vector<http::Route> routes(JpkiVerifier& verifier);

}  // namespace mitome::verifier
