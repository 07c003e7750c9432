// POST /enrol/complete: every proof at once, all of one person, or nothing is written (decisions.md 18; threats ISS-10,
// ISS-11).
#include <algorithm>

#include "codec/cbor/writer.h"
#include "codec/der/der.h"
#include "issuer/issuer.h"
#include "registry/activation.h"

namespace mitome::issuer {
namespace {

constexpr int kYoungestHolder = 15;  // article A57

/// The signing certificate's four items (domain.md 2.3) are those of the person.
Result<void> check_certificate_person(const x509::Certificate& certificate, const FourItems& items) {
  const std::string sex = items.sex == "1" || items.sex == "2" ? items.sex : "3";
  const std::pair<std::string_view, std::string> expected[] = {
      {"1.2.392.200149.8.5.5.1", items.name},
      {"1.2.392.200149.8.5.5.4", era_birth_date(items.birth_date)},
      {"1.2.392.200149.8.5.5.3", sex},
      {"1.2.392.200149.8.5.5.5", items.address}};
  const auto names = certificate.subject_other_names();
  for (const auto& [oid, text] : expected) {
    const auto found = std::find_if(names.begin(), names.end(), [wanted = oid](const x509::OtherName& name) { return name.oid == wanted; });
    if (found == names.end() || found->value != der::utf8_string(text))
      return Error{Reason::PERSON_MISMATCH, "the signing certificate names another person"};
  }
  return {};
}

Bytes encode_grant(const registry::Phone& phone, ByteView auth_certificate, ByteView sign_certificate,
                   const Hierarchy& hierarchy, const std::vector<Bytes>& mdocs) {
  cbor::Writer grant;
  grant.map(8)
      .text("phone")
      .text(phone.id.text)
      .text("version")
      .integer(phone.version)
      .text("active_at")
      .integer(to_unix(phone.active_at));
  grant.text("auth_cert").bytes(auth_certificate).text("sign_cert").bytes(sign_certificate);
  grant.text("auth_ca")
      .bytes(hierarchy.auth_ca.certificate.der())
      .text("sign_ca")
      .bytes(hierarchy.sign_ca.certificate.der());
  grant.text("mdocs").array(mdocs.size());
  for (const Bytes& mdoc : mdocs) grant.bytes(mdoc);
  return grant.take();
}

}  // namespace

Result<registry::CertificateRecord> Issuer::card_certificate(registry::Ca ca, const Authority& authority,
                                                             ByteView der) {
  TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
  TRY(x509::verify_issued_by(certificate, authority.certificate));
  TRY(x509::check_validity(certificate, clock_.now()));
  auto record = registry_.certificate(ca, certificate.serial());
  if (!record)
    return record.error().reason == Reason::NOT_FOUND ? Error{Reason::CERT_STATUS_UNKNOWN, "not on record"}
                                                      : record.error();
  if (record->holder != registry::Holder::kCard)
    return Error{Reason::CARD_NOT_VALID, "the certificate is not a card's"};
  if (record->state == registry::State::kHeld)
    return Error{Reason::CERT_SUSPENDED, "the card's certificate is on hold"};
  if (record->state != registry::State::kValid || record->der != to_bytes(der))
    return Error{Reason::CERT_REVOKED, "the card's certificate"};
  return record;
}

Result<void> Issuer::judge_likeness(const registry::EnrolmentSession& session, const registry::Person& person) {
  const FaceRecord face{session.recording};
  const Result<void> judged = judge_.judge_likeness(face, person);
  if (judged || judged.error().reason != Reason::REVIEW_PENDING) return judged;
  if (const auto until = judge_.decision_until(face)) TRY(registry_.extend_session(session.id, *until));
  return judged;
}

Result<Issuer::ProvenCard> Issuer::prove_card(const Evidence& evidence, const registry::EnrolmentSession& session) {
  TRY_ASSIGN(const registry::CertificateRecord auth,
             card_certificate(registry::Ca::kAuth, hierarchy_.auth_ca, evidence.auth_certificate));
  TRY_ASSIGN(const registry::Person person, registry_.person(auth.person));
  if (age_in_years(person.facts.birth_date, japan_date(clock_.now())) < kYoungestHolder)
    return Error{Reason::UNDER_AGE, ""};
  if (person.facts.ward || evidence.sign_certificate.empty()) return Error{Reason::NO_SIGNING_CERTIFICATE, ""};
  TRY_ASSIGN(const registry::CertificateRecord sign,
             card_certificate(registry::Ca::kSign, hierarchy_.sign_ca, evidence.sign_certificate));
  TRY_ASSIGN(const x509::Certificate sign_certificate, x509::Certificate::parse(evidence.sign_certificate));
  if (!sign_certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256,
                                            enrolment_message(session.nonce, evidence.keys_bytes), evidence.signature))
    return Error{Reason::BAD_SIGNATURE, "by the card's signing key over the evidence"};
  TRY_ASSIGN(const jpki::VerifiedTextFiles text, jpki::verify_text_integrity(evidence.text, hierarchy_.text.ca_key));

