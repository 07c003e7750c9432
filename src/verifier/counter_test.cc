#include "verifier/counter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "codec/base64url/base64url.h"
#include "protocol/iso18013/reader_auth.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/failing_store.h"
#include "testing/mdoc_world.h"
#include "testing/status_places.h"
#include "verifier/schema.h"

namespace mitome::verifier {
namespace {

constexpr std::string_view kListUri = "http://authority.localhost/status/lists/1";

/// A phone in somebody's hand: it answers whatever it is told to.
class Holder {
 public:
  Holder(testing::MdocWorld& world, std::string uri, uint64_t index) : world_(world) {
    auto input = world.issue_input();
    input.status = mdoc::StatusReference{index, std::move(uri)};
    issued_ = world.issue(input);
  }
  std::string engagement() const { return session_.qr(); }
  /// The request that came, and an answer of these elements by signature or MAC.
  Bytes establish(ByteView message) { return session_.establish(message).value(); }
  Bytes answer(const std::vector<mdoc::RequestedElement>& elements, bool mac = false) {
    mdoc::PresentInput input{issued_, elements, session_.transcript()};
    std::optional<crypto::SecretBytes> mac_key;
    if (mac) {
      mac_key = mdoc::derive_emac_key(world_.device->key(), session_.e_reader_key(), session_.transcript()).value();
      input.mac_key = &*mac_key;
    } else {
      input.signer = world_.device.get();
    }
    response_ = mdoc::encode_device_response({mdoc::present(input).value()});
    return session_.send(response_, true).value();
  }
  const Bytes& transcript() const { return session_.transcript(); }
  const Bytes& response() const { return response_; }

 private:
  testing::MdocWorld& world_;
  Bytes issued_, response_;
  iso18013::DeviceSession session_{crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)};
};

mdoc::RequestedElement iso(std::string name) { return {std::string{mdoc::kMncNameSpace}, std::move(name), false}; }
mdoc::RequestedElement japan(std::string name) {
  return {std::string{mdoc::kMncJapanNameSpace}, std::move(name), false};
}

class CounterTest : public ::testing::Test {
 protected:
  CounterTest()
      : clock_(world_.now),
        lists_(world_.iaca, clock_, std::string{kListUri}),
        reader_key_(testing::test_signer()),
        inner_store_(store::open_sqlite(":memory:", verifier_schema()).value()),
        store_(*inner_store_),
        counter_({{world_.iaca.certificate()}, {reader_certificate()}, "http://authority.localhost"}, *reader_key_,
                 store_, clock_, random_, keys_, lists_),
        router_(routes(counter_)) {}

  x509::Certificate reader_certificate() {
    auto certificate = reader_root_.end_entity("Counter 1", reader_key_->public_key());
    certificate.extensions.push_back(x509::extended_key_usage({std::string{mdoc::kEkuMdocReader}}, true));
    return reader_root_.issue(certificate);
  }
  json::Value call(std::string_view path, const json::Value& body) {
    const auto response = router_.handle(http::post_json("http://counter.localhost" + std::string{path}, body));
    auto value = json::parse(as_text(response.body));
    EXPECT_TRUE(value.has_value());
    value->set("http", response.status);
    return *value;
  }
  json::Value start(const Holder& holder, std::string_view ask = "age_over_20") {
    return call("/read/start", json::Value::object({{"engagement", holder.engagement()}, {"ask", ask}}));
  }
  json::Value finish(const std::string& session, ByteView message) {
    return call("/read/finish", json::Value::object({{"session", session}, {"message", base64url::encode(message)}}));
  }
  /// The whole reading with these elements as the answer.
  json::Value read(Holder& holder, std::string_view ask, const std::vector<mdoc::RequestedElement>& elements,
                   bool mac = false) {
    const auto started = start(holder, ask);
    request_ = holder.establish(*started.base64url_at("message"));
    return finish(*started.string_at("session"), holder.answer(elements, mac));
  }
  json::Value age(Holder& holder) { return read(holder, "age_over_20", {iso("age_over_20")}); }
  std::string reason(const json::Value& report) { return report.string_or("reason", ""); }

