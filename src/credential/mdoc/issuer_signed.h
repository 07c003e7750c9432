// IssuerSigned and IssuerSignedItem (ISO/IEC 18013-5 8.3.2.1.2.2), read.
#pragma once

#include <string_view>
#include <vector>

#include "credential/cose/cose.h"
#include "credential/mdoc/mso.h"

namespace mitome::mdoc {

/// One element; views of the bytes it was parsed from.
struct IssuerSignedItem {
  uint64_t digest_id;
  ByteView random;
  std::string_view identifier;
  ByteView value;  ///< elementValue, CBOR as received
  ByteView bytes;  ///< IssuerSignedItemBytes with tag 24, as received: what is hashed, and what is forwarded
};

struct IssuerNameSpace {
  std::string_view name;
  std::vector<IssuerSignedItem> items;
};

/// Parsed, not verified; everything looks at the bytes it was parsed from and dies with them.
struct IssuerSigned {
  std::vector<IssuerNameSpace> name_spaces;
  cose::CoseSign1 issuer_auth;

  /// MALFORMED, LIMIT_EXCEEDED; DUPLICATE_ELEMENT when an element identifier or a digest id comes twice in a namespace.
  static Result<IssuerSigned> parse(ByteView bytes);
  static Result<IssuerSigned> read(const cbor::Value& value);

  /// The MSO in issuer_auth. MSO_MALFORMED when the payload is nil.
  Result<MobileSecurityObject> mso() const;
  /// nullptr when there is none.
  const IssuerSignedItem* find(std::string_view name_space, std::string_view identifier) const;
};

/// What a wallet checks before it keeps what it was given: the digests of all items, and that the MSO binds this key.
/// VALUE_DIGEST_MISMATCH, DIGEST_MISSING, DEVICE_KEY_MISMATCH. The issuer's signature is the reader's matter, and verify_issuer_signed's.
Result<void> check_digests(const IssuerSigned& issuer_signed, const MobileSecurityObject& mso);

}  // namespace mitome::mdoc
