#include "verifier/jpki_verifier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "codec/base64url/base64url.h"
#include "codec/cbor/reader.h"
#include "crypto/hash.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/failing_store.h"
#include "testing/jpki_trial.h"
#include "testing/status_places.h"
#include "verifier/room.h"
#include "verifier/schema.h"

namespace mitome::verifier {
namespace {

class JpkiVerifierTest : public ::testing::Test {
 protected:
  JpkiVerifierTest()
      : key_(testing::test_signer(crypto::KeyType::kRsa, 2)),
        auth_(auth_ca_.issue(testing::jpki_template(auth_ca_, Purpose::kUserAuthentication, key_->public_key(),
                                                    testing::kTestPhoneAuth))),
        sign_(sign_ca_.issue(
            testing::jpki_template(sign_ca_, Purpose::kSigning, key_->public_key(), testing::kTestCardSign))),
        ocsp_auth_(auth_ca_, clock_),
        ocsp_sign_(sign_ca_, clock_),
        inner_store_(store::open_sqlite(":memory:", verifier_schema()).value()),
        store_(*inner_store_),
        portal_(make("http://portal.localhost", ocsp_auth_)),
        signer_portal_(make("http://portal.localhost", ocsp_sign_)) {}

  JpkiVerifier make(const std::string& origin, http::HttpClient& network) {
    return {{.origin = origin,
             .ocsp_url = "http://authority.localhost/status/ocsp",
             .authentication = {{auth_ca_.certificate()},
                                std::string{testing::kTestCardAuth},
                                std::string{testing::kTestPhoneAuth}},
             .signing = {{sign_ca_.certificate()},
                         std::string{testing::kTestCardSign},
                         std::string{testing::kTestPhoneSign}}},
            store_,
            clock_,
            random_,
            network};
  }

  static json::Value call(JpkiVerifier& portal, std::string_view path, const json::Value& body) {
    const auto response =
        http::Router{routes(portal)}.handle(http::post_json("http://portal.localhost" + std::string{path}, body));
    auto value = json::parse(as_text(response.body));
    EXPECT_TRUE(value.has_value());
    value->set("http", response.status);
    return *value;
  }
  json::Value login_start() { return call(portal_, "/login/start", json::Value::object()); }
  Bytes message_of(const json::Value& start) {
    return login_message(*start.string_at("origin"), *start.base64url_at("nonce"),
                         instant_from_unix(*start.int_at("expires")));
  }
  json::Value answer(const std::string& session, const x509::Certificate& certificate, ByteView message) {
    return json::Value::object({{"session", session},
                                {"certificate", base64url::encode(certificate.der())},
                                {"signature", base64url::encode(*key_->sign(message))}});
  }
  json::Value login_answer(const json::Value& start) {
    return answer(*start.string_at("session"), auth_, message_of(start));
  }
  std::string finish(const json::Value& body) { return call(portal_, "/login/finish", body).string_or("reason", ""); }
  json::Value sign_start(std::string_view document) {
    return call(signer_portal_, "/sign/start",
                json::Value::object({{"document", base64url::encode(as_bytes(document))}, {"name", "permit.txt"}}));
  }