  testing::MdocWorld world_;
  testing::FakeClock clock_;
  testing::TestCa reader_root_{"Reader root"};
  testing::ListPlace lists_;
  crypto::SystemRandom random_;
  crypto::SystemKeySource keys_;
  std::unique_ptr<crypto::SoftwareSigner> reader_key_;
  std::unique_ptr<store::Store> inner_store_;
  testing::FailingStore store_;
  Counter counter_;
  http::Router router_;
  Bytes request_;
};

TEST_F(CounterTest, SeesExactlyWhatWasAsked) {
  Holder holder{world_, std::string{kListUri}, 3};
  const auto report = age(holder);
  ASSERT_EQ(reason(report), "GOOD") << report.dump();
  EXPECT_EQ(report.find("elements")->dump(), R"({"org.iso.23220.1":{"age_over_20":true}})");
  const auto* evidence = report.find("evidence");
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(*evidence->base64url_at("session_transcript"), holder.transcript());
  EXPECT_EQ(*evidence->base64url_at("device_request"), request_);
  EXPECT_EQ(*evidence->base64url_at("device_response"), holder.response());
  EXPECT_EQ(evidence->find("reader_key"), nullptr);
  EXPECT_EQ(lists_.last.method, "GET");
  EXPECT_EQ(lists_.last.authority + lists_.last.target, "authority.localhost/status/lists/1")
      << "no index in the address (CAS-13)";
}

TEST_F(CounterTest, TheOtherPresets) {
  Holder first{world_, std::string{kListUri}, 3}, second{world_, std::string{kListUri}, 4};
  const auto identity = read(first, "identity", {japan("full_name_unicode"), iso("birth_date"), japan("portrait")});
  ASSERT_EQ(reason(identity), "GOOD") << identity.dump();
  EXPECT_EQ(identity.find("elements")->find("org.iso.23220.1.jp")->string_or("full_name_unicode", ""),
            testing::MdocWorld::kName);
  EXPECT_NE(identity.find("elements")->find("org.iso.23220.1.jp")->find("portrait"), nullptr);
  EXPECT_EQ(identity.find("elements")->find("org.iso.23220.1")->string_or("birth_date", ""), "1980-02-17");
  const auto address = read(second, "address", {japan("full_name_unicode"), japan("resident_address_unicode")});
  ASSERT_EQ(reason(address), "GOOD") << address.dump();
  EXPECT_EQ(items_for("my_number").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(start(first, "individual_number_unicode").int_at("http").value(), 404);
}

TEST_F(CounterTest, AsksAsItself) {
  for (const auto* ask : {"age_over_20", "identity", "address"}) {
    Holder holder{world_, std::string{kListUri}, 3};
    const Bytes request = holder.establish(*start(holder, ask).base64url_at("message"));
    const auto parsed = mdoc::DeviceRequest::parse(request);
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->doc_requests.size(), 1u);
    const std::vector<x509::Certificate> roots{reader_root_.certificate()};
    const auto reader = iso18013::verify_reader_auth(parsed->doc_requests[0], holder.transcript(),
                                                     {.anchors = roots, .now = clock_.now(), .status = {}});
    ASSERT_TRUE(reader) << to_string(reader.error());
    EXPECT_EQ(reader->name(), "Counter 1");
    const auto& items = parsed->doc_requests[0].items_request;
    EXPECT_EQ(items.doctype, mdoc::kMncDocType);
    EXPECT_EQ(items.elements, items_for(ask)->elements);
    for (const auto& element : items.elements) EXPECT_FALSE(element.intent_to_retain);
  }
}

TEST_F(CounterTest, ByMacTheKeyIsPartOfTheEvidence) {
  Holder holder{world_, std::string{kListUri}, 3};
  const auto report = read(holder, "age_over_20", {iso("age_over_20")}, true);
  ASSERT_EQ(reason(report), "GOOD") << report.dump();
  const auto key = crypto::PrivateKey::from_pkcs8(*report.find("evidence")->base64url_at("reader_key"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type(), crypto::KeyType::kP256);
}

// ONL-12, PRX-19 from the reader's side.
TEST_F(CounterTest, AnotherAnswerThanWasAsked) {
  for (const auto& elements :
       std::vector<std::vector<mdoc::RequestedElement>>{{iso("birth_date")},
                                                        {iso("age_over_20"), iso("birth_date")},
                                                        {iso("age_over_20"), japan("individual_number_unicode")}}) {
    Holder holder{world_, std::string{kListUri}, 3};
    const auto report = read(holder, "age_over_20", elements);
    EXPECT_EQ(reason(report), "QUERY_NOT_SATISFIED");
    EXPECT_EQ(report.find("elements"), nullptr);
  }
  Holder fewer{world_, std::string{kListUri}, 3};
  EXPECT_EQ(reason(read(fewer, "identity", {japan("full_name_unicode"), iso("birth_date")})), "QUERY_NOT_SATISFIED");
}

// ONL-14
TEST_F(CounterTest, StatusDecides) {
  const auto judged = [&](uint64_t index = 3) {
    Holder holder{world_, std::string{kListUri}, index};
    const auto report = age(holder);
    EXPECT_EQ(report.find("elements") != nullptr, reason(report) == "GOOD");
    return reason(report);
  };
  lists_.list.set(5, statuslist::kInvalid);
  EXPECT_EQ(judged(3), "GOOD");
  EXPECT_EQ(judged(5), "DOCUMENT_WITHDRAWN");
  EXPECT_EQ(judged(64), "STATUS_LIST_INDEX");
  const auto good = lists_.input;
  lists_.input.expires_at = clock_.now() - Seconds{301};
  EXPECT_EQ(judged(), "STATUS_LIST_EXPIRED");
  lists_.input = good;
  lists_.input.uri += "0";
  EXPECT_EQ(judged(), "STATUS_LIST_SUBJECT");
  lists_.input = good;
  testing::TestCa stranger{"IACA"};
  lists_.chain = {stranger.issue(stranger.end_entity("List signer", lists_.signer_key()))};
  EXPECT_EQ(judged(), "STATUS_LIST_SIGNER");
}

TEST_F(CounterTest, FailsClosed) {
  for (const auto& [name, response] : testing::no_answers(statuslist::kMediaType, world_.transcript)) {
    lists_.fails = [answer = response] { return answer; };
    Holder holder{world_, std::string{kListUri}, 3};
    const auto report = age(holder);
    EXPECT_EQ(reason(report), name == "half a body" ? "STATUS_LIST_INVALID" : "STATUS_UNAVAILABLE") << name;
    EXPECT_EQ(report.string_or("verdict", ""), "unavailable") << name;
  }
}

// ONL-15
TEST_F(CounterTest, ADocumentDoesNotSayWhomToCall) {
  for (const auto* uri : {"http://127.0.0.1/status/lists/1", "http://169.254.169.254/", "file:///etc/passwd",
                          "http://authority.localhost.evil/1", "http://authority.localhost@127.0.0.1/1"}) {
    Holder holder{world_, uri, 3};
    EXPECT_EQ(reason(age(holder)), "SSRF_BLOCKED") << uri;
  }
  EXPECT_EQ(lists_.calls, 0u);
  lists_.fails = [] { return http::Response::bytes({1}, statuslist::kMediaType, 302); };
  Holder holder{world_, std::string{kListUri}, 3};
  EXPECT_EQ(reason(age(holder)), "SSRF_BLOCKED");
  EXPECT_EQ(lists_.calls, 1u);
}

TEST_F(CounterTest, UntrustedIssuer) {
  testing::MdocWorld stranger;
  Holder holder{stranger, std::string{kListUri}, 3};
  EXPECT_EQ(reason(age(holder)), "UNTRUSTED_ISSUER");
  EXPECT_EQ(lists_.calls, 0u);
}

// PRX-2: what was recorded in one session is nothing in another.
TEST_F(CounterTest, ReplaysAreRefused) {
  Holder holder{world_, std::string{kListUri}, 3};
  const auto first = start(holder), second = start(holder);
  holder.establish(*first.base64url_at("message"));
  const Bytes recorded = holder.answer({iso("age_over_20")});
  const auto other = finish(*second.string_at("session"), recorded);
  EXPECT_EQ(reason(other), "SESSION_ENCRYPTION");
  EXPECT_EQ(other.find("elements"), nullptr);
  EXPECT_EQ(other.find("evidence"), nullptr);
  EXPECT_EQ(reason(finish(*first.string_at("session"), recorded)), "GOOD");
  EXPECT_EQ(reason(finish(*first.string_at("session"), recorded)), "REPLAY");
  EXPECT_EQ(reason(finish(*second.string_at("session"), recorded)), "REPLAY") << "one try";
}

TEST_F(CounterTest, OneOfManyAtOnce) {
  Holder holder{world_, std::string{kListUri}, 3};
  const auto started = start(holder);
  holder.establish(*started.base64url_at("message"));
  const Bytes message = holder.answer({iso("age_over_20")});
  std::atomic<int> good{0}, replayed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 13; ++n) {
        const std::string got = reason(finish(*started.string_at("session"), message));
        if (got == "GOOD") ++good;
        if (got == "REPLAY") ++replayed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1);
  EXPECT_EQ(replayed, 8 * 13 - 1);
}

// A restarted counter knows no session; a store that remembers one refuses it whoever holds it.
TEST_F(CounterTest, SingleUseIsInTheStore) {
  Holder first{world_, std::string{kListUri}, 3};
  const auto started = start(first);
  first.establish(*started.base64url_at("message"));
  const std::string session = *started.string_at("session");
  ASSERT_TRUE(inner_store_->write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.insert_if_absent("read", as_bytes(session), to_unix(clock_.now()) + 1000));
    return {};
  }));
  EXPECT_EQ(reason(finish(session, first.answer({iso("age_over_20")}))), "REPLAY");
  Holder second{world_, std::string{kListUri}, 3};
  store_.arm(testing::FailingStore::When::kBefore, 0);
  EXPECT_EQ(reason(age(second)), "STORAGE_FAILED");
}

