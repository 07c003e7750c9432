#include "services/counter/counter_place.h"

#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/fakes.h"
#include "testing/mdoc_world.h"
#include "testing/status_places.h"
#include "verifier/schema.h"

namespace mitome::services {
namespace {

constexpr std::string_view kListUri = "http://authority.localhost/status/lists/1";
constexpr std::string_view kBirthDate = "1980-02-17";  // of MdocWorld's holder

/// The air with one phone in it, whose holder decides when the test says so.
class OnePhone final : public Air {
 public:
  OnePhone(testing::MdocWorld& world, uint64_t index) : world_(world) {
    auto input = world.issue_input();
    input.status = mdoc::StatusReference{index, std::string{kListUri}};
    issued_ = world.issue(input);
  }
  std::vector<Showing> showing() override { return {{"1", "Phone 1", "スマホ1", session.qr()}}; }
  Result<void> send(const std::string& engagement, Bytes message, Answered answered) override {
    if (engagement != session.qr()) return Error{Reason::UNREACHABLE, "no phone here shows this code"};
    request = session.establish(message).value();
    answer = std::move(answered);
    return {};
  }
  /// The holder consents to these.
  Bytes sealed(const std::vector<mdoc::RequestedElement>& elements) {
    mdoc::PresentInput input{issued_, elements, session.transcript()};
    input.signer = world_.device.get();
    response = mdoc::encode_device_response({mdoc::present(input).value()});
    return session.send(response, true).value();
  }

  iso18013::DeviceSession session{crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)};
  Bytes request, response;
  Answered answer;

 private:
  testing::MdocWorld& world_;
  Bytes issued_;
};

mdoc::RequestedElement iso(std::string name) { return {std::string{mdoc::kMncNameSpace}, std::move(name), false}; }
mdoc::RequestedElement japan(std::string name) {
  return {std::string{mdoc::kMncJapanNameSpace}, std::move(name), false};
}

class CounterPlaceTest : public ::testing::Test {
 protected:
  CounterPlaceTest()
      : clock_(world_.now),
        lists_(world_.iaca, clock_, std::string{kListUri}),
        reader_key_(testing::test_signer()),
        store_(store::open_sqlite(":memory:", verifier::verifier_schema()).value()),
        counter_({{world_.iaca.certificate()}, {reader_certificate()}, "http://authority.localhost"}, *reader_key_, *store_,
                 clock_, random_, keys_, lists_),
        phone_(world_, 3),
        place_(counter_, phone_, clock_, random_),
        router_(routes(place_)) {}

  x509::Certificate reader_certificate() {
    auto certificate = reader_root_.end_entity("Counter 1", reader_key_->public_key());
    certificate.extensions.push_back(x509::extended_key_usage({std::string{mdoc::kEkuMdocReader}}, true));
    return reader_root_.issue(certificate);
  }
  json::Value call(const http::Request& request) {
    const auto response = router_.handle(request);
    seen_ += std::string{as_text(response.body)} + "\n";
    auto value = json::parse(as_text(response.body));
    EXPECT_TRUE(value.has_value());
    return *value;
  }
  json::Value post(std::string_view path, const json::Value& body) {
    return call(http::post_json("http://counter.localhost" + std::string{path}, body));
  }
  json::Value get(std::string_view path) { return call(http::get("http://counter.localhost" + std::string{path})); }
  json::Value read(std::string_view ask) {
    return post("/api/read", json::Value::object({{"engagement", phone_.session.qr()}, {"ask", ask}}));
  }
  json::Value take(const std::string& id) { return post("/api/reads/take", json::Value::object({{"id", id}})); }
  static std::string reason(const json::Value& value) { return value.string_or("reason", ""); }

