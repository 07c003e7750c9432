// What a service must not believe: each answer of the gate with one thing changed.
#include "protocol/openid/relying_party.h"

#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "credential/jose/jwk.h"
#include "credential/jose/jws.h"
#include "protocol/http/web.h"
#include "protocol/openid/pkce.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::openid {
namespace {

constexpr std::string_view kIssuer = "http://gate.localhost";

/// A provider that says what a test wants it to say.
class LooseProvider final : public http::HttpClient {
 public:
  LooseProvider(const Clock& clock, crypto::Signer& signer) : key(signer) {
    claims = json::Value::object({{"iss", kIssuer},
                                  {"sub", "somebody"},
                                  {"aud", "portal"},
                                  {"exp", to_unix(clock.now()) + 300},
                                  {"iat", to_unix(clock.now())},
                                  {"auth_time", to_unix(clock.now())},
                                  {"acr", kAcr},
                                  {"mitome_holder", "card"}});
    for (const auto* name : {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
                             "mitome_sign_endpoint", "mitome_sign_result_endpoint"})
      metadata.set(name, std::string{kIssuer} + "/" + name);
    metadata.set("issuer", kIssuer);
    keys = json::Value::object({{"keys", json::Value::array({jose::to_jwk(signer.public_key())})}});
  }

  Result<http::Response> send(const http::Request& request) override {
    asked.push_back(request);
    if (fails) return fails();
    if (request.path() == "/.well-known/openid-configuration") return http::Response::json(metadata);
    if (request.path() == "/jwks_uri") return http::Response::json(keys);
    if (request.path() == "/userinfo_endpoint") return http::Response::json(person);
    const std::string token = id_token.empty() ? *jose::sign("JWT", as_bytes(claims.dump()), key) : id_token;
    return http::Response::json(json::Value::object({{"access_token", "at"}, {"id_token", token}}));
  }

  crypto::Signer& key;
  json::Value claims, metadata = json::Value::object(), keys, person = json::Value::object({{"sub", "somebody"}, {"name", "X"}});
  std::string id_token;
  std::function<Result<http::Response>()> fails;
  std::vector<http::Request> asked;
};

class RelyingPartyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto begun = party_.begin_login({{"name"}});
    ASSERT_TRUE(begun) << to_string(begun.error());
    url_ = begun->url;
    pending_ = begun->pending;
    provider_.claims.set("nonce", pending_.nonce);
    query_ = "code=abc&iss=http%3A%2F%2Fgate.localhost&state=" + pending_.state;
  }
  Reason finish(std::string_view query) {
    const auto login = party_.finish_login(pending_, query);
    return login ? Reason::GOOD : login.error().reason;
  }
  Reason finish() { return finish(query_); }
  Reason with_claim(std::string_view name, json::Value value) {
    const auto kept = provider_.claims;
    provider_.claims.set(name, std::move(value));
    const Reason reason = finish();
    provider_.claims = kept;
    return reason;
  }

  testing::FakeClock clock_;
  crypto::SystemRandom random_;
  std::unique_ptr<crypto::SoftwareSigner> gate_key_ = testing::test_signer(), key_ = testing::test_signer();
  LooseProvider provider_{clock_, *gate_key_};
  RelyingParty party_{{std::string{kIssuer}, "portal", "http://portal.localhost/back", "http://portal.localhost/signed"},
                      clock_, random_, *key_, provider_};
  std::string url_, query_;
  LoginPending pending_;
};

TEST_F(RelyingPartyTest, AsksForACodeWithPkce) {
  const auto query = http::parse_parameters(url_.substr(url_.find('?') + 1)).value();
  EXPECT_EQ(query.at("response_type"), "code");
  EXPECT_EQ(query.at("scope"), "openid name");
  EXPECT_EQ(query.at("redirect_uri"), "http://portal.localhost/back");
  EXPECT_EQ(query.at("code_challenge_method"), "S256");
  EXPECT_EQ(query.at("code_challenge"), code_challenge(pending_.code_verifier));
  EXPECT_EQ(base64url::decode(pending_.state)->size(), 16u);
  EXPECT_NE(party_.begin_login({})->pending.state, pending_.state);
}

