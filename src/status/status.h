// "Is it still good?": OCSP, CRLs and status lists over the registry, which alone knows. Nothing here keeps state that
// matters: a signed answer may be kept as long as the registry would give the same one.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "credential/x509/builder.h"
#include "crypto/signer.h"
#include "protocol/http/http.h"
#include "protocol/ocsp/ocsp_response.h"
#include "registry/registry.h"

namespace mitome::status {

/// One JPKI authority whose certificates are asked about. The signers must outlive the Status.
struct Authority {
  registry::Ca ca;
  x509::Certificate certificate;
  crypto::Signer& signer;       ///< of the authority itself: signs its CRLs
  x509::Certificate responder;  ///< delegated by it (RFC 6960 4.2.2.2)
  crypto::Signer& responder_signer;
};

/// Who signs the status lists: certified by the root of the documents (IACA), not by a document signer.
struct ListSigner {
  x509::Certificate certificate;
  crypto::Signer& signer;
};

struct Settings {
  std::string base_url;        ///< of this service, no slash at the end: list N is at base_url + "/status/lists/N"
  Seconds ocsp_life{15 * 60};  ///< thisUpdate to nextUpdate
  Seconds crl_life{24 * 3600};
  Seconds list_life{3600};
  Seconds list_time_to_live{60};  ///< how long a reader may keep a list
};

class Status {
 public:
  Status(registry::Registry& registry, const Clock& clock, std::vector<Authority> authorities, ListSigner list_signer,
         Settings settings);

  /// POST /status/ocsp: always an OCSP answer, a refusal too. An unknown serial number, or one recorded and never
  /// completed, is `unknown`; a registry that cannot be read is tryLater.
  http::Response ocsp(const http::Request& request);
  /// GET /status/crl/auth, /status/crl/sign.
  http::Response crl(registry::Ca ca);
  /// GET /status/lists/N.
  http::Response list(const http::Request& request);

 private:
  struct Published {
    Instant at;
    Bytes content;  ///< what was signed, to see whether it still holds
    Bytes signed_bytes;
  };
  const Authority* authority_of(const ocsp::CertId& id) const;
  Result<ocsp::SingleResponse> answer(const Authority& authority, const ocsp::CertId& id, Instant now);
  Result<Bytes> ocsp_answer(const ocsp::Request& question);
  Result<Bytes> current_crl(registry::Ca ca);
  Result<Bytes> current_list(uint32_t number);
  /// The kept one while its content is the same and less than half its life has passed.
  const Bytes* kept(const std::string& kind, const Bytes& content, Seconds life) const;

  registry::Registry& registry_;
  const Clock& clock_;
  std::vector<Authority> authorities_;
  std::vector<std::array<ocsp::CertId, 2>>
      issuer_ids_;  ///< of each authority with SHA-1 and SHA-256, without a serial number
  ListSigner list_signer_;
  Settings settings_;
  std::mutex mutex_;  // over published_ and the order of publication numbers
  std::map<std::string, Published> published_;
};

/// The one list of this actor's endpoints.
std::vector<http::Route> routes(Status& status);

}  // namespace mitome::status
