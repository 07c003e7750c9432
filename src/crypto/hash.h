#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"
#include "crypto/secret.h"

namespace mitome::crypto {

using Sha256Digest = std::array<uint8_t, 32>;

/// SHA-256 by a per-thread context that is fetched once (OpenSSL 3's implicit fetch
/// costs three times the hash of 100 bytes).
Sha256Digest sha256(ByteView data);
/// SHA-256 over parts, as if concatenated.
Sha256Digest sha256(std::initializer_list<ByteView> parts);
Bytes sha384(ByteView data);
Bytes sha512(ByteView data);
/// For RFC 5280 key identifiers and RFC 6960 CertID only; never for a decision of trust.
Bytes sha1(ByteView data);

Sha256Digest hmac_sha256(ByteView key, ByteView data);

/// HKDF (RFC 5869) with SHA-256; length at most 255 * 32.
SecretBytes hkdf_sha256(ByteView input_key, ByteView salt, ByteView info, size_t length);

}  // namespace mitome::crypto
