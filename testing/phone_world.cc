#include "testing/phone_world.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/mdoc/signer_profile.h"
#include "issuer/evidence.h"
#include "protocol/http/phone_auth.h"
#include "protocol/iso18013/reader_auth.h"

namespace mitome::testing {
namespace {

http::Response cbor_answer(Bytes body) { return http::Response::bytes(std::move(body), "application/cbor"); }

}  // namespace

// -- power

Result<void> PowerSupply::change(const std::function<Result<void>()>& apply) {
  const Error cut{Reason::STORAGE_FAILED, "the power is gone"};
  if (off_) return cut;
  const bool now = cut_at_ && writes_ == *cut_at_;
  ++writes_;
  if (!now) return apply();
  if (moment_ == Moment::kAfter) CHECK(apply().has_value());
  off_ = true;
  return cut;
}

Result<std::optional<Bytes>> TestSilicon::load(std::string_view area) {
  const auto found = areas.find(area);
  return found == areas.end() ? std::optional<Bytes>{} : std::optional<Bytes>{found->second};
}

Result<void> TestSilicon::store(std::string_view area, ByteView bytes) {
  return power_.change([&]() -> Result<void> {
    areas.insert_or_assign(std::string{area}, to_bytes(bytes));
    return {};
  });
}

Result<void> TestStore::write(const std::function<Result<void>(store::Transaction&)>& body) {
  return power_.change([&] { return inner_->write(body); });
}

Result<void> TestStore::read(const std::function<Result<void>(store::Transaction&)>& body) {
  if (power_.off()) return Error{Reason::STORAGE_FAILED, "the power is gone"};
  return inner_->read(body);
}

// -- the authority

Result<http::Response> FakeAuthority::send(const http::Request& request) {
  const Loss lost = std::exchange(loss, Loss::kNone);
  if (lost == Loss::kRequest) return Error{Reason::UNREACHABLE, "lost on the way"};
  requests.push_back(request);
  http::Response response = answer(request);
  if (lost == Loss::kAnswer) return Error{Reason::UNREACHABLE, "lost on the way back"};
  return response;
}

http::Response FakeAuthority::answer(const http::Request& request) {
  if (refuse_next) return http::Response::error({*std::exchange(refuse_next, std::nullopt), ""});
  const std::string path{request.path()};
  if (path == "/enrol/complete") return complete(request);
  if (path.starts_with("/phone/")) return from_phone(request);
  const auto parsed = http::json_body(request);
  CHECK(parsed.has_value());
  if (path == "/enrol/start") return start(*parsed);
  CHECK(parsed->string_at("session").value() == "session-" + std::to_string(sessions_));
  if (path == "/enrol/motion") {
    motion_ = motion_ == "blink" ? "turn-left" : "blink";
    return http::Response::json(json::Value::object({{"motion", motion_}}));
  }
  CHECK(path == "/enrol/face");
  const Bytes recording = parsed->base64url_at("recording").value();
  const auto document = cbor::Document::parse(recording).value();
  const cbor::Value root = document.root();
  if (root.at(0)->as_text().value() == "mitome-film-1") {
    CHECK(root.size() == 7 && root.at(1)->as_text().value() == motion_ && equal(root.at(2)->as_bytes().value(), nonce_));
    films.push_back(recording);
    face_ = true;
    return http::Response::json(json::Value::object({{"face", "recorded"}}));
  }
  if (root.at(0)->as_text().value() != "mitome-motion-1" || root.at(1)->as_text().value() != motion_ ||
      !equal(root.at(2)->as_bytes().value(), nonce_) || root.at(3)->as_bytes().value().size() != 32)
    return http::Response::error({Reason::LIVENESS_FAILED, ""});
  face_ = true;
  return http::Response::json(json::Value::object({{"face", "recorded"}}));
}

http::Response FakeAuthority::start(const json::Value& body) {
  CHECK(body.string_at("model").has_value() && body.string_at("os").has_value() && body.string_at("app").has_value());
  CHECK(body.string_at("biometrics").value() != "none");
  ++sessions_;
  face_ = false;
  motion_ = "blink";
  const auto digest = crypto::sha256(as_bytes("nonce " + std::to_string(sessions_)));
  nonce_ = to_bytes(ByteView{digest});
  return http::Response::json(
      json::Value::object({{"session", "session-" + std::to_string(sessions_)},
                           {"nonce", base64url::encode(nonce_)},
                           {"motion", motion_},
                           {"motions", json::Value::array({"blink", "turn-left"})},
                           {"expires", to_unix(clock_.now() + std::chrono::minutes{30})}}));
}

http::Response FakeAuthority::complete(const http::Request& request) {
  const auto digest = crypto::sha256(request.body);
  const std::string key = "session-" + std::to_string(sessions_);
  if (const auto found = answered_.find(key); found != answered_.end()) {
    if (!equal(found->second.first, digest)) return http::Response::error({Reason::REPLAY, ""});
    return cbor_answer(found->second.second);
  }
  if (review_pending) return http::Response::error({Reason::REVIEW_PENDING, ""});
  auto grant = enrol(request.body);
  if (!grant) return http::Response::error(grant.error());
  answered_[key] = {to_bytes(ByteView{digest}), *grant};
  return cbor_answer(*grant);
}

x509::Certificate FakeAuthority::certify(TestCa& ca, const std::string& name, const crypto::PublicKey& key,
                                         uint16_t usage) {
  return ca.issue(ca.end_entity(name, key, usage));
}

Result<std::vector<Bytes>> FakeAuthority::issue_mdocs(const std::vector<crypto::PublicKey>& device_keys, Instant from) {
  std::vector<Bytes> issued;
  for (const crypto::PublicKey& key : device_keys) {
    mdoc::IssueInput input;
    input.device_key = bind_mdocs_to ? &*bind_mdocs_to : &key;
    input.validity = {clock_.now(), from, from + mdoc_validity, std::nullopt};
    if (spoil == Spoil::kOtherDocType) {
      const auto claims = mdoc::Claims::make("org.iso.18013.5.1.mDL", MdocWorld::claims()).value();
      issued.push_back(mdoc::issue(claims, input, {*mdocs_.ds_key, mdocs_.ds_chain}, mdocs_.random).value());
      continue;
    }
    issued.push_back(mdocs_.issue(input));
    if (spoil == Spoil::kChangedElement)
      issued.back() = replace_once(issued.back(), as_bytes(MdocWorld::kName), as_bytes("山田　偽"));
  }
  if (spoil == Spoil::kOneMdocLess) issued.pop_back();
  return issued;
}

Result<Bytes> FakeAuthority::enrol(ByteView body) {
  if (!face_) return Error{Reason::LIVENESS_FAILED, ""};
  TRY_ASSIGN(const issuer::Evidence evidence, issuer::parse_evidence(body));
  if (evidence.session != "session-" + std::to_string(sessions_)) return Error{Reason::SESSION_EXPIRED, ""};
  TRY_ASSIGN(const auto attested, issuer::verify_attestation(evidence.attestation, nonce_, crypto::sha256(evidence.keys_bytes),
                                                             {maker_root_}, clock_.now()));
  TRY(issuer::check_batch(attested, evidence.keys.mdoc));
  TRY_ASSIGN(const auto card_sign, x509::Certificate::parse(evidence.sign_certificate));
  TRY(x509::verify_issued_by(card_sign, cards_.sign_ca().certificate()));
  TRY_ASSIGN(const auto card_auth, x509::Certificate::parse(evidence.auth_certificate));
  TRY(x509::verify_issued_by(card_auth, cards_.auth_ca().certificate()));
  TRY(jpki::verify_text_integrity(evidence.text, cards_.text_ca()));
  if (!card_sign.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256,
                                     issuer::enrolment_message(nonce_, evidence.keys_bytes), evidence.signature))
    return Error{Reason::BAD_SIGNATURE, ""};

