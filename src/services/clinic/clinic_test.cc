#include <gtest/gtest.h>

#include "services/clinic/clinic_reception.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/fakes.h"
#include "testing/gate_double.h"

namespace mitome::services {
namespace {

const Instant kBegins = japan_instant(Date{std::chrono::year{2025} / 9 / 19}, 0, 0, 0);

/// The authority's POST /insured.
class Insurer final : public http::HttpClient {
 public:
  Result<http::Response> send(const http::Request& request) override {
    if (silent) return Error{Reason::UNREACHABLE, ""};
    last = json::parse(as_text(request.body)).value();
    token = request.header("Authorization");
    return refuses ? http::Response::error(*refuses) : http::Response::json(answer);
  }
  bool silent = false;
  std::optional<Error> refuses;
  json::Value answer = json::Value::object(
      {{"person_ref", "p"}, {"insured_number", "09990001-12345678"}, {"name", "山田　花子"}, {"birth_date", "19800217"}});
  json::Value last;
  std::string token;
};

class ClinicTest : public ::testing::Test {
 protected:
  ClinicTest()
      : store_(store::open_sqlite(":memory:", clinic_schema()).value()),
        reception_({"http://clinic.localhost",
                    {{"izumi", "Izumi Slope Clinic", "いずみ坂クリニック", true}, {"hatori", "Hatori Dental", "はとり歯科", false}},
                    [this](std::string_view site, std::string_view holder) { return accepts(site, holder); },
                    "http://authority.localhost/insured",
                    "a-token",
                    true},
                   gate_, *store_, clock_, random_, insurer_),
        browser_("http://clinic.localhost", routes(reception_)),
        clerk_("http://clinic.localhost", routes(reception_)) {
    gate_.arrival.claims =
        json::Value::object({{"name", "山田　花子"}, {"birthdate", "1980-02-17"}, {"jpki_serial", "0a0b0c"}});
  }

