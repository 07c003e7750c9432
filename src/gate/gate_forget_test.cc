// A holder's wish to be forgotten: one token for one service, by the holder's key alone, once.
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/jose/jws.h"
#include "testing/gate_world.h"

namespace mitome::gate {
namespace {

using testing::GateBrowser;
using testing::GateWorld;

class GateForgetTest : public ::testing::Test {
 protected:
  json::Value wish(const std::string& client, std::string_view gate = testing::kGate) {
    const Bytes nonce = world_.random.bytes(16);
    const int64_t expires = to_unix(world_.clock.now() + Seconds{60});
    const Bytes message = cbor::Writer{}.array(5).text("mitome-forget-1").text(gate).text(client).bytes(nonce).integer(expires).take();
    return json::Value::object({{"client", client},
                                {"certificate", base64url::encode(world_.auth.der())},
                                {"signature", base64url::encode(*world_.holder_key->sign(message))},
                                {"nonce", base64url::encode(nonce)},
                                {"expires", expires}});
  }
  json::Value send(const json::Value& body) {
    const auto response = world_.network.send(http::post_json(std::string{testing::kGate} + "/forget-tokens", body)).value();
    return json::parse(as_text(response.body)).value();
  }
  std::string refusal(const json::Value& body) { return send(body).string_or("reason", "none"); }

  GateWorld world_;
  openid::RelyingParty portal_ = world_.portal(), clinic_ = world_.clinic();
};

TEST_F(GateForgetTest, TheServiceLearnsItsOwnNameForTheHolderAlone) {
  GateBrowser browser{world_.network};
  const auto begun = portal_.begin_login({});
  const std::string back = world_.approve(browser, begun->url);
  const auto login = portal_.finish_login(begun->pending, testing::query_of(back));
  ASSERT_TRUE(login);
  const std::string token = send(wish("portal")).string_or("token", "");
  const auto read = portal_.read_forget_token(token);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->subject, login->subject);
  EXPECT_FALSE(read->id.empty());
  EXPECT_EQ(read->expires, world_.clock.now() + openid::kForgetTokenLife);
  const auto payload = json::parse(as_text(jose::Jws::parse(token)->payload)).value();
  EXPECT_EQ(payload.members().size(), 6U) << payload.dump();
  const auto clinics = clinic_.read_forget_token(send(wish("clinic")).string_or("token", ""));
  ASSERT_TRUE(clinics);
  EXPECT_NE(clinics->subject, read->subject);
  EXPECT_EQ(clinic_.read_forget_token(token).error().reason, Reason::AUDIENCE_MISMATCH);
}

TEST_F(GateForgetTest, ATokenOfAnotherKindIsNone) {
  const auto claims = json::Value::object({{"iss", testing::kGate}, {"aud", "portal"}, {"sub", "x"}, {"jti", "y"},
                                           {"exp", to_unix(world_.clock.now() + Seconds{60})}});
  const auto made = [&](std::string_view type, crypto::Signer& by) { return *jose::sign(type, as_bytes(claims.dump()), by); };
  EXPECT_TRUE(portal_.read_forget_token(made(openid::kForgetTokenType, *world_.gate_key)));
  EXPECT_EQ(portal_.read_forget_token(made("JWT", *world_.gate_key)).error().reason, Reason::JOSE_HEADER);
  EXPECT_EQ(portal_.read_forget_token(made(openid::kForgetTokenType, *world_.portal_key)).error().reason, Reason::BAD_SIGNATURE);
  const std::string token = send(wish("portal")).string_or("token", "");
  world_.clock.advance(openid::kForgetTokenLife + Seconds{61});
  EXPECT_EQ(portal_.read_forget_token(token).error().reason, Reason::TOKEN_EXPIRED);
}

TEST_F(GateForgetTest, OneWishOneToken) {
  const auto said = wish("portal");
  EXPECT_FALSE(send(said).string_or("token", "").empty());
  EXPECT_EQ(refusal(said), "REPLAY");
}

TEST_F(GateForgetTest, NobodyElseCanWish) {
  const auto changed = [&](std::string_view name, const json::Value& value) {
    auto said = wish("portal");
    said.set(name, value);
    return refusal(said);
  };
  EXPECT_EQ(refusal(wish("portal")), "none");
  EXPECT_EQ(changed("client", "clinic"), "BAD_SIGNATURE");
  EXPECT_EQ(changed("client", "nobody"), "NOT_FOUND");
  EXPECT_EQ(changed("nonce", base64url::encode(Bytes(16, 1))), "BAD_SIGNATURE");
  EXPECT_EQ(changed("nonce", base64url::encode(Bytes(8, 1))), "LIMIT_EXCEEDED");
  EXPECT_EQ(changed("nonce", base64url::encode(Bytes(65, 1))), "LIMIT_EXCEEDED");
  EXPECT_EQ(changed("expires", to_unix(world_.clock.now() + Seconds{61})), "BAD_SIGNATURE");
  EXPECT_EQ(changed("expires", to_unix(world_.clock.now() + Seconds{301})), "LIMIT_EXCEEDED");
  EXPECT_EQ(changed("expires", to_unix(world_.clock.now() - Seconds{1})), "SESSION_EXPIRED");
  EXPECT_EQ(changed("certificate", base64url::encode(world_.sign.der())), "CERT_PROFILE");
  EXPECT_EQ(refusal(wish("portal", "http://other.localhost")), "BAD_SIGNATURE") << "said to another gate";
}

TEST_F(GateForgetTest, AStoppedPhoneCannotWish) {
  world_.ocsp_auth.revoked[world_.auth.serial()] = ocsp::kCertificateHold;
  EXPECT_EQ(refusal(wish("portal")), "CERT_SUSPENDED");
  world_.ocsp_auth.revoked.clear();
  world_.authority_answers = false;
  EXPECT_EQ(refusal(wish("portal")), "STATUS_UNAVAILABLE");
}

}  // namespace
}  // namespace mitome::gate
