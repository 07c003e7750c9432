// SessionTranscript (ISO/IEC 18013-5 9.1.5.1, OpenID4VP 1.0 B.2.6, ISO/IEC TS 18013-7 Annex C). Each returns the CBOR
// array itself, without tag 24.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mitome::iso18013 {

/// [DeviceEngagementBytes or null, EReaderKeyBytes or null, Handover]: the first two with tag 24, as received on the
/// wire; the handover as CBOR.
Bytes session_transcript(std::optional<ByteView> device_engagement_bytes, std::optional<ByteView> e_reader_key_bytes,
                         ByteView handover);

/// QR: the engagement as it was in the QR code (without tag 24), EReaderKeyBytes with tag 24, null.
Bytes qr_session_transcript(ByteView device_engagement, ByteView e_reader_key_bytes);
/// NFC: [HandoverSelect, HandoverRequest or null]; Select stands first.
Bytes nfc_session_transcript(ByteView device_engagement, ByteView e_reader_key_bytes, ByteView handover_select,
                             std::optional<ByteView> handover_request);
/// OpenID4VP 1.0 by redirect: `client_id` with its prefix; the thumbprint (RFC 7638, 32 bytes) of the verifier's
/// encryption key, none when the response is not encrypted; response_uri or redirect_uri.
Bytes openid4vp_session_transcript(std::string_view client_id, std::string_view nonce,
                                   std::optional<ByteView> jwk_thumbprint, std::string_view response_uri);
/// OpenID4VP 1.0 over the Digital Credentials API; `origin` without a prefix and without a trailing slash.
Bytes openid4vp_dc_api_session_transcript(std::string_view origin, std::string_view nonce,
                                          std::optional<ByteView> jwk_thumbprint);
/// ISO/IEC TS 18013-7 Annex C (org-iso-mdoc): over the base64url text of EncryptionInfo, not its bytes.
Bytes dc_api_session_transcript(std::string_view encryption_info_base64url, std::string_view origin);

/// #6.24(bstr .cbor SessionTranscript)
Bytes session_transcript_bytes(ByteView session_transcript);

}  // namespace mitome::iso18013
