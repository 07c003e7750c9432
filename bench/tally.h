// What a flow owes to cryptography alone: its operations are counted where they reach OpenSSL, and priced at what the same operation
// costs bare, in the same run. Hashes and ciphers are not counted: they are a per cent.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/bare.h"
#include "bench/measure.h"
#include "crypto/key.h"

namespace mitome::bench {

enum Operation : size_t { kRsaSign, kRsaVerify, kP256Sign, kP256Verify, kP256Agree, kP256Make, kRsaMake, kOperations };

struct Tally {
  size_t count[kOperations] = {};
  /// "1 RSA verification, 2 P-256 signatures".
  std::string text() const;
};
Tally operator-(const Tally& later, const Tally& earlier);

/// Everything so far in this process.
const Tally& tally();

/// Keys of another source; they are counted, so that a pool's keys are as well.
class CountedKeySource final : public crypto::KeySource {
 public:
  explicit CountedKeySource(crypto::KeySource& source) : source_(source) {}
  crypto::PrivateKey generate(crypto::KeyType type) override;

 private:
  crypto::KeySource& source_;
};

/// What each operation costs by OpenSSL alone.
class BarePrices {
 public:
  explicit BarePrices(size_t rounds);
  double microseconds(Operation operation) const { return prices_[operation]; }
  /// Without RSA keys, which the benches take from a pool.
  double microseconds(const Tally& work) const;

 private:
  double prices_[kOperations] = {};
};

/// CPU time and cryptography of this thread by actor: while one actor calls another, the other's account is charged.
class Ledger {
 public:
  struct Account {
    double cpu = 0;
    Tally work;
  };
  template <typename Work>
  auto charge(const std::string& actor, Work work) {
    const Charge charge{*this, accounts_[actor]};
    return work();
  }
  /// What an actor was charged since it was last taken.
  Account take(const std::string& actor);

 private:
  struct Charge {
    Charge(Ledger& of, Account& account) : ledger(of) {
      ledger.settle();
      ledger.open_.push_back(&account);
    }
    ~Charge() {
      ledger.settle();
      ledger.open_.pop_back();
    }
    Ledger& ledger;
  };
  /// Charges what was used since the last change to whom it belongs.
  void settle();

  std::map<std::string, Account> accounts_;
  std::vector<Account*> open_;
  double cpu_ = 0;
  Tally work_;
};

/// One line: the median cost of a flow, how many a core carries in a second, and the share that is cryptography.
void print_with_share(const std::string& name, std::vector<double> cpu, const Tally& work, const BarePrices& prices);

}  // namespace mitome::bench