  Result<void> accepts(std::string_view site, std::string_view holder) const {
    if (clock_.now() < kBegins) return Error{Reason::SERVICE_NOT_OPEN_YET, "2025-09-19"};
    if (site == "hatori" && holder == "phone") return Error{Reason::USE_PHYSICAL_CARD, ""};
    return {};
  }
  static std::string reason(const json::Value& answer) { return answer.string_or("reason", "GOOD"); }
  std::string arrive(const json::Value& wanted) {
    const auto answer = browser_.post("/api/login", wanted);
    if (reason(answer) != "GOOD") return reason(answer);
    const std::string place{browser_.get("/login/callback?state=state-"
        + std::to_string(++departures_)).header("Location")};
    return place.substr(std::string{"http://clinic.localhost"}.size());
  }
  static json::Value at(const char* clinic) { return json::Value::object({{"clinic", clinic}}); }
  json::Value seen_by_clerk(const char* clinic = "izumi") {
    EXPECT_EQ(reason(clerk_.post("/api/clerk/login", at(clinic))), "GOOD");
    return clerk_.read("/api/clerk/visits");
  }
  json::Value opened_by_clerk() {
    const auto list = seen_by_clerk();
    return clerk_.read("/api/clerk/visit?id=" + list.find("visits")->items().at(0).string_at("id").value());
  }
  int64_t rows(const std::string& table) {
    int64_t count = -1;
    EXPECT_TRUE(store_->read([&](store::Transaction& t) -> Result<void> {
      TRY_ASSIGN(const auto found, t.query("SELECT COUNT(*) FROM " + table));
      count = found.front().integer(0);
      return {};
    }));
    return count;
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{1};
  testing::GateDouble gate_;
  Insurer insurer_;
  std::unique_ptr<store::Store> store_;
  ClinicReception reception_;
  testing::Browser browser_, clerk_;
  int departures_ = 0;
};

TEST_F(ClinicTest, FindsTheInsuranceBySerial) {
  EXPECT_EQ(arrive(at("izumi")), "/reception");
  EXPECT_EQ(gate_.scopes, (std::vector<std::string>{"insurance", "name", "birthdate"}));
  EXPECT_EQ(insurer_.last.string_at("serial").value(), "0a0b0c");
  EXPECT_EQ(insurer_.token, "Bearer a-token");
  const auto mine = browser_.read("/api/me").find("visits")->items().at(0);
  EXPECT_TRUE(mine.bool_at("insured").value());
  const auto seen = seen_by_clerk().find("visits")->items().at(0);
  EXPECT_EQ(seen.string_at("insured_number").value(), "09990001-12345678");
  EXPECT_EQ(seen.int_at("number").value(), 1);
}

TEST_F(ClinicTest, WhoIsNotInsuredIsTakenToo) {
  insurer_.refuses = Error{Reason::NOT_FOUND, ""};
  EXPECT_EQ(arrive(json::Value::object({{"clinic", "izumi"}, {"medicines", true}})), "/reception");
  const auto opened = opened_by_clerk();
  EXPECT_FALSE(opened.bool_at("insured").value());
  EXPECT_EQ(opened.find("medicine_history"), nullptr);
}

TEST_F(ClinicTest, TheInsurersAnswerMustBeAboutThisPerson) {  // SVC-7
  insurer_.answer.set("name", "鈴木　太郎");
  EXPECT_EQ(arrive(at("izumi")), "/?refused=PERSON_MISMATCH");
  insurer_.answer.set("name", "山田　花子").set("birth_date", "19800218");
  EXPECT_EQ(arrive(at("izumi")), "/?refused=PERSON_MISMATCH");
  EXPECT_EQ(rows("visit"), 0);
  EXPECT_FALSE(browser_.cookies.contains("session"));
}

TEST_F(ClinicTest, AnInsurerThatDoesNotAnswerIsNotNo) {
  insurer_.silent = true;
  EXPECT_EQ(arrive(at("izumi")), "/?refused=UNREACHABLE");
  insurer_.silent = false;
  insurer_.refuses = Error{Reason::FORBIDDEN, ""};
  EXPECT_EQ(arrive(at("izumi")), "/?refused=FORBIDDEN");
  insurer_.refuses = std::nullopt;
  insurer_.answer = json::Value::object({{"insured_number", "1"}});
  EXPECT_EQ(arrive(at("izumi")), "/?refused=MALFORMED");
  gate_.arrival.claims = json::Value::object({{"name", "山田　花子"}});
  EXPECT_EQ(arrive(at("izumi")), "/?refused=MALFORMED");
  EXPECT_EQ(rows("visit"), 0);
}

TEST_F(ClinicTest, ClinicsDifferInWhatTheyAccept) {
  EXPECT_EQ(arrive(at("hatori")), "/?refused=USE_PHYSICAL_CARD");
  gate_.arrival.holder = "card";
  EXPECT_EQ(arrive(at("hatori")), "/reception");
  EXPECT_EQ(arrive(at("izumi")), "/reception");
  EXPECT_EQ(arrive(at("nowhere")), "NOT_FOUND");
  EXPECT_EQ(arrive(json::Value::object()), "MALFORMED");
  const auto clinics = browser_.read("/api/clinics");
  EXPECT_EQ(clinics.find("clinics")->items().at(1).string_at("why_no_phone").value(), "USE_PHYSICAL_CARD");
}

TEST_F(ClinicTest, OpensOnItsDay) {
  clock_.set(kBegins - Seconds{1});
  EXPECT_EQ(arrive(at("izumi")), "SERVICE_NOT_OPEN_YET");
  EXPECT_EQ(browser_.read("/api/clinics").find("clinics")->items().at(0).string_at("opens").value(), "2025-09-19");
  clock_.set(kBegins);
  EXPECT_EQ(arrive(at("izumi")), "/reception");
}

TEST_F(ClinicTest, TheDoctorSeesWhatWasAgreedToAndNothingElse) {
  arrive(at("izumi"));
  auto opened = opened_by_clerk();
  EXPECT_EQ(opened.find("medicine_history"), nullptr);
  EXPECT_EQ(opened.find("health_checks"), nullptr);
  arrive(json::Value::object({{"clinic", "izumi"}, {"checks", true}}));
  opened = opened_by_clerk();
  EXPECT_EQ(opened.find("medicine_history"), nullptr);
  ASSERT_NE(opened.find("health_checks"), nullptr);
  EXPECT_EQ(opened.find("health_checks")->items().size(), 5u);
  arrive(json::Value::object({{"clinic", "izumi"}, {"medicines", true}, {"checks", "yes"}}));
  opened = opened_by_clerk();
  EXPECT_NE(opened.find("medicine_history"), nullptr);
  EXPECT_EQ(opened.find("health_checks"), nullptr);  // only true is yes
  EXPECT_EQ(seen_by_clerk().find("visits")->items().size(), 1u);  // the same person, the same visit
}

TEST_F(ClinicTest, TheClerksScreenIsForClerksOfThatClinic) {
  arrive(at("izumi"));
  EXPECT_EQ(reason(browser_.read("/api/clerk/visits")), "LOGIN_REQUIRED");
  clerk_.cookies["clerk"] = browser_.cookies.at("session");
  EXPECT_EQ(reason(clerk_.read("/api/clerk/visits")), "SESSION_EXPIRED");
  const std::string id = seen_by_clerk().find("visits")->items().at(0).string_at("id").value();
  EXPECT_TRUE(seen_by_clerk("hatori").find("visits")->items().empty());
  EXPECT_EQ(clerk_.get("/api/clerk/visit?id=" + id).status, 404);
  EXPECT_EQ(reason(clerk_.post("/api/clerk/close", json::Value::object({{"id", id}}))), "NOT_FOUND");
  EXPECT_EQ(reason(clerk_.post("/api/clerk/login", at("nowhere"))), "NOT_FOUND");
  clerk_.post("/api/clerk/logout");
  EXPECT_EQ(clerk_.read("/api/clerk/me").bool_at("signed_in").value(), false);
  EXPECT_EQ(reason(clerk_.read("/api/clerk/events")), "LOGIN_REQUIRED");
}

TEST_F(ClinicTest, AButtonSignsAClerkInOnlyWhereThatIsSimulated) {
  ClinicReception real{{"http://clinic.localhost", {{"izumi", "", "", true}},
      [](auto, auto) { return Result<void>{}; }, "", "", false},
                       gate_, *store_, clock_, random_, insurer_};
  testing::Browser anybody{"http://clinic.localhost", routes(real)};
  EXPECT_EQ(reason(anybody.post("/api/clerk/login", at("izumi"))), "FORBIDDEN");
}

TEST_F(ClinicTest, TheClerkHearsOfArrivalsWithoutNames) {
  seen_by_clerk();
  const auto response = clerk_.get("/api/clerk/events");
  ASSERT_NE(response.events, nullptr);
  std::string heard;
  response.events->listen(0, [&](const std::string& frame) { heard += frame; });
  arrive(at("izumi"));
  EXPECT_NE(heard.find("event: visits"), heard.npos);
  EXPECT_EQ(heard.find("山田"), heard.npos);
}

TEST_F(ClinicTest, NothingStaysAfterTheVisit) {
  arrive(at("izumi"));
  const std::string id = seen_by_clerk().find("visits")->items().at(0).string_at("id").value();
  EXPECT_EQ(reason(clerk_.post("/api/clerk/close", json::Value::object({{"id", id}}))), "GOOD");
  EXPECT_EQ(rows("visit"), 0);
}

TEST_F(ClinicTest, ThePatientCanHaveItDeleted) {
  EXPECT_EQ(reason(browser_.post("/api/forget")), "LOGIN_REQUIRED");
  arrive(at("izumi"));
  const auto answer = browser_.post("/api/forget");
  EXPECT_EQ(answer.int_at("deleted").value(), 2);
  EXPECT_TRUE(answer.find("kept")->items().empty());
  EXPECT_EQ(rows("visit"), 0);
  EXPECT_EQ(rows("session"), 0);
}

TEST_F(ClinicTest, NothingIsKeptPastMidnight) {  // SVC-9
  arrive(at("izumi"));
  seen_by_clerk();
  clock_.set(japan_instant(Date{std::chrono::year{2026} / 6 / 2}, 0, 0, 0));
  EXPECT_TRUE(seen_by_clerk().find("visits")->items().empty());
  EXPECT_EQ(browser_.read("/api/retention").int_at("overdue").value(), 0);
  for (const char* table : {"visit", "session", "pending"}) EXPECT_EQ(rows(table), 0) << table;
}

TEST_F(ClinicTest, ADayHasAtMostFiveHundredVisits) {
  for (int64_t i = 0; i < kMaxVisits; ++i) {
    gate_.arrival.subject = "sub-" + std::to_string(i);
    EXPECT_EQ(arrive(at("izumi")), "/reception");
  }
  gate_.arrival.subject = "sub-one-more";
  EXPECT_EQ(arrive(at("izumi")), "/?refused=LIMIT_EXCEEDED");
}

}  // namespace
}  // namespace mitome::services
