// POST /phone/resume and /phone/refresh: a found phone gets a new signing certificate and a fresh batch; an active one
// a batch.
#include <algorithm>

#include "codec/cbor/writer.h"
#include "issuer/issuer.h"

namespace mitome::issuer {
namespace {

struct RenewalBody {
  Bytes sign_spki;  ///< empty in a refresh
  std::vector<crypto::PublicKey> device_keys;
  Bytes attestation;
};

Result<RenewalBody> parse_body(ByteView bytes, bool with_signing_key) {
  if (bytes.size() > kMaxEvidenceSize) return Error{Reason::LIMIT_EXCEEDED, "over 256 KiB"};
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(bytes));
  const cbor::Value map = document.root();
  RenewalBody body;
  if (with_signing_key) {
    TRY_ASSIGN(const cbor::Value value, map.get("sign"));
    TRY_ASSIGN(const ByteView spki, value.as_bytes());
    TRY_ASSIGN(const crypto::PublicKey key, crypto::PublicKey::from_spki(spki));
    if (key.type() != crypto::KeyType::kRsa || key.modulus_size() != 256)
      return Error{Reason::BAD_KEY, "the signing key is not RSA-2048"};
    body.sign_spki = to_bytes(spki);
  }
  TRY_ASSIGN(const cbor::Value array, map.get("mdoc"));
  TRY_ASSIGN(body.device_keys, parse_device_keys(array));
  TRY_ASSIGN(const cbor::Value attestation, map.get("attestation"));
  TRY_ASSIGN(const ByteView attestation_bytes, attestation.as_bytes());
  body.attestation = to_bytes(attestation_bytes);
  return body;
}

crypto::Sha256Digest key_digest(const RenewalBody& body) {
  std::vector<ByteView> spkis;
  if (!body.sign_spki.empty()) spkis.push_back(body.sign_spki);
  for (const crypto::PublicKey& key : body.device_keys) spkis.push_back(key.spki());
  return crypto::sha256(key_list(spkis));
}

Bytes encode_renewal(const registry::Phone& phone, ByteView sign_certificate, const std::vector<Bytes>& mdocs) {
  cbor::Writer grant;
  grant.map(sign_certificate.empty() ? 2 : 3).text("version").integer(phone.version);
  if (!sign_certificate.empty()) grant.text("sign_cert").bytes(sign_certificate);
  grant.text("mdocs").array(mdocs.size());
  for (const Bytes& mdoc : mdocs) grant.bytes(mdoc);
  return grant.take();
}

}  // namespace

Result<Issuer::Renewal> Issuer::begin_renewal(const http::Request& request) {
  TRY_ASSIGN(registry::PhoneCaller caller, registry::authenticate_phone(registry_, request));
  Renewal renewal{std::move(caller.phone), {}, {}};
  renewal.change.phone = renewal.phone.id;
  renewal.change.version = caller.call.version;
  renewal.change.idempotency = std::move(caller.idempotency);
  TRY_ASSIGN(renewal.answered, registry_.answered(renewal.change.idempotency));
  // What was sent before the last change is stale, whatever the state is now (threats LFC-5). The registry judges both
  // again in the transaction; here they save a signature.
  if (!renewal.answered && renewal.phone.version != renewal.change.version) return Error{Reason::STALE_VERSION, ""};
  if (!renewal.answered && renewal.phone.state == registry::PhoneState::kEnded) return Error{Reason::PHONE_ENDED, ""};
  return renewal;
}

Result<Instant> Issuer::phone_expiry(const registry::Phone& phone) {
  TRY_ASSIGN(const auto certificates, registry_.certificates_of(registry::Holder::kPhone, phone.id.text));
  for (const registry::CertificateRecord& certificate : certificates)
    if (certificate.ca == registry::Ca::kAuth) return certificate.not_after;
  return Error{Reason::NOT_FOUND, "the phone has no user authentication certificate"};
}

Result<Bytes> Issuer::resume_phone(const http::Request& request) {
  TRY_ASSIGN(Renewal caller, begin_renewal(request));
  if (caller.answered) return std::move(*caller.answered);
  if (caller.phone.state != registry::PhoneState::kSuspended)
    return Error{Reason::TRANSITION_REFUSED, "the phone is not suspended"};
  TRY(registry_.judge_facts(caller.phone.id));
  TRY_ASSIGN(RenewalBody body, parse_body(request.body, true));
  TRY_ASSIGN(const Attested attested, verify_attestation(body.attestation, as_bytes(caller.change.idempotency.key), key_digest(body),
                                                         config_.makers, clock_.now()));
  TRY(check_batch(attested, body.device_keys));

  Order order;
  order.holder = registry::Holder::kPhone;
  order.holder_id = caller.phone.id.text;
  TRY_ASSIGN(order.person, registry_.person(caller.phone.person));
  order.sign_spki = body.sign_spki;
  order.device_keys = std::move(body.device_keys);
  order.not_before = std::max(clock_.now(), caller.phone.active_at);
  TRY_ASSIGN(order.not_after, phone_expiry(caller.phone));
  TRY_ASSIGN(const Issued issued, issue(order));
  caller.change.certificates = issued.certificates;
  caller.change.mdocs = issued.indices;
  return registry_.resume(caller.change, [&](const registry::Phone& phone) {
    return encode_renewal(phone, issued.sign_certificate, issued.mdocs);
  });
}

Result<Bytes> Issuer::refresh_phone(const http::Request& request) {
  TRY_ASSIGN(Renewal caller, begin_renewal(request));
  if (caller.answered) return std::move(*caller.answered);
  if (caller.phone.state == registry::PhoneState::kSuspended) return Error{Reason::PHONE_SUSPENDED, ""};
  TRY(registry_.judge_facts(caller.phone.id));
  TRY_ASSIGN(RenewalBody body, parse_body(request.body, false));
  if (body.device_keys.empty()) return Error{Reason::MALFORMED, "no device keys"};  // nothing would be made, on any phone
  TRY_ASSIGN(const Attested attested, verify_attestation(body.attestation, as_bytes(caller.change.idempotency.key), key_digest(body),
                                                         config_.makers, clock_.now()));
  TRY(check_batch(attested, body.device_keys));

  Order order;
  order.holder = registry::Holder::kPhone;
  order.holder_id = caller.phone.id.text;
  TRY_ASSIGN(order.person, registry_.person(caller.phone.person));
  order.device_keys = std::move(body.device_keys);
  order.not_before = std::max(clock_.now(), caller.phone.active_at);
  TRY_ASSIGN(order.not_after, phone_expiry(caller.phone));
  TRY_ASSIGN(const Issued issued, issue(order));
  caller.change.mdocs = issued.indices;
  return registry_.refresh(caller.change,
                           [&](const registry::Phone& phone) { return encode_renewal(phone, {}, issued.mdocs); });
}

}  // namespace mitome::issuer
