#include "credential/mdoc/device_auth.h"

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "credential/cose/cose.h"
#include "crypto/hash.h"

namespace mitome::mdoc {

Bytes device_authentication_bytes(ByteView session_transcript, std::string_view doctype,
                                  ByteView device_name_spaces_bytes) {
  cbor::Writer inner;
  inner.reserve(session_transcript.size() + doctype.size() + device_name_spaces_bytes.size() + 40);
  inner.array(4).text("DeviceAuthentication").raw(session_transcript).text(doctype).raw(device_name_spaces_bytes);
  cbor::Writer out;
  out.reserve(inner.size() + 8);
  out.embedded(inner.view());
  return out.take();
}

Bytes session_salt(ByteView session_transcript) {
  cbor::Writer out;
  out.embedded(session_transcript);
  const auto digest = crypto::sha256(out.view());
  return {digest.begin(), digest.end()};
}

crypto::SecretBytes derive_emac_key(const crypto::SecretBytes& shared_secret, ByteView session_transcript) {
  return crypto::hkdf_sha256(shared_secret.reveal(), session_salt(session_transcript), as_bytes("EMacKey"), 32);
}

Result<crypto::SecretBytes> derive_emac_key(const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                            ByteView session_transcript) {
  TRY_ASSIGN(const auto shared, own.agree(peer));
  return derive_emac_key(shared, session_transcript);
}

Result<Bytes> sign_device_auth(crypto::Signer& device, ByteView device_authentication) {
  if (device.public_key().type() == crypto::KeyType::kRsa) return Error{Reason::BAD_KEY, "device key is RSA"};
  TRY_ASSIGN(const Bytes signature, cose::sign1(device, {}, to_bytes(device_authentication), true));
  cbor::Writer out;
  out.map(1).text("deviceSignature").raw(signature);
  return out.take();
}

Bytes mac_device_auth(const crypto::SecretBytes& emac_key, ByteView device_authentication) {
  cbor::Writer out;
  out.map(1).text("deviceMac").raw(cose::mac0_detached(emac_key, device_authentication));
  return out.take();
}

Result<Bytes> bare_session_transcript(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  if (document.root().is(cbor::Type::kTag)) {
    TRY_ASSIGN(const ByteView inner, document.root().as_embedded());
    TRY_ASSIGN(const auto inner_document, cbor::Document::parse(inner, cose::kPeerEncoding));
    if (!inner_document.root().is(cbor::Type::kArray) || inner_document.root().size() != 3) {
      return Error{Reason::MALFORMED, "not a SessionTranscript"};
    }
    return to_bytes(inner);
  }
  if (!document.root().is(cbor::Type::kArray) || document.root().size() != 3) {
    return Error{Reason::MALFORMED, "not a SessionTranscript"};
  }
  return to_bytes(bytes);
}

}  // namespace mitome::mdoc
