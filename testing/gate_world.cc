#include "testing/gate_world.h"

#include "codec/base64url/base64url.h"
#include "protocol/ocsp/ocsp_request.h"
#include "store/sqlite/sqlite_store.h"

namespace mitome::testing {

std::string query_of(std::string_view url) {
  const size_t mark = url.find('?');
  return mark == url.npos ? std::string{} : std::string{url.substr(mark + 1)};
}

std::string parameter_of(std::string_view url, std::string_view name) {
  const auto parameters = http::parse_parameters(query_of(url));
  return parameters ? gate::parameter(*parameters, name) : std::string{};
}

std::string with_parameter(const std::string& url, std::string_view name, std::string_view value) {
  auto parameters = http::parse_parameters(query_of(url)).value();
  parameters.insert_or_assign(std::string{name}, std::string{value});
  if (value.empty()) parameters.erase(std::string{name});
  return gate::with_query(url.substr(0, url.find('?')), parameters);
}

std::string reason_in(const http::Response& response) {
  const std::string body{as_text(response.body)};
  if (const auto value = json::parse(body)) return value->string_or("reason", "");
  const size_t begin = body.find("<code>"), end = body.find("</code>");
  return begin == body.npos ? std::string{} : body.substr(begin + 6, end - begin - 6);
}

http::Response GateBrowser::get(std::string_view url) { return send(http::get(url)); }

http::Response GateBrowser::post(std::string_view url, const json::Value& body) { return send(http::post_json(url, body)); }

http::Response GateBrowser::send(http::Request request) {
  std::string text;
  for (const auto& [name, value] : cookies) text += (text.empty() ? "" : "; ") + name + "=" + value;
  if (!text.empty()) request.headers.emplace_back("Cookie", text);
  const auto response = network_.send(request).value();
  const std::string set{response.header("Set-Cookie")};
  const size_t equals = set.find('=');
  if (equals != set.npos) cookies[set.substr(0, equals)] = set.substr(equals + 1, set.find(';') - equals - 1);
  if (!response.header("Location").empty()) location_ = response.header("Location");
  return response;
}

GateWorld::GateWorld()
    : holder_key(test_signer(crypto::KeyType::kRsa, 2)),
      gate_key(test_signer()),
      portal_key(test_signer()),
      clinic_key(test_signer()),
      auth(auth_ca.issue(
          jpki_template(auth_ca, verifier::Purpose::kUserAuthentication, holder_key->public_key(), kTestPhoneAuth))),
      sign(sign_ca.issue(jpki_template(sign_ca, verifier::Purpose::kSigning, holder_key->public_key(), kTestPhoneSign))),
      ocsp_auth(auth_ca, clock),
      ocsp_sign(sign_ca, clock),
      store(store::open_sqlite(":memory:", gate::gate_schema()).value()) {
  gate = std::make_unique<gate::Gate>(config(), crypto::SecretBytes{Bytes(32, 7)}, *store, clock, random, *gate_key, network);
}

gate::Config GateWorld::config() {
  gate::Client portal{.id = "portal",
                      .name = "Portal of Mitome",
                      .name_ja = "認めポータル",
                      .redirect_uris = {std::string{kPortalBack}},
                      .sign_redirect_uris = {std::string{kPortalSigned}},
                      .post_logout_redirect_uris = {"http://portal.localhost/"},
                      .scopes = {"name", "address", "birthdate", "gender"},
                      .purpose = "to log in",
                      .purpose_ja = "ログインするため",
                      .stored = "nothing",
                      .stored_ja = "保存しません",
                      .keys = {portal_key->public_key()}};
  gate::Client clinic = portal;
  clinic.id = "clinic";
  clinic.redirect_uris = {std::string{kClinicBack}};
  clinic.sign_redirect_uris = {};
  clinic.scopes = {"insurance"};
  clinic.keys = {clinic_key->public_key()};
  return {.origin = std::string{kGate},
          .phone_origin = "http://phone.localhost",
          .reader_origin = "http://town.localhost",
          .authority = "http://authority.localhost",
          .verifier_token = "verifier-token",
          .municipality_token = "municipality-token",
          .ocsp_url = "http://authority.localhost/status/ocsp",
          .authentication = {{auth_ca.certificate()}, std::string{kTestCardAuth}, std::string{kTestPhoneAuth}},
          .signing = {{sign_ca.certificate()}, std::string{kTestCardSign}, std::string{kTestPhoneSign}},
          .clients = {portal, clinic}};
}

openid::RelyingParty GateWorld::portal() {
  return {{std::string{kGate}, "portal", std::string{kPortalBack}, std::string{kPortalSigned}}, clock, random, *portal_key, network};
}

openid::RelyingParty GateWorld::clinic() {
  return {{std::string{kGate}, "clinic", std::string{kClinicBack}, {}}, clock, random, *clinic_key, network};
}

Result<http::Response> GateWorld::authority(const http::Request& request) {
  if (!authority_answers) return Error{Reason::UNREACHABLE, "authority.localhost"};
  if (request.path() == "/status/ocsp") {
    const auto question = ocsp::parse_request(request.body).value();
    const auto ours = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, auth_ca.certificate(), auth.serial());
    const bool login = question.ids.at(0).issuer_key_hash == ours.issuer_key_hash;
    return login ? ocsp_auth.send(request) : ocsp_sign.send(request);
  }
  const auto serial = http::json_body(request).value().string_or("serial", "");
  CHECK(serial == "4d0a");
  if (request.path() == "/holders" && request.header("Authorization") == "Bearer verifier-token")
    return http::Response::json(json::Value::object({{"holder", "a-person"}}));
  if (request.path() == "/residents" && request.header("Authorization") == "Bearer municipality-token")
    return http::Response::json(json::Value::object(
        {{"name", "黒桐　幹也"}, {"address", "架空都架空市１－２－３"}, {"birth_date", "19800217"}, {"sex", "1"}}));
  return http::Response::error({Reason::FORBIDDEN, "no such role"});
}

