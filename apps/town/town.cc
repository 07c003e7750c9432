#include "apps/town/town.h"

#include <map>

#include "apps/card/city_desk.h"
#include "apps/town/authority.h"
#include "apps/town/phone_box.h"
#include "apps/town/switchboard.h"
#include "card/runtime/software_platform.h"
#include "codec/base64url/base64url.h"
#include "credential/x509/builder.h"
#include "crypto/hash.h"
#include "store/sqlite/sqlite_store.h"
#include "verifier/counter.h"
#include "verifier/jpki_verifier.h"
#include "verifier/schema.h"

namespace mitome::town {
namespace {

constexpr std::string_view kReaderPurpose = "1.0.23220.4.1.6";

/// A card in the town: its silicon, and the chip while it lies on a reader.
struct BoxedCard {
  BoxedCard(crypto::KeySource& keys, crypto::Random& random) : silicon(random, keys) {}
  card::SoftwarePlatform silicon;
  std::unique_ptr<card::Chip> chip;
  std::unique_ptr<WatchedChannel> channel;
};

/// Who certifies the counters' readers, and the counter's own certificate.
struct ReaderCertificates {
  x509::Certificate root, reader;
  std::unique_ptr<crypto::Signer> key;
};

Result<ReaderCertificates> make_reader(crypto::Random& random, crypto::KeySource& keys, Instant now) {
  crypto::SoftwareSigner root_key{keys.generate(crypto::KeyType::kP256)};
  std::unique_ptr<crypto::Signer> key = std::make_unique<crypto::SoftwareSigner>(keys.generate(crypto::KeyType::kP256));
  const auto named = [](const char* text) {
    return x509::encode_name({{"2.5.4.6", "JP"}, {"2.5.4.10", "MITOME-TEST"}, {"2.5.4.3", text}});
  };
  const auto make = [&](const crypto::PublicKey& subject_key, const char* name, bool root,
                        const x509::Certificate* issuer) -> Result<x509::Certificate> {
    x509::CertificateTemplate certificate;
    certificate.serial = random.bytes(16);
    certificate.serial[0] = static_cast<uint8_t>((certificate.serial[0] & 0x3F) | 0x40);
    certificate.subject_name = named(name);
    certificate.issuer_name = issuer != nullptr ? issuer->subject_name() : certificate.subject_name;
    certificate.not_before = now - Days{1};
    certificate.not_after = certificate.not_before + (root ? Days{3650} : Days{400});
    certificate.spki = subject_key.spki();
    certificate.extensions = {x509::key_usage(root ? x509::kKeyCertSign | x509::kCrlSign : x509::kDigitalSignature)};
    if (root) certificate.extensions.push_back(x509::basic_constraints(true, 0));
    if (!root) certificate.extensions.push_back(x509::extended_key_usage({std::string{kReaderPurpose}}, true));
    if (issuer != nullptr) certificate.extensions.push_back(x509::authority_key_identifier(*issuer));
    certificate.extensions.push_back(x509::subject_key_identifier(subject_key));
    TRY(x509::lint(certificate, now, Days{1}));
    return x509::issue(certificate, root_key);
  };
  TRY_ASSIGN(x509::Certificate root, make(root_key.public_key(), "Mitome Test Reader Root", true, nullptr));
  TRY_ASSIGN(x509::Certificate reader, make(key->public_key(), "Mitome Test Counter", false, &root));
  return ReaderCertificates{std::move(root), std::move(reader), std::move(key)};
}

}  // namespace

Instant default_start() { return japan_instant(date_from_text("20260601").value(), 10, 0, 0); }

/// Members in the order in which they stand on one another.
struct Town::Impl {
  Impl(const Parts& parts, Instant start)
      : random(parts.random), keys(parts.keys), clock(start), wires(parts.interceptor) {}

  Result<void> open_places();
  Result<json::Value> desk_card(const http::Request& request);
  Result<void> switch_on(const std::string& name, BoxedPhone& boxed);

