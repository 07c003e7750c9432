#include "tests/ecosystem/world.h"

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "protocol/jpki/reader.h"
#include "protocol/ocsp/ocsp_response.h"

namespace mitome::ecosystem {
namespace {

/// A person tries again, but not for ever, when there was no answer.
Result<json::Value> insist(const town::Place& place, std::string_view path,
                           const json::Value& body = json::Value::object()) {
  auto answer = place.post(path, body);
  for (int again = 0; again < 3 && !answer && reason_info(answer.error().reason).kind == ReasonKind::kUnavailable;
       ++again)
    answer = place.post(path, body);
  return answer;
}

json::Value sample(const Person& person) { return json::Value::object({{"sample", person.face}}); }

}  // namespace

World::World(uint64_t seed)
    : deeds_(seed * 4 + 1),
      town_random_(seed * 4 + 2),
      keys_(seed % testing::PooledKeySource::kPoolSize),
      network_(seed * 4 + 3) {}

bool World::prepare(std::string& failure) {
  auto town = town::Town::build({.random = town_random_, .keys = keys_, .interceptor = &network_});
  if (!town) {
    failure = to_string(town.error());
    return false;
  }
  town_ = std::move(*town);
  const town::TrustPems trust = town_->trust();
  roots_.push_back(x509::Certificate::from_pem(trust.user_authentication_ca).value());
  roots_.push_back(x509::Certificate::from_pem(trust.signing_ca).value());
  for (const char* name : {"見留　花子", "架空　太郎"}) {
    const auto made = place("desk").post("/cards", json::Value::object({{"name", name}, {"birth_date", "19800217"}}));
    if (!made) {
      failure = to_string(made.error());
      return false;
    }
    Person person;
    person.name = name;
    person.birth_date = "19800217";
    person.card = made->string_at("card").value();
    person.portrait = made->string_at("portrait_sha256").value();
    person.face = base64url::encode(as_bytes(person.card));
    people_.push_back(std::move(person));
  }
  return true;
}

Result<json::Value> World::enrol(Person& person, const std::string& phone) {
  const town::Place app = place(phone);
  TRY(insist(app, "/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", person.face}})));
  TRY(insist(app, "/app/start"));
  TRY(insist(app, "/app/face", json::Value::object({{"portrait_sha256", person.portrait}})));
  TRY(insist(app, "/app/text-pin", json::Value::object({{"pin", "5678"}})));
  TRY(insist(app, "/app/sign-password", json::Value::object({{"pin", "SIGN1234"}})));
  town_->hold_to_phone(phone, person.card);
  const auto read = insist(app, "/app/read-card");
  town_->hold_to_phone(phone, std::nullopt);
  TRY(read);
  TRY(insist(app, "/app/pins", json::Value::object({{"auth_pin", "4321"}, {"sign_password", "PHONE4321"}})));
  TRY_ASSIGN(const json::Value added, insist(app, "/app/add", sample(person)));
  TRY_ASSIGN(const std::string name, added.string_at("phone"));
  registry_name_[phone] = name;
  owner_[name] = person.card;
  // Acknowledged: the person's other phones have ended.
  for (const IssuedCertificate& certificate : network_.certificates())
    if (certificate.phone != name && owner_[certificate.phone] == person.card)
      acknowledged_[certificate.phone].ended = true;
  return added;
}

Result<json::Value> World::login(Person& person, const std::string& phone) {
  TRY_ASSIGN(json::Value challenge, insist(place("portal"), "/login/start"));
  TRY_ASSIGN(const std::string session, challenge.string_at("session"));
  challenge.set("sample", person.face);
  TRY_ASSIGN(json::Value answer, insist(place(phone), "/wallet/login", challenge));
  answer.set("session", session);
  return insist(place("portal"), "/login/finish", answer);
}

