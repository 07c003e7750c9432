// The service's side of OpenID Connect (authorization code, PKCE S256, private_key_jwt, ES256 ID tokens) and of the gate's
// sign transactions. Used by portal, tax office and clinic; it holds no state of its own but what the gate published.
//
//   auto begun = relying_party.begin_login({.scopes = {"name"}});
//   // keep begun->pending.text() in the browser's own session (on the server, once), then http::redirect(begun->url)
//   // … the browser comes back to redirect_uri:
//   auto login = relying_party.finish_login(*LoginPending::parse(kept), request.query());
//   // take the pending out of the session before, so that a second visit has none; then give the browser a new session id.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/signer.h"
#include "protocol/http/http.h"

namespace mitome::openid {

/// The acr of every login at the gate: signed with the user authentication key, whose certificate was asked about just then.
inline constexpr std::string_view kAcr = "urn:mitome:acr:jpki-user-authentication";

/// The header "typ" of what a gate makes for a holder who asks a service to forget: no other token can be taken for one (RFC 8725 3.11).
inline constexpr std::string_view kForgetTokenType = "mitome-forget+jwt";
inline constexpr Seconds kForgetTokenLife{120};

/// A verified wish to be forgotten.
struct ForgetWish {
  std::string subject;  ///< as Login::subject
  std::string id;       ///< of the token: to be used once
  Instant expires;
};

struct RelyingPartyConfig {
  std::string issuer;            ///< origin of the gate, "http://gate.localhost:8702"
  std::string client_id;         ///< "portal"
  std::string redirect_uri;      ///< where the browser comes back after a login, as registered at the gate
  std::string sign_redirect_uri; ///< and after signing; empty for a service that lets nobody sign
};

struct LoginOptions {
  std::vector<std::string> scopes;  ///< beside "openid": name, address, birthdate, gender, insurance
};

/// What must come back: belongs into the session of the browser that began, on the server.
struct LoginPending {
  std::string state, nonce, code_verifier;
  std::string text() const;  ///< to be stored
  static Result<LoginPending> parse(std::string_view text);
};

struct LoginBegun {
  std::string url;  ///< send the browser there
  LoginPending pending;
};

/// A login after the last check. `claims` are from the userinfo endpoint alone (one source: CVE-2026-14781): sub, and as
/// granted name, address ({formatted}), birthdate (YYYY-MM-DD), gender, jpki_serial.
struct Login {
  std::string subject;  ///< pairwise: this person at this service, and nowhere else
  std::string holder;   ///< "phone" or "card"
  Instant authenticated_at;
  json::Value claims;
  std::string id_token;  ///< for the end of the session (logout_url)
};

struct SignOptions {
  std::string document;             ///< its name, as the wallet shows it
  crypto::Sha256Digest sha256;      ///< of the bytes to be signed
  std::string purpose, purpose_ja;  ///< as the wallet shows them
};

struct SignPending {
  std::string state, transaction;
  std::string text() const;
  static Result<SignPending> parse(std::string_view text);
};

struct SignBegun {
  std::string url;
  SignPending pending;
};

/// A signature that verifies by the certificate's key over the message, from a certificate that the gate verified.
struct Signed {
  Bytes certificate, signature;  ///< DER; RSA PKCS #1 v1.5 with SHA-256
  std::string serial;            ///< of the signing certificate, lower-case hex
  std::string name, address;
  std::string birth_date;        ///< YYYYMMDD
  std::string sex;               ///< "1" male, "2" female, "3" unknown
  std::string holder;            ///< "phone" or "card"
  std::string subject;           ///< the same as this person's Login::subject here: compare, PERSON_MISMATCH
};

/// Thread-safe when random and key are.
class RelyingParty {
 public:
  /// Everything must outlive it. `key` is on P-256; its public half is registered at the gate.
  RelyingParty(RelyingPartyConfig config, const Clock& clock, crypto::Random& random, crypto::Signer& key,
               http::HttpClient& network);

  /// UNREACHABLE when the gate does not answer (its discovery document is asked for once).
  Result<LoginBegun> begin_login(const LoginOptions& options);

  /// `query` of the browser's coming back. SESSION_BINDING (state: not begun in this browser), ISSUER_MISMATCH,
  /// CONSENT_DECLINED (the holder said no), the gate's own reason when it refused (CERT_SUSPENDED, SESSION_EXPIRED …),
  /// LOGIN_REFUSED (any other error of OAuth), and the reasons of a bad ID token: BAD_SIGNATURE, JOSE_ALGORITHM, JOSE_HEADER,
  /// AUDIENCE_MISMATCH, NONCE_MISMATCH, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, PERSON_MISMATCH (userinfo speaks of another).
  Result<Login> finish_login(const LoginPending& pending, std::string_view query);

  /// Send the browser there to end the login at the gate too. `return_to` must be registered; empty: it stays there.
  Result<std::string> logout_url(const Login& login, std::string_view return_to);

  Result<SignBegun> begin_sign(const SignOptions& options);
  /// `message`: the bytes whose SHA-256 was to be signed. Reasons as of finish_login; BAD_SIGNATURE when they do not fit.
  Result<Signed> finish_sign(const SignPending& pending, std::string_view query, ByteView message);

  /// The token that the gate made for a holder. JOSE_HEADER for a token of another type, and the reasons of a bad ID token.
  Result<ForgetWish> read_forget_token(std::string_view token);

  const RelyingPartyConfig& config() const { return config_; }

 private:
  struct Provider {
    std::string authorization, token, userinfo, jwks, end_session, sign, sign_result;
  };
  Result<Provider> provider();
  Result<json::Value> keys(bool fresh);
  Result<json::Value> claims_by_gate(std::string_view token);
  Result<json::Value> read_id_token(std::string_view token, const LoginPending& pending);
  Result<json::Value> redeem(const LoginPending& pending, std::string_view code);
  Result<json::Value> ask_userinfo(std::string_view access_token, std::string_view subject);
  Result<void> check_return(std::string_view state, const std::map<std::string, std::string, std::less<>>& query) const;
  Result<json::Value> call(const http::Request& request);
  Result<std::string> assertion();

  RelyingPartyConfig config_;
  const Clock& clock_;
  crypto::Random& random_;
  crypto::Signer& key_;
  http::HttpClient& network_;
  std::mutex mutex_;
  std::optional<Provider> provider_;
  std::optional<json::Value> keys_;
};

}  // namespace mitome::openid
