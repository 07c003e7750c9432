// mdoc authentication (ISO/IEC 18013-5 9.1.3): what the device signs or MACs.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key.h"
#include "crypto/secret.h"
#include "crypto/signer.h"

namespace mitome::mdoc {

/// DeviceAuthenticationBytes = #6.24(bstr .cbor ["DeviceAuthentication", SessionTranscript, DocType, DeviceNameSpacesBytes]).
/// `session_transcript` is the CBOR array itself, without tag 24; `device_name_spaces_bytes` is with tag 24, as sent.
Bytes device_authentication_bytes(ByteView session_transcript, std::string_view doctype, ByteView device_name_spaces_bytes);

/// SHA-256(SessionTranscriptBytes): the salt of every key of a session (9.1.1.5).
Bytes session_salt(ByteView session_transcript);

/// EMacKey (9.1.3.5): HKDF-SHA256 over ECDH(own key, peer key), salt SHA-256(SessionTranscriptBytes), info "EMacKey", 32 bytes.
/// The device calls it with SDeviceKey and EReaderKey, the reader with EReaderKey and the MSO's deviceKey. BAD_KEY on other curves.
Result<crypto::SecretBytes> derive_emac_key(const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                            ByteView session_transcript);
/// The same from the shared secret (x coordinate), for a device key that is in a secure element.
crypto::SecretBytes derive_emac_key(const crypto::SecretBytes& shared_secret, ByteView session_transcript);

/// DeviceAuth = {"deviceSignature": COSE_Sign1} or {"deviceMac": COSE_Mac0}, payload detached.
Result<Bytes> sign_device_auth(crypto::Signer& device, ByteView device_authentication);
Bytes mac_device_auth(const crypto::SecretBytes& emac_key, ByteView device_authentication);

/// A session transcript as given by a file or a peer, bare or as #6.24(bstr): the bare array. MALFORMED.
Result<Bytes> bare_session_transcript(ByteView bytes);

}  // namespace mitome::mdoc