  testing::MdocWorld world_;
  testing::FakeClock clock_;
  testing::TestCa reader_root_{"Reader root"};
  testing::ListPlace lists_;
  crypto::SystemRandom random_;
  crypto::SystemKeySource keys_;
  std::unique_ptr<crypto::SoftwareSigner> reader_key_;
  std::unique_ptr<store::Store> store_;
  verifier::Counter counter_;
  OnePhone phone_;
  CounterPlace place_;
  http::Router router_;
  std::string seen_;  ///< everything that the place ever answered
};

TEST_F(CounterPlaceTest, TheClerkScansAsksAndSeesTheAnswerOnce) {
  EXPECT_EQ(get("/api/hand").dump(), R"({"phones":[{"phone":"1","name":"Phone 1","name_ja":"スマホ1"}]})");
  const auto scanned = post("/api/hand", json::Value::object({{"phone", "1"}}));
  EXPECT_EQ(*scanned.string_at("engagement"), phone_.session.qr());
  const auto started = read("identity");
  const std::string id = *started.string_at("id");
  EXPECT_EQ(take(id).string_or("state", ""), "waiting");
  phone_.answer(phone_.sealed({japan("full_name_unicode"), iso("birth_date"), japan("portrait")}));
  const auto report = take(id);
  ASSERT_EQ(reason(report), "GOOD") << report.dump();
  EXPECT_EQ(report.string_or("ask", ""), "identity");
  const auto* elements = report.find("elements");
  ASSERT_NE(elements, nullptr);
  EXPECT_EQ(elements->find("org.iso.23220.1")->string_or("birth_date", ""), kBirthDate);
  EXPECT_NE(elements->find("org.iso.23220.1.jp")->find("portrait"), nullptr);
  EXPECT_EQ(elements->find("org.iso.23220.1.jp")->find("resident_address_unicode"), nullptr) << "not asked, not shown";
  EXPECT_EQ(report.find("evidence"), nullptr);
  EXPECT_EQ(reason(take(id)), "REPLAY");
}

// SVC-5: an age check gets one boolean; the birth date is never in request, response or log.
TEST_F(CounterPlaceTest, AnAgeCheckIsOneBoolean) {
  const std::string id = *read("age_over_20").string_at("id");
  phone_.answer(phone_.sealed({iso("age_over_20")}));
  const auto report = take(id);
  ASSERT_EQ(reason(report), "GOOD") << report.dump();
  EXPECT_EQ(report.find("elements")->dump(), R"({"org.iso.23220.1":{"age_over_20":true}})");
  for (const ByteView bytes : {ByteView{phone_.request}, ByteView{phone_.response}, as_bytes(seen_)}) {
    EXPECT_EQ(as_text(bytes).find("birth_date"), std::string_view::npos);
    EXPECT_EQ(as_text(bytes).find(kBirthDate), std::string_view::npos);
  }
}

TEST_F(CounterPlaceTest, NothingAboutDrivingIsEverAsked) {
  for (const std::string_view ask : {"driving_licence", "driving_privileges", "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"})
    EXPECT_EQ(reason(read(ask)), "NOT_A_DRIVING_LICENCE") << ask;
  const auto by_type = json::Value::object(
      {{"engagement", phone_.session.qr()}, {"ask", "identity"}, {"doctype", "org.iso.18013.5.1.mDL"}});
  EXPECT_EQ(reason(post("/api/read", by_type)), "NOT_A_DRIVING_LICENCE");
  EXPECT_TRUE(phone_.request.empty()) << "the phone hears nothing of it";
  EXPECT_EQ(get("/api/asks").dump().find("driv"), std::string::npos);
}

// SVC-8: no way but a signature by the device, in this session.
TEST_F(CounterPlaceTest, APictureOrARecordingIsNotAccepted) {
  // A screenshot is no engagement, and a photograph of somebody's code calls a phone that is not here.
  const auto picture = json::Value::object({{"engagement", "data:image/png;base64,iVBORw0KGgo="}, {"ask", "identity"}});
  EXPECT_EQ(reason(post("/api/read", picture)), "MALFORMED");
  const iso18013::DeviceSession elsewhere{crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)};
  const auto photograph = json::Value::object({{"engagement", elsewhere.qr()}, {"ask", "identity"}});
  EXPECT_EQ(reason(post("/api/read", photograph)), "UNREACHABLE");
  // What was recorded of one reading says nothing in the next: the key of the session is another.
  const std::string first = *read("age_over_20").string_at("id");
  const Bytes recorded = phone_.sealed({iso("age_over_20")});
  phone_.answer(recorded);
  ASSERT_EQ(reason(take(first)), "GOOD");
  phone_.session = iso18013::DeviceSession{crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)};
  const std::string second = *read("age_over_20").string_at("id");
  phone_.answer(recorded);
  const auto report = take(second);
  EXPECT_EQ(reason(report), "SESSION_ENCRYPTION");
  EXPECT_EQ(report.find("elements"), nullptr);
}

