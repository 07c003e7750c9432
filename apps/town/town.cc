#include "apps/town/town.h"

#include <map>
#include <mutex>

#include "apps/card/city_desk.h"
#include "apps/town/authority.h"
#include "apps/town/card_box.h"
#include "apps/town/identity.h"
#include "apps/town/phone_box.h"
#include "apps/town/switchboard.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"
#include "verifier/counter.h"
#include "verifier/jpki_verifier.h"
#include "verifier/schema.h"

namespace mitome::town {
namespace {

constexpr std::string_view kReaderPurpose = "1.0.23220.4.1.6";
constexpr std::string_view kIndexName = "town";

}  // namespace

Instant default_start() { return japan_instant(date_from_text("20260601").value(), 10, 0, 0); }

/// Members in the order in which they stand on one another.
struct Town::Impl {
  Impl(const Parts& parts)
      : random(parts.random),
        keys(parts.keys),
        clock(make_clock(parts)),
        wires(parts.interceptor),
        network(parts.network != nullptr ? *parts.network : wires),
        addresses(parts.addresses),
        storage(parts.storage != nullptr ? *parts.storage : memory),
        cascades(parts.cascades),
        equip(parts.equip) {}

  static MovableClock make_clock(const Parts& parts) {
    const Instant start = parts.start.value_or(default_start());
    if (parts.beside == nullptr) return MovableClock{start};
    return MovableClock{*parts.beside, start - parts.beside->now()};
  }

  Result<void> open_places();
  Result<void> open_verifiers();
  Result<CardLabel> make_card(const json::Value& body);
  Result<json::Value> desk_card(const http::Request& request);
  Result<void> put_phone(const std::string& name);
  Result<void> switch_on(const std::string& name, BoxedPhone& boxed);
  Result<void> restore();
  Result<void> save_index();

