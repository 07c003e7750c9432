#include "testing/issuer_world.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "issuer/device_rules.h"
#include "protocol/http/phone_auth.h"
#include "store/sqlite/sqlite_store.h"

namespace mitome::testing {
namespace {

constexpr std::string_view kAuthority = "http://authority.localhost";

/// Signs with a key that somebody else keeps.
class BorrowedSigner final : public crypto::Signer {
 public:
  explicit BorrowedSigner(const crypto::PrivateKey& key) : key_(key) {}
  const crypto::PublicKey& public_key() const override { return key_.public_key(); }
  crypto::SignatureAlgorithm algorithm() const override { return crypto::SignatureAlgorithm::kEcdsaSha256; }
  Result<Bytes> sign(ByteView message) override { return key_.sign(algorithm(), message); }

 private:
  const crypto::PrivateKey& key_;
};

issuer::Hierarchy watched_hierarchy(crypto::KeySource& keys, crypto::Random& random, Instant now,
                                    const WatchedSigner::Watch& watch) {
  issuer::Hierarchy made = issuer::Hierarchy::create(keys, random, now).value();
  for (issuer::Authority* authority : {&made.auth_ca, &made.sign_ca, &made.document_signer})
    authority->signer = std::make_unique<WatchedSigner>(std::move(authority->signer), watch);
  return made;
}

registry::Roles one_city() {
  return registry::Roles{{{crypto::sha256(as_bytes("t-city")), "city", "窓口"},
                          {crypto::sha256(as_bytes("t-hotline")), "hotline", "応答"},
                          {crypto::sha256(as_bytes("t-findmy")), "findmy", "finder"},
                          {crypto::sha256(as_bytes("t-operator")), "operator", "運用"},
                          {crypto::sha256(as_bytes("t-kiosk")), "kiosk", "kiosk-1"}}};
}

std::vector<http::Route> all_routes(registry::Registry& registry, const registry::Roles& roles,
                                    issuer::Issuer& issuer) {
  std::vector<http::Route> routes = registry::routes(registry, roles);
  for (http::Route& route : issuer::routes(issuer)) routes.push_back(std::move(route));
  return routes;
}

/// What a good phone with this card application attests.
std::map<std::string, std::string> words_of(std::string_view token) {
  return {{"level", "secure-element"}, {"boot", "verified"}, {"app", "mitome"}, {"token", std::string{token}}, {"biometrics", "face"}};
}

x509::Certificate attestation_certificate(TestCa& maker, const crypto::PrivateKey& key) {
  return maker.issue(maker.end_entity("Phone", key.public_key()));
}

}  // namespace

Result<Bytes> WatchedSigner::sign(ByteView message) {
  if (watch_) TRY(watch_(message));
  return inner_->sign(message);
}

Reason reason_of(const http::Response& response) {
  return response.ok() ? Reason::GOOD : http::error_of(response).reason;
}
json::Value json_of(const http::Response& response) { return json::parse(as_text(response.body)).value(); }

IssuerWorld::IssuerWorld(size_t first_key)
    : keys(first_key),
      store(store::open_sqlite(":memory:", registry::registry_schema()).value()),
      failing(*store),
      registry(failing, clock, random, test_registry_keys()),
      roles(one_city()),
      attester(keys.generate(crypto::KeyType::kP256)),
      attester_certificate(attestation_certificate(maker, attester)),
      hierarchy(watched_hierarchy(keys, random, clock.now(), watch)),
      issuer(registry, roles, hierarchy, judge, clock, random, {std::string{kAuthority}, {maker.certificate()}}),
      router(all_routes(registry, roles, issuer)) {}

json::Value IssuerWorld::city_body(const registry::PersonFacts& facts, IssuedCard& card, bool signing) {
  card.facts = facts;
  card.auth_key = keys.generate(crypto::KeyType::kRsa);
  card.sign_key = keys.generate(crypto::KeyType::kRsa);
  json::Value body =
      json::Value::object({{"person", json::Value::object({{"name", facts.name},
                                                           {"kana", facts.kana},
                                                           {"address", facts.address},
                                                           {"birth_date", to_compact_date(facts.birth_date)},
                                                           {"sex", facts.sex},
                                                           {"my_number", facts.my_number},
                                                           {"portrait", base64url::encode(facts.portrait)}})},
                           {"auth_spki", base64url::encode(card.auth_key->public_key().spki())}});
  if (signing) body.set("sign_spki", base64url::encode(card.sign_key->public_key().spki()));
  if (facts.ward) body.set("ward", true);
  return body;
}

http::Response IssuerWorld::city(const json::Value& body, const std::string& token) {
  return staff("/city/cards", body, token);
}

http::Response IssuerWorld::staff(const std::string& path, const json::Value& body, const std::string& token) {
  http::Request request = http::post_json(std::string{kAuthority} + path, body);
  request.headers.emplace_back("Authorization", "Bearer " + token);
  return router.handle(request);
}

IssuedCard IssuerWorld::new_card(const registry::PersonFacts& facts, bool signing) {
  IssuedCard card;
  const http::Response response = city(city_body(facts, card, signing));
  CHECK(response.ok());
  const json::Value grant = json_of(response);
  card.person = grant.string_at("person").value();
  card.card = grant.string_at("card").value();
  card.expires = grant.int_at("expires").value();
  card.auth_cert = grant.base64url_at("auth_cert").value();
  if (signing) card.sign_cert = grant.base64url_at("sign_cert").value();
  for (const json::Value& file : grant.find("text")->items())
    card.text.push_back(base64url::decode(file.as_string().value()).value());
  return card;
}

http::Response IssuerWorld::post(const std::string& path, const json::Value& body) {
  return router.handle(http::post_json(std::string{kAuthority} + path, body));
}

json::Value IssuerWorld::device() {
  return json::Value::object(
      {{"model", "MT-10"}, {"os", "18.5"}, {"app", std::string{issuer::kNewestApp}}, {"biometrics", "face"}});
}

http::Response IssuerWorld::film(const std::string& session, const std::string& motion, ByteView nonce,
                                 ByteView portrait) {
  cbor::Writer recording;
  recording.array(4).text("mitome-motion-1").text(motion).bytes(nonce).bytes(crypto::sha256(portrait));
  return post("/enrol/face",
              json::Value::object({{"session", session}, {"recording", base64url::encode(recording.view())}}));
}

EnrolmentAttempt IssuerWorld::begin(const IssuedCard& card, size_t mdocs) {
  const json::Value started = json_of(post("/enrol/start", device()));
  EnrolmentAttempt attempt;
  attempt.session = started.string_at("session").value();
  attempt.motion = started.string_at("motion").value();
  attempt.nonce = started.base64url_at("nonce").value();
  CHECK(film(attempt.session, attempt.motion, attempt.nonce, card.facts.portrait).ok());
  attempt.instance = keys.generate(crypto::KeyType::kP256);
  attempt.auth = keys.generate(crypto::KeyType::kRsa);
  attempt.sign = keys.generate(crypto::KeyType::kRsa);
  for (size_t i = 0; i < mdocs; ++i) attempt.mdoc.push_back(keys.generate(crypto::KeyType::kP256));
  attempt.auth_cert = card.auth_cert;
  attempt.sign_cert = card.sign_cert;
  std::copy_n(card.text.begin(), 4, attempt.text.begin());
  attempt.signer = &*card.sign_key;
  attempt.attested = words_of(jpki::kPhoneLabel);
  return attempt;
}

Bytes EnrolmentAttempt::keys_bytes() const {
  cbor::Writer out;
  out.map(4).text("instance").bytes(instance->public_key().spki()).text("auth").bytes(auth->public_key().spki());
  out.text("sign").bytes(sign->public_key().spki()).text("mdoc").array(mdoc.size());
  for (const crypto::PrivateKey& key : mdoc) out.bytes(key.public_key().spki());
  return out.take();
}

Bytes IssuerWorld::attest(ByteView challenge, const crypto::Sha256Digest& digest,
                          const std::map<std::string, std::string>& words) const {
  cbor::Writer payload;
  payload.map(2 + words.size()).text("challenge").bytes(challenge).text("keys").bytes(digest);
  for (const auto& [name, value] : words) payload.text(name).text(value);
  const Bytes signature = attester.sign(crypto::SignatureAlgorithm::kEcdsaSha256, payload.view()).value();
  cbor::Writer out;
  out.array(3).bytes(payload.view()).bytes(signature).bytes(attester_certificate.der());
  return out.take();
}

Bytes IssuerWorld::evidence(const EnrolmentAttempt& attempt) const {
  const Bytes key_bytes = attempt.keys_bytes();
  Bytes signature =
      attempt.signer
          ->sign(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, issuer::enrolment_message(attempt.nonce, key_bytes))
          .value();
  if (attempt.change_signature) attempt.change_signature(signature);
  cbor::Writer out;
  out.map(5).text("session").text(attempt.session).text("keys").bytes(key_bytes);
  out.text("card").map(3).text("sign_cert").bytes(attempt.sign_cert).text("auth_cert").bytes(attempt.auth_cert);
  out.text("text").array(4);
  for (const Bytes& file : attempt.text) out.bytes(file);
  out.text("signature").bytes(signature);
  out.text("attestation").bytes(attest(attempt.nonce, crypto::sha256(key_bytes), attempt.attested));
  return out.take();
}

http::Response IssuerWorld::complete(const Bytes& evidence) {
  return router.handle(http::post(std::string{kAuthority} + "/enrol/complete", "application/cbor", evidence));
}

Reason IssuerWorld::refusal(const EnrolmentAttempt& attempt) { return reason_of(complete(evidence(attempt))); }

IssuerWorld::LivePhone IssuerWorld::enrol(const IssuedCard& card) {
  LivePhone phone;
  phone.attempt = begin(card);
  const http::Response response = complete(evidence(phone.attempt));
  CHECK(response.ok());
  const auto grant = cbor::OwnedDocument::parse(response.body).value();
  const cbor::Value id = grant.root().get("phone").value();
  phone.id = PhoneId{std::string{id.as_text().value()}};
  return phone;
}

http::Response IssuerWorld::call(const LivePhone& phone, const std::string& path, const Bytes& body,
                                 const std::string& key) {
  http::Request request = http::post(std::string{kAuthority} + path, "application/cbor", body);
  BorrowedSigner signer{*phone.attempt.instance};
  CHECK(http::sign_phone_request(request, {phone.id.text, phone.version, key}, signer).has_value());
  return router.handle(request);
}

Bytes IssuerWorld::renewal_body(const std::string& key, bool signing, size_t mdocs, std::string_view token) {
  std::vector<Bytes> spkis;
  if (signing) spkis.push_back(keys.generate(crypto::KeyType::kRsa).public_key().spki());
  for (size_t i = 0; i < mdocs; ++i) spkis.push_back(keys.generate(crypto::KeyType::kP256).public_key().spki());
  const std::vector<ByteView> views{spkis.begin(), spkis.end()};
  cbor::Writer out;
  out.map(signing ? 3 : 2);
  if (signing) out.text("sign").bytes(spkis.front());
  out.text("mdoc").array(mdocs);
  for (size_t i = signing ? 1 : 0; i < spkis.size(); ++i) out.bytes(spkis[i]);
  out.text("attestation")
      .bytes(attest(as_bytes(key), crypto::sha256(issuer::key_list(views)),
                    words_of(token)));
  return out.take();
}

int64_t IssuerWorld::number(const std::string& sql) {
  int64_t out = -1;
  const auto body = [&](store::Transaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, tx.query_one(sql));
    out = row->integer(0);
    return {};
  };
  CHECK(store->read(body).has_value());
  return out;
}

}  // namespace mitome::testing
