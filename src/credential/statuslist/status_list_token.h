// Status List Token: a status list in a signed CWT (draft-ietf-oauth-status-list 5.2; ISO/IEC 18013-5 second
// edition 12.3.6): tagged COSE_Sign1, type and certificate chain in the protected header.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "credential/cose/cose.h"
#include "credential/statuslist/status_list.h"
#include "credential/x509/certificate.h"

namespace mitome::statuslist {

inline constexpr std::string_view kMediaType = "application/statuslist+cwt";
inline constexpr size_t kMaxTokenSize = 8 * 1024 * 1024;

struct TokenInput {
  std::string uri;  ///< where it is published: the claim "sub", equal to the "uri" in each document
  Instant issued_at, expires_at;
  std::optional<Seconds> time_to_live;  ///< how long a reader may keep it
};

/// The token up to its signature; assemble_token() makes it whole. The chain is end entity first and holds no root.
cose::UnsignedSign1 prepare_token(const StatusList& list, const TokenInput& input,
                                  const std::vector<x509::Certificate>& chain, crypto::SignatureAlgorithm algorithm);
Bytes assemble_token(const cose::UnsignedSign1& token, ByteView signature);

/// A token whose every check has passed; only verify_token() makes one.
class VerifiedStatusList {
 public:
  /// STATUS_LIST_INDEX beyond the end; DOCUMENT_WITHDRAWN for every value but kValid.
  Result<void> require_valid(uint64_t index) const;
  Instant issued_at() const { return issued_at_; }
  Instant expires_at() const { return expires_at_; }
  std::optional<Seconds> time_to_live() const { return time_to_live_; }
  const StatusList& list() const { return list_; }

 private:
  friend Result<VerifiedStatusList> verify_token(ByteView, std::string_view, const x509::Certificate&, Instant,
                                                 Seconds);
  explicit VerifiedStatusList(StatusList list) : list_(std::move(list)) {}
  StatusList list_;
  Instant issued_at_, expires_at_;
  std::optional<Seconds> time_to_live_;
};

/// `uri` is the one in the document; `issuer` is the root that the document's signer leads to: the list's own chain
/// must lead to it directly (the document signer itself may not certify anybody). STATUS_LIST_SIGNER,
/// STATUS_LIST_SUBJECT, STATUS_LIST_EXPIRED (also: from the future), STATUS_LIST_INVALID for anything else.
Result<VerifiedStatusList> verify_token(ByteView token, std::string_view uri, const x509::Certificate& issuer,
                                        Instant now, Seconds tolerance = Seconds{300});

}  // namespace mitome::statuslist
