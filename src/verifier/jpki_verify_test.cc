#include "verifier/jpki_verify.h"

#include <gtest/gtest.h>

#include <set>

#include "testing/jpki_trial.h"
#include "verifier/jpki_checks.h"

namespace mitome::verifier {
namespace {

using testing::jpki_corpus;
using testing::JpkiTrial;

TEST(JpkiVerify, GoodLoginAndSignature) {
  for (const auto purpose : {Purpose::kUserAuthentication, Purpose::kSigning}) {
    JpkiTrial trial{purpose};
    const auto verified = verify_jpki(trial.input());
    ASSERT_TRUE(verified.report.good()) << to_string(verified.report.error());
    ASSERT_TRUE(verified.holder);
    EXPECT_EQ(verified.holder->kind(), "phone");
    EXPECT_EQ(verified.holder->serial().substr(0, 2), "4d");
    EXPECT_EQ(verified.report.checks.size(), jpki_checks().size());
    for (const auto& check : verified.report.checks) EXPECT_EQ(check.outcome, mdoc::Outcome::kPassed) << check.id;
    EXPECT_EQ(verified.holder->items().has_value(), purpose == Purpose::kSigning);
  }
}

TEST(JpkiVerify, FourItems) {
  JpkiTrial trial{Purpose::kSigning};
  const auto items = verify_jpki(trial.input()).holder->items();
  ASSERT_TRUE(items);
  EXPECT_EQ(items->name, "黒桐　幹也");
  EXPECT_EQ(items->address, "架空都架空市１－２－３");
  EXPECT_EQ(items->birth_date, "19800217");
  EXPECT_EQ(items->sex, "1");
}

TEST(JpkiVerify, CardsHaveTheirOwnPolicies) {
  JpkiTrial trial;
  trial.certificate =
      testing::jpki_template(trial.auth_ca, trial.purpose, trial.key->public_key(), testing::kTestCardAuth);
  const auto verified = verify_jpki(trial.input());
  ASSERT_TRUE(verified.holder) << to_string(verified.report.error());
  EXPECT_EQ(verified.holder->kind(), "card");
}

TEST(JpkiVerify, GenerationsOfOneName) {
  JpkiTrial trial;
  testing::TestCa older{"User authentication CA"}, newer{"User authentication CA"};
  trial.authorities.insert(trial.authorities.begin(), {older.certificate(), Purpose::kUserAuthentication, "older"});
  trial.authorities.push_back({newer.certificate(), Purpose::kUserAuthentication, "newer"});
  auto input = trial.input();
  std::string asked;
  input.status = [&](const x509::Certificate&, const JpkiAuthority& authority) -> Result<void> {
    asked = authority.ocsp_url;
    return {};
  };
  EXPECT_TRUE(verify_jpki(input).report.good());
  EXPECT_EQ(asked, "http://authority.localhost/status/ocsp") << "the responder of the generation that issued it";
}

TEST(JpkiVerify, EveryNegativeHasItsReason) {
  for (const auto& negative : jpki_corpus()) {
    JpkiTrial trial{negative.purpose};
    negative.spoil(trial);
    const auto verified = verify_jpki(trial.input());
    EXPECT_EQ(verified.report.verdict, negative.reason) << negative.name << ": " << to_string(verified.report.error());
    EXPECT_FALSE(verified.holder) << negative.name;
  }
}

TEST(JpkiVerify, TheFirstFailureEndsIt) {
  JpkiTrial trial;
  trial.certificate.not_after = trial.clock.now() - Seconds{1};
  auto input = trial.input();
  size_t asked = 0, consumed = 0;
  input.status = [&](const x509::Certificate&, const JpkiAuthority&) -> Result<void> {
    ++asked;
    return {};
  };
  input.consume = [&]() -> Result<void> {
    ++consumed;
    return {};
  };
  const auto verified = verify_jpki(input);
  bool failed = false;
  for (const auto& check : verified.report.checks) {
    if (check.outcome == mdoc::Outcome::kFailed) {
      EXPECT_EQ(check.id, "validity");
      EXPECT_EQ(check.reason, Reason::CERT_EXPIRED);
      failed = true;
    } else {
      EXPECT_EQ(check.outcome, failed ? mdoc::Outcome::kNotRun : mdoc::Outcome::kPassed) << check.id;
    }
  }
  EXPECT_TRUE(failed);
  EXPECT_EQ(asked, 0u) << "nobody is asked about what is refused anyway";
  EXPECT_EQ(consumed, 0u) << "a refused answer uses nothing up";
}

/// Decisions 23: without entry N, something in the corpus must come out otherwise.
TEST(JpkiVerify, EveryCheckIsNeeded) {
  const auto all = jpki_checks();
  for (size_t off = 0; off < all.size(); ++off) {
    std::vector<JpkiCheck> table{all.begin(), all.end()};
    table.erase(table.begin() + static_cast<std::ptrdiff_t>(off));
    size_t changed = 0;
    for (const auto& negative : jpki_corpus()) {
      JpkiTrial trial{negative.purpose};
      negative.spoil(trial);
      if (verify_jpki_by(trial.input(), table).report.verdict != negative.reason) ++changed;
    }
    EXPECT_GT(changed, 0u) << all[off].id;
  }
}

}  // namespace
}  // namespace mitome::verifier
