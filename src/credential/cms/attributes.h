// The signed attributes, read back.
#pragma once

#include "credential/cms/signed_data.h"

namespace mitome::cms {

struct Attributes {
  crypto::Sha256Digest digest{};
  std::optional<crypto::Sha256Digest> signer;  ///< SHA-256 of the certificate that signing-certificate-v2 names
  std::optional<Instant> signing_time;
};
/// From a SET OF in DER: content type id-data and message digest exactly once, others at most once; MALFORMED.
Result<Attributes> parse_attributes(ByteView set);

/// SET OF with its elements in DER's order (X.690 11.6) under this tag.
Bytes set_of(std::vector<Bytes> elements, uint8_t tag);

}  // namespace mitome::cms
