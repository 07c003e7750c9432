#include "services/tax/tax_office.h"

#include <gtest/gtest.h>

#include "credential/cms/signed_data.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/fakes.h"
#include "testing/gate_double.h"
#include "testing/pki.h"

namespace mitome::services {
namespace {

const Instant kBegins = japan_instant(Date{std::chrono::year{2026} / 2 / 16}, 0, 0, 0);
const json::Value kFields = json::Value::object(
    {{"salary", 5'000'000}, {"withheld", 130'000}, {"social_insurance", 700'000}, {"medical_paid", 150'000}});

class TaxOfficeTest : public ::testing::Test {
 protected:
  TaxOfficeTest()
      : key_(testing::test_signer(crypto::KeyType::kRsa, 1)),
        certificate_(ca_.issue(ca_.end_entity("Hanako", key_->public_key()))),
        store_(store::open_sqlite(":memory:", tax_schema()).value()),
        office_({"http://tax.localhost",
                 [this]() -> Result<void> {
                   if (clock_.now() < kBegins) return Error{Reason::SERVICE_NOT_OPEN_YET, "2026-02-16"};
                   return {};
                 },
                 [this](std::string_view) { return accepts_; }},
                gate_, *store_, clock_, random_),
        browser_("http://tax.localhost", routes(office_)) {
    gate_.arrival.claims =
        json::Value::object({{"name", "山田　花子"}, {"address", "架空市1-1"}, {"birthdate", "1980-02-17"}});
    gate_.certificate = certificate_.der();
    gate_.sign = [this](ByteView message) { return key_->sign(message).value(); };
  }

  static std::string reason(const json::Value& answer) { return answer.string_or("reason", "GOOD"); }
  std::string login() {
    const auto answer = browser_.post("/api/login");
    if (reason(answer) != "GOOD") return reason(answer);
    ++departures_;
    return std::string{back("/login/callback")};
  }
  std::string back(const std::string& path) {
    const std::string place{browser_.get(path + "?state=state-" + std::to_string(departures_)).header("Location")};
    return place.substr(std::string{"http://tax.localhost"}.size());
  }
  std::string draft(const json::Value& fields = kFields) {
    return browser_.post("/api/returns", json::Value::object({{"fields", fields}})).string_or("id", "");
  }
  void begin(const std::string& id) {
    EXPECT_EQ(reason(browser_.post("/api/returns/sign", json::Value::object({{"id", id}}))), "GOOD");
    ++departures_;
  }
  std::string file() {
    begin(draft());
    const std::string place = back("/sign/callback");
    return place.substr(place.find('=') + 1);
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{1};
  testing::GateDouble gate_;
  testing::TestCa ca_{"Signing CA"};
  std::unique_ptr<crypto::SoftwareSigner> key_;
  x509::Certificate certificate_;
  std::unique_ptr<store::Store> store_;
  Result<void> accepts_;
  TaxOffice office_;
  testing::Browser browser_;
  int departures_ = 0;
};

TEST_F(TaxOfficeTest, OpensWithTheFilingSeason) {
  clock_.set(kBegins - Seconds{1});
  EXPECT_EQ(login(), "SERVICE_NOT_OPEN_YET");
  const auto closed = browser_.read("/api/me");
  EXPECT_FALSE(closed.bool_at("open").value());
  EXPECT_EQ(closed.string_at("opens").value(), "2026-02-16");
  clock_.set(kBegins);
  EXPECT_EQ(login(), "/");
  EXPECT_TRUE(browser_.read("/api/me").bool_at("open").value());
}

TEST_F(TaxOfficeTest, RefusesWhatTheDirectoryDoesNotAllow) {
  accepts_ = Error{Reason::USE_PHYSICAL_CARD, ""};
  EXPECT_EQ(login(), "/?refused=USE_PHYSICAL_CARD");
}

TEST_F(TaxOfficeTest, ComputesOnTheServerWhileOneTypes) {
  EXPECT_EQ(reason(browser_.post("/api/calculate", json::Value::object({{"fields", kFields}}))), "LOGIN_REQUIRED");
  login();
  auto answer = browser_.post("/api/calculate", json::Value::object({{"fields", kFields}}));
  EXPECT_EQ(answer.find("result")->int_at("due").value(), -12'075);
  json::Value wrong = kFields;
  answer = browser_.post("/api/calculate", json::Value::object({{"fields", wrong.set("withheld", -1)}}));
  EXPECT_TRUE(answer.find("result")->is_null());
  EXPECT_NE(answer.find("fields")->find("withheld"), nullptr);
}

TEST_F(TaxOfficeTest, SaysBesideWhichFieldWhatIsWrong) {
  login();
  const std::pair<const char*, json::Value> cases[] = {{"salary", "much"},
                                                       {"salary", json::Value{}},
                                                       {"salary", 1'000'000'001},
                                                       {"withheld", 5'000'001},
                                                       {"social_insurance", 5'000'001},
                                                       {"life_insurance", 120'001},
                                                       {"medical_refunded", 150'001},
                                                       {"donations", 1.5},
                                                       {"dependants", 21}};
  for (const auto& [field, value] : cases) {
    json::Value fields = kFields;
    fields.set(field, value);
    const auto answer = browser_.post("/api/returns", json::Value::object({{"fields", fields}}));
    EXPECT_EQ(reason(answer), "FORM_INVALID") << field << value.dump();
    ASSERT_NE(answer.find("fields"), nullptr);
    EXPECT_NE(answer.find("fields")->find(field), nullptr) << answer.dump();
  }
  EXPECT_EQ(reason(browser_.post("/api/returns")), "MALFORMED");
  json::Value more = kFields;
  EXPECT_EQ(reason(browser_.post("/api/returns", json::Value::object({{"fields", more.set("refund_all", true)}}))),
      "MALFORMED");
}

TEST_F(TaxOfficeTest, FilesWithASignatureThatStandsAlone) {
  login();
  const std::string receipt = file();
  EXPECT_TRUE(receipt.starts_with("TX-20260601-")) << receipt;
  const auto document = browser_.get("/api/return.json?id=" + receipt);
  const auto signature = browser_.get("/api/return.p7s?id=" + receipt);
  EXPECT_EQ(document.header("Content-Disposition"), "attachment; filename=\"" + receipt + ".json\"");
  const auto verified = cms::verify(signature.body, crypto::sha256(document.body));
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->signer, certificate_);
  Bytes changed = document.body;
  changed[20] ^= 1;
  EXPECT_EQ(cms::verify(signature.body, crypto::sha256(changed)).error().reason, Reason::VALUE_DIGEST_MISMATCH);
  const auto value = json::parse(as_text(document.body)).value();
  EXPECT_EQ(canonical_json(value), as_text(document.body));
  EXPECT_EQ(value.find("taxpayer")->string_at("name").value(), "山田　花子");
  EXPECT_EQ(value.int_at("due").value(), -12'075);
  EXPECT_EQ(browser_.read("/api/return?id=" + receipt).string_at("state").value(), "filed");
}

TEST_F(TaxOfficeTest, SignedOnceAndByTheTaxpayer) {
  login();
  begin(draft());
  gate_.signed_by = "sub-taro";
  EXPECT_EQ(back("/sign/callback"), "/?refused=PERSON_MISMATCH");
  gate_.signed_by = "sub-hanako";
  gate_.signer.name = "佐藤　花子";
  EXPECT_EQ(back("/sign/callback"), "/?refused=PERSON_MISMATCH");
  gate_.signer.name = "山田　花子";
  EXPECT_EQ(back("/sign/callback").substr(0, 13), "/receipt?id=T");
  EXPECT_EQ(back("/sign/callback"), "/?refused=REPLAY");
}

TEST_F(TaxOfficeTest, ASignatureThatIsNoneIsNotFiled) {
  login();
  begin(draft());
  gate_.sign = [](ByteView) { return Bytes(256, 7); };
  EXPECT_EQ(back("/sign/callback"), "/?refused=BAD_SIGNATURE");
  EXPECT_EQ(browser_.read("/api/returns").find("returns")->items().at(0).string_at("state").value(), "draft");
}

TEST_F(TaxOfficeTest, AnOlderSignatureDoesNotFitANewerReturn) {
  login();
  const std::string id = draft();
  begin(id);
  const int first = departures_;
  const auto ordered = gate_.ordered;
  clock_.advance(Seconds{5});  // the return is made anew, with another time
  begin(id);
  departures_ = first;
  gate_.ordered = ordered;
  EXPECT_EQ(back("/sign/callback"), "/?refused=VALUE_DIGEST_MISMATCH");
}

TEST_F(TaxOfficeTest, AFiledReturnDoesNotChange) {
  login();
  const std::string receipt = file();
  EXPECT_EQ(reason(browser_.post("/api/returns/sign", json::Value::object({{"id", receipt}}))), "TRANSITION_REFUSED");
  draft();
  draft();
  EXPECT_EQ(browser_.read("/api/returns").find("returns")->items().size(), 2u);  // the filed one and the last draft
}

TEST_F(TaxOfficeTest, AChangedIdInTheUrlIsNotThere) {  // WEB-6
  login();
  const std::string mine = file();
  testing::Browser hers = browser_;
  browser_.cookies.clear();
  for (const char* path : {"/api/returns", "/api/return?id=1", "/api/return.json?id=1", "/api/return.p7s?id=1"})
    EXPECT_EQ(reason(browser_.read(path)), "LOGIN_REQUIRED") << path;
  gate_.arrival.subject = "sub-taro";
  login();
  for (const char* path : {"/api/return?id=", "/api/return.json?id=", "/api/return.p7s?id="})
    EXPECT_EQ(browser_.get(path + mine).status, 404) << path;
  EXPECT_EQ(reason(browser_.post("/api/returns/sign", json::Value::object({{"id", mine}}))), "NOT_FOUND");
  const std::string drafted = draft();
  EXPECT_EQ(browser_.get("/api/return.p7s?id=" + drafted).status, 404);  // not filed yet
}

TEST_F(TaxOfficeTest, ALoginForThePrivacyPageFilesNothing) {
  browser_.post("/api/login", json::Value::object({{"page", "/privacy"}}));
  ++departures_;
  gate_.arrival.claims = json::Value::object();
  EXPECT_EQ(back("/login/callback"), "/privacy");
  EXPECT_EQ(reason(browser_.post("/api/returns", json::Value::object({{"fields", kFields}}))), "LOGIN_REQUIRED");
}

TEST_F(TaxOfficeTest, OnePersonHasAtMostTwentyReturns) {
  login();
  for (int64_t i = 0; i < kMaxReturns; ++i) file();
  EXPECT_EQ(reason(browser_.post("/api/returns", json::Value::object({{"fields", kFields}}))), "LIMIT_EXCEEDED");
}

TEST_F(TaxOfficeTest, ForgetsDraftsAndSaysWhatItMustKeep) {
  login();
  const std::string receipt = file();
  draft();
  const auto answer = browser_.post("/api/forget");
  EXPECT_EQ(answer.int_at("deleted").value(), 2);
  EXPECT_EQ(answer.find("kept")->items().at(0).string_at("what").value(), "return " + receipt);
  EXPECT_EQ(reason(browser_.post("/api/forget")), "LOGIN_REQUIRED");
}

TEST_F(TaxOfficeTest, NothingIsKeptPastItsTime) {  // SVC-9
  login();
  file();
  draft();
  clock_.advance(kReturnDraftKept + Days{1});
  EXPECT_GT(office_.purge().value(), 0);
  login();
  EXPECT_EQ(browser_.read("/api/returns").find("returns")->items().size(), 1u);
  clock_.advance(kReturnKept);
  const auto kept = browser_.read("/api/retention");
  EXPECT_EQ(kept.int_at("overdue").value(), 0);
  for (const auto& rule : kept.find("kept")->items()) EXPECT_EQ(rule.int_at("rows").value(), 0) << rule.dump();
}

}  // namespace
}  // namespace mitome::services
