#include "bench/tally.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/check.h"

namespace mitome::bench {
namespace {

constexpr int kSmallestRsaBits = 1024;

Tally& counted() {
  static Tally all;
  return all;
}

bool is_rsa(EVP_PKEY_CTX* context) { return EVP_PKEY_get_bits(EVP_PKEY_CTX_get0_pkey(context)) >= kSmallestRsaBits; }

}  // namespace

const Tally& tally() { return counted(); }

Tally operator-(const Tally& later, const Tally& earlier) {
  Tally out;
  for (size_t i = 0; i < kOperations; ++i) out.count[i] = later.count[i] - earlier.count[i];
  return out;
}

std::string Tally::text() const {
  static constexpr const char* kNames[] = {"RSA signatures", "RSA verifications", "P-256 signatures", "P-256 verifications",
                                           "P-256 agreements", "P-256 keys", "RSA keys"};  // in the order of Operation
  std::string out;
  for (size_t i = 0; i < kOperations; ++i)
    if (count[i] != 0) out += (out.empty() ? "" : ", ") + std::to_string(count[i]) + " " + kNames[i];
  return out;
}

crypto::PrivateKey CountedKeySource::generate(crypto::KeyType type) {
  ++counted().count[type == crypto::KeyType::kRsa ? kRsaMake : kP256Make];
  return source_.generate(type);
}

BarePrices::BarePrices(size_t rounds) {
  constexpr size_t kTimes = 20;
  BareP256 p256;
  BareRsa2048 rsa;
  const std::pair<Operation, std::function<void()>> operations[] = {
      {kRsaSign, [&] { rsa.sign(); }},       {kRsaVerify, [&] { rsa.verify(); }}, {kP256Sign, [&] { p256.sign(); }},
      {kP256Verify, [&] { p256.verify(); }}, {kP256Agree, [&] { p256.agree(); }}, {kP256Make, [&] { BareP256::make(); }}};
  Group group;
  for (const auto& [operation, run] : operations) group.add(std::to_string(operation), kTimes, run);
  group.measure(rounds);
  for (const auto& [operation, run] : operations) prices_[operation] = group.median(std::to_string(operation));
  Group slow;  // chance decides how long one takes: many, once each
  slow.add("RSA key", 1, [] { BareRsa2048::make(); });
  slow.measure(rounds);
  prices_[kRsaMake] = slow.median("RSA key");
}

double BarePrices::microseconds(const Tally& work) const {
  double sum = 0;
  for (size_t i = 0; i < kRsaMake; ++i) sum += prices_[i] * static_cast<double>(work.count[i]);
  return sum;
}

void Ledger::settle() {
  const double now = cpu_now();
  if (!open_.empty()) {
    Account& account = *open_.back();
    account.cpu += now - cpu_;
    const Tally used = tally() - work_;
    for (size_t i = 0; i < kOperations; ++i) account.work.count[i] += used.count[i];
  }
  cpu_ = now;
  work_ = tally();
}

Ledger::Account Ledger::take(const std::string& actor) {
  CHECK(open_.empty());
  return std::exchange(accounts_[actor], {});
}

void print_with_share(const std::string& name, std::vector<double> cpu, const Tally& work, const BarePrices& prices) {
  CHECK(!cpu.empty());
  std::sort(cpu.begin(), cpu.end());
  const double median = cpu[cpu.size() / 2], bare = prices.microseconds(work);
  std::printf("  %-34s %9.1f us %9.0f/s   bare cryptography %9.1f us, share %.2f: %s\n", name.c_str(), median, 1e6 / median, bare,
              bare / median, work.text().c_str());
}

}  // namespace mitome::bench

// The linker leads these calls here (bench/CMakeLists.txt); a first call that only asks for the size of a signature is no work.
extern "C" {
int __real_EVP_PKEY_sign(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t);
int __real_EVP_PKEY_verify(EVP_PKEY_CTX*, const unsigned char*, size_t, const unsigned char*, size_t);
int __real_EVP_PKEY_derive(EVP_PKEY_CTX*, unsigned char*, size_t*);

int __wrap_EVP_PKEY_sign(EVP_PKEY_CTX* context, unsigned char* signature, size_t* size, const unsigned char* digest, size_t digest_size) {
  using namespace mitome::bench;
  if (signature != nullptr) ++counted().count[is_rsa(context) ? kRsaSign : kP256Sign];
  return __real_EVP_PKEY_sign(context, signature, size, digest, digest_size);
}

int __wrap_EVP_PKEY_verify(EVP_PKEY_CTX* context, const unsigned char* signature, size_t size, const unsigned char* digest,
                           size_t digest_size) {
  using namespace mitome::bench;
  ++counted().count[is_rsa(context) ? kRsaVerify : kP256Verify];
  return __real_EVP_PKEY_verify(context, signature, size, digest, digest_size);
}

int __wrap_EVP_PKEY_derive(EVP_PKEY_CTX* context, unsigned char* secret, size_t* size) {
  using namespace mitome::bench;
  if (secret != nullptr) ++counted().count[kP256Agree];
  return __real_EVP_PKEY_derive(context, secret, size);
}
}
