// Several people with cards and phones in one town, on one seed, over a network that fails; and the invariants of
// threats.md §3 that anyone can check from outside, by OCSP and by what was answered.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apps/town/town.h"
#include "credential/x509/certificate.h"
#include "tests/ecosystem/faulty_network.h"

namespace mitome::ecosystem {

enum class Status : uint8_t { kGood, kHold, kRevoked, kUnknown, kUnavailable };

/// What the world knows to have been acknowledged about one of the registry's phones.
struct Acknowledged {
  bool suspended = false;  ///< the hotline said so, and no resumption was tried since
  bool ended = false;      ///< a deletion, or a later phone's grant, was acknowledged
};

struct Person {
  std::string name, birth_date, card, portrait, face;
  std::vector<std::string> phones;  ///< unpacked, the newest last
  int wrong_pins = 0;
};

class World {
 public:
  explicit World(uint64_t seed);

  /// Makes the town and its people, calmly. False with a message when that already fails.
  bool prepare(std::string& failure);
  /// One deed of one person, both drawn from the seed.
  void step();
  /// Every invariant that is broken now, in words.
  std::vector<std::string> broken_invariants();
  /// After all faults: everyone can enrol a fresh phone and log in with it.
  std::vector<std::string> recover();

  /// How often each deed came out well: a simulation in which nothing succeeds proves nothing.
  const std::map<std::string, size_t>& successes() const { return successes_; }
  std::string trace() const { return network_.trace(); }
  size_t faults() const { return network_.faults(); }

 private:
  Result<json::Value> enrol(Person& person, const std::string& phone);
  Result<json::Value> login(Person& person, const std::string& phone);
  Result<json::Value> present(Person& person, const std::string& phone);
  void suspend(Person& person);
  void guess_pin(Person& person);
  Status status_of(const IssuedCertificate& certificate);
  Status status_of_serial(std::string_view arm, ByteView serial);
  town::Place place(const std::string& host) { return {town_->network(), host + ".localhost"}; }

  testing::SeededRandom deeds_;
  testing::SeededRandom town_random_;
  testing::PooledKeySource keys_;
  FaultyNetwork network_;
  std::unique_ptr<town::Town> town_;
  std::vector<x509::Certificate> roots_;  ///< auth, sign
  std::vector<Person> people_;
  std::map<Bytes, Status> last_status_;
  std::map<std::string, Acknowledged> acknowledged_;  ///< by the registry's name of the phone
  std::map<std::string, std::string> owner_;          ///< registry's name of the phone → person's card
  std::map<std::string, std::string> registry_name_;  ///< phone's host → registry's name of its last grant
  std::map<std::string, size_t> successes_;
  size_t phone_count_ = 0;
};

}  // namespace mitome::ecosystem
