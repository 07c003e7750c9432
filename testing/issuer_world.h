// An authority in memory with its own hierarchy, and what a city, a card and a phone send to it: all in order, for a
// test to break one thing in.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "issuer/issuer.h"
#include "protocol/jpki/identifiers.h"
#include "registry/routes.h"
#include "testing/failing_store.h"
#include "testing/fakes.h"
#include "testing/pki.h"
#include "testing/registry_world.h"

namespace mitome::testing {

/// Looks at what is about to be signed, and may refuse.
class WatchedSigner final : public crypto::Signer {
 public:
  using Watch = std::function<Result<void>(ByteView message)>;
  WatchedSigner(std::unique_ptr<crypto::Signer> inner, const Watch& watch) : inner_(std::move(inner)), watch_(watch) {}
  const crypto::PublicKey& public_key() const override { return inner_->public_key(); }
  crypto::SignatureAlgorithm algorithm() const override { return inner_->algorithm(); }
  Result<Bytes> sign(ByteView message) override;

 private:
  std::unique_ptr<crypto::Signer> inner_;
  const Watch& watch_;
};

/// A physical card as the city issued it.
struct IssuedCard {
  registry::PersonFacts facts;
  std::string person, card;
  int64_t expires = 0;
  std::optional<crypto::PrivateKey> auth_key, sign_key;
  Bytes auth_cert, sign_cert;  ///< DER; sign_cert empty where there is none
  std::vector<Bytes> text;     ///< 0001 to 0005
};

/// One phone on its way through enrolment, with everything that its evidence is made of.
struct EnrolmentAttempt {
  std::string session, motion;
  Bytes nonce;
  std::optional<crypto::PrivateKey> instance, auth, sign;
  std::vector<crypto::PrivateKey> mdoc;
  Bytes auth_cert, sign_cert;
  std::array<Bytes, 4> text;
  const crypto::PrivateKey* signer = nullptr;   ///< the card's signing key
  std::map<std::string, std::string> attested;  ///< level, boot, app, token, biometrics
  std::function<void(Bytes&)> change_signature;

  Bytes keys_bytes() const;
};

class IssuerWorld {
 public:
  /// `first_key` in the pool of RSA keys: two worlds that begin at the same one have the same authorities.
  explicit IssuerWorld(size_t first_key = 0);

  FakeClock clock;
  crypto::SystemRandom random;
  PooledKeySource keys;
  std::unique_ptr<store::Store> store;
  FailingStore failing;
  registry::Registry registry;
  registry::Roles roles;
  TestCa maker{"Phone maker"};
  crypto::PrivateKey attester;
  x509::Certificate attester_certificate;
  WatchedSigner::Watch watch;  ///< of every issuing key
  issuer::Hierarchy hierarchy;
  issuer::SimulatedFaceJudge judge;
  issuer::Issuer issuer;
  http::Router router;

  /// Synthetic person n, born in 1980.
  static registry::PersonFacts facts(int n) { return RegistryWorld::facts(n); }
  /// The body of POST /city/cards.
  json::Value city_body(const registry::PersonFacts& facts, IssuedCard& card, bool signing);
  http::Response city(const json::Value& body, const std::string& token = "t-city");
  http::Response staff(const std::string& path, const json::Value& body, const std::string& token = "t-city");
  IssuedCard new_card(const registry::PersonFacts& facts, bool signing = true);
  IssuedCard new_card(int n) { return new_card(facts(n)); }

  http::Response post(const std::string& path, const json::Value& body);
  static json::Value device();
  /// /enrol/start to /enrol/face with the card's own portrait in front of the camera, and good evidence prepared.
  EnrolmentAttempt begin(const IssuedCard& card, size_t mdocs = 2);
  http::Response film(const std::string& session, const std::string& motion, ByteView nonce, ByteView portrait);
  Bytes attest(ByteView challenge, const crypto::Sha256Digest& keys,
               const std::map<std::string, std::string>& words) const;
  Bytes evidence(const EnrolmentAttempt& attempt) const;
  http::Response complete(const Bytes& evidence);
  Reason refusal(const EnrolmentAttempt& attempt);

  /// A phone that was enrolled, and what it needs to call.
  struct LivePhone {
    PhoneId id;
    EnrolmentAttempt attempt;
    int64_t version = 1;
  };
  LivePhone enrol(const IssuedCard& card);
  /// A signed POST of the phone; `key` is its idempotency key.
  http::Response call(const LivePhone& phone, const std::string& path, const Bytes& body, const std::string& key);
  /// The body of /phone/resume or /phone/refresh with fresh keys.
  Bytes renewal_body(const std::string& key, bool signing, size_t mdocs = 2, std::string_view token = jpki::kPhoneLabel);

  int64_t number(const std::string& sql);
};

Reason reason_of(const http::Response& response);
json::Value json_of(const http::Response& response);

}  // namespace mitome::testing
