#include "verifier/jpki_verifier.h"

#include <algorithm>
#include <map>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "codec/der/der.h"
#include "credential/x509/oids.h"
#include "crypto/hash.h"
#include "protocol/ocsp/ocsp_response.h"
#include "verifier/schema.h"

namespace mitome::verifier {
namespace {

std::string kind_name(ChallengeKind kind) { return kind == ChallengeKind::kLogin ? "login" : "sign"; }

/// CBOR ["mitome-login-1", origin, nonce, expiry]: bound to this origin, so that it cannot be relayed to another (decisions.md 18).
Bytes login_message(std::string_view origin, ByteView nonce, Instant expires) {
  cbor::Writer message;
  message.array(4).text("mitome-login-1").text(origin).bytes(nonce).integer(to_unix(expires));
  return message.take();
}

bool is_phone(const JpkiSubject& subject) {
  const auto policies = subject.certificate.policies();
  return std::find(policies.begin(), policies.end(), subject.arm.phone_policy) != policies.end();
}

Result<void> check_chain(JpkiVerifier&, JpkiSubject& subject) {
  TRY_ASSIGN(x509::Certificate issuer, x509::find_issuer(subject.certificate, subject.arm.authorities));
  subject.issuer.emplace(std::move(issuer));
  return x509::check_validity(*subject.issuer, subject.now);
}

Result<void> check_profile(JpkiVerifier&, JpkiSubject& subject) {
  const auto fail = [](std::string_view what) { return Error{Reason::CERT_PROFILE, std::string{what}}; };
  const bool login = subject.challenge.kind == ChallengeKind::kLogin;
  if (subject.certificate.is_ca()) return fail("a CA certificate");
  const uint16_t wanted = login ? x509::kDigitalSignature : x509::kDigitalSignature | x509::kNonRepudiation;
  if (subject.certificate.key_usage() != wanted) return fail("key usage");
  const auto purposes = subject.certificate.extended_key_usage();
  if (login && std::find(purposes.begin(), purposes.end(), x509::oid::kClientAuth) == purposes.end()) return fail("no clientAuth");
  const auto policies = subject.certificate.policies();
  if (policies.size() != 1 || (policies[0] != subject.arm.card_policy && policies[0] != subject.arm.phone_policy)) return fail("certificate policy");
  if (subject.certificate.public_key().type() != crypto::KeyType::kRsa) return fail("key type");
  return {};
}

Result<void> check_validity(JpkiVerifier&, JpkiSubject& subject) { return x509::check_validity(subject.certificate, subject.now); }

Result<void> check_signature(JpkiVerifier&, JpkiSubject& subject) {
  if (subject.certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, subject.challenge.message, subject.signature)) return {};
  return Error{Reason::BAD_SIGNATURE, subject.challenge.kind == ChallengeKind::kLogin ? "not over this origin, nonce and expiry" : "not over this document"};
}

Result<void> check_status(JpkiVerifier& verifier, JpkiSubject& subject) { return verifier.ask_status(subject); }
Result<void> check_single_use(JpkiVerifier& verifier, JpkiSubject& subject) { return verifier.use_up(subject.challenge); }

constexpr JpkiCheck kChecks[] = {
    {"chain", "RFC 5280 6.1", check_chain},
    {"profile", "RFC 5280 4.2", check_profile},
    {"validity", "RFC 5280 4.1.2.5", check_validity},
    {"signature", "RFC 8017 8.2.2", check_signature},
    {"status", "RFC 6960 3.2", check_status},
    {"single_use", "threats ONL-2", check_single_use},
};

/// The four items out of a signing certificate's subjectAltName.
json::Value signer_json(const x509::Certificate& certificate) {
  static const std::map<std::string, std::string, std::less<>> kMembers = {{"1.2.392.200149.8.5.5.1", "name"},
                                                                           {"1.2.392.200149.8.5.5.3", "sex"},
                                                                           {"1.2.392.200149.8.5.5.4", "birth_date"},
                                                                           {"1.2.392.200149.8.5.5.5", "address"}};
  json::Value signer = json::Value::object();
  for (const x509::OtherName& name : certificate.subject_other_names()) {
    const auto member = kMembers.find(name.oid);
    der::Reader reader{name.value};
    const auto text = reader.expect(der::kUtf8String);
    if (member == kMembers.end() || !text) continue;
    // The birth date carries its era's digit in front.
    const std::string_view value = as_text(text->content);
    signer.set(member->second, member->second == "birth_date" && value.size() == 9 ? value.substr(1) : value);
  }
  return signer;
}

}  // namespace

std::span<const JpkiCheck> jpki_checks() { return kChecks; }

Result<Challenge> JpkiVerifier::open_challenge(ChallengeKind kind, Bytes message) {
  const Instant now = clock_.now();
  Challenge challenge{random_.bytes(16), kind, std::move(message), now + kChallengeLife};
  const auto stored = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.run("DELETE FROM challenge WHERE expires < ?1", {to_unix(now - Days{1})}));
    return transaction.run("INSERT INTO challenge(id, kind, message, expires) VALUES(?1, ?2, ?3, ?4)",
                           {challenge.id, kind_name(kind), challenge.message, to_unix(challenge.expires)});
  });
  TRY(stored);
  return challenge;
}

