// A DeviceResponse verified: the only way from received bytes to attributes.
//
// The checks are one table (verify_checks.h), run in the order of the threat model: cheap and safe first. The first that fails
// ends the verification, and no attribute leaves before the last has passed.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "credential/mdoc/device_request.h"
#include "credential/mdoc/report.h"
#include "credential/mdoc/signer_cache.h"
#include "credential/mdoc/signer_profile.h"

namespace mitome::mdoc {

/// Asks whether the document still stands; `issuer` is the anchor the document signer leads to, which must also have issued the
/// list's signer. DOCUMENT_WITHDRAWN, STATUS_LIST_INVALID, STATUS_UNAVAILABLE; anything but success refuses.
using StatusLookup = std::function<Result<void>(const StatusReference& reference, const x509::Certificate& issuer)>;

/// Asks whether the document signer certificate is revoked: DS_REVOKED, CRL_INVALID, STATUS_UNAVAILABLE.
using SignerStatusLookup =
    std::function<Result<void>(const x509::Certificate& signer, const x509::Certificate& anchor)>;

struct VerifyInput {
  std::span<const x509::Certificate> anchors;       ///< IACA roots, or document signers pinned themselves
  ByteView session_transcript;                      ///< our own, CBOR array without tag 24
  Instant now;
  const crypto::PrivateKey* reader_key = nullptr;   ///< EReaderKey, or the encryption key of OpenID4VP; needed for deviceMac
  bool allow_signature = true;
  bool allow_mac = true;                            ///< false when the request offered no MAC (OpenID4VP deviceauth_alg_values)

  /// What was asked. Empty: nothing is compared, whatever is shown is taken. Otherwise each document's type must be here
  /// (DOCTYPE_MISMATCH), each element must have been asked for, and, unless missing_allowed, each that was asked must be there
  /// (QUERY_NOT_SATISFIED).
  std::vector<ItemsRequest> requested;
  bool missing_allowed = false;

  StatusLookup status;              ///< without it, a document that names a status is STATUS_UNAVAILABLE…
  bool status_not_asked = false;    ///< …unless the caller says that it will not ask (offline, shown in the report as not run)
  SignerStatusLookup signer_status; ///< optional
  std::function<Result<void>()> consume;  ///< optional, last: marks the session used (REPLAY)
  SignerCache* cache = nullptr;     ///< optional, shared between verifications
};

struct VerifiedElement {
  std::string name_space, identifier;
  Bytes value;  ///< CBOR as the issuer wrote it

  // Each MALFORMED when of another type.
  Result<std::string> text() const;
  Result<Bytes> bytes() const;
  Result<uint64_t> uint() const;
  Result<bool> boolean() const;
  Result<Date> date() const;  ///< full-date (tag 1004), or the day of a tdate
  json::Value to_json() const;  ///< text, number, boolean; a date as text; bytes as {"$bytes": base64}
};

/// One document, after the last check. Only verify_device_response() makes one.
class VerifiedDocument {
 public:
  const std::string& doctype() const { return doctype_; }
  const std::vector<VerifiedElement>& elements() const { return elements_; }                ///< signed by the issuer
  const std::vector<VerifiedElement>& device_elements() const { return device_elements_; }  ///< signed by the device
  const VerifiedElement* find(std::string_view name_space, std::string_view identifier) const;
  const Validity& validity() const { return validity_; }
  const std::optional<StatusReference>& status() const { return status_; }
  const crypto::PublicKey& device_key() const { return device_key_; }
  const x509::Certificate& signer() const { return signer_; }
  const x509::Certificate& anchor() const { return anchor_; }
  bool by_mac() const { return by_mac_; }

 private:
  friend class Verification;
  VerifiedDocument(crypto::PublicKey device_key, TrustedSigner signer)
      : device_key_(std::move(device_key)), signer_(std::move(signer.signer)), anchor_(std::move(signer.anchor)) {}
  std::string doctype_;
  std::vector<VerifiedElement> elements_, device_elements_;
  Validity validity_;
  std::optional<StatusReference> status_;
  crypto::PublicKey device_key_;
  x509::Certificate signer_, anchor_;
  bool by_mac_ = false;
};

/// The report always; the documents only when every check of every document passed.
struct Verified {
  Report report;
  std::vector<VerifiedDocument> documents;
};

/// DeviceResponse bytes as received. Never partly good: one bad document refuses all.
Verified verify_device_response(ByteView bytes, const VerifyInput& input);

/// What a wallet runs over what an issuer sent it: chain, profile, signature, validity, digests, and that the MSO binds `device_key`.
/// The reasons of verify_device_response; DEVICE_KEY_MISMATCH.
Result<void> verify_issuer_signed(ByteView issuer_signed, std::span<const x509::Certificate> anchors,
                                  const crypto::PublicKey& device_key, Instant now);

}  // namespace mitome::mdoc
