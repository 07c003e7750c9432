#include "credential/x509/crl.h"

#include <gtest/gtest.h>

#include "codec/der/der.h"
#include "credential/x509/algorithm.h"
#include "credential/x509/oids.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::x509 {
namespace {

using testing::TestCa;

class CrlTest : public ::testing::Test {
 protected:
  CrlTest() : ca_("Root") {}

  Bytes good() { return *issue_crl(ca_.certificate(), ca_.signer(), at(0), at(24 * 3600), 7, entries_); }
  Instant at(int64_t seconds) const { return clock_.now() + Seconds{seconds}; }
  std::string refusal(ByteView der, std::optional<uint64_t> last = std::nullopt) {
    return refusal(der, ca_.certificate(), clock_.now(), last);
  }
  std::string refusal(ByteView der, const Certificate& issuer, Instant now,
                      std::optional<uint64_t> last = std::nullopt) {
    const auto result = verify_crl(der, issuer, now, last);
    if (result) return "";
    EXPECT_EQ(result.error().reason, Reason::CRL_INVALID);
    return result.error().detail;
  }

  static Bytes extension(std::string_view oid, bool critical, ByteView value) {
    return der::sequence({der::oid(oid), critical ? der::boolean(true) : Bytes{}, der::octet_string(value)});
  }
  Bytes number_extension() { return extension(oid::kCrlNumber, false, der::integer(7)); }
  Bytes entry(std::initializer_list<ByteView> entry_extensions) {
    const Bytes list = entry_extensions.size() == 0 ? Bytes{} : der::sequence(entry_extensions);
    return der::sequence({der::integer(5), der::time(at(-60)), list});
  }
  /// A CRL put together by hand, so that each part can be wrong, and rightly signed.
  Bytes handmade(const Bytes& version, const Bytes& next_update, const Bytes& entry_list, const Bytes& extensions) {
    const auto algorithm = ca_.signer().algorithm();
    const Bytes tbs = der::sequence({version, algorithm_identifier(algorithm), ca_.certificate().subject_name(),
                                     der::time(at(0)), next_update, entry_list, extensions});
    return assemble_signed(tbs, algorithm, *ca_.signer().sign(tbs));
  }
  Bytes with_extensions(std::initializer_list<ByteView> extensions) {
    return handmade(der::integer(1), der::time(at(3600)), {},
                    der::element(der::constructed(0), der::sequence(extensions)));
  }
  Bytes with_entries(std::initializer_list<ByteView> entries) {
    return handmade(der::integer(1), der::time(at(3600)), der::sequence(entries),
                    der::element(der::constructed(0), der::sequence({number_extension()})));
  }

  testing::FakeClock clock_;
  TestCa ca_;
  std::vector<RevokedEntry> entries_{{{0x80}, at(-3600), 6}, {{0x01, 0x02}, at(-7200), 0}, {{0x03}, at(-60), 1}};
};

TEST_F(CrlTest, SaysWhatWasWritten) {
  const auto crl = verify_crl(good(), ca_.certificate(), clock_.now(), 7);
  ASSERT_TRUE(crl) << to_string(crl.error());
  EXPECT_EQ(crl->number(), 7u);
  EXPECT_EQ(crl->this_update(), at(0));
  EXPECT_EQ(crl->next_update(), at(24 * 3600));
  EXPECT_EQ(crl->size(), 3u);
  for (const auto& written : entries_) {
    const auto read = crl->find(written.serial);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->revoked_at, written.revoked_at);
    EXPECT_EQ(read->reason, written.reason);
  }
  EXPECT_FALSE(crl->find(Bytes{0x02}));
  EXPECT_FALSE(crl->find(Bytes{0x01, 0x03}));
}

TEST_F(CrlTest, EmptyListAndRsaAndLateTimes) {
  TestCa rsa{"RSA", crypto::KeyType::kRsa};
  const auto empty = *issue_crl(rsa.certificate(), rsa.signer(), at(0), at(60), uint64_t{1} << 63, {});
  const auto crl = verify_crl(empty, rsa.certificate(), at(0), std::nullopt);
  ASSERT_TRUE(crl) << to_string(crl.error());
  EXPECT_EQ(crl->number(), uint64_t{1} << 63);
  EXPECT_EQ(crl->size(), 0u);
  const Instant late = std::chrono::sys_days{Date{std::chrono::year{2050}, std::chrono::January, std::chrono::day{1}}};
  const auto century =
      *issue_crl(rsa.certificate(), rsa.signer(), at(0), at(60), 1, {{{1}, late - Seconds{1}, 1}, {{2}, late, 1}});
  const auto read = verify_crl(century, rsa.certificate(), at(0), std::nullopt);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->find(Bytes{1})->revoked_at, late - Seconds{1});
  EXPECT_EQ(read->find(Bytes{2})->revoked_at, late);
}

TEST_F(CrlTest, LongListsKeepTheirLengths) {
  for (const size_t count : {1u, 3u, 4u, 5u, 1500u, 2500u}) {  // around every change of a length's size
    std::vector<RevokedEntry> many;
    for (size_t i = 0; i < count; ++i) {
      many.push_back({{static_cast<uint8_t>(1 + i / 256), static_cast<uint8_t>(i)}, at(-60), 1});
    }
    const auto der = *issue_crl(ca_.certificate(), ca_.signer(), at(0), at(60), 1, many);
    const auto crl = verify_crl(der, ca_.certificate(), at(0), std::nullopt);
    ASSERT_TRUE(crl) << count << to_string(crl.error());
    EXPECT_EQ(crl->size(), count);
  }
}

