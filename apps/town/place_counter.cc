// The counter of a shop: a clerk's page and a reader of its own, certified by the readers' root.
#include "apps/town/places.h"
#include "services/counter/counter_place.h"
#include "verifier/schema.h"

namespace mitome::town {
namespace {

constexpr std::string_view kReaderPurpose = "1.0.23220.4.1.6";

/// The town's air as the counter knows it.
class CounterAir final : public services::Air {
 public:
  explicit CounterAir(Ground& ground) : air_(ground.air), hand_(ground.hand) {}

  std::vector<services::Showing> showing() override {
    const json::Value things = hand_.look("counter");
    std::vector<services::Showing> all;
    for (const town::Air::Shown& shown : air_.shown()) {
      services::Showing phone{shown.phone, shown.phone, shown.phone, shown.engagement};
      for (const json::Value& thing : things.find("items")->items()) {
        if (thing.string_or("id", "") != shown.phone) continue;
        phone.name = thing.string_or("label", shown.phone);
        phone.name_ja = thing.string_or("label_ja", shown.phone);
      }
      all.push_back(std::move(phone));
    }
    return all;
  }

  Result<void> send(const std::string& engagement, Bytes message, Answered answered) override {
    const auto sent = air_.send(engagement, message, [answered](const Bytes& answer) { answered(answer); });
    if (!sent && sent.error().reason == Reason::NOT_FOUND)
      return Error{Reason::UNREACHABLE, "the phone that made this code is not here"};
    return sent;
  }

 private:
  town::Air& air_;
  Hand& hand_;
};

class CounterPremises final : public Premises {
 public:
  static Result<std::unique_ptr<Premises>> open(Ground& ground) {
    Town& town = ground.town;
    TRY_ASSIGN(Identity reader, kept_identity(town.storage(), "keys/counter-clerk",
                                              {.common_name = "Mitome Test Shop", .purpose = std::string{kReaderPurpose}},
                                              &town.reader_root(), town.random(), town.keys(), town.clock().now()));
    TRY_ASSIGN(auto store, town.storage().open_store("counter-clerk", verifier::verifier_schema()));
    return std::unique_ptr<Premises>{new CounterPremises{ground, std::move(reader), std::move(store)}};
  }

  std::vector<http::Route> routes() override { return services::routes(place_); }
  void tick(Instant) override { place_.forget_old(); }

 private:
  CounterPremises(Ground& ground, Identity reader, std::unique_ptr<store::Store> store)
      : reader_(std::move(reader)),
        store_(std::move(store)),
        air_(ground),
        counter_({{ground.town.authority().hierarchy().iaca.certificate},
                  {reader_.certificate},
                  ground.town.addresses().origin("authority")},
                 *reader_.signer, *store_, ground.town.clock(), ground.town.random(), ground.town.keys(), ground.town.network()),
        place_(counter_, air_, ground.town.clock(), ground.town.random()) {}

  Identity reader_;
  std::unique_ptr<store::Store> store_;
  CounterAir air_;
  verifier::Counter counter_;
  services::CounterPlace place_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_counter(Ground& ground) { return CounterPremises::open(ground); }

}  // namespace mitome::town