  std::unique_ptr<crypto::Random> own_random;  // of build_in_memory
  std::unique_ptr<crypto::KeySource> own_keys;
  crypto::Random& random;
  crypto::KeySource& keys;
  MovableClock clock;
  Switchboard wires;
  std::optional<Maker> maker;
  std::optional<ReaderCertificates> readers;
  std::unique_ptr<Authority> authority;
  std::unique_ptr<store::Store> portal_store, counter_store;
  std::unique_ptr<verifier::JpkiVerifier> portal;
  std::unique_ptr<verifier::Counter> counter;
  std::map<std::string, std::unique_ptr<BoxedCard>> cards;
  std::map<std::string, std::unique_ptr<BoxedPhone>> phones;
};

Result<void> Town::Impl::open_places() {
  TRY_ASSIGN(Maker made_maker, Maker::create(random, keys, clock.now()));
  maker.emplace(std::move(made_maker));
  TRY_ASSIGN(ReaderCertificates made_readers, make_reader(random, keys, clock.now()));
  readers.emplace(std::move(made_readers));
  TRY_ASSIGN(authority, Authority::create(clock, random, keys, {maker->root()}));
  const issuer::Hierarchy& hierarchy = authority->hierarchy();

  TRY_ASSIGN(portal_store, store::open_sqlite(":memory:", verifier::verifier_schema()));
  TRY_ASSIGN(counter_store, store::open_sqlite(":memory:", verifier::verifier_schema()));
  portal = std::make_unique<verifier::JpkiVerifier>(
      verifier::JpkiConfig{.origin = "http://portal.localhost",
                           .ocsp_url = std::string{Authority::kOrigin} + "/status/ocsp",
                           .authentication = {{hierarchy.auth_ca.certificate},
                                              std::string{issuer::kCardAuthPolicy},
                                              std::string{issuer::kPhoneAuthPolicy}},
                           .signing = {{hierarchy.sign_ca.certificate},
                                       std::string{issuer::kCardSignPolicy},
                                       std::string{issuer::kPhoneSignPolicy}}},
      *portal_store, clock, random, wires);
  counter = std::make_unique<verifier::Counter>(
      verifier::CounterConfig{{hierarchy.iaca.certificate}, {readers->reader}, std::string{Authority::kOrigin}},
      *readers->key, *counter_store, clock, random, keys, wires);

  wires.connect("authority.localhost", authority->routes());
  wires.connect("portal.localhost", verifier::routes(*portal));
  wires.connect("counter.localhost", verifier::routes(*counter));
  wires.connect("desk.localhost", {{"POST", "/cards", "clerk", [this](const http::Request& request) {
                                      const auto made = desk_card(request);
                                      return made ? http::Response::json(*made) : http::Response::error(made.error());
                                    }}});
  return {};
}

Result<json::Value> Town::Impl::desk_card(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const apps::Person person, apps::person_from_json(body));
  auto boxed = std::make_unique<BoxedCard>(keys, random);
  TRY_ASSIGN(const apps::IssuedCard issued,
             apps::issue_card(wires, "authority.localhost", authority->token(Role::kCity), person, boxed->silicon,
                              clock.now()));
  cards[issued.card] = std::move(boxed);
  return json::Value::object({{"card", issued.card},
                              {"name", person.name},
                              {"birth_date", to_compact_date(person.birth_date)},
                              {"portrait_sha256", base64url::encode(crypto::sha256(person.portrait))}});
}

Result<void> Town::Impl::switch_on(const std::string& name, BoxedPhone& boxed) {
  TRY_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::from_pkcs8(boxed.attestation_key.reveal()));
  phone::PhoneConfig config{.name = name,
                            .attestation_key = std::move(key),
                            .attestation_certificate = boxed.attestation_certificate,
                            .reader_roots = {readers->root}};
  boxed.phone.reset();
  TRY_ASSIGN(boxed.phone, phone::Phone::start(std::move(config), clock, random, keys, *boxed.wallet, boxed.silicon,
                                              wires, boxed.field));
  wires.connect(name + ".localhost", phone::routes(*boxed.phone));
  return {};
}

Town::Town(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Town::~Town() = default;

Result<std::unique_ptr<Town>> Town::build(const Parts& parts) {
  auto impl = std::make_unique<Impl>(parts, parts.start.value_or(default_start()));
  TRY(impl->open_places());
  return std::unique_ptr<Town>{new Town{std::move(impl)}};
}

Result<std::unique_ptr<Town>> Town::build_in_memory(Interceptor* interceptor) {
  auto random = std::make_unique<crypto::SystemRandom>();
  auto keys = std::make_unique<crypto::SystemKeySource>();
  auto impl = std::make_unique<Impl>(Parts{*random, *keys, interceptor}, default_start());
  impl->own_random = std::move(random);
  impl->own_keys = std::move(keys);
  TRY(impl->open_places());
  return std::unique_ptr<Town>{new Town{std::move(impl)}};
}

http::HttpClient& Town::network() { return impl_->wires; }
MovableClock& Town::clock() { return impl_->clock; }
std::string Town::token(Role role) const { return impl_->authority->token(role); }

TrustPems Town::trust() const {
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  return {hierarchy.auth_ca.certificate.pem(), hierarchy.sign_ca.certificate.pem(), hierarchy.iaca.certificate.pem()};
}

Result<void> Town::unpack_phone(const std::string& name) {
  if (impl_->phones.contains(name)) return Error{Reason::CONFLICT, "there is a phone of that name"};
  auto boxed = std::make_unique<BoxedPhone>();
  TRY_ASSIGN(Maker::Attestation attestation,
             impl_->maker->attest_phone(impl_->random, impl_->keys, impl_->clock.now()));
  boxed->attestation_key = attestation.key.pkcs8();
  boxed->attestation_certificate = std::move(attestation.certificate);
  TRY_ASSIGN(boxed->wallet, store::open_sqlite(":memory:", phone::wallet_migrations()));
  TRY(impl_->switch_on(name, *boxed));
  impl_->phones[name] = std::move(boxed);
  return {};
}

Result<void> Town::restart_phone(const std::string& name) {
  const auto found = impl_->phones.find(name);
  if (found == impl_->phones.end()) return Error{Reason::NOT_FOUND, name};
  return impl_->switch_on(name, *found->second);
}

Result<std::reference_wrapper<apdu::ApduChannel>> Town::reader(const std::string& card) {
  const auto found = impl_->cards.find(card);
  if (found == impl_->cards.end()) return Error{Reason::NOT_FOUND, "no such card"};
  BoxedCard& boxed = *found->second;
  TRY_ASSIGN(boxed.chip, card::boot(boxed.silicon));
  boxed.channel = std::make_unique<WatchedChannel>(card, *boxed.chip, impl_->wires.interceptor());
  return std::ref<apdu::ApduChannel>(*boxed.channel);
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