TEST_F(CrlTest, WrongIssuer) {
  TestCa other{"Other"}, generation{"Root"};
  EXPECT_EQ(refusal(good(), other.certificate(), clock_.now()), "another issuer");
  EXPECT_EQ(refusal(good(), generation.certificate(), clock_.now()), "another key of the issuer");
}

TEST_F(CrlTest, NoCrlSign) {
  auto root = ca_.root_template();
  root.extensions[0] = key_usage(kKeyCertSign);
  EXPECT_EQ(refusal(good(), ca_.issue(root), clock_.now()), "issuer may not sign CRLs");
}

TEST_F(CrlTest, Signature) {
  Bytes der = good();
  der.back() ^= 1;
  EXPECT_EQ(refusal(der), "signature does not verify");
  const auto rsa = crypto::SignatureAlgorithm::kRsaPkcs1Sha256;
  const Bytes tbs =
      der::sequence({der::integer(1), algorithm_identifier(rsa), ca_.certificate().subject_name(), der::time(at(0)),
                     der::time(at(60)), der::element(der::constructed(0), der::sequence({number_extension()}))});
  const auto mixed = assemble_signed(tbs, ca_.signer().algorithm(), *ca_.signer().sign(tbs));
  EXPECT_EQ(refusal(mixed), "inner and outer signature algorithms differ");
}

TEST_F(CrlTest, Times) {
  EXPECT_EQ(refusal(good(), ca_.certificate(), at(-1)), "from the future");
  EXPECT_EQ(refusal(good(), ca_.certificate(), at(24 * 3600 - 1)), "");
  EXPECT_EQ(refusal(good(), ca_.certificate(), at(24 * 3600)), "expired");
}

TEST_F(CrlTest, NumberNeverGoesDown) {
  EXPECT_EQ(refusal(good(), 6), "");
  EXPECT_EQ(refusal(good(), 7), "");
  EXPECT_EQ(refusal(good(), 8), "older than one already seen");
}

TEST_F(CrlTest, Extensions) {
  ASSERT_EQ(refusal(with_extensions({number_extension()})), "");
  EXPECT_EQ(refusal(with_extensions({number_extension(), extension("1.2.3", false, der::null())})), "");
  EXPECT_EQ(refusal(with_extensions({number_extension(), extension("1.2.3", true, der::null())})),
            "critical extension 1.2.3 is not understood");
  EXPECT_EQ(refusal(with_extensions({number_extension(), extension("2.5.29.28", true, der::sequence({}))})),
            "critical extension 2.5.29.28 is not understood");
  EXPECT_EQ(refusal(with_extensions({number_extension(), extension(oid::kDeltaCrlIndicator, true, der::integer(6))})),
            "delta CRL");
  EXPECT_EQ(refusal(with_extensions({extension("1.2.3", false, der::null())})), "no CRL number");
  EXPECT_EQ(refusal(with_extensions({number_extension(), number_extension()})), "two CRL numbers");
  EXPECT_EQ(refusal(with_extensions({extension(oid::kCrlNumber, false, der::integer(ByteView{Bytes(9, 1)}))})),
            "CRL number over 64 bits");
  EXPECT_EQ(refusal(with_extensions({extension(oid::kCrlNumber, true, der::integer(7))})), "CRL number is critical");
  EXPECT_EQ(refusal(with_extensions({der::null()})), "extension");
}

TEST_F(CrlTest, Entries) {
  ASSERT_EQ(refusal(with_entries({entry({})})), "");
  const auto reason = [](uint8_t code) { return extension(oid::kReasonCode, false, der::enumerated(code)); };
  EXPECT_EQ(refusal(with_entries({entry({reason(10)})})), "");
  for (const int code : {7, 8, 11}) {
    EXPECT_EQ(refusal(with_entries({entry({reason(static_cast<uint8_t>(code))})})), "reason code of an entry");
  }
  EXPECT_EQ(refusal(with_entries({entry({extension("2.5.29.29", true, der::null())})})),
            "critical extension 2.5.29.29 of an entry is not understood");
  EXPECT_EQ(refusal(with_entries({entry({}), entry({})})), "a serial number is listed twice");
  EXPECT_EQ(refusal(with_entries({der::sequence({der::integer(-5), der::time(at(0))})})), "serial or CRL number");
}

TEST_F(CrlTest, Structure) {
  const Bytes extensions = der::element(der::constructed(0), der::sequence({number_extension()}));
  EXPECT_EQ(refusal(handmade(der::integer(0), der::time(at(60)), {}, extensions)), "not version 2");
  EXPECT_EQ(refusal(handmade(der::integer(1), {}, {}, extensions)), "no nextUpdate");
  EXPECT_EQ(refusal(handmade(der::integer(1), der::time(at(60)), der::sequence({}), extensions)),
            "empty revokedCertificates");
  EXPECT_NE(refusal(handmade(der::integer(1), der::time(at(60)), {}, {})), "");
  EXPECT_EQ(refusal(Bytes(kMaxCrlSize + 1)), "larger than 128 MiB");
  Bytes der = good();
  for (size_t size = 0; size < der.size(); ++size) ASSERT_NE(refusal(ByteView{der}.first(size)), "") << size;
  der.push_back(0);
  EXPECT_NE(refusal(der), "");
}

}  // namespace
}  // namespace mitome::x509