Result<http::Response> GateWorld::carry(const http::Request& request) {
  if (request.authority == "authority.localhost") return authority(request);
  if (request.authority != "gate.localhost") return Error{Reason::UNREACHABLE, request.authority};
  http::Response response = http::Router{gate::routes(*gate)}.handle(request);
  if (change) change(request, response);
  return response;
}

json::Value GateWorld::wallet(std::string_view verb, const std::string& request_url, const json::Value& body) {
  const std::string id = request_url.substr(request_url.rfind('/') + 1);
  const auto response =
      network.send(http::post_json(std::string{kGate} + "/requests/" + std::string{verb} + "?id=" + id, body)).value();
  return json::parse(as_text(response.body)).value();
}

json::Value GateWorld::answer_to(const json::Value& opened) {
  const bool login = opened.string_or("kind", "") == "login";
  const Bytes nonce = opened.base64url_at("nonce").value();
  const Bytes message = login ? verifier::login_message(opened.string_or("origin", ""), nonce,
                                                        instant_from_unix(opened.int_at("expires").value()))
                              : to_sign;
  return json::Value::object({{"certificate", base64url::encode((login ? auth : sign).der())},
                              {"signature", base64url::encode(*holder_key->sign(message))}});
}

std::string GateWorld::start(GateBrowser& browser, std::string_view way) {
  const std::string id = parameter_of(browser.location(), "login");
  const auto response = browser.post(std::string{kGate} + "/api/login/start", json::Value::object({{"id", id}, {"way", way}}));
  return json::parse(as_text(response.body)).value().string_or("request", "");
}

std::string GateWorld::approve(GateBrowser& browser, const std::string& url) {
  browser.get(url);
  const std::string request = start(browser, "phone");
  const auto report = answer(request, open(request));
  browser.get(report.string_or("continue", ""));
  return browser.location();
}

}  // namespace mitome::testing