  for (auto& [id, handset] : phones)
    if (handset.state != "ended") end(id, "replace");
  const std::string id = "phone-" + std::to_string(++effects);
  Handset& handset = phones.emplace(id, Handset{evidence.keys.instance}).first->second;
  handset.active_at = activate_at.value_or(clock_.now());
  const auto auth = certify(cards_.auth_ca(), "Phone auth",
                            foreign_certificate ? evidence.keys.sign : evidence.keys.auth, x509::kDigitalSignature);
  const auto sign = certify(cards_.sign_ca(), "Phone sign", evidence.keys.sign,
                            x509::kDigitalSignature | x509::kNonRepudiation);
  serials_of_sign_certificates.push_back(sign.serial());
  TRY_ASSIGN(const auto issued, issue_mdocs(evidence.keys.mdoc, handset.active_at));
  cbor::Writer out;
  out.map(8).text("phone").text(id).text("version").uint(static_cast<uint64_t>(handset.version));
  out.text("active_at").integer(to_unix(handset.active_at));
  out.text("auth_cert").bytes(auth.der()).text("sign_cert").bytes(sign.der());
  TestCa& named_ca = spoil == Spoil::kStrangerCa ? cards_.sign_ca() : cards_.auth_ca();
  out.text("auth_ca").bytes(named_ca.certificate().der());
  out.text("sign_ca").bytes(cards_.sign_ca().certificate().der());
  out.text("mdocs").array(issued.size());
  for (const Bytes& one : issued) out.bytes(one);
  return out.take();
}

