#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::crypto {

/// AES-GCM (NIST SP 800-38D); key of 16, 24 or 32 bytes, nonce of 12. Returns ciphertext ‖ 16-byte tag.
/// Only through EVP_EncryptUpdate and Final (CVE-2026-75803). Another key or nonce size: BAD_KEY.
Result<Bytes> aes_gcm_seal(ByteView key, ByteView nonce, ByteView associated, ByteView plaintext);
/// The inverse; CRYPTO_FAILED if the tag does not fit or the input is shorter than a tag.
Result<Bytes> aes_gcm_open(ByteView key, ByteView nonce, ByteView associated, ByteView sealed);

}  // namespace mitome::crypto
