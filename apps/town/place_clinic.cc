// The clinics of the town behind one door.
#include "apps/town/places.h"
#include "apps/town/service_place.h"
#include "services/clinic/clinic_reception.h"

namespace mitome::town {
namespace {

class ClinicPlace final : public Premises {
 public:
  ClinicPlace(Town& town, std::unique_ptr<ServiceGround> ground)
      : ground_(std::move(ground)),
        clock_(town.clock()),
        reception_(config(town), ground_->gate(), ground_->store(), town.clock(), town.random(), town.network()) {}

  std::vector<http::Route> routes() override { return services::routes(reception_); }
  void tick(Instant now) override {
    if (timer_.due(now)) (void)reception_.purge();  // what could not be purged is purged next time
  }

 private:
  services::ClinicConfig config(Town& town) {
    std::vector<services::ClinicSite> sites;
    for (const services::Clinic& each : directory_.clinics()) sites.push_back({each.id, each.name, each.name_ja, each.phone});
    return {.origin = ground_->origin(),
            .sites = std::move(sites),
            .accepts = [this](std::string_view site, std::string_view holder) { return accepts(site, holder); },
            .insurer_url = town.addresses().origin("authority") + "/insured",
            .insurer_token = town.token(Role::kInsurer),
            .simulated_staff = true};
  }
  Result<void> accepts(std::string_view site, std::string_view holder) const {
    TRY_ASSIGN(const services::Clinic clinic, directory_.clinic(site));
    TRY_ASSIGN(const services::Holder kind, services::holder_from_name(holder));
    return directory_.check_clinic(clinic, kind, clock_.now());
  }

  std::unique_ptr<ServiceGround> ground_;
  const Clock& clock_;
  services::Directory directory_;
  services::ClinicReception reception_;
  PurgeTimer timer_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_clinic(Ground& ground) {
  TRY_ASSIGN(auto service, ServiceGround::open(ground, "clinic", services::clinic_schema()));
  return std::unique_ptr<Premises>{std::make_unique<ClinicPlace>(ground.town, std::move(service))};
}

}  // namespace mitome::town
