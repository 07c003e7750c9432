// The kiosks of the town: one terminal in each shop of the directory, one seal for each municipality.
#include "apps/town/places.h"
#include "card/counter_procedure.h"
#include "issuer/hierarchy.h"
#include "protocol/http/web.h"
#include "services/kiosk/kiosk.h"

namespace mitome::town {
namespace {

/// What a kiosk's own keys do to the card that lies on it; here to the silicon (docs/divergences.md).
class KioskPins final : public services::PinSetter {
 public:
  explicit KioskPins(Town& town) : town_(town) {}
  Result<void> set_pin(const std::string& card, std::string_view which, const crypto::Pin& pin) override {
    BoxedCard* const boxed = town_.find_card(card);
    if (boxed == nullptr) return Error{Reason::NOT_FOUND, "the town has no such card"};
    boxed->power_off();
    return card::counter_set_pin(boxed->platform(), which == "auth" ? card::CounterPin::kAuth : card::CounterPin::kSign, pin);
  }

 private:
  Town& town_;
};

class Kiosks final : public Premises {
 public:
  explicit Kiosks(Ground& ground) : town_(ground.town), hand_(ground.hand), pins_(ground.town) {}

  Result<void> open() {
    Storage& storage = town_.storage();
    TRY_ASSIGN(store_, storage.open_store("kiosk", services::kiosk_schema()));
    const IdentityPlan root_plan{.common_name = "Mitome Test Municipal Root", .ca = true, .life = Days{3650}};
    TRY_ASSIGN(const Identity root, keep("keys/municipal-root", root_plan, nullptr));
    for (const auto& municipality : directory_.municipalities()) {
      const IdentityPlan plan{.common_name = municipality.name_ja + "（架空）", .life = Days{1825}};
      TRY_ASSIGN(Identity seal, keep("keys/seal-" + municipality.id, plan, &root));
      seals_.push_back(std::make_unique<Identity>(std::move(seal)));
    }
    kiosk_ = std::make_unique<services::Kiosk>(config(), directory_, maker_, *store_, town_.clock(), town_.random(), town_.network());
    return kiosk_->fit();
  }

  std::vector<http::Route> routes() override {
    auto all = services::routes(*kiosk_);
    all.push_back({"GET", "/api/hand", "the person, simulated", [this](const http::Request& request) { return look(request); }});
    all.push_back({"POST", "/api/hand", "the person, simulated", [this](const http::Request& request) { return lay(request); }});
    return all;
  }
  void tick(Instant) override { (void)kiosk_->tick(); }  // what it could not delete now it deletes next time

 private:
  Result<Identity> keep(const std::string& name, const IdentityPlan& plan, const Identity* issuer) {
    return kept_identity(town_.storage(), name, plan, issuer, town_.random(), town_.keys(), town_.clock().now());
  }

  services::KioskConfig config() {
    const Addresses& at = town_.addresses();
    const auto& hierarchy = town_.authority().hierarchy();
    services::KioskConfig out;
    out.origin = at.origin("kiosk");
    out.ocsp_url = at.origin("authority") + "/status/ocsp";
    out.authentication = {{hierarchy.auth_ca.certificate}, std::string{issuer::kCardAuthPolicy}, std::string{issuer::kPhoneAuthPolicy}};
    for (size_t i = 0; i < directory_.shops().size(); ++i) {
      const auto& shop = directory_.shops()[i];
      out.terminals.push_back({shop.id, shop.id, &hand_.reader(reader_name(i))});
    }
    for (size_t i = 0; i < seals_.size(); ++i) {
      out.offices.push_back({directory_.municipalities()[i].id, at.origin("authority") + "/residents", town_.token(Role::kMunicipality),
                             {{seals_[i]->certificate}, seals_[i]->signer.get()}});
    }
    out.redeem_url = at.origin("authority") + "/pin-resets/redeem";
    out.kiosk_token = town_.token(Role::kKiosk);
    out.pins = &pins_;
    out.verify_url = out.origin + "/verify?code=";
    out.approved = services::topology_hash(out);  // the town approves itself; docs/divergences.md
    return out;
  }

  static std::string reader_name(size_t shop) { return "kiosk-" + std::to_string(shop + 1); }
  Result<std::string> reader_of(const std::string& name) const {
    for (size_t i = 0; i < directory_.shops().size(); ++i)
      if (reader_name(i) == name) return name;
    return Error{Reason::NOT_FOUND, "no kiosk has this reader"};
  }

  http::Response look(const http::Request& request) {
    const auto looked = [&]() -> Result<json::Value> {
      TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
      const auto name = parameters.find("reader");
      TRY_ASSIGN(const std::string reader, reader_of(name == parameters.end() ? "kiosk-1" : name->second));
      return hand_.look(reader);
    }();
    return looked ? http::Response::json(*looked) : http::Response::error(looked.error());
  }

  http::Response lay(const http::Request& request) {
    const auto laid = [&]() -> Result<json::Value> {
      TRY_ASSIGN(const json::Value body, http::json_body(request));
      TRY_ASSIGN(const std::string reader, reader_of(body.string_or("reader", "kiosk-1")));
      const json::Value* item = body.find("item");
      if (item == nullptr) return Error{Reason::MALFORMED, "item"};
      std::optional<std::string> wanted;
      if (!item->is_null()) {
        TRY_ASSIGN(wanted, item->as_string());
      }
      TRY(hand_.lay(reader, wanted));
      return hand_.look(reader);
    }();
    return laid ? http::Response::json(*laid) : http::Response::error(laid.error());
  }

  Town& town_;
  Hand& hand_;
  KioskPins pins_;
  services::Directory directory_;
  services::SignedPaperMaker maker_;
  std::unique_ptr<store::Store> store_;
  std::vector<std::unique_ptr<Identity>> seals_;
  std::unique_ptr<services::Kiosk> kiosk_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_kiosks(Ground& ground) {
  auto kiosks = std::make_unique<Kiosks>(ground);
  TRY(kiosks->open());
  return std::unique_ptr<Premises>{std::move(kiosks)};
}

}  // namespace mitome::town
