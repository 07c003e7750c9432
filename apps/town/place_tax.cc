// The tax office in the town.
#include "apps/town/places.h"
#include "apps/town/service_place.h"
#include "services/tax/tax_office.h"

namespace mitome::town {
namespace {

class TaxPlace final : public Premises {
 public:
  TaxPlace(Town& town, std::unique_ptr<ServiceGround> ground)
      : ground_(std::move(ground)),
        office_({ground_->origin(),
                 [this, &clock = town.clock()]() { return directory_.check_open("tax", clock.now()); },
                 [](std::string_view) { return Result<void>{}; }},
                ground_->gate(), ground_->store(), town.clock(), town.random()) {}

  std::vector<http::Route> routes() override { return services::routes(office_); }
  void tick(Instant now) override {
    if (timer_.due(now)) (void)office_.purge();  // what could not be purged is purged next time
  }

 private:
  std::unique_ptr<ServiceGround> ground_;
  services::Directory directory_;
  services::TaxOffice office_;
  PurgeTimer timer_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_tax(Ground& ground) {
  TRY_ASSIGN(auto service, ServiceGround::open(ground, "tax", services::tax_schema()));
  return std::unique_ptr<Premises>{std::make_unique<TaxPlace>(ground.town, std::move(service))};
}

}  // namespace mitome::town
