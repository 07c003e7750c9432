#include "testing/jpki_trial.h"

#include "codec/der/der.h"
#include "credential/x509/oids.h"

namespace mitome::testing {
namespace {

using verifier::Purpose;

constexpr std::string_view kItem = "1.2.392.200149.8.5.5.";

std::vector<std::pair<std::string, std::string>> items() {
  const auto item = [](const char* leaf, const char* text) {
    return std::pair{std::string{kItem} + leaf, std::string{text}};
  };
  return {item("1", "黒桐　幹也"), item("4", "319800217"),  item("3", "1"), item("5", "架空都架空市１－２－３"),
          item("2", "00000"),      item("6", "00000000000")};
}

void replace(x509::CertificateTemplate& certificate, x509::Extension extension) {
  for (auto& each : certificate.extensions) {
    if (each.oid == extension.oid) each = extension;
  }
}

void remove(x509::CertificateTemplate& certificate, std::string_view oid) {
  std::erase_if(certificate.extensions, [&](const auto& each) { return each.oid == oid; });
}

void change_items(JpkiTrial& trial,
                  const std::function<void(std::vector<std::pair<std::string, std::string>>&)>& change) {
  auto all = items();
  change(all);
  replace(trial.certificate, x509::subject_alt_other_names(all));
}

}  // namespace

x509::CertificateTemplate jpki_template(TestCa& ca, Purpose purpose, const crypto::PublicKey& key,
                                        std::string_view policy) {
  const bool login = purpose == Purpose::kUserAuthentication;
  auto certificate =
      ca.end_entity("Kokuto", key, login ? x509::kDigitalSignature : x509::kDigitalSignature | x509::kNonRepudiation);
  certificate.extensions.push_back(x509::certificate_policy(policy, "http://cps.mitome.invalid/cps.html", true));
  if (login) certificate.extensions.push_back(x509::extended_key_usage({std::string{x509::oid::kClientAuth}}));
  if (!login) certificate.extensions.push_back(x509::subject_alt_other_names(items()));
  return certificate;
}

JpkiTrial::JpkiTrial(Purpose purpose_)
    : purpose(purpose_),
      auth_ca("User authentication CA"),
      sign_ca("Signing CA"),
      key(test_signer(crypto::KeyType::kRsa, 1)),
      issuer(purpose == Purpose::kUserAuthentication ? &auth_ca : &sign_ca) {
  certificate = jpki_template(*issuer, purpose, key->public_key(),
                              purpose == Purpose::kUserAuthentication ? kTestPhoneAuth : kTestPhoneSign);
  authorities = {{auth_ca.certificate(), Purpose::kUserAuthentication, "http://authority.localhost/status/ocsp"},
                 {sign_ca.certificate(), Purpose::kSigning, "http://authority.localhost/status/ocsp"}};
  challenge = {"id", "login", origin, Bytes(32, 1), {}, clock.now() + Seconds{300}};
}

verifier::JpkiInput JpkiTrial::input() {
  der_ = issuer->issue(certificate).der();
  if (spoil_certificate) spoil_certificate(der_);
  signature_ = *key->sign(message);
  if (spoil_signature) spoil_signature(signature_);
  verifier::JpkiInput input;
  input.purpose = purpose;
  input.certificate = der_;
  input.message = message;
  input.signature = signature_;
  input.now = clock.now();
  input.authorities = authorities;
  const bool login = purpose == Purpose::kUserAuthentication;
  input.card_policy = login ? kTestCardAuth : kTestCardSign;
  input.phone_policy = login ? kTestPhoneAuth : kTestPhoneSign;
  input.challenge = &challenge;
  input.origin = "http://portal.localhost";
  input.fits_another_challenge = [this](const crypto::PublicKey&) { return fits_another; };
  input.status = [this](const x509::Certificate&, const verifier::JpkiAuthority&) { return status; };
  input.consume = [this] { return consume; };
  return input;
}

std::vector<JpkiNegative> jpki_corpus() {
  constexpr Purpose kLogin = Purpose::kUserAuthentication, kSign = Purpose::kSigning;
  std::vector<JpkiNegative> all;
  const auto add = [&](std::string name, Reason reason, Purpose purpose, std::function<void(JpkiTrial&)> spoil) {
    all.push_back({std::move(name), reason, purpose, std::move(spoil)});
  };
  add("certificate cut short", Reason::CERT_MALFORMED, kLogin,
      [](auto& t) { t.spoil_certificate = [](Bytes& der) { der.pop_back(); }; });
  add("session used", Reason::REPLAY, kLogin, [](auto& t) { t.challenge.used = true; });
  add("session ended", Reason::SESSION_EXPIRED, kLogin,
      [](auto& t) { t.challenge.expires = t.clock.now() - Seconds{1}; });
  add("another service's session", Reason::AUDIENCE_MISMATCH, kLogin,
      [](auto& t) { t.challenge.origin = "http://kiosk.localhost"; });
  add("no authority", Reason::CERT_UNTRUSTED, kLogin, [](auto& t) { t.authorities.clear(); });
  add("certificate's signature", Reason::CERT_UNTRUSTED, kLogin,
      [](auto& t) { t.spoil_certificate = [](Bytes& der) { der.back() ^= 1; }; });
  add("issuer expired", Reason::CERT_EXPIRED, kLogin, [](auto& t) {
    auto root = t.auth_ca.root_template();
    root.not_after = t.clock.now() - Seconds{1};
    t.authorities[0].certificate = t.auth_ca.issue(root);
  });
  add("certificate expired", Reason::CERT_EXPIRED, kLogin,
      [](auto& t) { t.certificate.not_after = t.clock.now() - Seconds{1}; });
  add("certificate of tomorrow", Reason::CERT_NOT_YET_VALID, kLogin,
      [](auto& t) { t.certificate.not_before = t.clock.now() + Seconds{1}; });
  add("signing certificate at a login", Reason::CERT_PROFILE, kLogin, [](auto& t) {
    t.issuer = &t.sign_ca;
    t.certificate = jpki_template(t.sign_ca, Purpose::kUserAuthentication, t.key->public_key(), kTestPhoneAuth);
  });
  add("key usage", Reason::CERT_PROFILE, kLogin,
      [](auto& t) { replace(t.certificate, x509::key_usage(x509::kKeyAgreement)); });
  add("key usage of a signing certificate", Reason::CERT_PROFILE, kLogin,
      [](auto& t) { replace(t.certificate, x509::key_usage(x509::kDigitalSignature | x509::kNonRepudiation)); });
  add("key usage of a login certificate", Reason::CERT_PROFILE, kSign,
      [](auto& t) { replace(t.certificate, x509::key_usage(x509::kDigitalSignature)); });
  add("no clientAuth", Reason::CERT_PROFILE, kLogin,
      [](auto& t) { remove(t.certificate, x509::oid::kExtendedKeyUsage); });
  add("policy of the real arm", Reason::CERT_PROFILE, kLogin,
      [](auto& t) { replace(t.certificate, x509::certificate_policy("1.2.392.200149.8.5.1.3.30", "", true)); });
  add("no policy", Reason::CERT_PROFILE, kLogin,
      [](auto& t) { remove(t.certificate, x509::oid::kCertificatePolicies); });
  add("policy of the other purpose", Reason::CERT_PROFILE, kSign,
      [](auto& t) { replace(t.certificate, x509::certificate_policy(kTestPhoneAuth, "", true)); });
  add("a CA certificate", Reason::CERT_PROFILE, kLogin, [](auto& t) {
    auto root = t.auth_ca.root_template();
    root.extensions[1] = x509::basic_constraints(true, std::nullopt);
    t.authorities[0].certificate = t.auth_ca.issue(root);
    t.certificate.extensions.push_back(x509::basic_constraints(true, std::nullopt));
  });
  add("not an RSA key", Reason::CERT_PROFILE, kLogin, [](auto& t) {
    t.key = test_signer();
    t.certificate.spki = t.key->public_key().spki();
  });
  for (size_t i = 0; i < 4; ++i) {
    add("four items, one missing", Reason::CERT_PROFILE, kSign, [i](auto& t) {
      change_items(t, [i](auto& list) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(i)); });
    });
  }
  add("an item twice", Reason::CERT_PROFILE, kSign,
      [](auto& t) { change_items(t, [](auto& list) { list.push_back(list.front()); }); });
  add("birth date that no calendar has", Reason::CERT_PROFILE, kSign,
      [](auto& t) { change_items(t, [](auto& list) { list[1].second = "319800230"; }); });
  add("birth date without era", Reason::CERT_PROFILE, kSign,
      [](auto& t) { change_items(t, [](auto& list) { list[1].second = "19800217"; }); });
  add("an item that is no UTF8String", Reason::CERT_PROFILE, kSign, [](auto& t) {
    for (auto& each : t.certificate.extensions) {
      if (each.oid == x509::oid::kSubjectAltName)
        each.value = replace_once(each.value, der::utf8_string("1"), der::printable_string("1"));
    }
  });
  add("signature", Reason::BAD_SIGNATURE, kLogin, [](auto& t) { t.spoil_signature = [](Bytes& s) { s.back() ^= 1; }; });
  add("signature cut short", Reason::BAD_SIGNATURE, kSign,
      [](auto& t) { t.spoil_signature = [](Bytes& s) { s.pop_back(); }; });
  add("another session's signature", Reason::NONCE_MISMATCH, kLogin, [](auto& t) {
    t.spoil_signature = [](Bytes& s) { s.back() ^= 1; };
    t.fits_another = true;
  });
  add("revoked", Reason::CERT_REVOKED, kLogin, [](auto& t) { t.status = Error{Reason::CERT_REVOKED, ""}; });
  add("nobody answers", Reason::STATUS_UNAVAILABLE, kSign, [](auto& t) {
    t.status = Error{Reason::STATUS_UNAVAILABLE, ""};
  });
  add("used at the same moment", Reason::REPLAY, kLogin, [](auto& t) { t.consume = Error{Reason::REPLAY, ""}; });
  return all;
}

}  // namespace mitome::testing