  std::unique_ptr<crypto::Random> own_random;  // of build_in_memory
  std::unique_ptr<crypto::KeySource> own_keys;
  crypto::Random& random;
  crypto::KeySource& keys;
  MovableClock clock;
  Switchboard wires;
  http::HttpClient& network;
  Addresses addresses;
  MemoryStorage memory;
  Storage& storage;
  std::string cascades;
  std::function<void(phone::PhoneConfig&)> equip;
  std::optional<Identity> maker, reader_root, reader;
  std::unique_ptr<Authority> authority;
  std::unique_ptr<store::Store> portal_store, counter_store;
  std::unique_ptr<verifier::JpkiVerifier> portal;
  std::unique_ptr<verifier::Counter> counter;
  mutable std::mutex mutex;  // over the two maps and the labels, not over what they hold
  std::map<std::string, std::unique_ptr<BoxedCard>> cards;
  std::map<std::string, std::unique_ptr<BoxedPhone>> phones;
  std::vector<CardLabel> labels;  ///< in the order in which the cards were made
};

Result<void> Town::Impl::open_places() {
  const auto keep = [&](const char* name, const IdentityPlan& plan, const Identity* issuer) {
    return kept_identity(storage, name, plan, issuer, random, keys, clock.now());
  };
  TRY_ASSIGN(maker, keep("keys/maker", {.common_name = "Mitome Test Phone Maker", .ca = true, .life = Days{3650}}, nullptr));
  TRY_ASSIGN(reader_root,
             keep("keys/reader-root", {.common_name = "Mitome Test Reader Root", .ca = true, .life = Days{3650}}, nullptr));
  TRY_ASSIGN(reader, keep("keys/counter-reader", {.common_name = "Mitome Test Counter", .purpose = std::string{kReaderPurpose}},
                          &*reader_root));
  TRY_ASSIGN(authority, Authority::open({clock, random, keys, storage, addresses.origin("authority"), {maker->certificate}, cascades}));
  wires.connect("authority.localhost", authority->routes());
  wires.connect("desk.localhost", {{"POST", "/cards", "clerk", [this](const http::Request& request) {
                                      const auto made = desk_card(request);
                                      return made ? http::Response::json(*made) : http::Response::error(made.error());
                                    }}});
  TRY(open_verifiers());
  return restore();
}

Result<void> Town::Impl::open_verifiers() {
  const issuer::Hierarchy& hierarchy = authority->hierarchy();
  TRY_ASSIGN(portal_store, storage.open_store("portal-verifier", verifier::verifier_schema()));
  TRY_ASSIGN(counter_store, storage.open_store("counter", verifier::verifier_schema()));
  portal = std::make_unique<verifier::JpkiVerifier>(
      verifier::JpkiConfig{.origin = addresses.origin("portal"),
                           .ocsp_url = addresses.origin("authority") + "/status/ocsp",
                           .authentication = {{hierarchy.auth_ca.certificate},
                                              std::string{issuer::kCardAuthPolicy},
                                              std::string{issuer::kPhoneAuthPolicy}},
                           .signing = {{hierarchy.sign_ca.certificate},
                                       std::string{issuer::kCardSignPolicy},
                                       std::string{issuer::kPhoneSignPolicy}}},
      *portal_store, clock, random, network);
  counter = std::make_unique<verifier::Counter>(
      verifier::CounterConfig{{hierarchy.iaca.certificate}, {reader->certificate}, addresses.origin("authority")},
      *reader->signer, *counter_store, clock, random, keys, network);
  wires.connect("portal.localhost", verifier::routes(*portal));
  wires.connect("counter.localhost", verifier::routes(*counter));
  return {};
}

// -- what is in the town

Result<void> Town::Impl::save_index() {
  json::Value made_cards = json::Value::array(), made_phones = json::Value::array();
  for (const CardLabel& label : labels)
    made_cards.push(json::Value::object({{"card", label.card},
                                         {"name", label.name},
                                         {"birth_date", label.birth_date},
                                         {"portrait", base64url::encode(label.portrait)}}));
  for (const auto& [name, phone] : phones) made_phones.push(name);
  const json::Value index = json::Value::object({{"cards", made_cards}, {"phones", made_phones}});
  return storage.save(std::string{kIndexName}, as_bytes(index.dump()));
}

Result<void> Town::Impl::restore() {
  TRY_ASSIGN(const auto saved, storage.load(std::string{kIndexName}));
  if (!saved) return {};
  TRY_ASSIGN(const json::Value index, json::parse(as_text(saved->reveal())));
  if (const json::Value* made = index.find("cards"))
    for (const json::Value& entry : made->items()) {
      CardLabel label;
      TRY_ASSIGN(label.card, entry.string_at("card"));
      TRY_ASSIGN(label.name, entry.string_at("name"));
      TRY_ASSIGN(label.birth_date, entry.string_at("birth_date"));
      TRY_ASSIGN(label.portrait, entry.base64url_at("portrait"));
      TRY_ASSIGN(cards[label.card], BoxedCard::take_out(label.card, keys, random, storage, wires.interceptor()));
      labels.push_back(std::move(label));
    }
  if (const json::Value* made = index.find("phones"))
    for (const json::Value& entry : made->items()) {
      TRY_ASSIGN(const std::string name, entry.as_string());
      TRY(put_phone(name));
    }
  return {};
}

Result<CardLabel> Town::Impl::make_card(const json::Value& body) {
  TRY_ASSIGN(const apps::Person person, apps::person_from_json(body));
  auto boxed = std::make_unique<BoxedCard>(keys, random, storage, wires.interceptor());
  TRY_ASSIGN(const apps::IssuedCard issued,
             apps::issue_card(network, addresses.authority("authority"), authority->token(Role::kCity), person,
                              boxed->platform(), clock.now()));
  TRY(boxed->keep(issued.card));
  CardLabel label{issued.card, person.name, to_compact_date(person.birth_date), person.portrait};
  const std::lock_guard lock{mutex};
  cards[issued.card] = std::move(boxed);
  labels.push_back(label);
  TRY(save_index());
  return label;
}

Result<json::Value> Town::Impl::desk_card(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const CardLabel made, make_card(body));
  return json::Value::object({{"card", made.card},
                              {"name", made.name},
                              {"birth_date", made.birth_date},
                              {"portrait_sha256", base64url::encode(crypto::sha256(made.portrait))}});
}

Result<void> Town::Impl::put_phone(const std::string& name) {
  auto boxed = std::make_unique<BoxedPhone>(storage, name);
  const IdentityPlan plan{.common_name = "Mitome Test Phone", .life = Days{1825}};
  TRY_ASSIGN(const Identity made, kept_identity(storage, "chips/" + name + "-maker", plan, &*maker, random, keys, clock.now()));
  boxed->attestation_key = made.signer->key().pkcs8();
  boxed->attestation_certificate = made.certificate.der();
  TRY_ASSIGN(boxed->wallet, storage.open_store("phones/" + name + "/wallet", phone::wallet_migrations()));
  TRY(switch_on(name, *boxed));
  phones[name] = std::move(boxed);
  return {};
}

Result<void> Town::Impl::switch_on(const std::string& name, BoxedPhone& boxed) {
  TRY_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::from_pkcs8(boxed.attestation_key.reveal()));
  phone::PhoneConfig config{.name = name,
                            .authority = addresses.authority("authority"),
                            .attestation_key = std::move(key),
                            .attestation_certificate = boxed.attestation_certificate,
                            .reader_roots = {reader_root->certificate}};
  if (equip) equip(config);
  boxed.phone.reset();
  TRY_ASSIGN(boxed.phone, phone::Phone::start(std::move(config), clock, random, keys, *boxed.wallet, boxed.silicon,
                                              network, boxed.field));
  wires.connect(name + ".localhost", phone::routes(*boxed.phone));
  return {};
}