Result<json::Value> World::present(Person& person, const std::string& phone) {
  TRY_ASSIGN(const json::Value shown, insist(place(phone), "/wallet/engage"));
  TRY_ASSIGN(const std::string engagement, shown.string_at("engagement"));
  TRY_ASSIGN(const json::Value start,
             insist(place("counter"), "/read/start",
                    json::Value::object({{"engagement", engagement}, {"ask", "age_over_20"}})));
  TRY_ASSIGN(const std::string session, start.string_at("session"));
  TRY_ASSIGN(const std::string establishment, start.string_at("message"));
  TRY(insist(place(phone), "/wallet/session", json::Value::object({{"message", establishment}})));
  const json::Value agreed = json::Value::array({json::Value::array({"org.iso.23220.1", "age_over_20"})});
  TRY_ASSIGN(const json::Value answer, insist(place(phone), "/wallet/consent",
                                              json::Value::object({{"elements", agreed}, {"sample", person.face}})));
  TRY_ASSIGN(const std::string message, answer.string_at("message"));
  return insist(place("counter"), "/read/finish", json::Value::object({{"session", session}, {"message", message}}));
}

void World::suspend(Person& person) {
  const town::Place hotline{town_->network(), "authority.localhost", town_->token(town::Role::kHotline)};
  const auto answer =
      hotline.post("/hotline/suspend", json::Value::object({{"name", person.name}, {"birth_date", person.birth_date}}));
  if (!answer) return;
  ++successes_["suspend"];
  if (const auto phone = answer->string_at("phone")) acknowledged_[*phone].suspended = true;
}

void World::guess_pin(Person& person) {
  auto card = town_->reader(person.card);
  if (!card || !jpki::select_application(*card, jpki::kJpkiAid)) return;
  const bool right = deeds_.below(3) == 0;
  const auto pin = crypto::Pin::four_digits(right ? "1234" : "9999");
  const auto verified = jpki::verify_pin(*card, jpki::kAuthPin, *pin);
  (void)verified.has_value();
}

void World::step() {
  network_.set_calm(false);
  Person& person = people_[deeds_.below(people_.size())];
  const uint64_t deed = person.phones.empty() ? 0 : deeds_.below(15);
  const std::string phone = person.phones.empty() ? "" : person.phones[deeds_.below(person.phones.size())];
  const auto name = registry_name_.find(phone);
  Result<json::Value> answer = json::Value{};
  const auto count = [&](const char* what) {
    if (answer && answer->string_or("verdict", "good") == "good") ++successes_[what];
  };
  switch (deed) {
    case 0:
    case 1: {
      const bool fresh = person.phones.empty() || deeds_.below(2) == 0;
      const std::string target = fresh ? "sim-" + std::to_string(++phone_count_) : phone;
      if (fresh && town_->unpack_phone(target)) person.phones.push_back(target);
      answer = enrol(person, target);
      count("enrol");
      if (deeds_.below(2) == 0) town_->clock().advance(std::chrono::minutes{5});
      break;
    }
    case 2:
    case 3:
    case 4:
      answer = login(person, phone);
      count("login");
      break;
    case 5:
      answer = present(person, phone);
      count("present");
      break;
    case 6:
      suspend(person);
      break;
    case 7:
    case 8:
      // From the moment a resumption is tried, an acknowledged suspension may have ended.
      if (name != registry_name_.end()) acknowledged_[name->second].suspended = false;
      answer = insist(place(phone), "/app/resume", sample(person));
      count("resume");
      break;
    case 9:
      answer = insist(place(phone), "/app/delete", sample(person));
      count("delete");
      if (answer && name != registry_name_.end()) acknowledged_[name->second].ended = true;
      break;
    case 10:
      answer = insist(place(phone), "/app/sync");
      break;
    case 11:
      answer = place(phone).post("/settings", json::Value::object({{"network", deeds_.below(4) != 0}}));
      break;
    case 12:
      town_->clock().advance(Seconds{static_cast<int64_t>(deeds_.below(6 * 3600))});
      break;
    case 13:
      guess_pin(person);
      break;
    case 14:
      // The battery is taken out (threats F20): only what was durable is left.
      CHECK(town_->restart_phone(phone).has_value());
      break;
    default:
      break;
  }
  network_.set_calm(true);
}

