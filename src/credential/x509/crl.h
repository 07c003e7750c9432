// CRLs (RFC 5280 5): read, and verified before anybody may look anything up in them. Complete CRLs of one issuer only.
#pragma once

#include <optional>

#include "credential/x509/builder.h"
#include "credential/x509/certificate.h"

namespace mitome::x509 {

inline constexpr size_t kMaxCrlSize = 128 * 1024 * 1024;

/// A CRL whose every check has passed; only verify_crl() makes one.
class VerifiedCrl {
 public:
  uint64_t number() const { return number_; }
  Instant this_update() const { return this_update_; }
  Instant next_update() const { return next_update_; }
  size_t size() const { return entries_.size(); }
  /// The entry of that serial number (magnitude); none: not revoked by this issuer at this_update().
  std::optional<RevokedEntry> find(ByteView serial) const;

 private:
  friend class CrlParser;
  friend Result<VerifiedCrl> verify_crl(ByteView, const Certificate&, Instant, std::optional<uint64_t>);
  VerifiedCrl() = default;
  uint64_t number_ = 0;
  Instant this_update_, next_update_;
  std::vector<RevokedEntry> entries_;  // ascending by serial number
};

/// CAS-7: refuses another issuer, an issuer without cRLSign, a bad signature, an unknown critical extension (of the
/// list or an entry), a delta or partitioned CRL, one not yet or no longer current at `now`, and a number lower than
/// `last_number`, the highest the caller has seen. CRL_INVALID with the cause in the detail.
Result<VerifiedCrl> verify_crl(ByteView der, const Certificate& issuer, Instant now,
                               std::optional<uint64_t> last_number);

}  // namespace mitome::x509