// -- from outside

Town::Town(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Town::~Town() = default;

Result<std::unique_ptr<Town>> Town::build(const Parts& parts) {
  auto impl = std::make_unique<Impl>(parts);
  TRY(impl->open_places());
  return std::unique_ptr<Town>{new Town{std::move(impl)}};
}

Result<std::unique_ptr<Town>> Town::build_in_memory(Interceptor* interceptor) {
  auto random = std::make_unique<crypto::SystemRandom>();
  auto keys = std::make_unique<crypto::SystemKeySource>();
  auto impl = std::make_unique<Impl>(Parts{.random = *random, .keys = *keys, .interceptor = interceptor});
  impl->own_random = std::move(random);
  impl->own_keys = std::move(keys);
  TRY(impl->open_places());
  return std::unique_ptr<Town>{new Town{std::move(impl)}};
}

http::HttpClient& Town::network() { return impl_->network; }
MovableClock& Town::clock() { return impl_->clock; }
std::string Town::token(Role role) const { return impl_->authority->token(role); }
const Addresses& Town::addresses() const { return impl_->addresses; }
Authority& Town::authority() { return *impl_->authority; }
const Identity& Town::reader_root() const { return *impl_->reader_root; }
crypto::Random& Town::random() { return impl_->random; }
crypto::KeySource& Town::keys() { return impl_->keys; }
Storage& Town::storage() { return impl_->storage; }

TrustPems Town::trust() const {
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  return {hierarchy.auth_ca.certificate.pem(), hierarchy.sign_ca.certificate.pem(), hierarchy.iaca.certificate.pem()};
}

Result<http::Response> Town::deliver(const std::string& place, const http::Request& request) {
  return impl_->wires.deliver(place + ".localhost", request);
}

void Town::connect(const std::string& place, const std::vector<http::Route>& routes) {
  impl_->wires.add(place + ".localhost", routes);
}

std::vector<CardLabel> Town::cards() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->labels;
}

std::vector<std::string> Town::phones() const {
  const std::lock_guard lock{impl_->mutex};
  std::vector<std::string> names;
  for (const auto& [name, phone] : impl_->phones) names.push_back(name);
  return names;
}

BoxedCard* Town::find_card(const std::string& card) {
  const std::lock_guard lock{impl_->mutex};
  const auto found = impl_->cards.find(card);
  return found == impl_->cards.end() ? nullptr : found->second.get();
}

phone::Phone* Town::find_phone(const std::string& name) {
  const std::lock_guard lock{impl_->mutex};
  const auto found = impl_->phones.find(name);
  return found == impl_->phones.end() ? nullptr : found->second->phone.get();
}

void Town::put_reader_behind(const std::string& phone, apdu::CardReader& reader) {
  const std::lock_guard lock{impl_->mutex};
  const auto found = impl_->phones.find(phone);
  CHECK(found != impl_->phones.end());
  found->second->field.put(reader);
}

Result<CardLabel> Town::make_card(const json::Value& person) { return impl_->make_card(person); }

std::unique_ptr<BoxedCard> Town::blank_card() {
  return std::make_unique<BoxedCard>(impl_->keys, impl_->random, impl_->storage, impl_->wires.interceptor());
}

Result<void> Town::adopt_card(CardLabel label, std::unique_ptr<BoxedCard> card) {
  TRY(card->keep(label.card));
  const std::lock_guard lock{impl_->mutex};
  impl_->cards[label.card] = std::move(card);
  impl_->labels.push_back(std::move(label));
  return impl_->save_index();
}

Result<void> Town::unpack_phone(const std::string& name) {
  const std::lock_guard lock{impl_->mutex};
  if (impl_->phones.contains(name)) return Error{Reason::CONFLICT, "there is a phone of that name"};
  TRY(impl_->put_phone(name));
  return impl_->save_index();
}

Result<void> Town::restart_phone(const std::string& name) {
  const auto found = impl_->phones.find(name);
  if (found == impl_->phones.end()) return Error{Reason::NOT_FOUND, name};
  return impl_->switch_on(name, *found->second);
}

Result<std::reference_wrapper<apdu::ApduChannel>> Town::reader(const std::string& card) {
  BoxedCard* boxed = find_card(card);
  if (boxed == nullptr) return Error{Reason::NOT_FOUND, "no such card"};
  TRY(boxed->power_cycle());
  return std::ref<apdu::ApduChannel>(*boxed);
}

void Town::hold_to_phone(const std::string& phone, const std::optional<std::string>& card) {
  const auto found = impl_->phones.find(phone);
  CHECK(found != impl_->phones.end());
  apdu::ApduChannel* channel = nullptr;
  if (card) {
    auto powered = reader(*card);
    CHECK(powered.has_value());
    channel = &powered->get();
  }
  found->second->field.put(channel);
}

}  // namespace mitome::town
