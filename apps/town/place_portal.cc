// The residents' portal in the town. The verifier's own endpoints at the same origin (/login/start …) stay as they are.
#include "apps/town/places.h"
#include "apps/town/service_place.h"
#include "services/portal/portal.h"

namespace mitome::town {
namespace {

class PortalPlace final : public Premises {
 public:
  PortalPlace(Town& town, std::unique_ptr<ServiceGround> ground)
      : ground_(std::move(ground)),
        portal_({ground_->origin(), [this, &clock = town.clock()](std::string_view holder) -> Result<void> {
                   return holder == "card" ? Result<void>{} : directory_.check_open("portal", clock.now());
                 }},
                ground_->gate(), ground_->store(), town.clock(), town.random()) {}

  std::vector<http::Route> routes() override { return services::routes(portal_); }
  void tick(Instant now) override {
    if (timer_.due(now)) (void)portal_.purge();  // what could not be purged is purged next time
  }

 private:
  std::unique_ptr<ServiceGround> ground_;
  services::Directory directory_;
  services::Portal portal_;
  PurgeTimer timer_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_portal(Ground& ground) {
  TRY_ASSIGN(auto service, ServiceGround::open(ground, "portal", services::portal_schema()));
  return std::unique_ptr<Premises>{std::make_unique<PortalPlace>(ground.town, std::move(service))};
}

}  // namespace mitome::town
