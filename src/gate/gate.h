// The gate: an OpenID Provider (authorization code, PKCE S256, ES256) in front of the JPKI verifier. Services log people in and let
// them sign without ever seeing a certificate they need not see; the holder's wallet answers the gate alone.
//
// There is no session at the gate: every login asks the holder's key anew.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "crypto/secret.h"
#include "crypto/signer.h"
#include "gate/records.h"
#include "protocol/http/events.h"
#include "protocol/http/http.h"
#include "protocol/http/web.h"
#include "verifier/jpki_judge.h"

namespace mitome::gate {

/// A registered service.
struct Client {
  std::string id, name, name_ja;
  std::vector<std::string> redirect_uris;       ///< compared letter by letter (RFC 9700 4.1.3)
  std::vector<std::string> sign_redirect_uris;  ///< empty: may not ask for signatures
  std::vector<std::string> post_logout_redirect_uris;
  std::vector<std::string> scopes;              ///< beside "openid": name, address, birthdate, gender, insurance
  std::string purpose, purpose_ja;              ///< of a login, as the wallet shows it
  std::string stored, stored_ja;                ///< what the service keeps
  std::vector<crypto::PublicKey> keys;          ///< on P-256, of private_key_jwt
};

struct Config {
  std::string origin;         ///< "http://gate.localhost:8702": the issuer
  std::string phone_origin;   ///< where a wallet on this device takes "/#request=…"
  std::string reader_origin;  ///< where this computer's card reader takes "/reader#request=…"
  std::string authority;      ///< origin of POST /holders and /residents
  std::string verifier_token, municipality_token;  ///< roles there
  std::string ocsp_url;
  verifier::JpkiArm authentication, signing;
  std::vector<Client> clients;
};

class Gate {
 public:
  /// Everything must outlive the gate; the store has gate_schema(), the signer is on P-256. `pairwise_key` (32 bytes) makes the
  /// `sub` of each service: whoever changes it gives everybody a new name everywhere.
  Gate(Config config, crypto::SecretBytes pairwise_key, store::Store& store, const Clock& clock, crypto::Random& random,
       crypto::Signer& signer, http::HttpClient& network);

  // For everybody (OpenID Connect Discovery 4).
  http::Response discovery(const http::Request& request);
  http::Response keys(const http::Request& request);

  // For browsers that a service sends.
  http::Response authorize(const http::Request& request);
  http::Response sign(const http::Request& request);      ///< the url of a sign transaction
  http::Response carry_on(const http::Request& request);  ///< /continue: back from a wallet on this device (threats ONL-9)
  http::Response complete(const http::Request& request);  ///< after a wallet elsewhere
  http::Response end_session(const http::Request& request);

  // For the gate's own page; each belongs to the browser that holds the cookie.
  http::Response page_state(const http::Request& request);
  http::Response page_start(const http::Request& request);
  http::Response page_cancel(const http::Request& request);
  http::Response page_events(const http::Request& request);

  // For wallets.
  http::Response request_visited(const http::Request& request);  ///< a person's camera found it, not a wallet
  http::Response request_open(const http::Request& request);
  http::Response request_answer(const http::Request& request);
  http::Response request_decline(const http::Request& request);
  http::Response forget_token(const http::Request& request);  ///< for a service that the holder asks to forget

  // For services.
  http::Response token(const http::Request& request);
  http::Response userinfo(const http::Request& request);
  http::Response sign_transaction(const http::Request& request);
  http::Response sign_result(const http::Request& request);

 private:
  const Client* client_of(std::string_view id) const;
  const Client& client_named(const std::string& id) const;  ///< of a stored interaction: must be there still

  // authorize.cc
  http::Response refuse_authorization(const http::Parameters& query, std::string_view error, Reason reason);
  Result<Interaction> read_authorization(const Client& client, const http::Parameters& query, std::string& error) const;
  http::Response show_page(const Interaction& interaction, std::string_view browser) const;
  /// The address at the service, with state and iss (RFC 9207), and what else there is to say.
  std::string return_url(const Interaction& interaction, const http::Parameters& more) const;

  // page.cc
  /// The interaction named by `id`, of the browser that asks; SESSION_BINDING for another.
  Result<Interaction> own_interaction(const http::Request& request, std::string_view id);
  json::Value describe(const Interaction& interaction) const;
  std::shared_ptr<http::EventStream> news_of(const Interaction& interaction);
  void tell(const std::string& interaction, std::string_view event, const json::Value& data);

  // wallet.cc
  struct Opened {
    WalletRequest request;
    Interaction interaction;
    verifier::Challenge challenge;
  };
  Result<WalletRequest> named_request(const http::Request& request);
  Result<json::Value> open_for_wallet(const http::Request& request);
  Result<Opened> opened_request(const http::Request& request);
  Result<json::Value> judge_answer(const http::Request& request);
  verifier::JpkiVerified judge(Opened& opened, ByteView certificate, ByteView signature, std::string_view response_code);

  // forget.cc
  Result<json::Value> make_forget_token(const json::Value& body);

  // finish.cc
  Result<std::string> finish(const Interaction& interaction, const WalletRequest& request);
  Result<std::string> finish_login(const Interaction& interaction, const WalletRequest& request);
  Result<std::string> finish_sign(const Interaction& interaction, const WalletRequest& request);
  Result<std::string> subject_of(const Client& client, std::string_view serial);
  Result<json::Value> ask_authority(std::string_view path, std::string_view token, std::string_view serial);

  // client_auth.cc
  /// The client that signed this assertion for us; used once. Any Error: invalid_client.
  Result<const Client*> authenticate(std::string_view type, std::string_view assertion, std::string_view endpoint);

  // token.cc, userinfo.cc, sign_transactions.cc
  Result<Grant> redeemable(const Client& client, const http::Parameters& form);
  Result<json::Value> issue_tokens(const Client& client, const Grant& grant);
  Result<std::string> id_token(const Client& client, const Grant& grant, std::string_view access_token);
  Result<json::Value> claims_of(const Grant& grant);
  Result<json::Value> open_transaction(const Client& client, const json::Value& body);
  Result<json::Value> take_result(const Client& client, const json::Value& body);

  Config config_;
  crypto::SecretBytes pairwise_key_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  crypto::Signer& signer_;
  http::HttpClient& network_;
  verifier::JpkiJudge judge_;
  Records records_;
  std::mutex news_mutex_;
  /// Shared with the connections that listen: a stream outlives the interaction (net keeps it until the browser leaves).
  std::map<std::string, std::pair<Instant, std::shared_ptr<http::EventStream>>> news_;
};

std::vector<http::Route> routes(Gate& gate);

/// {error, error_description, reason} of RFC 6749 5.2: 401 for invalid_token, else 400; 503 when something could not be asked.
http::Response oauth_error(std::string_view error, const Error& why);
/// A page that says why, in both languages, for a person whom we may send nowhere.
http::Response refusal_page(const Error& why);
/// A parameter; empty when absent.
std::string parameter(const http::Parameters& parameters, std::string_view name);
/// `url` with a query, or with more of it.
std::string with_query(std::string url, const http::Parameters& parameters);

}  // namespace mitome::gate
