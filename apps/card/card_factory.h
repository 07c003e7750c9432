// Cards of synthetic persons, all by one test authority that lives as long as this.
#pragma once

#include <memory>
#include <string>

#include "apps/card/city_desk.h"
#include "base/time.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace mitome::apps {

class CardFactory {
 public:
  /// Its certificates begin at this time.
  static Result<std::unique_ptr<CardFactory>> open(Instant at);
  ~CardFactory();

  /// Keys in the chip, certificates, files, PINs. A phone has the JPKI application alone, under a phone's policies, and the person's
  /// authentication and signing PIN; NO_SIGNING_CERTIFICATE for whom no phone is. For several threads at once, each with a chip of its own.
  Result<IssuedCard> make(const Person& person, card::TokenProfile profile, card::Platform& chip);
  /// What verifies the cards: the public key that vouches for their files (PUBLIC KEY), and the CA certificates, as
  /// PEM.
  std::string trust() const;

  crypto::Random& random();
  crypto::KeySource& keys();

 private:
  Result<IssuedCard> make_phone(const Person& person, card::TokenProfile profile, card::Platform& chip);
  struct Impl;
  explicit CardFactory(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::apps