Result<Challenge> JpkiVerifier::find_challenge(ChallengeKind kind, const std::string& session) {
  TRY_ASSIGN(const Bytes id, from_hex(session));
  std::optional<Challenge> found;
  bool used = false;
  const auto looked = store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto row, transaction.query_one("SELECT message, expires FROM challenge WHERE id = ?1 AND kind = ?2", {id, kind_name(kind)}));
    if (row) found = Challenge{id, kind, row->blob(0), instant_from_unix(row->integer(1))};
    TRY_ASSIGN(const auto use, transaction.query_one("SELECT 1 FROM single_use WHERE kind = 'challenge' AND key = ?1", {id}));
    used = use.has_value();
    return {};
  });
  TRY(looked);
  if (!found) return Error{Reason::NOT_FOUND, "no such session"};
  if (used) return Error{Reason::REPLAY, "this session was finished"};
  if (found->expires < clock_.now()) return Error{Reason::SESSION_EXPIRED, "older than 300 s"};
  return std::move(*found);
}

Result<void> JpkiVerifier::use_up(const Challenge& challenge) {
  return store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const bool first, transaction.insert_if_absent("challenge", challenge.id, to_unix(challenge.expires + Days{1})));
    if (!first) return Error{Reason::REPLAY, "this session was finished"};
    return {};
  });
}

Result<void> JpkiVerifier::ask_status(const JpkiSubject& subject) {
  if (!subject.issuer) return Error{Reason::STATUS_UNAVAILABLE, "no issuer to ask"};
  ocsp::Request question;
  question.ids.push_back(ocsp::cert_id(ocsp::HashAlgorithm::kSha256, *subject.issuer, subject.certificate.serial()));
  question.nonce = random_.bytes(ocsp::kNonceSize);
  const auto answer = http::call_bytes(network_, http::post(config_.ocsp_url, ocsp::kRequestType, ocsp::encode_request(question)));
  if (!answer) return Error{Reason::STATUS_UNAVAILABLE, to_string(answer.error())};
  TRY_ASSIGN(const ocsp::VerifiedStatus status, ocsp::verify_response(*answer, {.issuer = *subject.issuer, .id = question.ids[0], .nonce = question.nonce, .now = subject.now}));
  return ocsp::require_good(status);
}

mdoc::Report JpkiVerifier::judge(JpkiSubject& subject) {
  mdoc::Report report;
  for (const JpkiCheck& check : checks_) report.checks.push_back({check.id, check.clause});
  for (size_t i = 0; i < checks_.size(); ++i) {
    const Result<void> passed = checks_[i].run(*this, subject);
    report.checks[i].outcome = passed ? mdoc::Outcome::kPassed : mdoc::Outcome::kFailed;
    if (passed) continue;
    report.checks[i].reason = report.verdict = passed.error().reason;
    report.detail = passed.error().detail;
    break;
  }
  return report;
}

Result<json::Value> JpkiVerifier::finish(ChallengeKind kind, const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string session, body.string_at("session"));
  TRY_ASSIGN(const Bytes der, body.base64url_at("certificate"));
  TRY_ASSIGN(const Bytes signature, body.base64url_at("signature"));
  TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
  TRY_ASSIGN(const Challenge challenge, find_challenge(kind, session));
  const JpkiArm& arm = kind == ChallengeKind::kLogin ? config_.authentication : config_.signing;
  JpkiSubject subject{config_, arm, challenge, certificate, signature, clock_.now(), std::nullopt};
  const mdoc::Report report = judge(subject);
  json::Value answer = mdoc::to_json(report);
  if (!report.good()) return answer;
  answer.set("serial", to_hex(certificate.serial()));
  answer.set("holder", is_phone(subject) ? "phone" : "card");
  if (kind == ChallengeKind::kSign) answer.set("signer", signer_json(certificate));
  return answer;
}

Result<json::Value> JpkiVerifier::start_login() {
  const Bytes nonce = random_.bytes(32);
  const Instant expires = clock_.now() + kChallengeLife;
  TRY_ASSIGN(const Challenge challenge, open_challenge(ChallengeKind::kLogin, login_message(config_.origin, nonce, expires)));
  return json::Value::object({{"session", to_hex(challenge.id)}, {"origin", config_.origin}, {"nonce", base64url::encode(nonce)}, {"expires", to_unix(expires)}});
}

Result<json::Value> JpkiVerifier::finish_login(const http::Request& request) { return finish(ChallengeKind::kLogin, request); }

Result<json::Value> JpkiVerifier::start_signature(const http::Request& request) {
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(Bytes document, body.base64url_at("document"));
  if (document.empty() || document.size() > kMaxDocumentSize) return Error{Reason::LIMIT_EXCEEDED, "a document of 1 byte to 1 MiB"};
  const std::string digest = base64url::encode(crypto::sha256(document));
  TRY_ASSIGN(const Challenge challenge, open_challenge(ChallengeKind::kSign, std::move(document)));
  return json::Value::object({{"session", to_hex(challenge.id)}, {"sha256", digest}});
}

Result<json::Value> JpkiVerifier::finish_signature(const http::Request& request) { return finish(ChallengeKind::kSign, request); }

std::vector<http::Route> routes(JpkiVerifier& verifier) {
  const auto answer = [](const Result<json::Value>& value) { return value ? http::Response::json(*value) : http::Response::error(value.error()); };
  return {
      {"POST", "/login/start", "anyone", [&verifier, answer](const http::Request&) { return answer(verifier.start_login()); }},
      {"POST", "/login/finish", "session", [&verifier, answer](const http::Request& request) { return answer(verifier.finish_login(request)); }},
      {"POST", "/sign/start", "anyone", [&verifier, answer](const http::Request& request) { return answer(verifier.start_signature(request)); }},
      {"POST", "/sign/finish", "session", [&verifier, answer](const http::Request& request) { return answer(verifier.finish_signature(request)); }},
  };
}

}  // namespace mitome::verifier