  // One person in all of it.
  if (sign.person != auth.person || sign.holder_id != auth.holder_id)
    return Error{Reason::PERSON_MISMATCH, "the two certificates are not of one card"};
  const FourItems items = four_items(person.facts);
  TRY(check_certificate_person(sign_certificate, items));
  if (text.my_number() != person.facts.my_number)
    return Error{Reason::PERSON_MISMATCH, "the text files' number is not the certificates' person's"};
  if (text.attributes() != jpki::Attributes{items.name, items.address, items.birth_date, items.sex})
    return Error{Reason::PERSON_MISMATCH, "the text files' attributes are not the certificates' person's"};

  TRY_ASSIGN(const registry::Card card, registry_.card(CardId{auth.holder_id}));
  if (card.state != registry::State::kActive || card.expires <= clock_.now())
    return Error{Reason::CARD_NOT_VALID, "ended or expired"};
  // Last, since a person may have to look: nobody is asked about evidence that is refused anyway.
  TRY(judge_likeness(session, person));
  return ProvenCard{person, card, auth.serial, sign.serial, std::min({card.expires, auth.not_after, sign.not_after})};
}

Result<Bytes> Issuer::complete_enrolment(const http::Request& request) {
  TRY_ASSIGN(const Evidence evidence, parse_evidence(request.body));
  const crypto::Sha256Digest digest = crypto::sha256(request.body);
  TRY_ASSIGN(std::optional<Bytes> answered, registry_.completed_enrolment(evidence.session, digest));
  if (answered) return std::move(*answered);
  TRY_ASSIGN(const registry::EnrolmentSession session, registry_.session(evidence.session));
  if (session.recording.empty()) return Error{Reason::LIVENESS_FAILED, "no movement was recorded in this session"};
  TRY_ASSIGN(const Attested attested, verify_attestation(evidence.attestation, session.nonce, crypto::sha256(evidence.keys_bytes),
                                                         config_.makers, clock_.now()));
  TRY(check_batch(attested, evidence.keys.mdoc));
  TRY_ASSIGN(const ProvenCard proven, prove_card(evidence, session));

  Order order;
  order.holder = registry::Holder::kPhone;
  const PhoneId phone = registry_.new_phone_id();
  order.holder_id = phone.text;
  order.person = proven.person;
  order.auth_spki = evidence.keys.auth.spki();
  order.sign_spki = evidence.keys.sign.spki();
  order.device_keys = evidence.keys.mdoc;
  order.not_before = registry::activation_instant(clock_.now());
  order.not_after = certificate_expiry(proven.person.facts.birth_date, clock_.now(), proven.expires);
  if (order.not_after <= order.not_before)
    return Error{Reason::CARD_NOT_VALID, "the card ends before the phone could be used"};
  TRY_ASSIGN(const Issued issued, issue(order));

  registry::NewPhone fresh;
  fresh.session = session.id;
  fresh.request = digest;
  fresh.phone = phone;
  fresh.person = proven.person.id;
  fresh.card = proven.card.id;
  fresh.card_sign_serial = proven.sign_serial;
  fresh.card_auth_serial = proven.auth_serial;
  fresh.model = session.model;
  fresh.instance_spki = evidence.keys.instance.spki();
  fresh.active_at = order.not_before;
  fresh.certificates = issued.certificates;
  fresh.mdocs = issued.indices;
  return registry_.complete_enrolment(fresh, [&](const registry::Phone& live) {
    return encode_grant(live, issued.auth_certificate, issued.sign_certificate, hierarchy_, issued.mdocs);
  });
}

}  // namespace mitome::issuer
