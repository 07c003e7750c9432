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
                               MakerKey{std::move(config.attestation_key), std::move(config.attestation_certificate)}));
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
    }
    return {};
  });
  TRY(std::move(loaded));
  network.set_on(settings.network);
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

Result<json::Value> Phone::Impl::show_settings() const {
  return json::Value::object({{"model", settings.model},
                              {"os", settings.os},
                              {"app", settings.app},
                              {"biometrics", biometrics_text(verifier.kind())},
                              {"enrolled", verifier.enrolled()},
                              {"locked", verifier.locked()},
                              {"passcode", verifier.has_passcode()},
                              {"network", settings.network}});
}

Result<json::Value> Phone::Impl::change_settings(const json::Value& wanted) {
  Settings next = settings;
  for (const auto& [name, field] : {std::pair<std::string_view, std::string*>{"model", &next.model},
                                    {"os", &next.os},
                                    {"app", &next.app}}) {
    if (wanted.find(name) == nullptr) continue;
    TRY_ASSIGN(*field, wanted.string_at(name));
    if (field->size() > 64) return Error{Reason::LIMIT_EXCEEDED, std::string{name}};
  }
  if (wanted.find("network") != nullptr) {
    TRY_ASSIGN(next.network, wanted.bool_at("network"));
  }
  Biometrics kind = verifier.kind();
  if (wanted.find("biometrics") != nullptr) {
    TRY_ASSIGN(const std::string text, wanted.string_at("biometrics"));
    const auto named = biometrics_from_text(text);
    if (!named) return Error{Reason::MALFORMED, "biometrics: face, finger or none"};
    kind = *named;
  }
  Sample sample;
  if (wanted.find("enrol_sample") != nullptr) {
    TRY_ASSIGN(sample, wanted.base64url_at("enrol_sample"));
  }
  if (wanted.find("passcode") != nullptr) {
    TRY_ASSIGN(const std::string typed, wanted.string_at("passcode"));
    TRY(verifier.passcode(typed));
  }
  if (kind != verifier.kind() || sample) {
    // If the power goes between the two, passes already name a set that the keys are not of, and wake() ends the keys.
    TRY(verifier.change(kind, view(sample)));
    TRY(element->biometrics_changed(verifier.enrolled() ? verifier.kind() : Biometrics::kNone, verifier.set()));
  }
  auto saved = store.write([&next](store::Transaction& transaction) -> Result<void> {
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"model", next.model},
                                      {"os", next.os},
                                      {"app", next.app},
                                      {"network", next.network ? "on" : "off"}})
      TRY(transaction.run("INSERT INTO setting(name, value) VALUES(?1, ?2) "
                          "ON CONFLICT(name) DO UPDATE SET value = excluded.value", {name, value}));
    return {};
  });
  TRY(std::move(saved));
  settings = next;
  network.set_on(settings.network);
  return show_settings();
}

Result<Pass> Phone::Impl::verify(const Sample& sample, Purpose purpose, const crypto::Sha256Digest& bound_to) {
  return verifier.verify(view(sample), purpose, bound_to, element->challenge());
}

Activity Phone::Impl::activity(std::string kind, std::string party, std::vector<ElementName> elements) const {
  return {clock.now(), std::move(kind), std::move(party), std::move(elements)};
}

apdu::ApduChannel& Phone::contactless() { return impl_->contactless; }

Result<void> Phone::ready_contactless(ByteView sample) {
  const std::lock_guard lock{impl_->mutex};
  return impl_->ready_contactless(to_bytes(sample));
}

Result<std::vector<Activity>> Phone::activity() {
  const std::lock_guard lock{impl_->mutex};
  return impl_->wallet.activities();
}

}  // namespace mitome::phone
