#include "verifier/jpki_checks.h"

#include <algorithm>
#include <array>

#include "credential/x509/oids.h"

namespace mitome::verifier {
namespace {

Error profile(std::string_view detail) { return Error{Reason::CERT_PROFILE, std::string{detail}}; }

Result<void> check_unused(JpkiSubject& subject) {
  if (subject.input.challenge->used) return Error{Reason::REPLAY, "this session was finished before"};
  return {};
}

Result<void> check_open(JpkiSubject& subject) {
  const Instant expires = subject.input.challenge->expires;
  if (subject.input.now > expires) return Error{Reason::SESSION_EXPIRED, "ended " + to_rfc3339(expires)};
  return {};
}

Result<void> check_audience(JpkiSubject& subject) {
  if (subject.input.challenge->origin != subject.input.origin) {
    return Error{Reason::AUDIENCE_MISMATCH, "the session was begun at another service"};
  }
  return {};
}

Result<void> check_chain(JpkiSubject& subject) {
  std::string last = "no issuer among the trusted certificates";
  for (const auto& authority : subject.input.authorities) {
    auto issued = x509::verify_issued_by(subject.certificate, authority.certificate);
    if (issued) {
      subject.authority = &authority;
      return {};
    }
    if (authority.certificate.subject_name() == subject.certificate.issuer_name()) last = issued.error().detail;
  }
  return Error{Reason::CERT_UNTRUSTED, last};
}

Result<void> check_issuer_validity(JpkiSubject& subject) {
  if (subject.authority == nullptr) return {};
  auto valid = x509::check_validity(subject.authority->certificate, subject.input.now);
  if (!valid) return Error{valid.error().reason, "issuer: " + valid.error().detail};
  return {};
}

Result<void> check_own_validity(JpkiSubject& subject) {
  return x509::check_validity(subject.certificate, subject.input.now);
}

Result<void> check_profile(JpkiSubject& subject) {
  const auto& certificate = subject.certificate;
  const bool login = subject.input.purpose == Purpose::kUserAuthentication;
  if (certificate.is_ca()) return profile("a CA certificate");
  if (certificate.public_key().type() != crypto::KeyType::kRsa) return profile("not an RSA key");
  if (subject.authority != nullptr && subject.authority->purpose != subject.input.purpose) {
    return profile("issued for another purpose");
  }
  const uint16_t usage = login ? x509::kDigitalSignature : x509::kDigitalSignature | x509::kNonRepudiation;
  if (certificate.key_usage() != usage) return profile("key usage");
  const auto purposes = certificate.extended_key_usage();
  if (login && std::find(purposes.begin(), purposes.end(), x509::oid::kClientAuth) == purposes.end()) {
    return profile("no clientAuth purpose");
  }
  const auto policies = certificate.policies();
  if (policies.size() != 1 || (policies[0] != subject.input.card_policy && policies[0] != subject.input.phone_policy)) {
    return profile("policy");
  }
  if (!login) TRY(read_four_items(certificate));
  return {};
}

bool signature_fits(const JpkiInput& input, const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::kRsa) return false;
  if (!input.digest.empty()) return key.verify_digest(input.digest, input.signature);
  return key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, input.message, input.signature);
}

Result<void> check_signature(JpkiSubject& subject) {
  const auto& input = subject.input;
  const auto& key = subject.certificate.public_key();
  if (signature_fits(input, key)) return {};
  if (input.fits_another_challenge && input.fits_another_challenge(key)) {
    return Error{Reason::NONCE_MISMATCH, "the signature answers another session"};
  }
  return Error{Reason::BAD_SIGNATURE, "not over what was asked to be signed"};
}

Result<void> check_status(JpkiSubject& subject) {
  if (subject.authority == nullptr) return Error{Reason::STATUS_UNAVAILABLE, "nobody to ask"};
  return subject.input.status(subject.certificate, *subject.authority);
}

Result<void> check_single_use(JpkiSubject& subject) { return subject.input.consume(); }

constexpr std::array<JpkiCheck, 10> kChecks{{
    {"session_unused", "threats ONL-2", check_unused},
    {"session_open", "docs/endpoints.md", check_open},
    {"audience", "threats ONL-3", check_audience},
    {"chain", "RFC 5280 6.1", check_chain},
    {"issuer_validity", "RFC 5280 6.1.3", check_issuer_validity},
    {"validity", "RFC 5280 4.1.2.5", check_own_validity},
    {"profile", "RFC 5280 4.2", check_profile},
    {"signature", "RFC 8017 8.2.2", check_signature},
    {"revocation", "RFC 6960 3.2", check_status},
    {"single_use", "threats ONL-2", check_single_use},
}};

}  // namespace

std::span<const JpkiCheck> jpki_checks() { return kChecks; }

}  // namespace mitome::verifier
