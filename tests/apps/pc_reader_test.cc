// A person's computer with a card reader, against a gate that the test plays.
#include "apps/town/pc_reader.h"

#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "credential/x509/certificate.h"
#include "crypto/hash.h"
#include "testing/card_in_hand.h"
#include "verifier/jpki_verifier.h"

namespace mitome::town {
namespace {

constexpr std::string_view kGate = "http://gate.localhost";

class OneCard final : public apdu::CardReader {
 public:
  std::string name() const override { return "pc"; }
  bool present() override { return lies_there; }
  Result<std::unique_ptr<apdu::ApduChannel>> connect() override {
    if (!lies_there) return Error{Reason::CARD_SILENT, ""};
    return std::unique_ptr<apdu::ApduChannel>{std::make_unique<Way>(*card.chip)};
  }
  testing::CardInHand card;
  bool lies_there = true;

 private:
  struct Way final : apdu::ApduChannel {
    explicit Way(apdu::ApduChannel& channel) : to(channel) {}
    Result<Bytes> transmit(ByteView command) override { return to.transmit(command); }
    apdu::ApduChannel& to;
  };
};

class PlayedGate final : public http::HttpClient {
 public:
  Result<http::Response> send(const http::Request& request) override {
    targets.push_back(request.authority + request.target);
    last = *json::parse(as_text(request.body));
    if (request.path() == "/requests/open") return http::Response::json(shown);
    return http::Response::json(json::Value::object({{"verdict", "good"}}));
  }
  std::vector<std::string> targets;
  json::Value shown, last;
};

class PcReaderTest : public ::testing::Test {
 protected:
  PcReaderTest() {
    gate_.shown = json::Value::object({{"kind", "login"},
                                       {"origin", kGate},
                                       {"nonce", base64url::encode(nonce_)},
                                       {"expires", to_unix(expires_)}});
  }
  json::Value call(std::string_view path, const json::Value& body) {
    const auto response = router_.handle(http::post_json("http://town.localhost/api/reader/" + std::string{path}, body));
    return *json::parse(as_text(response.body));
  }
  json::Value open(std::string_view url = "http://gate.localhost/requests/abc") {
    return call("open", json::Value::object({{"url", url}}));
  }
  json::Value answer(std::string_view pin) { return call("answer", json::Value::object({{"id", "abc"}, {"pin", pin}})); }
  static std::string reason(const json::Value& value) { return value.string_or("reason", ""); }
  /// Whether the gate got a signature over this message.
  bool gate_got(ByteView message) {
    const auto certificate = x509::Certificate::parse(*gate_.last.base64url_at("certificate")).value();
    return certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message,
                                           *gate_.last.base64url_at("signature"));
  }

  const Bytes nonce_ = to_bytes("0123456789abcdef");
  testing::FakeClock clock_;
  const Instant expires_ = clock_.now() + Seconds{120};
  OneCard reader_;
  PlayedGate gate_;
  PcReader pc_{std::string{kGate}, reader_, gate_, clock_};
  http::Router router_{routes(pc_)};
};

TEST_F(PcReaderTest, TheCardSignsALoginForThisGateAlone) {
  EXPECT_EQ(open().string_or("kind", ""), "login");
  EXPECT_EQ(answer(testing::kTestAuthPin).string_or("verdict", ""), "good");
  EXPECT_TRUE(gate_got(verifier::login_message(kGate, nonce_, expires_)));
  EXPECT_EQ(gate_.targets, (std::vector<std::string>{"gate.localhost/requests/open?id=abc", "gate.localhost/requests/answer?id=abc"}));
  EXPECT_EQ(gate_.last.dump().find(testing::kTestAuthPin), std::string::npos) << "the PIN goes to the card and nowhere else";
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "NOT_FOUND") << "one answer";
}

TEST_F(PcReaderTest, TheCardSignsADocumentByItsPassword) {
  const auto digest = crypto::sha256(as_bytes("a document"));
  gate_.shown.set("kind", "sign").set("sha256", base64url::encode(digest));
  open();
  EXPECT_EQ(reason(answer("12")), "PIN_FORMAT");
  EXPECT_EQ(answer(testing::kTestSignPin).string_or("verdict", ""), "good");
  EXPECT_TRUE(gate_got(as_bytes("a document")));
}

TEST_F(PcReaderTest, AWrongPinLeavesTheRequestOpenUntilTheCardIsBlocked) {
  open();
  EXPECT_EQ(reason(answer("0000")), "PIN_WRONG");
  EXPECT_EQ(reason(answer("0000")), "PIN_WRONG");
  EXPECT_EQ(reason(answer("0000")), "PIN_BLOCKED");
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "PIN_BLOCKED");
  EXPECT_EQ(gate_.targets.size(), 1U) << "the gate hears of none of it";
}

TEST_F(PcReaderTest, OnlyTheGateIsAskedAndItsRequestMustBeItsOwn) {
  for (const std::string_view url : {"http://elsewhere.localhost/requests/abc", "http://gate.localhost.evil/requests/abc",
                                     "http://gate.localhost/other", "file:///etc/passwd"})
    EXPECT_EQ(reason(open(url)), "SSRF_BLOCKED") << url;
  EXPECT_EQ(reason(open("http://gate.localhost/requests/../continue")), "MALFORMED");
  EXPECT_TRUE(gate_.targets.empty());
  gate_.shown.set("origin", "http://bank.localhost");
  EXPECT_EQ(reason(open()), "AUDIENCE_MISMATCH");
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "NOT_FOUND");
}

TEST_F(PcReaderTest, NoCardNoTimeNoWish) {
  open();
  reader_.lies_there = false;
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "CARD_SILENT");
  reader_.lies_there = true;
  EXPECT_EQ(call("decline", json::Value::object({{"id", "abc"}})).string_or("verdict", ""), "good");
  EXPECT_EQ(gate_.targets.back(), "gate.localhost/requests/decline?id=abc");
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "NOT_FOUND");
  open();
  clock_.advance(Seconds{121});
  EXPECT_EQ(reason(answer(testing::kTestAuthPin)), "SESSION_EXPIRED");
}

}  // namespace
}  // namespace mitome::town