  testing::FakeClock clock_;
  crypto::SystemRandom random_;
  testing::TestCa auth_ca_{"User authentication CA"}, sign_ca_{"Signing CA"};
  std::unique_ptr<crypto::SoftwareSigner> key_;
  x509::Certificate auth_, sign_;
  testing::OcspPlace ocsp_auth_, ocsp_sign_;
  std::unique_ptr<store::Store> inner_store_;
  testing::FailingStore store_;
  JpkiVerifier portal_, signer_portal_;
};

TEST_F(JpkiVerifierTest, LoginMessageIsDeterministicCbor) {
  const Bytes message = login_message("http://portal.localhost", Bytes{1, 2}, instant_from_unix(1780275600));
  const auto document = cbor::Document::parse(message);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().size(), 4u);
  EXPECT_EQ(*document->root().at(0)->as_text(), "mitome-login-1");
  EXPECT_EQ(*document->root().at(1)->as_text(), "http://portal.localhost");
  EXPECT_TRUE(equal(*document->root().at(2)->as_bytes(), Bytes{1, 2}));
  EXPECT_EQ(*document->root().at(3)->as_int(), 1780275600);
}

TEST_F(JpkiVerifierTest, GoodLogin) {
  const auto start = login_start();
  EXPECT_EQ(start.base64url_at("nonce")->size(), 32u);
  EXPECT_EQ(*start.int_at("expires"), to_unix(clock_.now() + kChallengeLife));
  const auto report = call(portal_, "/login/finish", login_answer(start));
  EXPECT_EQ(report.string_or("verdict", ""), "good") << report.dump();
  EXPECT_EQ(report.string_or("serial", ""), "4d0a");
  EXPECT_EQ(report.string_or("holder", ""), "phone");
  EXPECT_EQ(ocsp_auth_.last.authority, "authority.localhost");
  EXPECT_EQ(ocsp_auth_.last.target, "/status/ocsp");
  EXPECT_EQ(ocsp_auth_.calls, 1u);
}

TEST_F(JpkiVerifierTest, GoodSignature) {
  const auto start = sign_start("a permit");
  EXPECT_EQ(start.string_or("sha256", ""), base64url::encode(crypto::sha256(as_bytes("a permit"))));
  const auto body = answer(*start.string_at("session"), sign_, as_bytes("a permit"));
  const auto report = call(signer_portal_, "/sign/finish", body);
  ASSERT_EQ(report.string_or("verdict", ""), "good") << report.dump();
  const auto* signer = report.find("signer");
  ASSERT_NE(signer, nullptr);
  EXPECT_EQ(signer->dump(),
            R"({"name":"黒桐　幹也","address":"架空都架空市１－２－３","birth_date":"19800217","sex":"1"})");
  EXPECT_EQ(report.string_or("serial", ""), "4d0a");
  EXPECT_EQ(call(signer_portal_, "/sign/finish", body).string_or("reason", ""), "REPLAY");
}

TEST_F(JpkiVerifierTest, RefusedReportsCarryNobody) {
  ocsp_auth_.revoked[auth_.serial()] = 1;
  const auto report = call(portal_, "/login/finish", login_answer(login_start()));
  EXPECT_EQ(report.string_or("reason", ""), "CERT_REVOKED");
  EXPECT_EQ(report.string_or("verdict", ""), "refused");
  EXPECT_EQ(report.find("serial"), nullptr);
  EXPECT_EQ(report.find("holder"), nullptr);
  const auto start = sign_start("a permit");
  ocsp_sign_.revoked[sign_.serial()] = 1;
  EXPECT_EQ(call(signer_portal_, "/sign/finish", answer(*start.string_at("session"), sign_, as_bytes("a permit")))
                .find("signer"),
            nullptr);
}

TEST_F(JpkiVerifierTest, StatusDecides) {
  ocsp_auth_.revoked[auth_.serial()] = ocsp::kCertificateHold;
  EXPECT_EQ(finish(login_answer(login_start())), "CERT_SUSPENDED");
  ocsp_auth_.revoked.clear();
  ocsp_auth_.unknown.insert(auth_.serial());
  EXPECT_EQ(finish(login_answer(login_start())), "CERT_STATUS_UNKNOWN");
  ocsp_auth_.unknown.clear();
  ocsp_auth_.change = [](auto& data) { data.nonce = Bytes(32, 1); };
  EXPECT_EQ(finish(login_answer(login_start())), "OCSP_NONCE");
  ocsp_auth_.change = [](auto& data) { data.responses[0].id.serial.push_back(1); };
  EXPECT_EQ(finish(login_answer(login_start())), "OCSP_MISMATCH");
  ocsp_auth_.change = [&](auto& data) {
    data.responses[0].next_update = clock_.now() - Seconds{301},
    data.responses[0].this_update = clock_.now() - Seconds{3600};
  };
  EXPECT_EQ(finish(login_answer(login_start())), "OCSP_STALE");
  ocsp_auth_.change = [&](auto& data) { data.responder = ocsp::by_key(key_->public_key()); };
  EXPECT_EQ(finish(login_answer(login_start())), "OCSP_RESPONDER");
}

// CAS-5: nobody answers, and nobody gets in; the session stays, so that the same answer may be tried again.
TEST_F(JpkiVerifierTest, FailsClosed) {
  for (const auto& [name, response] : testing::no_answers(ocsp::kResponseType, auth_.der())) {
    const auto start = login_start();
    ocsp_auth_.fails = [answer = response] { return answer; };
    const auto report = call(portal_, "/login/finish", login_answer(start));
    EXPECT_EQ(report.string_or("reason", ""), "STATUS_UNAVAILABLE") << name;
    EXPECT_EQ(report.string_or("verdict", ""), "unavailable") << name;
    ocsp_auth_.fails = nullptr;
    EXPECT_EQ(finish(login_answer(start)), "GOOD") << name;
  }
  for (const auto status :
       {ocsp::ResponseStatus::kTryLater, ocsp::ResponseStatus::kInternalError, ocsp::ResponseStatus::kUnauthorized}) {
    ocsp_auth_.fails = [status] { return http::Response::bytes(ocsp::encode_error(status), ocsp::kResponseType); };
    EXPECT_EQ(finish(login_answer(login_start())), "STATUS_UNAVAILABLE");
  }
  ocsp_auth_.fails = [] { return http::Response::bytes({}, ocsp::kResponseType, 302); };
  EXPECT_EQ(finish(login_answer(login_start())), "SSRF_BLOCKED");
}

TEST_F(JpkiVerifierTest, ASessionServesOnce) {
  const auto body = login_answer(login_start());
  EXPECT_EQ(finish(body), "GOOD");
  EXPECT_EQ(finish(body), "REPLAY");
}

// ONL-2: the same valid answer by many at once.
TEST_F(JpkiVerifierTest, ASessionServesOnceAlsoInParallel) {
  const auto body = login_answer(login_start());
  std::atomic<int> good{0}, replayed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 13; ++n) {
        const std::string reason = finish(body);
        if (reason == "GOOD") ++good;
        if (reason == "REPLAY") ++replayed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1);
  EXPECT_EQ(replayed, 8 * 13 - 1);
}