TEST_F(CounterPlaceTest, ARefusalNamesItsCheckAndShowsNothing) {
  lists_.fails = [] { return Error{Reason::UNREACHABLE, "no answer"}; };
  const std::string id = *read("identity").string_at("id");
  phone_.answer(phone_.sealed({japan("full_name_unicode"), iso("birth_date"), japan("portrait")}));
  const auto report = take(id);
  EXPECT_EQ(report.string_or("verdict", ""), "unavailable");
  EXPECT_EQ(reason(report), "STATUS_UNAVAILABLE");
  EXPECT_EQ(report.find("elements"), nullptr);
  EXPECT_FALSE(report.string_or("message_ja", "").empty());
  EXPECT_NE(report.find("checks")->dump().find(R"("id":"document_status")"), std::string::npos);
}

TEST_F(CounterPlaceTest, AHolderWhoDeclinesEndsIt) {
  const std::string id = *read("address").string_at("id");
  phone_.answer(iso18013::encode_session_data({}, iso18013::kSessionTermination));
  EXPECT_EQ(reason(take(id)), "SESSION_TERMINATED");
}

TEST_F(CounterPlaceTest, WhatThePhoneSaysInsteadOfAnAnswerIsPassedOn) {
  const std::string id = *read("address").string_at("id");
  phone_.answer(Error{Reason::CONSENT_DECLINED, ""});
  EXPECT_EQ(reason(take(id)), "CONSENT_DECLINED");
}

TEST_F(CounterPlaceTest, NothingIsKept) {
  const std::string shown = *read("age_over_20").string_at("id");
  phone_.answer(phone_.sealed({iso("age_over_20")}));
  clock_.advance(kShownLife + Seconds{1});
  EXPECT_EQ(reason(take(shown)), "SESSION_EXPIRED") << "an answer that nobody took";
  EXPECT_EQ(place_.forget_old(), 0U);
  EXPECT_EQ(reason(take(shown)), "NOT_FOUND");
}

TEST_F(CounterPlaceTest, AReadingCanBeCancelledAndItsAnswerIsDropped) {
  const std::string id = *read("age_over_20").string_at("id");
  const Bytes late = phone_.sealed({iso("age_over_20")});
  EXPECT_EQ(post("/api/reads/cancel", json::Value::object({{"id", id}})).dump(), "{}");
  phone_.answer(late);
  EXPECT_EQ(reason(take(id)), "NOT_FOUND");
  EXPECT_EQ(reason(post("/api/reads/cancel", json::Value::object({{"id", id}}))), "NOT_FOUND");
}

TEST_F(CounterPlaceTest, NewsOfAReadingSayNothingOfTheAnswer) {
  const std::string id = *read("age_over_20").string_at("id");
  const auto response = router_.handle(http::get("http://counter.localhost/api/reads/events?id=" + id));
  ASSERT_NE(response.events, nullptr);
  std::string heard;
  response.events->listen(0, [&](const std::string& frame) { heard += frame; });
  phone_.answer(phone_.sealed({iso("age_over_20")}));
  EXPECT_EQ(heard, "id: 1\nevent: answered\ndata: {}\n\n");
  EXPECT_EQ(reason(get("/api/reads/events?id=another")), "NOT_FOUND");
}

}  // namespace
}  // namespace mitome::services
