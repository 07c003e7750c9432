// The AlgorithmIdentifiers that certificates, CRLs and OCSP answers are signed with, each in its one allowed encoding.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key.h"

namespace mitome::x509 {

/// The DER of the AlgorithmIdentifier (RFC 5758 3.2: ECDSA without parameters; RFC 4055: RSA with NULL, PSS with its
/// set).
const Bytes& algorithm_identifier(crypto::SignatureAlgorithm algorithm);

/// The inverse. Any other encoding, weak hash or unknown algorithm: BAD_SIGNATURE.
Result<crypto::SignatureAlgorithm> algorithm_from_identifier(ByteView identifier);

/// The content of a signature's BIT STRING as X.509 wants it: DER for ECDSA (given as r‖s), RSA as it is.
Bytes signature_bits(crypto::SignatureAlgorithm algorithm, ByteView signature);

/// Checks a signature as it stands in a certificate, CRL or OCSP answer: `bits` is the BIT STRING's content without the
/// octet of unused bits. BAD_SIGNATURE.
Result<void> verify_bits(const crypto::PublicKey& key, ByteView identifier, ByteView message, ByteView bits);

}  // namespace mitome::x509
