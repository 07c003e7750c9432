#include "verifier/status_client.h"

#include "credential/statuslist/status_list_token.h"
#include "protocol/ocsp/ocsp_response.h"

namespace mitome::verifier {

Result<void> ask_ocsp(Outbound& outbound, crypto::Random& random, Instant now, const x509::Certificate& certificate,
                      const x509::Certificate& issuer, std::string_view url) {
  const ocsp::CertId id = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, issuer, certificate.serial());
  const Bytes nonce = random.bytes(ocsp::kNonceSize);
  TRY_ASSIGN(const Bytes answer,
             outbound.post(url, ocsp::kRequestType, ocsp::encode_request({{id}, nonce}), ocsp::kResponseType));
  const ocsp::Expectation expected{.issuer = issuer, .id = id, .nonce = nonce, .now = now};
  TRY_ASSIGN(const auto status, ocsp::verify_response(answer, expected));
  return ocsp::require_good(status);
}

Result<void> ask_status_list(Outbound& outbound, Instant now, const mdoc::StatusReference& reference,
                             const x509::Certificate& issuer) {
  // The address carries the list's number and no index: who fetches it does not say whom he is looking at (threats
  // CAS-13).
  TRY_ASSIGN(const Bytes token, outbound.get(reference.uri, statuslist::kMediaType));
  TRY_ASSIGN(const auto list, statuslist::verify_token(token, reference.uri, issuer, now));
  return list.require_valid(reference.index);
}

}  // namespace mitome::verifier
