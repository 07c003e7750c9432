#include "phone/phone.h"

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "phone/phone_impl.h"

namespace mitome::phone {

Result<http::Response> Network::send(const http::Request& request) {
  if (!on_) return Error{Reason::UNREACHABLE, "the phone's network is off"};
  return outside_.send(request);
}

Phone::Impl::Impl(PhoneConfig made, Clock& its_clock, crypto::Random& its_random, crypto::KeySource& its_keys,
                  store::Store& its_store, std::unique_ptr<SimulatedSecureElement> its_element,
                  UserVerifier its_verifier, http::HttpClient& outside, NfcField& field)
    : config(std::move(made)), clock(its_clock), random(its_random), keys(its_keys), store(its_store),
      element(std::move(its_element)), verifier(std::move(its_verifier)), wallet(its_store, *element, its_random),
      network(outside), nfc(field) {}

Phone::Phone(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Phone::~Phone() = default;

Result<std::unique_ptr<Phone>> Phone::start(PhoneConfig config, Clock& clock, crypto::Random& random,
                                            crypto::KeySource& keys, store::Store& store, Silicon& silicon,
                                            http::HttpClient& network, NfcField& nfc) {
  CHECK(config.batch_size >= 1 && config.batch_size <= 32);
  TRY_ASSIGN(auto element, SimulatedSecureElement::start(
                               silicon, random, keys,
                               MakerKey{std::move(config.attestation_key), std::move(config.attestation_certificate)},
                               config.profile == Profile::kPin ? card::TokenProfile::kAndroid : card::TokenProfile::kPhone));
  if (config.profile == Profile::kPin) config.batch_size = 0;  // it keeps no mdoc and asks for none
  TRY_ASSIGN(auto verifier, UserVerifier::start(silicon, clock, random, element->pairing_key()));
  auto impl = std::make_unique<Impl>(std::move(config), clock, random, keys, store, std::move(element),
                                     std::move(verifier), network, nfc);
  TRY(impl->wake());
  return std::unique_ptr<Phone>{new Phone{std::move(impl)}};
}

Result<void> Phone::Impl::wake() {
  // After a power cut between a change in the sensor and the secure element's hearing of it, the keys die now (PHN-3).
  TRY(element->biometrics_changed(verifier.enrolled() ? verifier.kind() : Biometrics::kNone, verifier.set()));
  auto loaded = store.read([this](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto rows, transaction.query("SELECT name, value FROM setting"));
    for (const store::Row& row : rows) {
      if (row.text(0) == "model") settings.model = row.text(1);
      if (row.text(0) == "os") settings.os = row.text(1);
      if (row.text(0) == "app") settings.app = row.text(1);
      if (row.text(0) == "network") settings.network = row.text(1) == "on";
      if (row.text(0) == "biometrics") settings.biometrics_on = row.text(1) == "on";
      if (row.text(0) == "account") settings.signed_in = row.text(1) == "on";
    }
    return {};
  });
  TRY(std::move(loaded));
  network.set_on(settings.network);
  last_tick = clock.now();
  screen = verifier.has_passcode() ? Screen::kLocked : Screen::kUnlocked;
  auto swept = sweep_slots();
  // Another phone's wallet: the phone starts, and every use of the wallet says so.
  if (!swept.has_value() && swept.error().reason != Reason::WALLET_SEALED) return swept;
  return {};
}

Result<void> Phone::Impl::sweep_slots() {
  std::vector<std::string> kept;
  TRY_ASSIGN(const auto item, wallet.card());
  if (item) kept.insert(kept.end(), {item->instance_slot, item->auth_slot, item->sign_slot});
  TRY_ASSIGN(const auto mdocs, wallet.mdocs());
  for (const MdocRecord& mdoc : mdocs) kept.push_back(mdoc.slot);
  TRY_ASSIGN(const auto call, wallet.call());
  if (call) {
    kept.push_back(call->sign_slot);
    kept.insert(kept.end(), call->mdoc_slots.begin(), call->mdoc_slots.end());
  }
  TRY_ASSIGN(const auto enrolment, wallet.enrolment());
  std::vector<std::string> unnamed;
  for (const std::string& slot : element->slots()) {
    const bool named = std::find(kept.begin(), kept.end(), slot) != kept.end() ||
                       (enrolment && slot.starts_with(enrolment->slots));
    if (!named) unnamed.push_back(slot);
  }
  return element->erase(unnamed);
}

Biometrics Phone::Impl::sensor() const {
  for (const Model& model : kModels)
    if (model.name == settings.model) return model.sensor;
  return verifier.kind() == Biometrics::kFinger ? Biometrics::kFinger : Biometrics::kFace;
}

Result<json::Value> Phone::Impl::show_settings() const {
  auto credentials = json::Value::array();
  for (const webauthn::Credential& one : verifier.credentials()) credentials.push(base64url::encode(one.id));
  auto models = json::Value::array();
  for (const Model& model : kModels)
    models.push(json::Value::object({{"model", model.name}, {"sensor", biometrics_text(model.sensor)}}));
  return json::Value::object({{"model", settings.model},
                              {"models", std::move(models)},
                              {"sensor", biometrics_text(sensor())},
                              {"os", settings.os},
                              {"app", settings.app},
                              {"newest", json::Value::object({{"os", kNewestOs}, {"app", kNewestApp}})},
                              {"biometrics", biometrics_text(verifier.kind())},
                              {"biometrics_on", settings.biometrics_on},
                              {"enrolled", verifier.enrolled()},
                              {"locked", verifier.locked()},
                              {"passcode", verifier.has_passcode()},
                              {"network", settings.network},
                              {"credentials", std::move(credentials)},
                              {"samples", static_cast<int64_t>(verifier.samples())},
                              {"simulated_sensor", !config.require_webauthn},
                              {"profile", config.profile == Profile::kPin ? "pin" : "wallet"}});
}

Result<void> Phone::Impl::save_settings(const Settings& next) {
  const auto on = [](bool value) { return value ? "on" : "off"; };
  auto saved = store.write([&](store::Transaction& transaction) -> Result<void> {
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"model", next.model},
                                      {"os", next.os},
                                      {"app", next.app},
                                      {"network", on(next.network)},
                                      {"biometrics", on(next.biometrics_on)},
                                      {"account", on(next.signed_in)}})
      TRY(transaction.run("INSERT INTO setting(name, value) VALUES(?1, ?2) "
                          "ON CONFLICT(name) DO UPDATE SET value = excluded.value", {name, value}));
    return {};
  });
  TRY(std::move(saved));
  settings = next;
  network.set_on(settings.network);
  return {};
}