TEST_F(RelyingPartyTest, InOrder) {
  const auto login = party_.finish_login(pending_, query_);
  ASSERT_TRUE(login) << to_string(login.error());
  EXPECT_EQ(login->subject, "somebody");
  EXPECT_EQ(login->claims.string_or("name", ""), "X");
  const auto form = http::parse_parameters(as_text(provider_.asked.at(1).body)).value();
  EXPECT_EQ(form.at("code_verifier"), pending_.code_verifier);
  EXPECT_EQ(jose::verify_claims(form.at("client_assertion"), key_->public_key())->string_or("aud", ""), kIssuer);
}

TEST_F(RelyingPartyTest, TheAnswerBelongsToThisBrowserAndThisGate) {
  EXPECT_EQ(finish("code=abc&iss=http%3A%2F%2Fgate.localhost&state=other"), Reason::SESSION_BINDING);
  EXPECT_EQ(finish("code=abc&iss=http%3A%2F%2Fgate.localhost"), Reason::SESSION_BINDING);
  EXPECT_EQ(finish("code=abc&state=" + pending_.state), Reason::ISSUER_MISMATCH);
  EXPECT_EQ(finish("code=abc&iss=http%3A%2F%2Fevil.localhost&state=" + pending_.state), Reason::ISSUER_MISMATCH);
  EXPECT_EQ(finish(query_ + "&code=other"), Reason::MALFORMED) << "twice";
  EXPECT_EQ(finish("iss=http%3A%2F%2Fgate.localhost&state=" + pending_.state), Reason::MALFORMED) << "no code";
  EXPECT_EQ(provider_.asked.size(), 1u) << "nothing was redeemed";
}

TEST_F(RelyingPartyTest, ErrorsCarryTheirReason) {
  const std::string tail = "&iss=http%3A%2F%2Fgate.localhost&state=" + pending_.state;
  EXPECT_EQ(finish("error=access_denied&error_description=CERT_SUSPENDED" + tail), Reason::CERT_SUSPENDED);
  EXPECT_EQ(finish("error=access_denied" + tail), Reason::CONSENT_DECLINED);
  EXPECT_EQ(finish("error=access_denied&error_description=GOOD" + tail), Reason::CONSENT_DECLINED);
  EXPECT_EQ(finish("error=server_error" + tail), Reason::LOGIN_REFUSED);
  EXPECT_EQ(finish("error=access_denied&state=other"), Reason::SESSION_BINDING) << "a stranger's error is not shown";
}

TEST_F(RelyingPartyTest, IdTokensThatAreNotForUs) {
  EXPECT_EQ(finish(), Reason::GOOD);
  EXPECT_EQ(with_claim("iss", "http://evil.localhost"), Reason::ISSUER_MISMATCH);
  EXPECT_EQ(with_claim("aud", "tax"), Reason::AUDIENCE_MISMATCH);
  EXPECT_EQ(with_claim("aud", json::Value::array({"portal", "tax"})), Reason::AUDIENCE_MISMATCH);
  EXPECT_EQ(with_claim("nonce", "another"), Reason::NONCE_MISMATCH);
  EXPECT_EQ(with_claim("nonce", nullptr), Reason::NONCE_MISMATCH);
  EXPECT_EQ(with_claim("acr", "0"), Reason::LOGIN_REFUSED);
  EXPECT_EQ(with_claim("exp", to_unix(clock_.now()) - 60), Reason::TOKEN_EXPIRED);
  EXPECT_EQ(with_claim("iat", to_unix(clock_.now()) + 61), Reason::TOKEN_NOT_YET_VALID);
  EXPECT_EQ(with_claim("iat", nullptr), Reason::MALFORMED);
  EXPECT_EQ(with_claim("sub", 1), Reason::MALFORMED);
}

