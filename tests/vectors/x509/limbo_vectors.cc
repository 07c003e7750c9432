// C2SP/x509-limbo: certificates, links and CRLs made wrong on purpose. Mitome's paths have one link (an end entity and
// its root), and nobody's host name is looked up in a certificate: what needs more is listed by name with its reason,
// counted, and must stay as it is.
#include <gtest/gtest.h>

#include "codec/json/json.h"
#include "codec/pem/pem.h"
#include "credential/x509/crl.h"
#include "testing/fakes.h"
#include "tests/vectors/ledger.h"

namespace mitome::x509 {
namespace {

/// As a careful caller here puts the parts together.
Result<void> judge(const json::Value& test) {
  TRY_ASSIGN(const std::string leaf_pem, test.string_at("peer_certificate"));
  TRY_ASSIGN(const Certificate leaf, Certificate::from_pem(leaf_pem));
  Instant at = testing::FakeClock{}.now();
  if (const auto* time = test.find("validation_time"); time != nullptr && time->is_string()) {
    TRY_ASSIGN(at, instant_from_rfc3339(*time->as_string()));
  }
  std::vector<Certificate> trusted;
  for (const auto& pem : test.find("trusted_certs")->items()) {
    auto root = Certificate::from_pem(*pem.as_string());
    if (root) trusted.push_back(std::move(root).value());
  }
  TRY_ASSIGN(const Certificate issuer, find_issuer(leaf, trusted));
  TRY(check_validity(leaf, at));
  TRY(check_validity(issuer, at));
  for (const auto& pem : test.find("crls")->items()) {
    TRY_ASSIGN(const Bytes der, pem::decode_one(*pem.as_string(), "X509 CRL"));
    const auto crl = verify_crl(der, issuer, at, std::nullopt);
    // Another issuer's list says nothing about this certificate; any other fault stops us.
    if (!crl && crl.error().detail == "another issuer") continue;
    TRY(crl);
    if (crl->find(leaf.serial())) return Error{Reason::CERT_REVOKED, ""};
  }
  return {};
}

/// Where we judge otherwise than limbo, by the beginning of the name, and why.
const std::vector<std::pair<std::string_view, std::string_view>> kOtherwise = {
    {"webpki::cn::", "host names are not looked up in certificates"},
    {"webpki::san::", "host names are not looked up in certificates"},
    {"rfc5280::san::", "host names are not looked up in certificates"},
    {"rfc5280::ca-as-leaf-wrong-san", "host names are not looked up in certificates"},
    {"rfc5280::nc::", "stricter: name constraints are not processed, so whoever has them is refused"},
    {"webpki::nc::", "stricter: name constraints are not processed, so whoever has them is refused"},
    {"rfc5280::eku::ee-wrong-eku", "the purpose is the caller's profile check"},
    {"webpki::eku::", "the purpose is the caller's profile check"},
    {"webpki::ee-basicconstraints-ca", "whether a CA may be the end entity is the caller's profile check"},
    {"webpki::ca-as-leaf", "whether a CA may be the end entity is the caller's profile check"},
    {"webpki::aki::", "what a root says about its own issuer is not looked at: it is trusted by configuration"},
    {"rfc5280::aki::leaf-missing-aki", "without key identifiers the signature alone decides"},
    {"rfc5280::aki::cross-signed-root-missing-aki", "without key identifiers the signature alone decides"},
    {"rfc5280::ski::root-missing-ski", "without key identifiers the signature alone decides"},
    {"webpki::forbidden-rsa", "RSA from 2048 to 4096 bits, also of lengths that are no multiple of 8"},
    {"crl::issuer-no-keyusage-extension", "stricter: an issuer without key usage may sign nothing"},
};

std::string_view why_otherwise(std::string_view id) {
  for (const auto& [prefix, why] : kOtherwise) {
    if (id.starts_with(prefix)) return why;
  }
  return {};
}

TEST(LimboVectors, OneLink) {
  REQUIRE_VECTORS("x509-limbo", 193U);
  const std::string text = testing::read_vector("x509/limbo.json");
  const auto file = json::parse(text);
  ASSERT_TRUE(file.has_value());
  size_t judged = 0, several_links = 0, otherwise = 0;
  for (const auto& test : file->find("testcases")->items()) {
    const std::string id = *test.string_at("id");
    if (!test.find("untrusted_intermediates")->items().empty()) {
      ++several_links;
      vectors::unsupported("x509-limbo", "a path of several links");
      continue;
    }
    const auto verdict = judge(test);
    if (verdict.has_value() == (*test.string_at("expected_result") == "SUCCESS")) {
      ++judged;
      continue;
    }
    ++otherwise;
    const auto why = why_otherwise(id);
    EXPECT_FALSE(why.empty()) << id << ": " << (verdict ? "accepted" : to_string(verdict.error()));
    vectors::unsupported("x509-limbo", std::string{why});
  }
  EXPECT_EQ(judged, 70u);
  EXPECT_EQ(several_links, 70u);
  EXPECT_EQ(otherwise, 53u);
}

}  // namespace
}  // namespace mitome::x509
