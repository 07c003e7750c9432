#include "protocol/openid/relying_party.h"

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "credential/jose/claims.h"
#include "credential/jose/jwk.h"
#include "credential/jose/jws.h"
#include "credential/x509/certificate.h"
#include "protocol/http/web.h"
#include "protocol/openid/client_assertion.h"
#include "protocol/openid/pkce.h"

namespace mitome::openid {
namespace {

std::string fresh(crypto::Random& random) { return base64url::encode(random.bytes(16)); }

std::string with_query(std::string url, const http::Parameters& parameters) {
  char mark = '?';
  for (const auto& [name, value] : parameters) {
    url += mark + http::encode_component(name) + "=" + http::encode_component(value);
    mark = '&';
  }
  return url;
}

http::Request form(std::string_view url, const http::Parameters& parameters) {
  const std::string body = with_query("", parameters).substr(1);
  return http::post(url, "application/x-www-form-urlencoded", to_bytes(body));
}

/// The reason behind an error of OAuth (RFC 6749 4.1.2.1, 5.2): the gate says its own beside the standard's word.
Error refusal(std::string_view error, std::string_view reason) {
  const auto own = reason_from_code(reason);
  if (own && reason_info(*own).kind != ReasonKind::kGood) return {*own, "at the gate"};
  if (error == "access_denied") return {Reason::CONSENT_DECLINED, "at the gate"};
  return {Reason::LOGIN_REFUSED, std::string{error.substr(0, 64)}};
}

std::string parameter(const http::Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string{} : found->second;
}

Result<Signed> read_signed(const json::Value& result, ByteView message) {
  Signed out;
  TRY_ASSIGN(out.certificate, result.base64url_at("certificate"));
  TRY_ASSIGN(out.signature, result.base64url_at("signature"));
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(out.certificate));
  const auto& key = certificate.public_key();
  if (key.type() != crypto::KeyType::kRsa ||
      !key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message, out.signature))
    return Error{Reason::BAD_SIGNATURE, "not over the document that was to be signed"};
  out.serial = to_hex(certificate.serial());
  const auto* signer = result.find("signer");
  if (signer == nullptr) return Error{Reason::MALFORMED, "signer"};
  TRY_ASSIGN(out.name, signer->string_at("name"));
  TRY_ASSIGN(out.address, signer->string_at("address"));
  TRY_ASSIGN(out.birth_date, signer->string_at("birth_date"));
  TRY_ASSIGN(out.sex, signer->string_at("sex"));
  TRY_ASSIGN(out.holder, result.string_at("holder"));
  TRY_ASSIGN(out.subject, result.string_at("sub"));
  return out;
}

}  // namespace

std::string LoginPending::text() const {
  return json::Value::object({{"state", state}, {"nonce", nonce}, {"code_verifier", code_verifier}}).dump();
}

Result<LoginPending> LoginPending::parse(std::string_view text) {
  TRY_ASSIGN(const json::Value value, json::parse(text));
  LoginPending pending;
  TRY_ASSIGN(pending.state, value.string_at("state"));
  TRY_ASSIGN(pending.nonce, value.string_at("nonce"));
  TRY_ASSIGN(pending.code_verifier, value.string_at("code_verifier"));
  return pending;
}

std::string SignPending::text() const {
  return json::Value::object({{"state", state}, {"transaction", transaction}}).dump();
}

Result<SignPending> SignPending::parse(std::string_view text) {
  TRY_ASSIGN(const json::Value value, json::parse(text));
  SignPending pending;
  TRY_ASSIGN(pending.state, value.string_at("state"));
  TRY_ASSIGN(pending.transaction, value.string_at("transaction"));
  return pending;
}

RelyingParty::RelyingParty(RelyingPartyConfig config, const Clock& clock, crypto::Random& random, crypto::Signer& key,
                           http::HttpClient& network)
    : config_(std::move(config)), clock_(clock), random_(random), key_(key), network_(network) {}

Result<json::Value> RelyingParty::call(const http::Request& request) {
  TRY_ASSIGN(const http::Response response, network_.send(request));
  if (response.status >= 300 && response.status < 400) return Error{Reason::SSRF_BLOCKED, "a redirection is not followed"};
  auto body = json::parse(as_text(response.body));
  if (response.ok()) return body;
  if (body && body->find("error") != nullptr) return refusal(body->string_or("error", ""), body->string_or("reason", ""));
  return http::error_of(response);
}

