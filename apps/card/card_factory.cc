#include "apps/card/card_factory.h"

#include "apps/town/authority.h"
#include "apps/town/switchboard.h"
#include "codec/pem/pem.h"

namespace mitome::apps {
namespace {

constexpr const char* kHost = "authority.localhost";

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

Result<IssuedCard> CardFactory::make(const Person& person, card::Platform& chip) {
  return issue_card(impl_->network, kHost, impl_->authority->token(town::Role::kCity), person, chip,
                    impl_->clock.now());
}

Result<void> CardFactory::make_phone(const IssuedCard& made, const Person& person, card::TokenProfile profile,
                                     card::Platform& chip) {
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  TRY_ASSIGN(crypto::Pin auth_pin, crypto::Pin::four_digits(person.auth_pin));
  card::JpkiImage image{profile,
                        made.auth_certificate,
                        hierarchy.auth_ca.certificate.der(),
                        hierarchy.sign_ca.certificate.der(),
                        made.sign_certificate,
                        std::move(auth_pin),
                        std::nullopt};
  if (made.sign_certificate) {
    TRY_ASSIGN(image.sign_pin, crypto::Pin::signing_password(person.sign_pin));
  }
  return card::personalise(chip, card::CardImage{std::move(image), std::nullopt});
}

std::string CardFactory::trust() const {
  const issuer::Hierarchy& hierarchy = impl_->authority->hierarchy();
  return pem::encode("PUBLIC KEY", hierarchy.text.ca_key.spki()) + hierarchy.auth_ca.certificate.pem() +
         hierarchy.sign_ca.certificate.pem();
}

}  // namespace mitome::apps
