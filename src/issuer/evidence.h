// What a phone sends to enrol, and what it says of its own keys (docs/endpoints.md). Parsed here; judged in enrolment
// and in verify_attestation().
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "codec/cbor/reader.h"
#include "credential/x509/certificate.h"
#include "crypto/hash.h"
#include "protocol/jpki/text_files.h"

namespace mitome::issuer {

inline constexpr size_t kMaxBatch = 32;
inline constexpr size_t kMaxEvidenceSize = 256 * 1024;

struct PhoneKeys {
  crypto::PublicKey instance;           ///< P-256, signs the phone's requests
  crypto::PublicKey auth;               ///< RSA-2048
  crypto::PublicKey sign;               ///< RSA-2048
  std::vector<crypto::PublicKey> mdoc;  ///< P-256, at most kMaxBatch, no two alike; none on a phone that keeps no mdoc
};

struct Evidence {
  std::string session;
  Bytes keys_bytes;  ///< as received: its SHA-256 is signed by the card and attested by the phone
  PhoneKeys keys;
  Bytes sign_certificate, auth_certificate;  ///< the card's, DER
  jpki::TextFiles text;
  Bytes signature;
  Bytes attestation;
};

/// MALFORMED, LIMIT_EXCEEDED, BAD_KEY.
Result<Evidence> parse_evidence(ByteView body);

/// Device keys of an mdoc batch: an array of at most kMaxBatch spki; whether it may be empty, check_batch() says.
/// MALFORMED, LIMIT_EXCEEDED, BAD_KEY.
Result<std::vector<crypto::PublicKey>> parse_device_keys(const cbor::Value& array);

/// What the card's signing key signs: CBOR ["mitome-enrol-1", nonce, SHA-256(keys)].
Bytes enrolment_message(ByteView nonce, ByteView keys_bytes);

/// CBOR [spki…], over which a later attestation (resume, refresh) is made.
Bytes key_list(const std::vector<ByteView>& spkis);

struct Attested {
  std::string biometrics;  ///< "face" or "finger"
  bool keeps_mdocs;        ///< false for a card application behind PINs (token JPKIAPGPSETOKEN), which has certificates alone
};

/// The attestation certificate leads to one of the makers' roots and is valid, its key signed the payload, and the
/// payload names this challenge, these keys, a secure element, a verified boot, our app, a phone's token, and a biometric:
/// ATTESTATION_INVALID, the detail says which; BIOMETRICS_NOT_SET_UP for "none".
Result<Attested> verify_attestation(ByteView attestation, ByteView challenge, const crypto::Sha256Digest& keys,
                                    const std::vector<x509::Certificate>& makers, Instant now);

/// As many device keys as such a phone may send: one at least where it keeps mdocs, none where it does not. MALFORMED.
Result<void> check_batch(const Attested& phone, const std::vector<crypto::PublicKey>& device_keys);

}  // namespace mitome::issuer