TEST_F(CounterTest, SessionsEnd) {
  Holder on_time{world_, std::string{kListUri}, 3}, late{world_, std::string{kListUri}, 3};
  const auto first = start(on_time), second = start(late);
  on_time.establish(*first.base64url_at("message"));
  late.establish(*second.base64url_at("message"));
  clock_.advance(kReadLife);
  EXPECT_EQ(reason(finish(*first.string_at("session"), on_time.answer({iso("age_over_20")}))), "GOOD");
  clock_.advance(Seconds{1});
  EXPECT_EQ(reason(finish(*second.string_at("session"), late.answer({iso("age_over_20")}))), "SESSION_EXPIRED");
  clock_.advance(kReadLife + Seconds{1});
  start(late);
  EXPECT_EQ(reason(finish(*first.string_at("session"), Bytes{1})), "NOT_FOUND") << "forgotten";
  EXPECT_EQ(reason(finish("unknown", Bytes{1})), "NOT_FOUND");
}

TEST_F(CounterTest, OpenSessionsHaveALimit) {
  Holder holder{world_, std::string{kListUri}, 3};
  for (size_t i = 0; i < kMaxOpenReads; ++i) ASSERT_NE(start(holder).find("session"), nullptr);
  EXPECT_EQ(reason(start(holder)), "LIMIT_EXCEEDED");
}

TEST_F(CounterTest, ThePhoneMayEndIt) {
  Holder holder{world_, std::string{kListUri}, 3};
  const auto started = start(holder);
  const Bytes end = iso18013::encode_session_data(std::nullopt, iso18013::kSessionTermination);
  EXPECT_EQ(reason(finish(*started.string_at("session"), end)), "SESSION_TERMINATED");
}

TEST_F(CounterTest, BadInput) {
  Holder holder{world_, std::string{kListUri}, 3};
  EXPECT_EQ(reason(call("/read/start", json::Value::object({{"ask", "identity"}}))), "MALFORMED");
  EXPECT_EQ(reason(call("/read/start", json::Value::object({{"engagement", holder.engagement()}}))), "MALFORMED");
  EXPECT_EQ(reason(call("/read/start", json::Value::object({{"engagement", "mdoc:AAAA"}, {"ask", "identity"}}))),
            "MALFORMED");
  EXPECT_EQ(reason(call("/read/finish", json::Value::object({{"session", "x"}}))), "MALFORMED");
  const auto started = start(holder);
  EXPECT_EQ(reason(finish(*started.string_at("session"), Bytes{1, 2, 3})), "MALFORMED");
}

}  // namespace
}  // namespace mitome::verifier
