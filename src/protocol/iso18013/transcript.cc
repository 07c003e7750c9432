#include "protocol/iso18013/transcript.h"

#include "codec/cbor/writer.h"
#include "crypto/hash.h"

namespace mitome::iso18013 {
namespace {

void write_or_null(cbor::Writer& out, const std::optional<ByteView>& encoded) {
  if (encoded) {
    out.raw(*encoded);
  } else {
    out.null();
  }
}

void write_thumbprint(cbor::Writer& out, const std::optional<ByteView>& thumbprint) {
  if (thumbprint) {
    out.bytes(*thumbprint);
  } else {
    out.null();
  }
}

/// [name, SHA-256(info)] behind two nulls: the form of every handover that has no engagement.
Bytes named_handover(std::string_view name, ByteView info) {
  cbor::Writer handover;
  handover.array(2).text(name).bytes(crypto::sha256(info));
  return session_transcript(std::nullopt, std::nullopt, handover.view());
}

}  // namespace

Bytes session_transcript(std::optional<ByteView> device_engagement_bytes, std::optional<ByteView> e_reader_key_bytes,
                         ByteView handover) {
  cbor::Writer out;
  out.array(3);
  write_or_null(out, device_engagement_bytes);
  write_or_null(out, e_reader_key_bytes);
  out.raw(handover);
  return out.take();
}

Bytes qr_session_transcript(ByteView device_engagement, ByteView e_reader_key_bytes) {
  const Bytes engagement_bytes = cbor::Writer{}.embedded(device_engagement).take();
  const Bytes handover = cbor::Writer{}.null().take();
  return session_transcript(engagement_bytes, e_reader_key_bytes, handover);
}

Bytes nfc_session_transcript(ByteView device_engagement, ByteView e_reader_key_bytes, ByteView handover_select,
                             std::optional<ByteView> handover_request) {
  const Bytes engagement_bytes = cbor::Writer{}.embedded(device_engagement).take();
  cbor::Writer handover;
  handover.array(2).bytes(handover_select);
  if (handover_request) {
    handover.bytes(*handover_request);
  } else {
    handover.null();
  }
  return session_transcript(engagement_bytes, e_reader_key_bytes, handover.view());
}

Bytes openid4vp_session_transcript(std::string_view client_id, std::string_view nonce,
                                   std::optional<ByteView> jwk_thumbprint, std::string_view response_uri) {
  cbor::Writer info;
  info.array(4).text(client_id).text(nonce);
  write_thumbprint(info, jwk_thumbprint);
  info.text(response_uri);
  return named_handover("OpenID4VPHandover", info.view());
}

Bytes openid4vp_dc_api_session_transcript(std::string_view origin, std::string_view nonce,
                                          std::optional<ByteView> jwk_thumbprint) {
  cbor::Writer info;
  info.array(3).text(origin).text(nonce);
  write_thumbprint(info, jwk_thumbprint);
  return named_handover("OpenID4VPDCAPIHandover", info.view());
}

Bytes dc_api_session_transcript(std::string_view encryption_info_base64url, std::string_view origin) {
  cbor::Writer info;
  info.array(2).text(encryption_info_base64url).text(origin);
  return named_handover("dcapi", info.view());
}

Bytes session_transcript_bytes(ByteView session_transcript) {
  return cbor::Writer{}.embedded(session_transcript).take();
}

}  // namespace mitome::iso18013
