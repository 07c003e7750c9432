// Stands in for the gate in the tests of services: says who came, signs what it is given with a certificate of its own.
#pragma once

#include <map>

#include "services/login/gate.h"

namespace mitome::testing {

class GateDouble final : public services::Gate {
 public:
  /// Who comes back next, from a login or a signature.
  services::Arrival arrival{"sub-hanako", "phone", json::Value::object()};
  verifier::FourItems signer{"山田　花子", "東京都認め市中央1-1", "19800217", "2"};
  std::string signed_by = "sub-hanako";
  std::optional<Error> refuses;
  std::function<Bytes(ByteView message)> sign = [](ByteView) { return Bytes(256, 1); };
  Bytes certificate{0x30, 0x00};
  std::vector<std::string> scopes;
  services::SignOrder ordered;
  Instant now{};

  Result<services::Departure> begin_login(const std::vector<std::string>& asked) override {
    scopes = asked;
    return depart("/authorize");
  }
  Result<services::Arrival> finish_login(std::string_view ticket, std::string_view query) override {
    if (refuses) return *refuses;
    if (!fits(ticket, query)) return Error{Reason::NONCE_MISMATCH, "state"};
    return arrival;
  }
  Result<services::ForgetWish> read_forget_token(std::string_view token) override {
    if (refuses) return *refuses;
    return services::ForgetWish{arrival.subject, std::string{token}, now + Seconds{120}};
  }
  Result<services::Departure> begin_signature(const services::SignOrder& order) override {
    ordered = order;
    return depart("/sign");
  }
  Result<services::SignedOrder> finish_signature(std::string_view ticket, std::string_view query,
      ByteView message) override {
    if (refuses) return *refuses;
    if (!fits(ticket, query)) return Error{Reason::NONCE_MISMATCH, "state"};
    if (crypto::sha256(message) != ordered.sha256) return Error{Reason::BAD_SIGNATURE, "another message"};
    return services::SignedOrder{certificate, sign(message), signed_by, "phone", signer};
  }

 private:
  services::Departure depart(const std::string& path) {
    const std::string state = "state-" + std::to_string(++count_);
    return {"http://gate.localhost" + path, "ticket-" + state, state};
  }
  static bool fits(std::string_view ticket, std::string_view query) {
    return query.find("state=" + std::string{ticket.substr(ticket.find("state-"))}) != query.npos;
  }
  int count_ = 0;
};

/// A browser: keeps cookies, as one browser does for one place.
class Browser {
 public:
  Browser(std::string origin, std::vector<http::Route> routes) : origin_(std::move(origin)),
      router_(std::move(routes)) {}

  http::Response send(http::Request request) {
    std::string jar;
    for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (!jar.empty()) request.headers.emplace_back("Cookie", jar);
    http::Response response = router_.handle(request);
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie") take(value);
    return response;
  }
  http::Response get(const std::string& path) { return send(http::get(origin_ + path)); }
  json::Value read(const std::string& path) { return json::parse(as_text(get(path).body)).value(); }
  json::Value post(const std::string& path, const json::Value& body = json::Value::object()) {
    return json::parse(as_text(send(http::post_json(origin_ + path, body)).body)).value();
  }

  std::map<std::string, std::string> cookies;

 private:
  void take(const std::string& text) {
    const std::string name = text.substr(0, text.find('='));
    const std::string value = text.substr(name.size() + 1, text.find(';') - name.size() - 1);
    if (value.empty()) cookies.erase(name);
    else cookies[name] = value;
  }
  std::string origin_;
  http::Router router_;
};

}  // namespace mitome::testing
