// A registry in memory with people, cards and phones in it, for tests that need no real signature: certificates here
// are the smallest DER that has a tbsCertificate.
#pragma once

#include <memory>

#include "registry/registry.h"
#include "testing/failing_store.h"
#include "testing/fakes.h"

namespace mitome::testing {

registry::RegistryKeys test_registry_keys();

struct RegistryWorld {
  FakeClock clock;
  crypto::SystemRandom random;  // thread-safe
  std::unique_ptr<store::Store> store;
  FailingStore failing;
  registry::Registry registry;

  /// path ":memory:" or a file.
  explicit RegistryWorld(const std::string& path = ":memory:");

  struct HeldCard {
    PersonId person;
    CardId card;
    Bytes auth_serial, sign_serial;
  };
  /// A synthetic person, number n, born 1980-02-17.
  static registry::PersonFacts facts(int n);
  HeldCard new_card(int n);

  /// Reserves certificates and a batch for a holder, and "signs" them.
  struct Batch {
    std::vector<registry::IssuedCertificate> certificates;
    std::vector<registry::StatusIndex> mdocs;
  };
  Result<Batch> reserve(const PersonId& person, registry::Holder holder, const std::string& holder_id,
                        std::vector<registry::Ca> cas, size_t mdocs);

  std::string open_session();
  /// A whole enrolment up to its completion, which is the caller's.
  registry::NewPhone prepare_phone(const HeldCard& card, size_t mdocs = 2);
  PhoneId enrol(const HeldCard& card);

  /// What a phone that knows the present version would ask; `key` is its idempotency key.
  registry::PhoneChange change(const PhoneId& phone, const std::string& key);
  Result<Bytes> resume(const PhoneId& phone, const std::string& key);
  Result<Bytes> refresh(const PhoneId& phone, const std::string& key);
  Result<Bytes> remove(const PhoneId& phone, const std::string& key);

  /// One cell of a one-row query, as a number.
  int64_t number(const std::string& sql);
  /// What somebody with the database file does to it.
  void edit(const std::string& sql);
};

/// "v3": the answer that the world's changes store.
Bytes version_answer(const registry::Phone& phone);

}  // namespace mitome::testing
