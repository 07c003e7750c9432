// One enrolment end to end: a card from the desk is read by a new phone, which gets its certificates and mdocs. Every
// actor runs in this process over plain function calls; what the authority does, which serves all, is also counted alone.
#include <cstdio>

#include "apps/town/town.h"
#include "bench/bench.h"
#include "bench/tally.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "testing/fakes.h"

namespace mitome::bench {
namespace {

using json::Value;

/// The way between the places of a town.
class Roads final : public http::HttpClient {
 public:
  explicit Roads(Ledger& ledger) : ledger_(ledger) {}
  void lead_to(town::Town& town) { town_ = &town; }
  Result<http::Response> send(const http::Request& request) override {
    const std::string place = request.authority.substr(0, request.authority.find(".localhost"));
    return ledger_.charge(place == "authority" ? "authority" : "others", [&] { return town_->deliver(place, request); });
  }

 private:
  Ledger& ledger_;
  town::Town* town_ = nullptr;
};

struct Holder {
  std::string card, portrait_sha256, face;
};

Result<Holder> issue_card(town::Town& town, size_t number) {
  const town::Place desk{town.network(), "desk.localhost", town.token(town::Role::kCity)};
  const std::string name = "見留　" + std::to_string(number);
  TRY_ASSIGN(const Value made,
             desk.post("/cards", Value::object({{"name", name}, {"birth_date", "19800217"}, {"sex", "1"}})));
  Holder holder;
  TRY_ASSIGN(holder.card, made.string_at("card"));
  TRY_ASSIGN(holder.portrait_sha256, made.string_at("portrait_sha256"));
  holder.face = base64url::encode(crypto::sha256(as_bytes("face of " + name)));
  return holder;
}

/// What the story's phone does, from the first screen to the last; `text_pin` is wrong for the control.
Result<void> enrol(town::Town& town, const std::string& phone, const Holder& holder, const char* text_pin = "5678") {
  const town::Place app{town.network(), phone + ".localhost"};
  TRY(app.post("/settings", Value::object({{"biometrics", "face"}, {"enrol_sample", holder.face}})));
  TRY(app.post("/app/start"));
  TRY(app.post("/app/face", Value::object({{"portrait_sha256", holder.portrait_sha256}})));
  TRY(app.post("/app/text-pin", Value::object({{"pin", text_pin}})));
  TRY(app.post("/app/sign-password", Value::object({{"pin", "SIGN1234"}})));
  town.hold_to_phone(phone, holder.card);
  const auto read = app.post("/app/read-card");
  town.hold_to_phone(phone, std::nullopt);
  TRY(read);
  TRY(app.post("/app/pins", Value::object({{"auth_pin", "4321"}, {"sign_password", "PHONE4321"}})));
  TRY(app.post("/app/add", Value::object({{"sample", holder.face}})));
  return {};
}

}  // namespace

void run_enrolment(const Settings& settings) {
  crypto::SystemRandom random;
  testing::PooledKeySource pool;  // RSA generation is a chip's time, not the system's: keys come from a pool
  CountedKeySource keys{pool};
  Ledger ledger;
  Roads roads{ledger};
  auto built = town::Town::build({.random = random, .keys = keys, .network = &roads});
  CHECK(built.has_value());
  town::Town& town = **built;
  roads.lead_to(town);
  const BarePrices prices{settings.rounds};
  std::vector<double> whole, authority;
  Tally work, authority_work;
  for (size_t i = 0; i < settings.rounds; ++i) {
    const auto holder = issue_card(town, i);
    CHECK(holder.has_value());
    const std::string phone = "bench-" + std::to_string(i);
    CHECK(town.unpack_phone(phone).has_value());
    ledger.take("authority"), ledger.take("others");
    const Tally before = tally();
    const auto enrolled = ledger.charge("others", [&] { return enrol(town, phone, *holder); });
    if (!enrolled) std::printf("  enrolment failed: %s\n", to_string(enrolled.error()).c_str());
    CHECK(enrolled.has_value());
    work = tally() - before;
    const Ledger::Account at_authority = ledger.take("authority");
    authority_work = at_authority.work;
    authority.push_back(at_authority.cpu);
    whole.push_back(at_authority.cpu + ledger.take("others").cpu);
  }
  std::printf("enrolment end to end, RSA keys from a pool (one costs %.0f ms bare), medians of %zu\n",
              prices.microseconds(kRsaMake) / 1e3, whole.size());
  print_with_share("all actors together", whole, work, prices);
  print_with_share("the authority alone", authority, authority_work, prices);
  const auto holder = issue_card(town, settings.rounds);
  CHECK(holder.has_value() && town.unpack_phone("bench-control").has_value());
  const auto refused = enrol(town, "bench-control", *holder, "0000");
  CHECK(!refused && refused.error().reason == Reason::PIN_WRONG);
  std::printf("  control: a wrong PIN: %s\n", std::string{reason_code(refused.error().reason)}.c_str());
}

}  // namespace mitome::bench
