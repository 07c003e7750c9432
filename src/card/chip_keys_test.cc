// CRD-15: the chips' RSA keys. None has the form by which ROCA's were told (Nemec et al., CCS 2017: every prime is a
// power of 65537 modulo many small primes, and so is the modulus), and no two share a factor. Without MITOME_KEYS these
// are the keys of the tests' pool, made once by the same generator; MITOME_KEYS says how many fresh ones to make.
#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "card/runtime/software_platform.h"
#include "codec/tlv/tlv.h"
#include "protocol/jpki/cv_certificate.h"
#include "testing/fakes.h"

namespace mitome::card {
namespace {

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;
using Calculator = std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)>;

Number number(uint64_t value) {
  Number out{BN_new()};
  CHECK(BN_set_word(out.get(), value) == 1);
  return out;
}

Number product(const BIGNUM* a, const BIGNUM* b) {
  const Calculator calculator{BN_CTX_new(), &BN_CTX_free};
  Number out{BN_new()};
  CHECK(BN_mul(out.get(), a, b, calculator.get()) == 1);
  return out;
}

constexpr unsigned kGenerator = 65537;
constexpr unsigned kSmallPrimes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                     47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                     107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

bool is_power_of_the_generator(uint64_t residue, unsigned prime) {
  uint64_t power = 1;
  for (unsigned i = 0; i < prime; ++i, power = power * kGenerator % prime) {
    if (power == residue) return true;
  }
  return false;
}

/// One chance in 2^27 for a key that was drawn fairly.
bool has_the_roca_form(const BIGNUM* modulus) {
  return std::all_of(std::begin(kSmallPrimes), std::end(kSmallPrimes),
                     [&](unsigned prime) { return is_power_of_the_generator(BN_mod_word(modulus, prime), prime); });
}

/// gcd(N, (P mod N²) / N) for P the product of all: how many moduli have more than 1 there (Heninger et al., USENIX
/// Security 2012).
size_t sharing_a_factor(const std::vector<Number>& moduli) {
  const Calculator calculator{BN_CTX_new(), &BN_CTX_free};
  Number all = number(1);
  for (const Number& each : moduli) all = product(all.get(), each.get());
  size_t sharing = 0;
  for (const Number& each : moduli) {
    const Number square = product(each.get(), each.get());
    const Number rest{BN_new()}, others{BN_new()}, common{BN_new()};
    CHECK(BN_mod(rest.get(), all.get(), square.get(), calculator.get()) == 1);
    CHECK(BN_div(others.get(), nullptr, rest.get(), each.get(), calculator.get()) == 1);
    CHECK(BN_gcd(common.get(), each.get(), others.get(), calculator.get()) == 1);
    sharing += BN_is_one(common.get()) ? 0 : 1;
  }
  return sharing;
}

/// 90 exponent ‖ 91 modulus.
Number modulus_of(const crypto::PublicKey& key) {
  const Bytes encoded = jpki::encode_cv_key(key).value();
  const auto elements = tlv::read_all(encoded).value();
  CHECK(elements.size() == 2 && equal(elements[0].value, Bytes{0x01, 0x00, 0x01}));
  return Number{BN_bin2bn(elements[1].value.data(), static_cast<int>(elements[1].value.size()), nullptr)};
}

/// As a chip's own, each made in its slot.
std::vector<Number> moduli_of_chips() {
  const char* asked = std::getenv("MITOME_KEYS");
  const size_t count = asked != nullptr ? std::strtoul(asked, nullptr, 10) : testing::PooledKeySource::kPoolSize;
  testing::SeededRandom random{1};
  testing::PooledKeySource pool;
  crypto::SystemKeySource fresh;
  SoftwarePlatform chip{random, asked != nullptr ? static_cast<crypto::KeySource&>(fresh) : pool};
  std::vector<Number> moduli;
  for (size_t i = 0; i < count; ++i)
    moduli.push_back(modulus_of(chip.generate_key({AppletId::kJpki, static_cast<uint16_t>(i), Part::kKey}).value()));
  return moduli;
}

TEST(ChipKeys, NoneIsWeakAndNoTwoShareAFactor) {  // CRD-15
  const auto moduli = moduli_of_chips();
  ASSERT_GE(moduli.size(), 2U);
  for (const Number& modulus : moduli) {
    EXPECT_EQ(BN_num_bits(modulus.get()), 2048);
    EXPECT_FALSE(has_the_roca_form(modulus.get()));
  }
  EXPECT_EQ(sharing_a_factor(moduli), 0U);
  std::printf("%zu keys: no ROCA form, no shared factor\n", moduli.size());
}

TEST(ChipKeys, ARocaModulusWouldBeFound) {  // CRD-15
  Number all = number(1);
  for (const unsigned prime : kSmallPrimes) all = product(all.get(), number(prime).get());
  const Calculator calculator{BN_CTX_new(), &BN_CTX_free};
  const Number roca{BN_new()};
  CHECK(BN_mod_exp(roca.get(), number(kGenerator).get(), number(123456789).get(), all.get(), calculator.get()) == 1);
  EXPECT_TRUE(has_the_roca_form(roca.get()));
  CHECK(BN_add_word(roca.get(), 1) == 1);
  EXPECT_FALSE(has_the_roca_form(roca.get()));
}

TEST(ChipKeys, ASharedFactorWouldBeFound) {  // CRD-15
  std::vector<Number> moduli;
  for (const uint64_t modulus : {10007ULL * 10009, 10037ULL * 10039, 10061ULL * 10067})
    moduli.push_back(number(modulus));
  EXPECT_EQ(sharing_a_factor(moduli), 0U);
  moduli.push_back(number(10037ULL * 10069));
  EXPECT_EQ(sharing_a_factor(moduli), 2U) << "one prime in two of them";
  moduli.push_back(number(10061ULL * 10067));
  EXPECT_EQ(sharing_a_factor(moduli), 4U) << "and one modulus twice";
}

}  // namespace
}  // namespace mitome::card
