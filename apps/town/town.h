// The composition of every actor in one process: what main() would wire up in as many processes as there are actors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/town/access.h"
#include "apps/town/addresses.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace mitome::apdu {
class CardReader;
}
namespace mitome::phone {
class Phone;
struct PhoneConfig;
}

namespace mitome::town {

// What only the composition of places needs to see; whoever holds a Town from outside sees none of it.
class Authority;
class BoxedCard;
class Storage;
struct Identity;

/// What the town is made of; all of it must outlive the town.
struct Parts {
  crypto::Random& random;
  crypto::KeySource& keys;
  Interceptor* interceptor = nullptr;
  std::optional<Instant> start = std::nullopt;  ///< what the clock shows first; otherwise default_start()
  const Clock* beside = nullptr;                ///< the clock runs beside this one; otherwise it stands
  Storage* storage = nullptr;                   ///< otherwise in memory
  Addresses addresses = {};
  http::HttpClient* network = nullptr;          ///< how places call each other; otherwise directly, through the interceptor
  std::string cascades = {};  ///< folder of OpenCV's cascades: films are judged, the desk decides likeness; otherwise simulated
  std::function<void(phone::PhoneConfig&)> equip = nullptr;  ///< completes what a phone is made of
};

/// 2026-06-01 10:00 Japan time: every service of the article is open.
Instant default_start();

/// A card as the town knows it from outside.
struct CardLabel {
  std::string card, name, birth_date;
  Bytes portrait;  ///< what its holder looks like
  std::string sample() const { return card; }  ///< what a sensor sees of its holder
};

class Town final : public Access {
 public:
  /// With what the storage has, or fresh.
  static Result<std::unique_ptr<Town>> build(const Parts& parts);
  /// With the system's randomness and fresh keys; everything in memory.
  static Result<std::unique_ptr<Town>> build_in_memory(Interceptor* interceptor);
  ~Town() override;

  http::HttpClient& network() override;
  MovableClock& clock() override;
  Result<void> unpack_phone(const std::string& name) override;
  Result<std::reference_wrapper<apdu::ApduChannel>> reader(const std::string& card) override;
  void hold_to_phone(const std::string& phone, const std::optional<std::string>& card) override;
  std::string token(Role role) const override;
  TrustPems trust() const override;

  /// Switches a phone off and on: what was only in its memory is gone.
  Result<void> restart_phone(const std::string& name);

  // For the composition of further places around these.
  const Addresses& addresses() const;
  Authority& authority();
  const Identity& reader_root() const;
  crypto::Random& random();
  crypto::KeySource& keys();
  Storage& storage();
  /// The request to a place or a phone, by its name.
  Result<http::Response> deliver(const std::string& place, const http::Request& request);
  /// More routes for a place, or another place.
  void connect(const std::string& place, const std::vector<http::Route>& routes);
  std::vector<CardLabel> cards() const;
  std::vector<std::string> phones() const;
  BoxedCard* find_card(const std::string& card);
  phone::Phone* find_phone(const std::string& name);
  /// The phone's NFC field is this reader from now on.
  void put_reader_behind(const std::string& phone, apdu::CardReader& reader);
  /// Makes a card at city hall for a person of decisions.md 27.
  Result<CardLabel> make_card(const json::Value& person);
  /// A chip that nothing was written into yet.
  std::unique_ptr<BoxedCard> blank_card();
  /// The card is its holder's from now on, and kept.
  Result<void> adopt_card(CardLabel label, std::unique_ptr<BoxedCard> card);

 private:
  struct Impl;
  explicit Town(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::town