FakeAuthority::Handset& FakeAuthority::only() {
  CHECK(phones.size() == 1);
  return phones.begin()->second;
}

void FakeAuthority::suspend(const std::string& phone, const std::string& cause) {
  Handset& handset = phones.at(phone);
  handset.state = "suspended";
  handset.cause = cause;
  ++handset.version;
}

void FakeAuthority::end(const std::string& phone, const std::string& cause) {
  Handset& handset = phones.at(phone);
  handset.state = "ended";
  handset.cause = cause;
  ++handset.version;
}

http::Response FakeAuthority::from_phone(const http::Request& request) {
  const auto phone_call = http::read_phone_call(request);
  if (!phone_call) return http::Response::error(phone_call.error());
  const auto found = phones.find(phone_call->phone);
  if (found == phones.end()) return http::Response::error({Reason::FORBIDDEN, ""});
  Handset& handset = found->second;
  const auto verified = http::verify_phone_request(request, *phone_call, handset.instance);
  if (!verified.has_value()) return http::Response::error(verified.error());
  if (request.path() == "/phone/state") {
    const bool pending = handset.state == "active" && clock_.now() < handset.active_at;
    return http::Response::json(json::Value::object({{"state", pending ? std::string{"pending"} : handset.state},
                                                     {"cause", handset.cause},
                                                     {"version", handset.version},
                                                     {"active_at", to_unix(handset.active_at)},
                                                     {"notices", handset.notices}}));
  }
  const std::string key = found->first + "/" + phone_call->idempotency_key;
  const auto digest = crypto::sha256({as_bytes(request.target), request.body});
  if (const auto before = answered_.find(key); before != answered_.end()) {
    if (!equal(before->second.first, digest)) return http::Response::error({Reason::CONFLICT, ""});
    return cbor_answer(before->second.second);
  }
  if (phone_call->version != handset.version) return http::Response::error({Reason::STALE_VERSION, ""});
  auto response = change(request, found->first, handset, phone_call->idempotency_key);
  if (!response) return http::Response::error(response.error());
  answered_[key] = {to_bytes(ByteView{digest}), response->body};
  ++effects;
  return std::move(response).value();
}

Result<http::Response> FakeAuthority::change(const http::Request& request, const std::string& id, Handset& handset,
                                             const std::string& key) {
  if (request.path() == "/phone/delete") {
    end(id, "delete");
    return http::Response::json(json::Value::object({{"state", "ended"}}));
  }
  const bool resuming = request.path() == "/phone/resume";
  if (handset.state != (resuming ? "suspended" : "active")) return Error{Reason::TRANSITION_REFUSED, ""};
  TRY_ASSIGN(const auto document, cbor::Document::parse(request.body));
  const cbor::Value root = document.root();
  TRY_ASSIGN(const cbor::Value list, root.get("mdoc"));
  TRY_ASSIGN(const auto device_keys, issuer::parse_device_keys(list));
  std::vector<ByteView> all;
  std::optional<crypto::PublicKey> sign_key;
  if (resuming) {
    TRY_ASSIGN(const cbor::Value sign, root.get("sign"));
    TRY_ASSIGN(const ByteView spki, sign.as_bytes());
    TRY_ASSIGN(sign_key, crypto::PublicKey::from_spki(spki));
    all.push_back(spki);
  }
  for (const crypto::PublicKey& device_key : device_keys) all.push_back(device_key.spki());
  TRY_ASSIGN(const cbor::Value attestation, root.get("attestation"));
  TRY_ASSIGN(const ByteView attestation_bytes, attestation.as_bytes());
  TRY_ASSIGN(const auto attested, issuer::verify_attestation(attestation_bytes, as_bytes(key), crypto::sha256(issuer::key_list(all)),
                                                             {maker_root_}, clock_.now()));
  TRY(issuer::check_batch(attested, device_keys));
  handset.state = "active";
  handset.cause = resuming ? "resume" : "refresh";
  ++handset.version;
  TRY_ASSIGN(const auto issued, issue_mdocs(device_keys, clock_.now()));
  cbor::Writer out;
  out.map(resuming ? 3 : 2).text("version").uint(static_cast<uint64_t>(handset.version));
  if (sign_key) {
    if (spoil == Spoil::kForeignSignCertificate) sign_key = cards_.sign_ca().certificate().public_key();
    const auto sign = certify(cards_.sign_ca(), "Phone sign again", *sign_key,
                              x509::kDigitalSignature | x509::kNonRepudiation);
    serials_of_sign_certificates.push_back(sign.serial());
    out.text("sign_cert").bytes(sign.der());
  }
  out.text("mdocs").array(issued.size());
  for (const Bytes& one : issued) out.bytes(one);
  return cbor_answer(out.take());
}