TEST_F(JpkiVerifierTest, SessionsEnd) {
  const auto body = login_answer(login_start());
  clock_.advance(kChallengeLife);
  const auto late = login_answer(login_start());
  EXPECT_EQ(finish(body), "GOOD");
  clock_.advance(kChallengeLife + Seconds{1});
  EXPECT_EQ(finish(late), "SESSION_EXPIRED");
  EXPECT_EQ(finish(body), "REPLAY") << "used is said before ended";
  clock_.advance(Seconds{3600});
  login_start();
  EXPECT_EQ(finish(late), "NOT_FOUND") << "forgotten";
}

TEST_F(JpkiVerifierTest, SessionsAreOfOneKindAndOneService) {
  const auto login = login_start();
  auto body = login_answer(login);
  EXPECT_EQ(call(portal_, "/sign/finish", body).int_at("http").value(), 404);
  body.set("session", "unknown");
  EXPECT_EQ(call(portal_, "/login/finish", body).string_or("reason", ""), "NOT_FOUND");
  JpkiVerifier kiosk = make("http://kiosk.localhost", ocsp_auth_);
  EXPECT_EQ(call(kiosk, "/login/finish", login_answer(login)).string_or("reason", ""), "AUDIENCE_MISMATCH");
  EXPECT_EQ(finish(login_answer(login)), "GOOD");
}

TEST_F(JpkiVerifierTest, SignaturesOverSomethingElse) {
  const auto first = login_start(), second = login_start();
  EXPECT_EQ(finish(answer(*first.string_at("session"), auth_, message_of(second))), "NONCE_MISMATCH");
  const Bytes relayed =
      login_message("http://evil.localhost", *first.base64url_at("nonce"), instant_from_unix(*first.int_at("expires")));
  EXPECT_EQ(finish(answer(*first.string_at("session"), auth_, relayed)), "BAD_SIGNATURE") << "made for another site";
  const Bytes longer = login_message("http://portal.localhost", *first.base64url_at("nonce"),
                                     instant_from_unix(*first.int_at("expires") + 1));
  EXPECT_EQ(finish(answer(*first.string_at("session"), auth_, longer)), "BAD_SIGNATURE");
  EXPECT_EQ(ocsp_auth_.calls, 0u);
  EXPECT_EQ(finish(login_answer(first)), "GOOD") << "a wrong answer uses nothing up";
  const auto document = sign_start("a permit");
  EXPECT_EQ(call(signer_portal_, "/sign/finish", answer(*document.string_at("session"), sign_, as_bytes("a permit!")))
                .string_or("reason", ""),
            "BAD_SIGNATURE");
}

TEST_F(JpkiVerifierTest, CertificatesOfTheOtherPurpose) {
  const auto start = login_start();
  EXPECT_EQ(finish(answer(*start.string_at("session"), sign_, message_of(start))), "CERT_PROFILE");
  const auto document = sign_start("x");
  EXPECT_EQ(call(signer_portal_, "/sign/finish", answer(*document.string_at("session"), auth_, as_bytes("x")))
                .string_or("reason", ""),
            "CERT_PROFILE");
}

