// Codes, tokens, and how services say who they are.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "codec/base64url/base64url.h"
#include "credential/jose/jwk.h"
#include "credential/jose/jws.h"
#include "protocol/openid/client_assertion.h"
#include "testing/gate_world.h"

namespace mitome::gate {
namespace {

using testing::GateBrowser;
using testing::kGate;
using testing::parameter_of;
using testing::query_of;
using testing::reason_in;

struct Answer {
  int status;
  json::Value body;
  std::string error() const { return body.string_or("error", ""); }
  std::string reason() const { return body.string_or("reason", ""); }
};

class GateTokenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto begun = portal_.begin_login({{"name"}});
    pending_ = begun->pending;
    back_ = world_.approve(browser_, begun->url);
  }
  std::string assertion(std::string_view client = "portal", std::string_view audience = kGate) {
    return *openid::client_assertion(client, audience, world_.clock.now(), world_.random, *world_.portal_key);
  }
  http::Parameters good() {
    return {{"grant_type", "authorization_code"},
            {"code", parameter_of(back_, "code")},
            {"redirect_uri", std::string{testing::kPortalBack}},
            {"code_verifier", pending_.code_verifier},
            {"client_assertion_type", std::string{openid::kAssertionType}},
            {"client_assertion", assertion()}};
  }
  http::Parameters with(std::string_view name, std::string value) {
    auto form = good();
    form.insert_or_assign(std::string{name}, std::move(value));
    return form;
  }
  Answer post(std::string_view path, std::string body, std::string_view type = "application/x-www-form-urlencoded") {
    const auto response = world_.network.send(http::post(std::string{kGate} + std::string{path}, type, to_bytes(body))).value();
    return {response.status, json::parse(as_text(response.body)).value()};
  }
  Answer token(const http::Parameters& form) { return post("/token", query_of(with_query("", form))); }
  Answer userinfo(std::string_view access_token) {
    auto request = http::get(std::string{kGate} + "/userinfo");
    request.headers.emplace_back("Authorization", "Bearer " + std::string{access_token});
    const auto response = world_.network.send(request).value();
    return {response.status, json::parse(as_text(response.body)).value()};
  }
  /// An assertion with these claims changed.
  std::string claims(std::string_view name, json::Value value) {
    auto all = json::Value::object({{"iss", "portal"},
                                    {"sub", "portal"},
                                    {"aud", kGate},
                                    {"jti", base64url::encode(world_.random.bytes(16))},
                                    {"exp", to_unix(world_.clock.now()) + 60}});
    all.set(name, std::move(value));
    return *jose::sign("JWT", as_bytes(all.dump()), *world_.portal_key);
  }

  testing::GateWorld world_;
  GateBrowser browser_{world_.network};
  openid::RelyingParty portal_ = world_.portal();
  openid::LoginPending pending_;
  std::string back_;
};

TEST_F(GateTokenTest, InOrder) {
  const auto answer = token(good());
  ASSERT_EQ(answer.status, 200) << answer.body.dump();
  EXPECT_EQ(answer.body.string_or("token_type", ""), "Bearer");
  EXPECT_EQ(answer.body.string_or("scope", ""), "openid name");
  const auto keys = json::parse(as_text(browser_.get(std::string{kGate} + "/jwks").body)).value();
  const auto parsed = jose::Jws::parse(answer.body.string_or("id_token", "")).value();
  const auto identity = jose::verify_claims(answer.body.string_or("id_token", ""), *jose::find_key(keys, parsed.key_id)).value();
  EXPECT_EQ(identity.string_or("iss", ""), kGate);
  EXPECT_EQ(identity.string_or("aud", ""), "portal");
  EXPECT_EQ(identity.string_or("nonce", ""), pending_.nonce);
  EXPECT_EQ(identity.find("amr")->dump(), R"(["hwk","user"])");
  const auto person = userinfo(answer.body.string_or("access_token", ""));
  EXPECT_EQ(person.body.string_or("sub", ""), identity.string_or("sub", ""));
  EXPECT_EQ(person.body.string_or("name", ""), "黒桐　幹也");
  EXPECT_EQ(person.body.find("address"), nullptr) << "not asked for";
}