// -- the reader

Result<apdu::ApduChannel*> TestField::connect() {
  if (card == nullptr) return Error{Reason::CARD_SILENT, "no card on the phone"};
  return card;
}

TestReader::TestReader(TestCa& root, std::string name, MdocWorld& world) : world_(world), signer_(test_signer()) {
  auto certificate = root.end_entity(name, signer_->public_key());
  certificate.extensions.push_back(x509::extended_key_usage({std::string{mdoc::kEkuMdocReader}}));
  chain.push_back(root.issue(certificate));
}

Bytes TestReader::ask(const std::string& engagement, const std::vector<mdoc::RequestedElement>& elements,
                      bool signed_by_reader) {
  return ask(engagement, mdoc::ItemsRequest{std::string{mdoc::kMncDocType}, elements}, signed_by_reader);
}

Bytes TestReader::ask(const std::string& engagement, const mdoc::ItemsRequest& request, bool signed_by_reader) {
  session_.emplace(iso18013::ReaderSession::start(iso18013::from_qr(engagement).value(),
                                                  crypto::SystemKeySource{}.generate(crypto::KeyType::kP256))
                       .value());
  const Bytes items = mdoc::encode_items_request(request);
  Bytes transcript = session_->transcript();
  if (change_transcript) change_transcript(transcript);
  const Bytes reader_auth = iso18013::sign_reader_auth(*signer_, chain, transcript, items).value();
  const Bytes doc_request = signed_by_reader ? mdoc::encode_doc_request(items, ByteView{reader_auth})
                                             : mdoc::encode_doc_request(items);
  return session_->send(mdoc::encode_device_request({doc_request})).value();
}

mdoc::Verified TestReader::read(ByteView message, const std::vector<mdoc::RequestedElement>& elements) {
  const auto received = session_->receive(message);
  CHECK(received.has_value() && received->message && received->ended);
  mdoc::VerifyInput input = world_.verify_input();
  input.session_transcript = session_->transcript();
  input.reader_key = &session_->e_reader_key();
  input.requested = {{std::string{mdoc::kMncDocType}, elements}};
  return mdoc::verify_device_response(*received->message, input);
}

// -- the phone

PhoneWorld::PhoneWorld(uint64_t seed)
    : random(seed), authority(clock, cards, mdocs, maker.certificate()), platform_(random, card_keys_) {
  const auto attestation_key = test_signer();
  maker_key_ = to_bytes(attestation_key->key().pkcs8().reveal());
  maker_certificate_ = maker.issue(maker.end_entity("Phone model", attestation_key->public_key())).der();
  store = std::make_unique<TestStore>(power, store::open_sqlite(":memory:", phone::wallet_migrations()).value());
  cards.issue(platform_);
  card = card::boot(platform_).value();
  field.card = card.get();
  restart();
}

phone::PhoneConfig PhoneWorld::config() {
  phone::PhoneConfig out{
          .name = "test phone",
          .attestation_key = crypto::PrivateKey::from_pkcs8(maker_key_).value(),
          .attestation_certificate = maker_certificate_,
          .reader_roots = {reader_root.certificate()},
          .readers = registrations,
          .batch_size = 3};
  if (adjust) adjust(out);
  return out;
}

void PhoneWorld::restart_over(http::HttpClient& network) {
  power.restore();
  phone.reset();
  phone = phone::Phone::start(config(), clock, random, keys, *store, silicon, network, field).value();
}

json::Value PhoneWorld::sample(ByteView seen) { return json::Value::object({{"sample", base64url::encode(seen)}}); }

http::Response PhoneWorld::call(const std::string& method, const std::string& path, const json::Value& body) {
  http::Request request;
  request.method = method;
  request.authority = "phone.localhost";
  request.target = path;
  if (method == "POST") request.body = to_bytes(body.is_null() ? std::string{"{}"} : body.dump());
  return http::Router{phone::routes(*phone)}.handle(request);
}

