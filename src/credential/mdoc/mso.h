// MobileSecurityObject (ISO/IEC 18013-5 9.1.2.4): what the issuer signs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/key.h"

namespace mitome::mdoc {

inline constexpr std::string_view kMncDocType = "org.iso.23220.1.jp.mnc";
inline constexpr std::string_view kMncJapanNameSpace = "org.iso.23220.1.jp";
inline constexpr std::string_view kMncNameSpace = "org.iso.23220.1";

// Named limits of every mdoc message.
inline constexpr size_t kMaxMessageSize = 4 * 1024 * 1024;
inline constexpr size_t kMaxDocuments = 16;
inline constexpr size_t kMaxElements = 1000;      ///< of one document, all namespaces together
inline constexpr size_t kMaxDigests = 10'000;     ///< of one MSO
inline constexpr size_t kMinSaltSize = 16;        ///< 9.1.2.5: random of at least 16 bytes
inline constexpr uint64_t kMaxDigestId = (uint64_t{1} << 31) - 1;

struct Validity {
  Instant signed_at, valid_from, valid_until;
  std::optional<Instant> expected_update;
};

/// Where to ask whether this document still stands: draft-ietf-oauth-status-list in a MSO.
struct StatusReference {
  uint64_t index = 0;
  std::string uri;
  bool operator==(const StatusReference&) const = default;
};

/// Which device-signed elements the device key may sign (9.1.2.4 KeyAuthorizations).
struct KeyAuthorizations {
  struct Elements {
    std::string name_space;
    std::vector<std::string> identifiers;
  };
  std::vector<std::string> name_spaces;
  std::vector<Elements> elements;

  bool allows(std::string_view name_space, std::string_view identifier) const;
};

/// Parsed, not verified. Views look at the bytes it was parsed from.
struct MobileSecurityObject {
  struct Digest {
    uint64_t id;
    ByteView value;
  };
  struct NameSpaceDigests {
    std::string_view name_space;
    std::vector<Digest> digests;  ///< in ascending order of id
  };

  std::string_view version;           ///< "1.0"; another major version: MSO_MALFORMED
  std::string_view digest_algorithm;  ///< SHA-256, SHA-384 or SHA-512
  std::string_view doctype;
  std::vector<NameSpaceDigests> value_digests;
  crypto::PublicKey device_key;
  KeyAuthorizations authorizations;
  Validity validity;
  std::optional<StatusReference> status;

  /// From the payload of issuerAuth, which is #6.24(bstr .cbor MobileSecurityObject). MSO_MALFORMED (also a digest id
  /// over 2^31 - 1 or digests of a wrong length), DUPLICATE_ELEMENT (a digest id twice), LIMIT_EXCEEDED, BAD_KEY.
  static Result<MobileSecurityObject> parse(ByteView payload);

  /// nullptr when there is none.
  const Digest* find(std::string_view name_space, uint64_t id) const;
};

}  // namespace mitome::mdoc