TEST_F(GateTokenTest, CodesAreBound) {
  EXPECT_EQ(token(with("code", "unknown")).reason(), "NOT_FOUND");
  EXPECT_EQ(token(with("code_verifier", std::string(43, 'a'))).reason(), "PKCE_MISMATCH");
  EXPECT_EQ(token(with("code_verifier", "short")).reason(), "PKCE_MISMATCH");
  EXPECT_EQ(token(with("code_verifier", "")).reason(), "PKCE_MISMATCH");
  EXPECT_EQ(token(with("redirect_uri", std::string{testing::kClinicBack})).reason(), "REDIRECT_URI");
  EXPECT_EQ(token(with("redirect_uri", "")).error(), "invalid_grant");
  EXPECT_EQ(token(with("grant_type", "password")).error(), "unsupported_grant_type");
  auto stolen = good();
  stolen.insert_or_assign(
      "client_assertion", *openid::client_assertion("clinic", kGate, world_.clock.now(), world_.random, *world_.clinic_key));
  EXPECT_EQ(token(stolen).reason(), "NOT_FOUND") << "another client's code";
  EXPECT_EQ(token(good()).status, 200) << "none of it used the code up";
}

TEST_F(GateTokenTest, CodesEnd) {
  world_.clock.advance(kCodeLife + Seconds{1});
  EXPECT_EQ(token(good()).reason(), "TOKEN_EXPIRED");
}

// WEB-7: the second redemption takes the token of the first back.
TEST_F(GateTokenTest, ACodeUsedTwiceTakesItsTokenBack) {
  const std::string access = token(good()).body.string_or("access_token", "");
  EXPECT_EQ(userinfo(access).status, 200);
  const auto again = token(good());
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.error(), "invalid_grant");
  EXPECT_EQ(again.reason(), "REPLAY");
  const auto refused = userinfo(access);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.error(), "invalid_token");
}

TEST_F(GateTokenTest, OneOfManyRedemptionsGetsAToken) {
  std::atomic<int> good_ones{0}, replayed{0};
  std::vector<http::Parameters> forms;
  for (int i = 0; i < 24; ++i) forms.push_back(good());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (size_t n = i; n < forms.size(); n += 4) {
        const auto answer = token(forms[n]);
        if (answer.status == 200) ++good_ones;
        if (answer.reason() == "REPLAY") ++replayed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good_ones, 1);
  EXPECT_EQ(replayed, 23);
}

TEST_F(GateTokenTest, AccessTokensEndWithTimeAndLogout) {
  const auto login = portal_.finish_login(pending_, query_of(back_)).value();
  const std::string url = *portal_.logout_url(login, "http://portal.localhost/");
  EXPECT_EQ(reason_in(browser_.get(*portal_.logout_url(login, "http://evil.localhost/"))), "REDIRECT_URI");
  browser_.get(url);
  EXPECT_EQ(browser_.location(), "http://portal.localhost/");
  EXPECT_EQ(reason_in(browser_.get(std::string{kGate} + "/end-session?id_token_hint=x")), "MALFORMED");
}

TEST_F(GateTokenTest, LogoutTakesTokensBack) {
  const auto answer = token(good());
  const std::string access = answer.body.string_or("access_token", "");
  openid::Login login;
  login.id_token = answer.body.string_or("id_token", "");
  EXPECT_EQ(userinfo(access).status, 200);
  browser_.get(*portal_.logout_url(login, ""));
  EXPECT_EQ(userinfo(access).reason(), "TOKEN_EXPIRED");
}

TEST_F(GateTokenTest, AccessTokensEndByTime) {
  const std::string access = token(good()).body.string_or("access_token", "");
  world_.clock.advance(kTokenLife);
  EXPECT_EQ(userinfo(access).status, 200);
  world_.clock.advance(Seconds{1});
  EXPECT_EQ(userinfo(access).reason(), "TOKEN_EXPIRED");
  EXPECT_EQ(userinfo("").status, 401);
  EXPECT_EQ(browser_.get(std::string{kGate} + "/userinfo").status, 401);
}

TEST_F(GateTokenTest, UserinfoNeedsTheAuthority) {
  const std::string access = token(good()).body.string_or("access_token", "");
  world_.authority_answers = false;
  const auto answer = userinfo(access);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.reason(), "UNREACHABLE");
}