TEST_F(JpkiVerifierTest, BadBodies) {
  const auto good = login_answer(login_start());
  for (const auto* member : {"session", "certificate", "signature"}) {
    auto body = json::Value::object();
    for (const auto& [name, value] : good.members()) {
      if (name != member) body.set(name, value);
    }
    EXPECT_EQ(finish(body), "MALFORMED") << member;
  }
  auto body = good;
  body.set("certificate", base64url::encode(Bytes{1, 2}));
  EXPECT_EQ(finish(body), "CERT_MALFORMED");
  const auto start = [&](json::Value request) { return call(portal_, "/sign/start", request).string_or("reason", ""); };
  EXPECT_EQ(start(json::Value::object({{"name", "x"}})), "MALFORMED");
  EXPECT_EQ(start(json::Value::object({{"document", "AA"}})), "MALFORMED");
  EXPECT_EQ(start(json::Value::object({{"document", ""}, {"name", "x"}})), "LIMIT_EXCEEDED");
  EXPECT_EQ(start(json::Value::object({{"document", "AA"}, {"name", ""}})), "LIMIT_EXCEEDED");
  EXPECT_EQ(start(json::Value::object({{"document", "AA"}, {"name", std::string(256, 'x')}})), "LIMIT_EXCEEDED");
  EXPECT_EQ(start(json::Value::object({{"document", base64url::encode(Bytes(kMaxDocument + 1))}, {"name", "x"}})),
            "LIMIT_EXCEEDED");
}

TEST_F(JpkiVerifierTest, AStoreThatFailsLetsNobodyIn) {
  const auto body = login_answer(login_start());
  store_.arm(testing::FailingStore::When::kBefore, 0);
  EXPECT_EQ(finish(body), "STORAGE_FAILED");
  EXPECT_EQ(login_start().string_or("reason", ""), "STORAGE_FAILED");
  store_.arm(testing::FailingStore::When::kNever, 0);
  EXPECT_EQ(finish(body), "GOOD");
}

TEST_F(JpkiVerifierTest, OpenSessionsHaveALimit) {
  const auto begin_and_leave = [this](int64_t number, int64_t open) {
    return inner_store_->write([&](store::Transaction& transaction) {
      return transaction.run("INSERT INTO challenge VALUES(?1, 'login', '', x'', x'', ?2, ?3)",
                             {std::to_string(number), to_unix(clock_.now()), open});
    });
  };
  for (int64_t i = 0; i < kMaxOpenSessions - 1; ++i) ASSERT_TRUE(begin_and_leave(i, 1));
  ASSERT_TRUE(begin_and_leave(kMaxOpenSessions, 0));
  EXPECT_NE(login_start().string_or("session", ""), "") << "one that was finished does not count";
  EXPECT_EQ(login_start().string_or("reason", ""), "LIMIT_EXCEEDED");
  clock_.advance(Seconds{1});
  EXPECT_NE(login_start().string_or("session", ""), "") << "those that expired do not count";
}

TEST_F(JpkiVerifierTest, AFinishedSessionMakesRoom) {
  const auto open = [this] {
    int64_t count = 0;
    CHECK(inner_store_->read([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(const auto row, transaction.query_one("SELECT COUNT(*) FROM challenge WHERE open = 1"));
      count = row->integer(0);
      return {};
    }));
    return count;
  };
  const auto body = login_answer(login_start());
  EXPECT_EQ(open(), 1);
  EXPECT_EQ(finish(body), "GOOD");
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(finish(body), "REPLAY");
}

TEST_F(JpkiVerifierTest, SoDoAllThatAreKept) {
  const auto keep = [this](int64_t kept) {
    ASSERT_TRUE(inner_store_->write([&](store::Transaction& transaction) {
      return transaction.run("UPDATE kept SET n = ?1 WHERE name = 'challenge'", {kept});
    }));
  };
  keep(kMaxKeptSessions - 1);
  EXPECT_NE(login_start().string_or("session", ""), "");
  EXPECT_EQ(login_start().string_or("reason", ""), "LIMIT_EXCEEDED");
  clock_.advance(kChallengeLife + Seconds{3601});
  EXPECT_NE(login_start().string_or("session", ""), "") << "what is forgotten makes room";
}

}  // namespace
}  // namespace mitome::verifier