Result<RelyingParty::Provider> RelyingParty::provider() {
  {
    const std::lock_guard lock{mutex_};
    if (provider_) return *provider_;
  }
  TRY_ASSIGN(const json::Value found, call(http::get(config_.issuer + "/.well-known/openid-configuration")));
  if (found.string_or("issuer", "") != config_.issuer) return Error{Reason::ISSUER_MISMATCH, "discovery"};
  Provider provider;
  const std::pair<const char*, std::string*> endpoints[] = {
      {"authorization_endpoint", &provider.authorization}, {"token_endpoint", &provider.token},
      {"userinfo_endpoint", &provider.userinfo},           {"jwks_uri", &provider.jwks},
      {"end_session_endpoint", &provider.end_session},     {"mitome_sign_endpoint", &provider.sign},
      {"mitome_sign_result_endpoint", &provider.sign_result}};
  for (const auto& [name, endpoint] : endpoints) {
    TRY_ASSIGN(*endpoint, found.string_at(name));
    // What is asked later stays at the provider that the configuration names (threats ONL-15).
    if (!endpoint->starts_with(config_.issuer + "/")) return Error{Reason::SSRF_BLOCKED, name};
  }
  const std::lock_guard lock{mutex_};
  provider_ = provider;
  return provider;
}

Result<json::Value> RelyingParty::keys(bool fresh_ones) {
  if (!fresh_ones) {
    const std::lock_guard lock{mutex_};
    if (keys_) return *keys_;
  }
  TRY_ASSIGN(const Provider gate, provider());
  TRY_ASSIGN(json::Value found, call(http::get(gate.jwks)));
  const std::lock_guard lock{mutex_};
  keys_ = found;
  return found;
}

Result<std::string> RelyingParty::assertion() {
  return client_assertion(config_.client_id, config_.issuer, clock_.now(), random_, key_);
}

Result<LoginBegun> RelyingParty::begin_login(const LoginOptions& options) {
  TRY_ASSIGN(const Provider gate, provider());
  LoginPending pending{fresh(random_), fresh(random_), code_verifier(random_)};
  std::string scope = "openid";
  for (const auto& each : options.scopes) scope += " " + each;
  const std::string url = with_query(gate.authorization, {{"response_type", "code"},
                                                          {"client_id", config_.client_id},
                                                          {"redirect_uri", config_.redirect_uri},
                                                          {"scope", scope},
                                                          {"state", pending.state},
                                                          {"nonce", pending.nonce},
                                                          {"code_challenge", code_challenge(pending.code_verifier)},
                                                          {"code_challenge_method", "S256"}});
  return LoginBegun{url, std::move(pending)};
}

Result<void> RelyingParty::check_return(std::string_view state, const http::Parameters& query) const {
  // First whose answer it is; an error of a stranger's making must not be shown either.
  if (state.empty() || parameter(query, "state") != state) return Error{Reason::SESSION_BINDING, "state"};
  if (parameter(query, "iss") != config_.issuer) return Error{Reason::ISSUER_MISMATCH, "iss of the answer"};
  const std::string error = parameter(query, "error");
  if (!error.empty()) return refusal(error, parameter(query, "error_description"));
  return {};
}

Result<json::Value> RelyingParty::redeem(const LoginPending& pending, std::string_view code) {
  TRY_ASSIGN(const Provider gate, provider());
  TRY_ASSIGN(const std::string proof, assertion());
  return call(form(gate.token, {{"grant_type", "authorization_code"},
                                {"code", std::string{code}},
                                {"redirect_uri", config_.redirect_uri},
                                {"code_verifier", pending.code_verifier},
                                {"client_assertion_type", std::string{kAssertionType}},
                                {"client_assertion", proof}}));
}

Result<json::Value> RelyingParty::claims_by_gate(std::string_view token) {
  TRY_ASSIGN(const jose::Jws parsed, jose::Jws::parse(token));
  TRY_ASSIGN(const json::Value known, keys(false));
  auto key = jose::find_key(known, parsed.key_id);
  if (!key) {  // the gate may have changed its key since we asked
    TRY_ASSIGN(const json::Value newer, keys(true));
    key = jose::find_key(newer, parsed.key_id);
  }
  if (!key) return Error{Reason::BAD_SIGNATURE, "by a key that the gate did not publish"};
  TRY_ASSIGN(json::Value claims, jose::verify_claims(token, *key));
  TRY(jose::check_claims(claims, {.issuer = config_.issuer,
                                  .audiences = {config_.client_id},
                                  .sole_audience = true,
                                  .now = clock_.now()}));
  return claims;
}

Result<ForgetWish> RelyingParty::read_forget_token(std::string_view token) {
  TRY_ASSIGN(const jose::Jws parsed, jose::Jws::parse(token));
  if (parsed.type != kForgetTokenType) return Error{Reason::JOSE_HEADER, "typ"};
  TRY_ASSIGN(const json::Value claims, claims_by_gate(token));
  ForgetWish wish;
  TRY_ASSIGN(wish.subject, claims.string_at("sub"));
  TRY_ASSIGN(wish.id, claims.string_at("jti"));
  TRY_ASSIGN(const int64_t expires, claims.int_at("exp"));
  wish.expires = instant_from_unix(expires);
  return wish;
}

