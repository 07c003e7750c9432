// Card-verifiable certificates (EF 0004 of the text and surface applications): who signed the files beside them.
// 7F21 { 5F4E issuer key id ‖ subject key id ‖ 90 exponent ‖ 91 modulus, 5F37 signature }. The form was measured on real cards by
// soltia48/myna-card; what 5F37 signs is not public. Ours is RSA PKCS #1 v1.5 with SHA-256 over the encoded 5F4E.
#pragma once

#include <array>

#include "base/bytes.h"
#include "base/result.h"
#include "codec/tlv/tlv.h"
#include "crypto/key.h"
#include "crypto/signer.h"

namespace mitome::jpki {

using KeyId = std::array<uint8_t, 16>;

inline constexpr size_t kMaxCvFileSize = 4096;

/// Both keys RSA-2048 (BAD_KEY otherwise).
Result<Bytes> encode_cv_certificate(const KeyId& issuer, const KeyId& subject, const crypto::PublicKey& subject_key,
                                    crypto::Signer& ca);
/// The subject's key, when `ca` signed for it: CERT_UNTRUSTED otherwise. MALFORMED, LIMIT_EXCEEDED, BAD_KEY.
Result<crypto::PublicKey> verify_cv_certificate(ByteView file, const crypto::PublicKey& ca);

/// 90 exponent ‖ 91 modulus, as in the certificate; BAD_KEY unless it is RSA-2048.
Result<Bytes> encode_cv_key(const crypto::PublicKey& key);
/// RSA-2048, PKCS #1 v1.5 with SHA-256: 256 bytes; BAD_KEY for another signer.
Result<Bytes> sign_card_file(crypto::Signer& signer, ByteView message);
bool verify_card_file(const crypto::PublicKey& key, ByteView message, ByteView signature);

/// The one object of a card's file; what stands behind it must be filler (FF or 00). MALFORMED, `what` names the file; LIMIT_EXCEEDED.
Result<tlv::Element> whole_object(ByteView file, uint32_t tag, size_t limit, const char* what);

}  // namespace mitome::jpki
