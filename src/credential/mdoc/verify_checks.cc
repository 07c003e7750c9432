#include "credential/mdoc/verify_checks.h"

#include <algorithm>

#include "credential/mdoc/device_auth.h"

namespace mitome::mdoc {
namespace {

Result<void> response_status(Subject& subject) {
  if (subject.response.status == kStatusOk) return {};
  return Error{Reason::QUERY_NOT_SATISFIED, "DeviceResponse status " + std::to_string(subject.response.status)};
}

Result<void> issuer_chain(Subject& subject) {
  if (subject.remembered) {
    // What was verified stays so; whether it is still trusted is asked every time.
    for (const auto& anchor : subject.input.anchors) {
      if (anchor == *subject.anchor) return {};
    }
    return Error{Reason::UNTRUSTED_ISSUER, "the root is no longer an anchor"};
  }
  TRY_ASSIGN(subject.anchor, find_anchor(subject.signer, subject.input.anchors));
  return {};
}

Result<void> signer_profile(Subject& subject) {
  if (subject.remembered) return {};
  TRY(check_signer_profile(subject.signer));
  // A pinned signer has no root whose country it could share.
  if (subject.anchor && !(*subject.anchor == subject.signer)) TRY(check_same_country(subject.signer, *subject.anchor));
  if (subject.anchor && subject.input.cache != nullptr) {
    subject.input.cache->insert(subject.fingerprint, {subject.signer, *subject.anchor});
  }
  return {};
}

Result<void> signer_validity(Subject& subject) {
  if (!subject.signer.valid_at(subject.input.now)) return Error{Reason::DS_EXPIRED, ""};
  if (subject.anchor && !subject.anchor->valid_at(subject.input.now))
    return Error{Reason::UNTRUSTED_ISSUER, "the root is not valid now"};
  return {};
}

Result<void> signer_revocation(Subject& subject) {
  if (!subject.input.signer_status || !subject.anchor) return {};
  return subject.input.signer_status(subject.signer, *subject.anchor);
}

Result<void> issuer_signature(Subject& subject) {
  auto good = cose::verify(subject.document.issuer_signed.issuer_auth, subject.signer.public_key());
  if (!good && good.error().reason == Reason::BAD_SIGNATURE)
    return Error{Reason::ISSUER_SIGNATURE, good.error().detail};
  return good;
}

Result<void> mso_doctype(Subject& subject) {
  if (subject.document.doctype == subject.mso.doctype) return {};
  return Error{Reason::DOCTYPE_MISMATCH, "Document and MSO"};
}

const ItemsRequest* request_for(const Subject& subject) {
  for (const auto& request : subject.input.requested) {
    if (request.doctype == subject.document.doctype) return &request;
  }
  return nullptr;
}

Result<void> requested_doctype(Subject& subject) {
  if (subject.input.requested.empty() || request_for(subject) != nullptr) return {};
  return Error{Reason::DOCTYPE_MISMATCH, "request and Document"};
}

Result<void> signed_in_signer_validity(Subject& subject) {
  if (subject.signer.valid_at(subject.mso.validity.signed_at)) return {};
  return Error{Reason::MSO_SIGNED_OUTSIDE_DS, ""};
}

Result<void> valid_from(Subject& subject) {
  if (subject.input.now >= subject.mso.validity.valid_from) return {};
  return Error{Reason::MSO_NOT_YET_VALID, to_rfc3339(subject.mso.validity.valid_from)};
}

Result<void> valid_until(Subject& subject) {
  if (subject.input.now <= subject.mso.validity.valid_until) return {};
  return Error{Reason::MSO_EXPIRED, to_rfc3339(subject.mso.validity.valid_until)};
}

Result<void> value_digests(Subject& subject) { return check_digests(subject.document.issuer_signed, subject.mso); }

Result<void> device_auth_method(Subject& subject) {
  const auto& device = subject.document.device_signed;
  if (device.signature.has_value() == device.mac.has_value()) {
    return Error{Reason::DEVICE_AUTH_METHOD, device.mac ? "both signature and MAC" : "neither signature nor MAC"};
  }
  if (device.signature && !subject.input.allow_signature)
    return Error{Reason::DEVICE_AUTH_METHOD, "a signature was not asked for"};
  if (device.mac && !subject.input.allow_mac) return Error{Reason::DEVICE_AUTH_METHOD, "a MAC was not asked for"};
  if (device.mac && subject.input.reader_key == nullptr)
    return Error{Reason::DEVICE_AUTH_METHOD, "a MAC, and no reader key to check it with"};
  return {};
}

bool signed_over(const Subject& subject, const crypto::PublicKey& key, std::string_view doctype) {
  const auto& device = subject.document.device_signed;
  const Bytes payload =
      device_authentication_bytes(subject.input.session_transcript, doctype, device.name_spaces_bytes);
  return cose::verify(*device.signature, key, payload).has_value();
}

/// A signature that does not verify may have been made for another session, by another key or for another type. Which
/// of them shows only where the other key or type is known to us; the sessions of others are not.
Error explain_bad_signature(const Subject& subject) {
  for (const auto& other : subject.all_msos) {
    if (&other != &subject.mso && signed_over(subject, other.device_key, subject.document.doctype)) {
      return {Reason::DEVICE_KEY_MISMATCH, "signed by the key of another document"};
    }
    if (other.doctype != subject.document.doctype && signed_over(subject, subject.mso.device_key, other.doctype)) {
      return {Reason::DOCTYPE_MISMATCH, "DeviceAuthentication and Document"};
    }
  }
  for (const auto& request : subject.input.requested) {
    if (request.doctype != subject.document.doctype && signed_over(subject, subject.mso.device_key, request.doctype)) {
      return {Reason::DOCTYPE_MISMATCH, "DeviceAuthentication and Document"};
    }
  }
  return {Reason::DEVICE_AUTH_SESSION_MISMATCH, "or made by another key than the one the issuer bound"};
}

Result<void> check_device_signature(Subject& subject, ByteView payload) {
  const auto& signature = *subject.document.device_signed.signature;
  const auto algorithm = signature.headers.algorithm;
  const auto type = subject.mso.device_key.type();
  const auto other = type == crypto::KeyType::kP256 ? crypto::KeyType::kP384 : crypto::KeyType::kP256;
  if (algorithm && !cose::algorithm_fits(*algorithm, type) && cose::algorithm_fits(*algorithm, other)) {
    return Error{Reason::DEVICE_KEY_MISMATCH, "signed by a key on another curve"};
  }
  auto good = cose::verify(signature, subject.mso.device_key, payload);
  if (!good && good.error().reason == Reason::BAD_SIGNATURE) return explain_bad_signature(subject);
  return good;
}

Result<void> check_device_mac(Subject& subject, ByteView payload) {
  TRY_ASSIGN(const auto key,
             derive_emac_key(*subject.input.reader_key, subject.mso.device_key, subject.input.session_transcript));
  auto good = cose::verify(*subject.document.device_signed.mac, key, payload);
  if (!good && good.error().reason == Reason::BAD_SIGNATURE) return Error{Reason::DEVICE_MAC_MISMATCH, ""};
  return good;
}

Result<void> device_auth(Subject& subject) {
  const auto& device = subject.document.device_signed;
  const Bytes payload =
      device_authentication_bytes(subject.input.session_transcript, subject.document.doctype, device.name_spaces_bytes);
  // One refuted is enough; which of the two may be there is the check before this one.
  if (device.signature) TRY(check_device_signature(subject, payload));
  if (device.mac && subject.input.reader_key != nullptr) TRY(check_device_mac(subject, payload));
  return {};
}

Result<void> key_authorizations(Subject& subject) {
  for (const auto& element : subject.document.device_signed.elements) {
    if (!subject.mso.authorizations.allows(element.name_space, element.identifier)) {
      return Error{Reason::KEY_NOT_AUTHORIZED, "element " + std::string{element.identifier}};
    }
  }
  return {};
}

Result<void> document_status(Subject& subject) {
  if (!subject.mso.status || subject.input.status_not_asked) return {};
  if (!subject.input.status || !subject.anchor) return Error{Reason::STATUS_UNAVAILABLE, "nobody to ask"};
  return subject.input.status(*subject.mso.status, *subject.anchor);
}

bool shown(const Document& document, const RequestedElement& element) {
  const auto& device = document.device_signed.elements;
  return document.issuer_signed.find(element.name_space, element.identifier) != nullptr ||
         std::any_of(device.begin(), device.end(), [&](const DeviceSignedElement& signed_element) {
           return signed_element.identifier == element.identifier && signed_element.name_space == element.name_space;
         });
}

Result<void> query_satisfied(Subject& subject) {
  if (subject.input.requested.empty()) return {};
  const auto* request = request_for(subject);
  if (request == nullptr) return Error{Reason::QUERY_NOT_SATISFIED, "a document that was not asked for"};
  for (const auto& name_space : subject.document.issuer_signed.name_spaces) {
    for (const auto& item : name_space.items) {
      const bool asked =
          std::any_of(request->elements.begin(), request->elements.end(), [&](const RequestedElement& element) {
            return element.identifier == item.identifier && element.name_space == name_space.name;
          });
      if (!asked) return Error{Reason::QUERY_NOT_SATISFIED, "not asked for: " + std::string{item.identifier}};
    }
  }
  if (subject.input.missing_allowed) return {};
  for (const auto& element : request->elements) {
    if (!shown(subject.document, element)) return Error{Reason::QUERY_NOT_SATISFIED, "missing: " + element.identifier};
  }
  return {};
}

Result<void> all_documents_shown(Subject& subject) {
  if (!subject.last || subject.input.missing_allowed) return {};
  for (const auto& request : subject.input.requested) {
    const bool there = std::any_of(subject.response.documents.begin(), subject.response.documents.end(),
                                   [&](const Document& document) { return document.doctype == request.doctype; });
    if (!there) return Error{Reason::QUERY_NOT_SATISFIED, "missing: " + request.doctype};
  }
  return {};
}

Result<void> single_use(Subject& subject) {
  if (!subject.last || !subject.input.consume) return {};
  return subject.input.consume();
}

constexpr CheckEntry kChecks[] = {
    {"response_status", "ISO/IEC 18013-5 8.3.2.1.2.3", false, response_status},
    {"issuer_chain", "ISO/IEC 18013-5 9.3.3", true, issuer_chain},
    {"signer_profile", "ISO/IEC 18013-5 Annex B.1.4", true, signer_profile},
    {"signer_validity", "ISO/IEC 18013-5 9.3.3", true, signer_validity},
    {"signer_revocation", "ISO/IEC 18013-5 9.3.3", true, signer_revocation},
    {"issuer_signature", "ISO/IEC 18013-5 9.3.1", true, issuer_signature},
    {"mso_doctype", "ISO/IEC 18013-5 9.3.1", true, mso_doctype},
    {"requested_doctype", "ISO/IEC 18013-5 8.3.2.1.2.1", false, requested_doctype},
    {"signed_in_signer_validity", "ISO/IEC 18013-5 9.3.1", true, signed_in_signer_validity},
    {"valid_from", "ISO/IEC 18013-5 9.3.1", false, valid_from},
    {"valid_until", "ISO/IEC 18013-5 9.3.1", true, valid_until},
    {"value_digests", "ISO/IEC 18013-5 9.3.1", true, value_digests},
    {"device_auth_method", "ISO/IEC 18013-5 9.1.3", false, device_auth_method},
    {"device_auth", "ISO/IEC 18013-5 9.1.3.3", false, device_auth},
    {"key_authorizations", "ISO/IEC 18013-5 9.1.2.4", false, key_authorizations},
    {"document_status", "draft-ietf-oauth-status-list 8.3", false, document_status},
    {"query_satisfied", "ISO/IEC 18013-5 8.3.2.1", false, query_satisfied},
    {"all_documents_shown", "ISO/IEC 18013-5 8.3.2.1", false, all_documents_shown},
    {"single_use", "threats ONL-2", false, single_use},
};

}  // namespace

std::span<const CheckEntry> verify_checks() { return kChecks; }

}  // namespace mitome::mdoc
