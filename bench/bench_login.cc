// One login through the gate: a service sends a browser, the holder's wallet answers with its RSA key, the service trades the code for
// an ID token and asks for the claims. What the gate does is counted alone: it is the one server that all logins share.
#include <cstdio>

#include "bench/bench.h"
#include "bench/tally.h"
#include "codec/base64url/base64url.h"
#include "testing/gate_world.h"

namespace mitome::bench {
namespace {

using json::Value;

/// The way to the gate and to those whom it asks; the database is in memory.
class Roads final : public http::HttpClient {
 public:
  Roads(testing::GateWorld& world, Ledger& ledger) : world_(world), ledger_(ledger) {
    world.gate = std::make_unique<gate::Gate>(world.config(), crypto::SecretBytes{Bytes(32, 7)}, *world.store, world.clock,
                                              world.random, *world.gate_key, *this);
    gate_ = std::make_unique<http::Router>(gate::routes(*world.gate));
  }
  Result<http::Response> send(const http::Request& request) override {
    if (request.authority == "gate.localhost")
      return ledger_.charge("gate", [&] { return Result<http::Response>{gate_->handle(request)}; });
    return ledger_.charge("authority", [&] { return world_.network.send(request); });
  }

 private:
  testing::GateWorld& world_;
  Ledger& ledger_;
  std::unique_ptr<http::Router> gate_;
};

class Bench {
 public:
  /// The whole login; with `honest` false the wallet answers by a signature of something else.
  Result<openid::Login> log_in(bool honest = true) {
    TRY_ASSIGN(const auto begun, portal_.begin_login({{"name", "address", "birthdate", "gender"}}));
    testing::GateBrowser browser{roads_};
    browser.get(begun.url);
    const std::string request = world_.start(browser, "phone");
    TRY_ASSIGN(const Value opened, ask("open", request, Value::object({{"holder", "phone"}})));
    Value answer = world_.answer_to(opened);
    if (!honest) answer.set("signature", base64url::encode(*world_.holder_key->sign(as_bytes("something else"))));
    TRY_ASSIGN(const Value report, ask("answer", request, answer));
    if (report.string_or("verdict", "") != "good") return Error{Reason::LOGIN_REFUSED, report.dump()};
    browser.get(report.string_or("continue", ""));
    return portal_.finish_login(begun.pending, testing::query_of(browser.location()));
  }
  Ledger ledger;

 private:
  Result<Value> ask(std::string_view verb, const std::string& request_url, const Value& body) {
    const std::string id = request_url.substr(request_url.rfind('/') + 1);
    TRY_ASSIGN(const auto response,
               roads_.send(http::post_json(std::string{testing::kGate} + "/requests/" + std::string{verb} + "?id=" + id, body)));
    return json::parse(as_text(response.body));
  }

  testing::GateWorld world_;
  Roads roads_{world_, ledger};
  openid::RelyingParty portal_{
      {std::string{testing::kGate}, "portal", std::string{testing::kPortalBack}, std::string{testing::kPortalSigned}},
      world_.clock, world_.random, *world_.portal_key, roads_};
};

}  // namespace

void run_login(const Settings& settings) {
  Bench bench;
  const BarePrices prices{settings.rounds};
  std::vector<double> whole, gate;
  Tally work, gate_work;
  CHECK(bench.log_in().has_value());  // asks for the gate's configuration and keys, as a service does once
  constexpr size_t kTimes = 10;       // a login is short: more of them than of other flows
  for (size_t i = 0; i < settings.rounds * kTimes; ++i) {
    for (const char* actor : {"gate", "authority", "others"}) bench.ledger.take(actor);
    const Tally before = tally();
    const auto login = bench.ledger.charge("others", [&] { return bench.log_in(); });
    if (!login) std::printf("  login failed: %s\n", to_string(login.error()).c_str());
    CHECK(login.has_value());
    work = tally() - before;
    const Ledger::Account at_gate = bench.ledger.take("gate");
    gate_work = at_gate.work;
    gate.push_back(at_gate.cpu);
    whole.push_back(at_gate.cpu + bench.ledger.take("authority").cpu + bench.ledger.take("others").cpu);
  }
  std::printf("login by the phone through the gate, database in memory, medians of %zu\n", whole.size());
  print_with_share("all actors together", whole, work, prices);
  print_with_share("the gate alone", gate, gate_work, prices);
  const auto refused = bench.log_in(false);
  CHECK(!refused && refused.error().reason == Reason::LOGIN_REFUSED);
  std::printf("  control: a signature of something else: no login\n");
}

}  // namespace mitome::bench