namespace {

/// The members of a settings change that are plain text or a switch.
Result<Settings> changed(Settings next, const json::Value& wanted) {
  for (const auto& [name, field] : {std::pair<std::string_view, std::string*>{"model", &next.model},
                                    {"os", &next.os},
                                    {"app", &next.app}}) {
    if (wanted.find(name) == nullptr) continue;
    TRY_ASSIGN(*field, wanted.string_at(name));
    if (field->size() > 64) return Error{Reason::LIMIT_EXCEEDED, std::string{name}};
  }
  for (const auto& [name, field] : {std::pair<std::string_view, bool*>{"network", &next.network},
                                    {"biometrics_on", &next.biometrics_on}}) {
    if (wanted.find(name) == nullptr) continue;
    TRY_ASSIGN(*field, wanted.bool_at(name));
  }
  return next;
}

/// The sensor that a listed model has, or none when the model is not listed.
Biometrics listed_sensor(std::string_view model) {
  for (const Model& listed : kModels)
    if (listed.name == model) return listed.sensor;
  return Biometrics::kNone;
}

}  // namespace

Result<json::Value> Phone::Impl::change_settings(const json::Value& wanted) {
  TRY_ASSIGN(const Settings next, changed(settings, wanted));
  Biometrics kind = verifier.kind();
  if (wanted.find("biometrics") != nullptr) {
    TRY_ASSIGN(const std::string text, wanted.string_at("biometrics"));
    const auto named = biometrics_from_text(text);
    if (!named) return Error{Reason::MALFORMED, "biometrics: face, finger or none"};
    kind = *named;
  }
  const Biometrics has = listed_sensor(next.model);
  if (has != Biometrics::kNone && kind != Biometrics::kNone && kind != has) {
    if (wanted.find("biometrics") != nullptr) return Error{Reason::WRONG_SENSOR, next.model};
    kind = Biometrics::kNone;  // another model in the hand: what was set up on the other sensor is not here
  }
  Sample sample;
  if (wanted.find("enrol_sample") != nullptr) {
    if (config.require_webauthn) return Error{Reason::SENSOR_REQUIRED, "a simulated face or finger"};
    TRY_ASSIGN(sample.seen, wanted.base64url_at("enrol_sample"));
  }
  if (wanted.find("passcode") != nullptr) {
    TRY_ASSIGN(const std::string typed, wanted.string_at("passcode"));
    TRY(verifier.passcode(typed));
  }
  if (kind != verifier.kind() || sample.seen) {
    // If the power goes between the two, passes already name a set that the keys are not of, and wake() ends the keys.
    TRY(verifier.change(kind, view(sample)));
    TRY(sensor_changed());
  }
  TRY(save_settings(next));
  return show_settings();
}