Status World::status_of_serial(std::string_view arm, ByteView serial) {
  const x509::Certificate& issuer = roots_[arm == "auth" ? 0 : 1];
  ocsp::Request question;
  question.ids.push_back(ocsp::cert_id(ocsp::HashAlgorithm::kSha256, issuer, serial));
  question.nonce = deeds_.bytes(ocsp::kNonceSize);
  const auto answer = http::call_bytes(
      town_->network(),
      http::post("http://authority.localhost/status/ocsp", ocsp::kRequestType, ocsp::encode_request(question)));
  if (!answer) return Status::kUnavailable;
  const auto verified = ocsp::verify_response(
      *answer, {.issuer = issuer, .id = question.ids[0], .nonce = question.nonce, .now = town_->clock().now()});
  if (!verified) return Status::kUnavailable;
  if (verified->status == ocsp::CertStatus::kGood) return Status::kGood;
  if (verified->status == ocsp::CertStatus::kUnknown) return Status::kUnknown;
  return verified->reason == ocsp::kCertificateHold ? Status::kHold : Status::kRevoked;
}

Status World::status_of(const IssuedCertificate& certificate) {
  const auto parsed = x509::Certificate::parse(certificate.der);
  return parsed ? status_of_serial(certificate.arm, parsed->serial()) : Status::kUnavailable;
}

std::vector<std::string> World::broken_invariants() {
  std::vector<std::string> broken;
  std::map<std::string, std::set<std::string>> live_phones;
  for (const IssuedCertificate& certificate : network_.certificates()) {
    const Status status = status_of(certificate);
    const std::string which = certificate.arm + " certificate of phone " + certificate.phone;
    if (status == Status::kUnknown) broken.push_back("I7: not on record: " + which);
    if (status == Status::kUnavailable) broken.push_back("I11: no verified answer for " + which);
    const auto before = last_status_.find(certificate.der);
    if (before != last_status_.end() && before->second == Status::kRevoked && status != Status::kRevoked)
      broken.push_back("I6: revoked and back: " + which);
    last_status_[certificate.der] = status;
    const Acknowledged& known = acknowledged_[certificate.phone];
    if (known.ended && status != Status::kRevoked) broken.push_back("I3: an acknowledged end is lost: " + which);
    if (known.suspended && status == Status::kGood)
      broken.push_back("I3: an acknowledged suspension is lost: " + which);
    if (status == Status::kGood || status == Status::kHold)
      if (owner_.contains(certificate.phone)) live_phones[owner_[certificate.phone]].insert(certificate.phone);
  }
  for (const auto& [card, phones] : live_phones)
    if (phones.size() > 1)
      broken.push_back("I1: " + std::to_string(phones.size()) + " live phones for the person of " + card);
  for (const auto& [chip, guesses] : network_.wrong_guesses())
    if (guesses > 5) broken.push_back("I4: " + std::to_string(guesses) + " wrong guesses judged by " + chip);
  for (const std::string& session : network_.used_twice()) broken.push_back("I8: session good twice: " + session);
  for (const std::string& session : network_.granted_twice()) broken.push_back("I8: two grants for session " + session);
  for (const char* arm : {"auth", "sign"}) {
    Bytes stranger = deeds_.bytes(4);
    stranger[0] = static_cast<uint8_t>((stranger[0] & 0x3F) | 0x40);
    if (status_of_serial(arm, stranger) == Status::kGood)
      broken.push_back("I11: an unknown serial number is good: " + to_hex(stranger));
  }
  const town::Place operators{town_->network(), "authority.localhost", town_->token(town::Role::kOperator)};
  if (const auto log = operators.get("/events/verify"); !log) broken.push_back("I9: " + to_string(log.error()));
  return broken;
}

std::vector<std::string> World::recover() {
  network_.set_calm(true);
  network_.deliver_late_copies();
  std::vector<std::string> stuck;
  for (Person& person : people_) {
    const std::string phone = "last-" + std::to_string(++phone_count_);
    if (auto unpacked = town_->unpack_phone(phone); !unpacked) {
      stuck.push_back(to_string(unpacked.error()));
      continue;
    }
    person.phones.push_back(phone);
    if (const auto enrolled = enrol(person, phone); !enrolled) {
      stuck.push_back(person.name + " cannot enrol: " + to_string(enrolled.error()));
      continue;
    }
    town_->clock().advance(Days{1});
    const auto answer = login(person, phone);
    if (!answer || answer->string_or("verdict", "") != "good")
      stuck.push_back(person.name +
                      " cannot log in: " + (answer ? answer->string_or("reason", "") : to_string(answer.error())));
  }
  return stuck;
}

}  // namespace mitome::ecosystem
