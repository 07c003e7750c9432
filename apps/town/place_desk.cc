// City hall: the desk's pages with their server, its blank cards, and its reader.
#include <map>

#include "apps/card/city_desk.h"
#include "apps/card/portrait.h"
#include "apps/town/places.h"
#include "card/counter_procedure.h"
#include "protocol/jpki/reader.h"
#include "services/desk/desk.h"

namespace mitome::town {
namespace {

constexpr const char* kReader = "desk";
constexpr size_t kMaxBlanks = 16;

/// Holds the silicon itself, as only a composition can: it stands for the counter's secret keys.
class TownCardTable final : public services::desk::CardTable {
 public:
  TownCardTable(Town& town, Hand& hand) : town_(town), hand_(hand) {}

  Result<services::desk::BlankCard> take_blank(bool signing) override {
    auto boxed = town_.blank_card();
    services::desk::BlankCard blank;
    TRY_ASSIGN(const crypto::PublicKey auth, boxed->platform().generate_key(card::kAuthKeySlot));
    blank.auth_spki = auth.spki();
    if (signing) {
      TRY_ASSIGN(const crypto::PublicKey sign, boxed->platform().generate_key(card::kSignKeySlot));
      blank.sign_spki = sign.spki();
    }
    const std::lock_guard lock{mutex_};
    if (blanks_.size() >= kMaxBlanks) blanks_.erase(blanks_.begin());  // begun and never finished
    blank.handle = "blank-" + std::to_string(++taken_);
    blanks_[blank.handle] = std::move(boxed);
    return blank;
  }

  Result<void> personalise(const services::desk::BlankCard& blank, const json::Value& grant,
                           services::desk::CardPins pins) override {
    std::unique_ptr<BoxedCard> boxed;
    {
      const std::lock_guard lock{mutex_};
      const auto found = blanks_.find(blank.handle);
      if (found == blanks_.end()) return Error{Reason::NOT_FOUND, "no such blank card"};
      boxed = std::move(found->second);
      blanks_.erase(found);
    }
    apps::CardSecrets secrets{std::move(pins.auth), std::move(pins.text), std::move(pins.juki), std::move(pins.sign)};
    TRY_ASSIGN(const apps::IssuedCard made, apps::personalise_card(grant, std::move(secrets), boxed->platform()));
    TRY_ASSIGN(const registry::Person person, town_.authority().registry().person(PersonId{made.person}));
    return town_.adopt_card(
        {made.card, person.facts.name, to_compact_date(person.facts.birth_date), person.facts.portrait},
        std::move(boxed));
  }

  Result<Bytes> auth_certificate() override {
    TRY_ASSIGN(const auto channel, hand_.reader(kReader).connect());
    TRY(jpki::select_application(*channel, jpki::kJpkiAid));
    return jpki::read_auth_certificate(*channel);
  }

  Result<Bytes> new_signing_key() override {
    TRY_ASSIGN(BoxedCard* const boxed, laid());
    TRY_ASSIGN(const crypto::PublicKey key, boxed->platform().generate_key(card::kSignKeySlot));
    return key.spki();
  }

  Result<void> rewrite(const json::Value& update, const std::optional<crypto::Pin>& sign_password) override {
    TRY_ASSIGN(BoxedCard* const boxed, laid());
    TRY_ASSIGN(const apps::TextFileSet text, apps::text_file_set(update));
    TRY(card::counter_write_text(boxed->platform(), text.files, text.version));
    if (update.find("sign_cert") == nullptr) return {};
    TRY_ASSIGN(const Bytes certificate, update.base64url_at("sign_cert"));
    return card::counter_write_signing(boxed->platform(), certificate, sign_password);
  }

  Result<void> reset_pin(std::string_view which, const crypto::Pin& pin) override {
    TRY_ASSIGN(BoxedCard* const boxed, laid());
    const card::CounterPin place = which == "auth"   ? card::CounterPin::kAuth
                                   : which == "sign" ? card::CounterPin::kSign
                                                     : card::CounterPin::kText;
    return card::counter_set_pin(boxed->platform(), place, pin);
  }

 private:
  /// The card on the reader, without power while it is written.
  Result<BoxedCard*> laid() {
    const json::Value look = hand_.look(kReader);
    const json::Value* id = look.find("laid");
    BoxedCard* const boxed = id != nullptr && id->text() != nullptr ? town_.find_card(*id->text()) : nullptr;
    if (boxed == nullptr) return Error{Reason::CARD_SILENT, "no card lies on the desk's reader"};
    boxed->power_off();
    return boxed;
  }

  Town& town_;
  Hand& hand_;
  std::mutex mutex_;  // over blanks_ and taken_
  std::map<std::string, std::unique_ptr<BoxedCard>> blanks_;
  uint64_t taken_ = 0;
};

services::desk::DeskConfig desk_config(const Town& town) {
  services::desk::DeskConfig config;
  config.origin = town.addresses().origin("desk");
  config.authority = town.addresses().origin("authority");
  config.kiosk = town.addresses().origin("kiosk");
  config.tokens = {{"city", town.token(Role::kCity)},
                   {"hotline", town.token(Role::kHotline)},
                   {"findmy", town.token(Role::kFindMy)},
                   {"operator", town.token(Role::kOperator)}};
  config.draw_portrait = [](std::string_view seed) { return apps::draw_portrait(std::string{seed}); };
  return config;
}

class DeskPlace final : public Premises {
 public:
  explicit DeskPlace(Ground& ground)
      : hand_(ground.hand),
        table_(ground.town, ground.hand),
        desk_(desk_config(ground.town), table_, ground.town.clock(), ground.town.random(), ground.town.network()) {}

  std::vector<http::Route> routes() override {
    std::vector<http::Route> all = services::desk::routes(desk_);
    for (http::Route& route : hand_routes(hand_, kReader)) all.push_back(std::move(route));
    return all;
  }

 private:
  Hand& hand_;
  TownCardTable table_;
  services::desk::Desk desk_;
};

}  // namespace

Result<std::unique_ptr<Premises>> open_desk(Ground& ground) {
  return std::unique_ptr<Premises>{std::make_unique<DeskPlace>(ground)};
}

}  // namespace mitome::town
