// POST /status/ocsp
#include "status/status.h"

namespace mitome::status {
namespace {

http::Response respond(Bytes body) {
  auto response = http::Response::bytes(std::move(body), ocsp::kResponseType);
  response.headers.emplace_back("Cache-Control", "no-store");  // what was good a minute ago may be suspended now
  return response;
}

ocsp::CertStatus status_of(registry::CertificateStatus::Kind kind) {
  switch (kind) {
    case registry::CertificateStatus::Kind::kGood:
      return ocsp::CertStatus::kGood;
    case registry::CertificateStatus::Kind::kRevoked:
      return ocsp::CertStatus::kRevoked;
    case registry::CertificateStatus::Kind::kUnknown:
      break;
  }
  return ocsp::CertStatus::kUnknown;
}

}  // namespace

const Authority* Status::authority_of(const ocsp::CertId& id) const {
  for (size_t i = 0; i < authorities_.size(); ++i) {
    for (const auto& issuer : issuer_ids_[i]) {
      if (issuer.hash == id.hash && issuer.issuer_name_hash == id.issuer_name_hash &&
          issuer.issuer_key_hash == id.issuer_key_hash) {
        return &authorities_[i];
      }
    }
  }
  return nullptr;
}

Result<ocsp::SingleResponse> Status::answer(const Authority& authority, const ocsp::CertId& id, Instant now) {
  TRY_ASSIGN(const auto status, registry_.certificate_status(authority.ca, id.serial));
  ocsp::SingleResponse single{.id = id,
                              .status = status_of(status.kind),
                              .revoked_at = {},
                              .reason = {},
                              .this_update = now,
                              .next_update = now + settings_.ocsp_life};
  if (single.status == ocsp::CertStatus::kRevoked) {
    single.revoked_at = status.revoked_at;
    const auto reason = static_cast<uint8_t>(status.reason);
    if (reason != 0) single.reason = reason;  // unspecified is said by leaving it out (RFC 5280 5.3.1)
  }
  return single;
}

Result<Bytes> Status::ocsp_answer(const ocsp::Request& question) {
  const Authority* authority = authority_of(question.ids.front());
  const Instant now = clock_.now();
  ocsp::ResponseData data{.responder = {}, .produced_at = now, .responses = {}, .nonce = question.nonce};
  for (const auto& id : question.ids) {
    // One signature speaks for one issuer; and for another's certificates nobody here may speak.
    if (authority == nullptr || authority_of(id) != authority)
      return ocsp::encode_error(ocsp::ResponseStatus::kUnauthorized);
    TRY_ASSIGN(auto single, answer(*authority, id, now));
    data.responses.push_back(std::move(single));
  }
  data.responder = ocsp::by_key(authority->responder_signer.public_key());
  return ocsp::issue_response(data, authority->responder_signer, {authority->responder});
}

http::Response Status::ocsp(const http::Request& request) {
  if (request.header("Content-Type") != ocsp::kRequestType) {
    return respond(ocsp::encode_error(ocsp::ResponseStatus::kMalformedRequest));
  }
  const auto question = ocsp::parse_request(request.body);
  if (!question) return respond(ocsp::encode_error(ocsp::ResponseStatus::kMalformedRequest));
  auto answered = ocsp_answer(*question);
  if (!answered) {
    const bool later = reason_info(answered.error().reason).kind == ReasonKind::kUnavailable;
    return respond(ocsp::encode_error(later ? ocsp::ResponseStatus::kTryLater : ocsp::ResponseStatus::kInternalError));
  }
  return respond(std::move(answered).value());
}

}  // namespace mitome::status