TEST_F(RelyingPartyTest, IdTokensByOthers) {
  provider_.id_token = *jose::sign("JWT", as_bytes(provider_.claims.dump()), *key_);
  EXPECT_EQ(finish(), Reason::BAD_SIGNATURE) << "by a key that was not published";
  provider_.id_token = *jose::sign("JWT", as_bytes(provider_.claims.dump()), *gate_key_);
  provider_.id_token.back() = provider_.id_token.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(finish(), Reason::BAD_SIGNATURE);
  const std::string none = base64url::encode(as_bytes(R"({"alg":"none"})")) + "." +
                           base64url::encode(as_bytes(provider_.claims.dump())) + "." + std::string(86, 'A');
  provider_.id_token = none;
  EXPECT_EQ(finish(), Reason::JOSE_ALGORITHM);
  provider_.id_token = base64url::encode(as_bytes(R"({"alg":"ES256","jwk":{}})")) + none.substr(none.find('.'));
  EXPECT_EQ(finish(), Reason::JOSE_HEADER);
}

TEST_F(RelyingPartyTest, ANewKeyOfTheGateIsFound) {
  EXPECT_EQ(finish(), Reason::GOOD);
  const auto newer = testing::test_signer();
  provider_.keys = json::Value::object({{"keys", json::Value::array({jose::to_jwk(newer->public_key())})}});
  provider_.id_token = *jose::sign("JWT", as_bytes(provider_.claims.dump()), *newer);
  EXPECT_EQ(finish(), Reason::GOOD);
}

TEST_F(RelyingPartyTest, UserinfoSpeaksOfTheSamePerson) {
  provider_.person.set("sub", "somebody else");
  EXPECT_EQ(finish(), Reason::PERSON_MISMATCH);
}

// ONL-11, ONL-15.
TEST_F(RelyingPartyTest, NothingIsAskedElsewhere) {
  provider_.fails = [] { return http::Response{302, {{"Location", "http://169.254.169.254/"}}, {}, nullptr}; };
  EXPECT_EQ(finish(), Reason::SSRF_BLOCKED);
  provider_.fails = nullptr;
  for (const auto* endpoint : {"http://127.0.0.1/token", "http://gate.localhost.evil.localhost/token", "file:///etc/passwd"}) {
    LooseProvider lying{clock_, *gate_key_};
    lying.metadata.set("token_endpoint", endpoint);
    RelyingParty party{party_.config(), clock_, random_, *key_, lying};
    EXPECT_EQ(party.begin_login({}).error().reason, Reason::SSRF_BLOCKED) << endpoint;
  }
  LooseProvider other{clock_, *gate_key_};
  other.metadata.set("issuer", "http://evil.localhost");
  RelyingParty party{party_.config(), clock_, random_, *key_, other};
  EXPECT_EQ(party.begin_login({}).error().reason, Reason::ISSUER_MISMATCH);
}

TEST_F(RelyingPartyTest, ASilentGateIsUnreachable) {
  provider_.fails = []() -> Result<http::Response> { return Error{Reason::UNREACHABLE, "silence"}; };
  EXPECT_EQ(finish(), Reason::UNREACHABLE);
}

TEST_F(RelyingPartyTest, PendingSurvivesAStore) {
  EXPECT_EQ(LoginPending::parse(pending_.text())->code_verifier, pending_.code_verifier);
  EXPECT_EQ(LoginPending::parse("{}").error().reason, Reason::MALFORMED);
  EXPECT_EQ(SignPending::parse("{}").error().reason, Reason::MALFORMED);
}

// RFC 7636 appendix B.
TEST(Pkce, TheExampleOfTheStandard) {
  EXPECT_EQ(code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  crypto::SystemRandom random;
  EXPECT_TRUE(is_code_verifier(code_verifier(random)));
  EXPECT_FALSE(is_code_verifier(std::string(42, 'a')));
  EXPECT_FALSE(is_code_verifier(std::string(129, 'a')));
  EXPECT_FALSE(is_code_verifier(std::string(43, '!')));
  EXPECT_FALSE(is_code_challenge(std::string(43, '!')));
  EXPECT_FALSE(is_code_challenge("AA"));
}

}  // namespace
}  // namespace mitome::openid
