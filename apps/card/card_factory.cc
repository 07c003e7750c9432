#include "apps/card/card_factory.h"

#include "apps/town/authority.h"
#include "apps/town/switchboard.h"
#include "codec/pem/pem.h"

namespace mitome::apps {
namespace {

constexpr const char* kHost = "authority.localhost";
constexpr const char* kOcsp = "http://authority.localhost/status/ocsp";
constexpr size_t kSerialSize = 8;

}  // namespace

struct CardFactory::Impl {
  explicit Impl(Instant at) : clock(at) {}
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
  town::MovableClock clock;
  town::MemoryStorage storage;
  town::Switchboard network{nullptr};
  std::unique_ptr<town::Authority> authority;
};

CardFactory::CardFactory(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CardFactory::~CardFactory() = default;
crypto::Random& CardFactory::random() { return impl_->random; }
crypto::KeySource& CardFactory::keys() { return impl_->keys; }

Result<std::unique_ptr<CardFactory>> CardFactory::open(Instant at) {
  auto impl = std::make_unique<Impl>(at);
  TRY_ASSIGN(impl->authority,
             town::Authority::open(
                 {impl->clock, impl->random, impl->keys, impl->storage, "http://" + std::string{kHost}, {}}));
  impl->network.connect(kHost, impl->authority->routes());
  return std::unique_ptr<CardFactory>{new CardFactory{std::move(impl)}};
}

Result<IssuedCard> CardFactory::make(const Person& person, card::TokenProfile profile, card::Platform& chip) {
  if (profile != card::TokenProfile::kCard) return make_phone(person, profile, chip);
  return issue_card(impl_->network, kHost, impl_->authority->token(town::Role::kCity), person, chip,
                    impl_->clock.now());
}

/// By the authority's profile and keys, past its registry: enrolment, which would put it there, needs a card and a
/// phone around the chip.
Result<IssuedCard> CardFactory::make_phone(const Person& person, card::TokenProfile profile, card::Platform& chip) {
  const Instant now = impl_->clock.now();
  if (!gets_signing_certificate(person, now)) return Error{Reason::NO_SIGNING_CERTIFICATE, person.name};
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  const auto entity = [&](card::Slot slot) -> Result<issuer::EndEntity> {
    TRY_ASSIGN(const crypto::PublicKey key, chip.generate_key(slot));
    Bytes serial = impl_->random.bytes(kSerialSize);
    serial[0] = static_cast<uint8_t>((serial[0] & 0x7F) | 0x40);  // positive, and of full length
    return issuer::EndEntity{
        issuer::Holder::kPhone,
        serial,
        key.spki(),
        now,
        issuer::certificate_expiry(person.birth_date, now, issuer::card_expiry(person.birth_date, now)),
        kOcsp};
  };
  TRY_ASSIGN(const issuer::EndEntity auth, entity(card::kAuthKeySlot));
  TRY_ASSIGN(const issuer::EndEntity sign, entity(card::kSignKeySlot));
  const issuer::FourItems items{person.name, person.address, person.birth_date, person.sex};
  TRY_ASSIGN(const x509::Certificate auth_certificate,
             x509::issue(issuer::user_authentication_certificate(hierarchy.auth_ca, auth, impl_->random),
                         *hierarchy.auth_ca.signer));
  TRY_ASSIGN(const x509::Certificate sign_certificate,
             x509::issue(issuer::signing_certificate(hierarchy.sign_ca, sign, items, impl_->random),
                         *hierarchy.sign_ca.signer));
  TRY_ASSIGN(crypto::Pin auth_pin, crypto::Pin::four_digits(person.auth_pin));
  TRY_ASSIGN(crypto::Pin sign_pin, crypto::Pin::signing_password(person.sign_pin));
  card::CardImage image{
      {profile, auth_certificate.der(), hierarchy.auth_ca.certificate.der(), hierarchy.sign_ca.certificate.der(),
       sign_certificate.der(), std::move(auth_pin), std::move(sign_pin)},
      std::nullopt};
  TRY(card::personalise(chip, image));
  IssuedCard made;
  made.auth_certificate = auth_certificate.der();
  made.sign_certificate = sign_certificate.der();
  return made;
}

std::string CardFactory::trust() const {
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  return pem::encode("PUBLIC KEY", hierarchy.text.ca_key.spki()) + hierarchy.auth_ca.certificate.pem() +
         hierarchy.sign_ca.certificate.pem();
}

}  // namespace mitome::apps