json::Value PhoneWorld::seen(const std::string& path) {
  const auto response = call("GET", path);
  CHECK(response.ok());
  return json::parse(as_text(response.body)).value();
}

void PhoneWorld::enrol(SoftwareAuthenticator& authenticator) {
  const Bytes challenge = good("/touch/register").base64url_at("challenge").value();
  const auto made = authenticator.create(challenge);
  good("/touch/registered", json::Value::object({{"client_data", base64url::encode(made.client_data)},
                                                 {"attestation_object", base64url::encode(made.attestation_object)}}));
}

json::Value PhoneWorld::with_assertion(json::Value body, const webauthn::Assertion& assertion) {
  body.set("assertion", json::Value::object({{"credential", base64url::encode(assertion.credential)},
                                             {"client_data", base64url::encode(assertion.client_data)},
                                             {"authenticator_data", base64url::encode(assertion.authenticator_data)},
                                             {"signature", base64url::encode(assertion.signature)}}));
  return body;
}

json::Value PhoneWorld::touched(SoftwareAuthenticator& authenticator, const std::string& path, const json::Value& body) {
  const auto started = good("/touch/start", json::Value::object({{"path", path}, {"body", body}}));
  return with_assertion(body, authenticator.get(started.base64url_at("challenge").value()));
}

json::Value PhoneWorld::good(const std::string& path, const json::Value& body) {
  const auto response = call("POST", path, body);
  if (!response.ok()) {
    const std::string why = path + ": " + std::string{as_text(response.body)};
    check_failed(why.c_str(), __FILE__, __LINE__);
  }
  return json::parse(as_text(response.body)).value();
}

Reason PhoneWorld::refused(const std::string& path, const json::Value& body) {
  const auto response = call("POST", path, body);
  return response.ok() ? Reason::GOOD : http::error_of(response).reason;
}

std::string PhoneWorld::wallet_state() {
  const auto response = call("GET", "/wallet");
  CHECK(response.ok());
  const auto answer = json::parse(as_text(response.body)).value();
  const auto& items = answer.find("items")->items();
  return items.empty() ? "none" : items[0].string_at("state").value();
}

int64_t PhoneWorld::mdocs_left() {
  const auto response = call("GET", "/wallet");
  const auto answer = json::parse(as_text(response.body)).value();
  return answer.find("items")->items().at(0).int_at("mdocs_left").value();
}

void PhoneWorld::enrol_face() {
  good("/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", base64url::encode(face())}}));
}

const std::vector<std::string>& PhoneWorld::steps() {
  static const std::vector<std::string> kSteps{"/app/start",         "/app/face",      "/app/text-pin",
                                               "/app/sign-password", "/app/read-card", "/app/pins",
                                               "/app/add"};
  return kSteps;
}

json::Value PhoneWorld::body_of(const std::string& path) {
  if (path == "/app/face") return json::Value::object({{"portrait_sha256", base64url::encode(Bytes(32, 7))}});
  if (path == "/app/text-pin") return json::Value::object({{"pin", kTestTextPin}});
  if (path == "/app/sign-password") return json::Value::object({{"pin", kTestSignPin}});
  if (path == "/app/pins") return json::Value::object({{"auth_pin", "4321"}, {"sign_password", "PHONE999"}});
  if (path == "/app/add") return sample(face());
  return json::Value::object();
}

void PhoneWorld::enrol_until(const std::string& path) {
  if (wallet_state() == "none") enrol_face();
  for (const std::string& step : steps()) {
    if (step == path) return;
    good(step, body_of(step));
  }
}

json::Value PhoneWorld::login(const json::Value& seen) {
  json::Value body = seen;
  body.set("origin", "http://portal.localhost");
  body.set("nonce", base64url::encode(Bytes(16, 1)));
  body.set("expires", to_unix(clock.now() + Seconds{60}));
  return body;
}

http::Response PhoneWorld::show(TestReader& reader, const std::vector<mdoc::RequestedElement>& elements) {
  const std::string engagement = good("/wallet/engage").string_at("engagement").value();
  return call("POST", "/wallet/session",
              json::Value::object({{"message", base64url::encode(reader.ask(engagement, elements))}}));
}

json::Value PhoneWorld::agreed(const std::vector<mdoc::RequestedElement>& elements, const json::Value& seen) {
  json::Value list = json::Value::array();
  for (const auto& one : elements) list.push(json::Value::array({one.name_space, one.identifier}));
  json::Value body = seen;
  body.set("elements", std::move(list));
  return body;
}

}  // namespace mitome::testing