Result<json::Value> RelyingParty::read_id_token(std::string_view token, const LoginPending& pending) {
  TRY_ASSIGN(json::Value claims, claims_by_gate(token));
  if (claims.string_or("nonce", "") != pending.nonce) return Error{Reason::NONCE_MISMATCH, "of the ID token"};
  if (claims.string_or("acr", "") != kAcr) return Error{Reason::LOGIN_REFUSED, "acr"};
  TRY(claims.int_at("iat"));
  return claims;
}

Result<json::Value> RelyingParty::ask_userinfo(std::string_view access_token, std::string_view subject) {
  TRY_ASSIGN(const Provider gate, provider());
  auto request = http::get(gate.userinfo);
  request.headers.emplace_back("Authorization", "Bearer " + std::string{access_token});
  TRY_ASSIGN(json::Value claims, call(request));
  // OpenID Connect Core 5.3.2: else the answer must not be used.
  if (claims.string_or("sub", "") != subject) return Error{Reason::PERSON_MISMATCH, "userinfo speaks of another"};
  return claims;
}

Result<Login> RelyingParty::finish_login(const LoginPending& pending, std::string_view query) {
  TRY_ASSIGN(const http::Parameters answer, http::parse_parameters(query));
  TRY(check_return(pending.state, answer));
  const std::string code = parameter(answer, "code");
  if (code.empty()) return Error{Reason::MALFORMED, "no code"};
  TRY_ASSIGN(const json::Value tokens, redeem(pending, code));
  TRY_ASSIGN(std::string id_token, tokens.string_at("id_token"));
  TRY_ASSIGN(const json::Value claims, read_id_token(id_token, pending));
  Login login;
  TRY_ASSIGN(login.subject, claims.string_at("sub"));
  TRY_ASSIGN(const int64_t when, claims.int_at("auth_time"));
  TRY_ASSIGN(login.holder, claims.string_at("mitome_holder"));
  TRY_ASSIGN(const std::string access_token, tokens.string_at("access_token"));
  TRY_ASSIGN(login.claims, ask_userinfo(access_token, login.subject));
  login.authenticated_at = instant_from_unix(when);
  login.id_token = std::move(id_token);
  return login;
}

Result<std::string> RelyingParty::logout_url(const Login& login, std::string_view return_to) {
  TRY_ASSIGN(const Provider gate, provider());
  http::Parameters parameters{{"id_token_hint", login.id_token}, {"client_id", config_.client_id}};
  if (!return_to.empty()) parameters.emplace("post_logout_redirect_uri", return_to);
  return with_query(gate.end_session, parameters);
}

Result<SignBegun> RelyingParty::begin_sign(const SignOptions& options) {
  TRY_ASSIGN(const Provider gate, provider());
  TRY_ASSIGN(const std::string proof, assertion());
  SignPending pending{fresh(random_), {}};
  TRY_ASSIGN(const json::Value begun,
             call(http::post_json(gate.sign, json::Value::object({{"client_assertion_type", kAssertionType},
                                                                  {"client_assertion", proof},
                                                                  {"sha256", base64url::encode(options.sha256)},
                                                                  {"document", options.document},
                                                                  {"purpose", options.purpose},
                                                                  {"purpose_ja", options.purpose_ja},
                                                                  {"redirect_uri", config_.sign_redirect_uri},
                                                                  {"state", pending.state}}))));
  TRY_ASSIGN(pending.transaction, begun.string_at("transaction"));
  TRY_ASSIGN(std::string url, begun.string_at("url"));
  if (!url.starts_with(config_.issuer + "/")) return Error{Reason::SSRF_BLOCKED, "url"};
  return SignBegun{std::move(url), std::move(pending)};
}

Result<Signed> RelyingParty::finish_sign(const SignPending& pending, std::string_view query, ByteView message) {
  TRY_ASSIGN(const http::Parameters answer, http::parse_parameters(query));
  TRY(check_return(pending.state, answer));
  if (parameter(answer, "transaction") != pending.transaction) return Error{Reason::SESSION_BINDING, "transaction"};
  TRY_ASSIGN(const Provider gate, provider());
  TRY_ASSIGN(const std::string proof, assertion());
  TRY_ASSIGN(const json::Value result,
             call(http::post_json(gate.sign_result, json::Value::object({{"client_assertion_type", kAssertionType},
                                                                         {"client_assertion", proof},
                                                                         {"transaction", pending.transaction}}))));
  return read_signed(result, message);
}

}  // namespace mitome::openid