Result<void> Phone::Impl::sensor_changed() {
  TRY(element->biometrics_changed(verifier.enrolled() ? verifier.kind() : Biometrics::kNone, verifier.set()));
  const auto item = wallet.card();
  if (item.has_value() && item->has_value() && (*item)->state != CardState::kEnded && config.profile == Profile::kWallet)
    notify("needs-reproof");
  return {};
}

Result<json::Value> Phone::Impl::update(const std::string& what) {
  Settings next = settings;
  if (what == "os") next.os = kNewestOs;
  else if (what == "app") next.app = kNewestApp;
  else return Error{Reason::MALFORMED, "what: os or app"};
  if (!settings.network) return Error{Reason::UNREACHABLE, "the phone's network is off"};
  TRY(save_settings(next));
  return show_settings();
}

Result<json::Value> Phone::Impl::erase_phone() {
  const auto item = wallet.card();
  const bool known = item.has_value() && item->has_value() && (*item)->state != CardState::kEnded;
  presentation.reset();
  wallet_request.reset();
  text_pin.reset();
  sign_password.reset();
  own_pin.reset();
  touch.reset();
  registering.reset();
  ready_until = {};
  TRY(element->remove_card());
  TRY(element->drop_staged_pins());
  TRY(wallet.reset());
  TRY(sweep_slots());
  TRY(verifier.forget());
  TRY(element->biometrics_changed(Biometrics::kNone, verifier.set()));
  Settings fresh;
  fresh.model = settings.model;
  TRY(save_settings(fresh));
  inbox.clear();
  screen = Screen::kUnlocked;
  wallet_up = false;
  chosen_item.clear();
  news->publish("screen", show_screen());
  if (!known)
    return json::Value::object({{"known", false},
                                {"note", "Everything on this phone is gone. It held no card that the authority still counts as usable."},
                                {"note_ja", "この端末の中身はすべて消えました。有効なカードは入っていませんでした。"}});
  return json::Value::object(
      {{"known", true},
       {"note", "Everything on this phone is gone, but the certificates are NOT revoked: for the authority this phone is as it was. Have "
                "it suspended by the hotline, or add the card on another phone, which ends this one."},
       {"note_ja", "この端末の中身はすべて消えましたが、証明書は失効していません。認証局の記録では、この端末は前のままです。"
                   "電話窓口で利用を停止するか、別の端末に追加してください（この端末は終わりになります）。"}});
}

Result<Pass> Phone::Impl::verify(const Sample& sample, Purpose purpose, const crypto::Sha256Digest& bound_to) {
  if (!settings.biometrics_on) return Error{Reason::BIOMETRICS_NOT_SET_UP, "switched off"};
  if (sample.assertion) {
    TRY_ASSIGN(const Bytes challenge, take_touch(sample));
    return verifier.verify(*sample.assertion, relying_party(), challenge, purpose, bound_to, element->challenge());
  }
  if (sample.seen && config.require_webauthn) return Error{Reason::SENSOR_REQUIRED, ""};
  return verifier.verify(view(sample), purpose, bound_to, element->challenge());
}

Activity Phone::Impl::activity(std::string kind, std::string party, std::vector<ElementName> elements) const {
  Activity line{clock.now(), std::move(kind), std::move(party), std::move(elements)};
  line.simulated = simulated;
  return line;
}

apdu::ApduChannel& Phone::contactless() { return impl_->contactless; }

Result<void> Phone::ready_contactless(ByteView sample) {
  const std::lock_guard lock{impl_->mutex};
  impl_->simulated = true;
  return impl_->ready_contactless(Sample{.seen = to_bytes(sample)});
}

void Phone::tick() {
  const std::lock_guard lock{impl_->mutex};
  impl_->simulated = false;
  impl_->tick();
}

Result<std::vector<Activity>> Phone::activity() {
  const std::lock_guard lock{impl_->mutex};
  return impl_->wallet.activities();
}

}  // namespace mitome::phone