// WEB-4, and a client that is not who it says.
TEST_F(GateTokenTest, ClientAssertions) {
  const auto refused = [&](std::string proof) {
    const auto answer = token(with("client_assertion", std::move(proof)));
    if (answer.status != 200) {
      EXPECT_EQ(answer.status, 400);
      EXPECT_EQ(answer.error(), "invalid_client");
    }
    return answer.reason();
  };
  EXPECT_EQ(refused(""), "MALFORMED");
  EXPECT_EQ(refused(assertion("clinic")), "BAD_SIGNATURE") << "by another's key";
  EXPECT_EQ(refused(assertion("nobody")), "NOT_FOUND");
  EXPECT_EQ(refused(assertion("portal", "http://evil.localhost")), "AUDIENCE_MISMATCH");
  const std::string good_one = assertion();
  const auto head = [&](std::string_view header) {
    const size_t first = good_one.find('.'), last = good_one.rfind('.');
    const std::string input = base64url::encode(as_bytes(header)) + good_one.substr(first, last - first);
    return input + "." + base64url::encode(*world_.portal_key->sign(as_bytes(input)));
  };
  EXPECT_EQ(refused(head(R"({"alg":"none"})")), "JOSE_ALGORITHM");
  EXPECT_EQ(refused(head(R"({"alg":"HS256"})")), "JOSE_ALGORITHM");
  EXPECT_EQ(refused(head(R"({"alg":"ES256","jku":"http://evil.localhost/"})")), "JOSE_HEADER");
  const std::string unsigned_one = good_one.substr(0, good_one.rfind('.') + 1);
  EXPECT_EQ(refused(unsigned_one + std::string(8000, 'A')), "BAD_SIGNATURE");
  EXPECT_EQ(token(with("client_assertion", unsigned_one + std::string(21830, 'A'))).reason(), "LIMIT_EXCEEDED");
  EXPECT_EQ(refused(claims("sub", "clinic")), "ISSUER_MISMATCH");
  EXPECT_EQ(refused(claims("exp", to_unix(world_.clock.now()) - 60)), "TOKEN_EXPIRED");
  EXPECT_EQ(refused(claims("exp", to_unix(world_.clock.now()) + 3600)), "LIMIT_EXCEEDED");
  EXPECT_EQ(refused(claims("iat", to_unix(world_.clock.now()) + 3600)), "TOKEN_NOT_YET_VALID");
  EXPECT_EQ(refused(claims("jti", "")), "LIMIT_EXCEEDED");
  EXPECT_EQ(refused(claims("jti", 1)), "MALFORMED");
  EXPECT_EQ(refused(assertion("portal", std::string{kGate} + "/token")), "");
}

TEST_F(GateTokenTest, AnAssertionServesOnce) {
  const auto form = good();
  auto first = form;
  first.insert_or_assign("code", "unknown");
  EXPECT_EQ(token(first).error(), "invalid_grant");
  const auto again = token(form);
  EXPECT_EQ(again.error(), "invalid_client");
  EXPECT_EQ(again.reason(), "REPLAY");
}

// ONL-16.
TEST_F(GateTokenTest, ParametersStandOnceInOnePlace) {
  const std::string body = query_of(with_query("", good()));
  EXPECT_EQ(post("/token", body + "&code=other").error(), "invalid_request");
  EXPECT_EQ(post("/token?code=" + parameter_of(back_, "code"), body).error(), "invalid_request");
  EXPECT_EQ(post("/token", body, "application/json").error(), "invalid_request");
  EXPECT_EQ(token(with("client_id", "clinic")).error(), "invalid_client");
  EXPECT_EQ(post("/token", query_of(with_query("", with("client_id", "portal")))).status, 200);
}

class GateSignTest : public ::testing::Test {
 protected:
  openid::SignOptions options() {
    return {"申告書 2026", crypto::sha256(as_bytes("a declaration")), "to file", "提出するため"};
  }
  /// The browser's way through the gate; the address at the service.
  std::string approve(GateBrowser& browser, const std::string& url) { return world_.approve(browser, url); }
  testing::GateWorld world_;
  GateBrowser browser_{world_.network};
  openid::RelyingParty portal_ = world_.portal();
};

TEST_F(GateSignTest, InOrderAndOnce) {
  const auto begun = portal_.begin_sign(options());
  ASSERT_TRUE(begun) << to_string(begun.error());
  const std::string back = approve(browser_, begun->url);
  ASSERT_TRUE(back.starts_with(testing::kPortalSigned)) << back;
  const auto pending = openid::SignPending::parse(begun->pending.text()).value();
  const auto signature = portal_.finish_sign(pending, query_of(back), as_bytes("a declaration"));
  ASSERT_TRUE(signature) << to_string(signature.error());
  EXPECT_EQ(signature->name, "黒桐　幹也");
  EXPECT_EQ(signature->birth_date, "19800217");
  EXPECT_EQ(signature->serial, "4d0a");
  EXPECT_EQ(signature->holder, "phone");
  EXPECT_EQ(portal_.finish_sign(pending, query_of(back), as_bytes("a declaration")).error().reason, Reason::REPLAY);
  GateBrowser other{world_.network};
  const auto login = portal_.begin_login({});
  EXPECT_EQ(portal_.finish_login(login->pending, query_of(approve(other, login->url)))->subject, signature->subject);
}

TEST_F(GateSignTest, TheWalletSeesWhatIsSigned) {
  browser_.get(portal_.begin_sign(options())->url);
  const auto opened = world_.open(world_.start(browser_, "qr"));
  EXPECT_EQ(opened.string_or("kind", ""), "sign");
  EXPECT_EQ(opened.string_or("document", ""), "申告書 2026");
  EXPECT_EQ(opened.string_or("sha256", ""), base64url::encode(crypto::sha256(as_bytes("a declaration"))));
  EXPECT_EQ(opened.find("items")->items().size(), 5u);
}

TEST_F(GateSignTest, AnotherDocumentIsRefused) {
  auto other = options();
  other.sha256 = crypto::sha256(as_bytes("another declaration"));
  browser_.get(portal_.begin_sign(other)->url);
  const std::string request = world_.start(browser_, "phone");
  EXPECT_EQ(world_.answer(request, world_.open(request)).string_or("reason", ""), "BAD_SIGNATURE");
}

TEST_F(GateSignTest, TheServiceChecksItsOwnDocument) {
  const auto begun = portal_.begin_sign(options());
  const std::string back = approve(browser_, begun->url);
  EXPECT_EQ(portal_.finish_sign(begun->pending, query_of(back), as_bytes("another")).error().reason, Reason::BAD_SIGNATURE);
}

TEST_F(GateSignTest, ATransactionBelongsToItsServiceAndBrowser) {
  const auto begun = portal_.begin_sign(options());
  GateBrowser other{world_.network};
  browser_.get(begun->url);
  EXPECT_EQ(reason_in(other.get(begun->url)), "SESSION_BINDING");
  EXPECT_EQ(browser_.get(begun->url).status, 303) << "the same browser may load it again";
  const auto early = portal_.finish_sign(begun->pending,
                                         "iss=http%3A%2F%2Fgate.localhost&state=" + begun->pending.state +
                                             "&transaction=" + begun->pending.transaction,
                                         as_bytes("a declaration"));
  EXPECT_EQ(early.error().reason, Reason::NOT_FOUND) << "not signed yet";
  const std::string back = approve(browser_, begun->url);
  const auto fetch = [&](std::string_view client, crypto::Signer& key) {
    const auto body = json::Value::object(
        {{"client_assertion_type", openid::kAssertionType},
         {"client_assertion", *openid::client_assertion(client, kGate, world_.clock.now(), world_.random, key)},
         {"transaction", begun->pending.transaction}});
    return reason_in(world_.network.send(http::post_json(std::string{kGate} + "/sign-transactions/result", body)).value());
  };
  EXPECT_EQ(fetch("clinic", *world_.clinic_key), "NOT_FOUND");
  EXPECT_EQ(fetch("portal", *world_.clinic_key), "BAD_SIGNATURE");
  EXPECT_EQ(fetch("portal", *world_.portal_key), "");
  EXPECT_EQ(fetch("portal", *world_.portal_key), "REPLAY");
}

TEST_F(GateSignTest, OnlyRegisteredServicesMayAsk) {
  auto clinic = world_.clinic();
  EXPECT_EQ(clinic.begin_sign(options()).error().reason, Reason::LIMIT_EXCEEDED) << "no address to return to";
  openid::RelyingParty elsewhere{{std::string{kGate}, "portal", {}, "http://evil.localhost/"}, world_.clock, world_.random,
                                 *world_.portal_key, world_.network};
  EXPECT_EQ(elsewhere.begin_sign(options()).error().reason, Reason::REDIRECT_URI);
  auto nameless = options();
  nameless.document.clear();
  EXPECT_EQ(portal_.begin_sign(nameless).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST_F(GateSignTest, ASuspendedPhoneSignsNothing) {
  const auto begun = portal_.begin_sign(options());
  browser_.get(begun->url);
  const std::string id = parameter_of(browser_.location(), "login"), request = world_.start(browser_, "phone");
  world_.ocsp_sign.revoked[world_.sign.serial()] = ocsp::kCertificateHold;
  EXPECT_EQ(world_.answer(request, world_.open(request)).string_or("reason", ""), "CERT_SUSPENDED");
  const auto cancelled = browser_.post(std::string{kGate} + "/api/login/cancel", json::Value::object({{"id", id}}));
  const std::string back = json::parse(as_text(cancelled.body))->string_or("url", "");
  EXPECT_EQ(portal_.finish_sign(begun->pending, query_of(back), as_bytes("a declaration")).error().reason, Reason::CERT_SUSPENDED);
}

}  // namespace
}  // namespace mitome::gate
