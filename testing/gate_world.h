// A gate with everybody who meets it: an authority that answers for one person, two registered services, browsers, a wallet.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "gate/gate.h"
#include "protocol/openid/relying_party.h"
#include "testing/fakes.h"
#include "testing/jpki_trial.h"
#include "testing/status_places.h"

namespace mitome::testing {

inline constexpr std::string_view kGate = "http://gate.localhost", kPortalBack = "http://portal.localhost/login/callback",
                                  kPortalSigned = "http://portal.localhost/sign/callback",
                                  kClinicBack = "http://clinic.localhost/login/callback";

/// Cookies and the last answer. Visits the gate alone.
class GateBrowser {
 public:
  explicit GateBrowser(http::HttpClient& network) : network_(network) {}
  http::Response get(std::string_view url);
  http::Response post(std::string_view url, const json::Value& body);
  /// Of the last redirection.
  std::string location() const { return location_; }
  std::map<std::string, std::string> cookies;

 private:
  http::Response send(http::Request request);
  http::HttpClient& network_;
  std::string location_;
};

class GateWorld {
 public:
  GateWorld();

  /// The way to gate and authority, for everybody; thread-safe.
  class Network final : public http::HttpClient {
   public:
    explicit Network(GateWorld& world) : world_(world) {}
    Result<http::Response> send(const http::Request& request) override { return world_.carry(request); }
    GateWorld& world_;
  };

  openid::RelyingParty portal(), clinic();
  gate::Config config();

  /// POST to a wallet's address: "open", "answer", "decline".
  json::Value wallet(std::string_view verb, const std::string& request_url, const json::Value& body);
  json::Value open(const std::string& request_url) {
    return wallet("open", request_url, json::Value::object({{"holder", "phone"}}));
  }
  /// What the holder's key answers to what opening gave.
  json::Value answer_to(const json::Value& opened);
  json::Value answer(const std::string& request_url, const json::Value& opened) {
    return wallet("answer", request_url, answer_to(opened));
  }
  /// From the page's address to the request's, by this way.
  std::string start(GateBrowser& browser, std::string_view way);
  /// The whole of it from the authorization URL, by a wallet on the same device: the address at the service.
  std::string approve(GateBrowser& browser, const std::string& url);

  FakeClock clock;
  crypto::SystemRandom random;
  TestCa auth_ca{"User authentication CA"}, sign_ca{"Signing CA"};
  std::unique_ptr<crypto::SoftwareSigner> holder_key, gate_key, portal_key, clinic_key;
  x509::Certificate auth, sign;
  OcspPlace ocsp_auth, ocsp_sign;
  Network network{*this};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<gate::Gate> gate;
  bool authority_answers = true;
  /// What the holder's signing key signs.
  Bytes to_sign = to_bytes("a declaration");
  /// Changes what the gate said before it arrives.
  std::function<void(const http::Request&, http::Response&)> change;

 private:
  Result<http::Response> carry(const http::Request& request);
  Result<http::Response> authority(const http::Request& request);
};

/// The query of an address; a parameter of it.
std::string query_of(std::string_view url);
std::string parameter_of(std::string_view url, std::string_view name);
/// `url` with that parameter's value replaced.
std::string with_parameter(const std::string& url, std::string_view name, std::string_view value);
/// The reason that an answer or a refusal page names.
std::string reason_in(const http::Response& response);

}  // namespace mitome::testing
