#include "protocol/iso18013/session.h"

#include <limits>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "credential/cose/cose.h"
#include "credential/mdoc/device_auth.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "protocol/iso18013/transcript.h"

namespace mitome::iso18013 {
namespace {

using cbor::Value;

constexpr size_t kKeySize = 32;

/// 9.1.1.5: eight bytes that name the sender, then the counter, big endian.
std::array<uint8_t, 12> initialisation_vector(Side sender, uint32_t counter) {
  std::array<uint8_t, 12> out{};
  out[7] = sender == Side::kReader ? 0 : 1;
  for (size_t i = 0; i < 4; ++i) out[8 + i] = static_cast<uint8_t>(counter >> (24 - 8 * i));
  return out;
}

uint64_t status_for(Reason reason) {
  switch (reason) {
    case Reason::MALFORMED:
    case Reason::LIMIT_EXCEEDED: return kSessionDecodingError;
    case Reason::SESSION_TERMINATED: return kSessionTermination;
    default: return kSessionEncryptionError;
  }
}

Error terminated() { return {Reason::SESSION_TERMINATED, ""}; }

}  // namespace

Result<SessionEstablishment> SessionEstablishment::parse(ByteView bytes) {
  if (bytes.size() > kMaxSessionMessage) return Error{Reason::LIMIT_EXCEEDED, "SessionEstablishment"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  TRY_ASSIGN(const Value key_bytes, document.root().get("eReaderKey"));
  TRY_ASSIGN(const ByteView key_content, key_bytes.as_embedded());
  TRY_ASSIGN(auto key, cose::parse_key(key_content));
  TRY_ASSIGN(const Value data_item, document.root().get("data"));
  TRY_ASSIGN(const ByteView data, data_item.as_bytes());
  return SessionEstablishment{std::move(key), key_bytes.encoded(), data};
}

Bytes encode_session_establishment(ByteView e_reader_key_bytes, ByteView data) {
  cbor::Writer out;
  out.reserve(e_reader_key_bytes.size() + data.size() + 32);
  out.map(2).text("eReaderKey").raw(e_reader_key_bytes).text("data").bytes(data);
  return out.take();
}

Result<SessionData> SessionData::parse(ByteView bytes) {
  if (bytes.size() > kMaxSessionMessage) return Error{Reason::LIMIT_EXCEEDED, "SessionData"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  if (!document.root().is(cbor::Type::kMap)) return Error{Reason::MALFORMED, "SessionData is not a map"};
  SessionData out;
  if (const auto data = document.root().find("data")) {
    TRY_ASSIGN(out.data, data->as_bytes());
  }
  if (const auto status = document.root().find("status")) {
    TRY_ASSIGN(out.status, status->as_uint());
  }
  if (!out.data && !out.status) return Error{Reason::MALFORMED, "SessionData with neither data nor status"};
  return out;
}

Bytes encode_session_data(std::optional<ByteView> data, std::optional<uint64_t> status) {
  CHECK(data || status);
  cbor::Writer out;
  out.reserve((data ? data->size() : 0) + 32);
  out.map((data ? 1u : 0u) + (status ? 1u : 0u));
  if (data) out.text("data").bytes(*data);
  if (status) out.text("status").uint(*status);
  return out.take();
}

Bytes encode_key_bytes(const crypto::PublicKey& key) { return cbor::Writer{}.embedded(cose::encode_key(key)).take(); }

Result<SessionCipher> SessionCipher::derive(Side side, const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                            ByteView session_transcript) {
  TRY_ASSIGN(const auto shared, own.agree(peer));
  const Bytes salt = mdoc::session_salt(session_transcript);
  return SessionCipher{side, crypto::hkdf_sha256(shared.reveal(), salt, as_bytes("SKReader"), kKeySize),
                       crypto::hkdf_sha256(shared.reveal(), salt, as_bytes("SKDevice"), kKeySize)};
}

Result<Bytes> SessionCipher::encrypt(ByteView plaintext) {
  if (sent_ == std::numeric_limits<uint32_t>::max()) return Error{Reason::LIMIT_EXCEEDED, "session messages"};
  const auto& key = side_ == Side::kReader ? reader_key_ : device_key_;
  auto sealed = crypto::aes_gcm_seal(key.reveal(), initialisation_vector(side_, sent_ + 1), {}, plaintext);
  if (sealed) ++sent_;
  return sealed;
}

Result<Bytes> SessionCipher::decrypt(ByteView ciphertext) {
  if (received_ == std::numeric_limits<uint32_t>::max()) return Error{Reason::LIMIT_EXCEEDED, "session messages"};
  const Side sender = side_ == Side::kReader ? Side::kDevice : Side::kReader;
  const auto& key = sender == Side::kReader ? reader_key_ : device_key_;
  auto opened = crypto::aes_gcm_open(key.reveal(), initialisation_vector(sender, received_ + 1), {}, ciphertext);
  if (!opened) return Error{Reason::SESSION_ENCRYPTION, "message " + std::to_string(received_ + 1)};
  ++received_;
  return opened;
}

DeviceSession::DeviceSession(crypto::PrivateKey e_device_key, const std::optional<BleRetrieval>& ble)
    : e_device_key_(std::move(e_device_key)), engagement_(encode_device_engagement(e_device_key_.public_key(), ble)) {}

Result<Bytes> DeviceSession::open_establishment(ByteView message) {
  TRY_ASSIGN(auto establishment, SessionEstablishment::parse(message));
  transcript_ = qr_session_transcript(engagement_, establishment.e_reader_key_bytes);
  TRY_ASSIGN(cipher_, SessionCipher::derive(Side::kDevice, e_device_key_, establishment.e_reader_key, transcript_));
  e_reader_key_ = std::move(establishment.e_reader_key);
  return cipher_->decrypt(establishment.data);
}

Result<Bytes> DeviceSession::establish(ByteView message) {
  if (ended_ || cipher_) return terminated();
  auto request = open_establishment(message);
  if (!request) {
    ended_ = true;
    status_ = status_for(request.error().reason);
  }
  return request;
}

Result<Received> DeviceSession::receive(ByteView message) {
  if (ended_ || !cipher_) return terminated();
  const auto read = [&]() -> Result<Received> {
    TRY_ASSIGN(const SessionData data, SessionData::parse(message));
    Received received;
    received.ended = data.status.has_value();
    if (data.data) {
      TRY_ASSIGN(received.message, cipher_->decrypt(*data.data));
    }
    return received;
  };
  auto received = read();
  if (!received) status_ = status_for(received.error().reason);
  ended_ = !received || received->ended;
  return received;
}

Result<Bytes> DeviceSession::send(ByteView device_response, bool end) {
  if (ended_ || !cipher_) return terminated();
  TRY_ASSIGN(const Bytes sealed, cipher_->encrypt(device_response));
  ended_ = end;
  return encode_session_data(sealed, end ? std::optional{kSessionTermination} : std::nullopt);
}

const Bytes& DeviceSession::transcript() const {
  CHECK(!transcript_.empty());
  return transcript_;
}

const crypto::PublicKey& DeviceSession::e_reader_key() const {
  CHECK(e_reader_key_.has_value());
  return *e_reader_key_;
}

Bytes DeviceSession::error_message() const { return encode_session_data(std::nullopt, status_); }

Result<ReaderSession> ReaderSession::start(ByteView engagement, crypto::PrivateKey e_reader_key) {
  TRY_ASSIGN(const DeviceEngagement parsed, DeviceEngagement::parse(engagement));
  Bytes key_bytes = encode_key_bytes(e_reader_key.public_key());
  Bytes transcript = qr_session_transcript(parsed.bytes, key_bytes);
  TRY_ASSIGN(auto cipher, SessionCipher::derive(Side::kReader, e_reader_key, parsed.e_device_key, transcript));
  return ReaderSession{std::move(e_reader_key), std::move(key_bytes), std::move(transcript), std::move(cipher)};
}

Result<Bytes> ReaderSession::send(ByteView device_request) {
  if (ended_) return terminated();
  TRY_ASSIGN(const Bytes sealed, cipher_.encrypt(device_request));
  if (established_) return encode_session_data(sealed, std::nullopt);
  established_ = true;
  return encode_session_establishment(key_bytes_, sealed);
}

Result<Received> ReaderSession::receive(ByteView message) {
  if (ended_ || !established_) return terminated();
  const auto read = [&]() -> Result<Received> {
    TRY_ASSIGN(const SessionData data, SessionData::parse(message));
    if (!data.data) return Error{Reason::SESSION_TERMINATED, "status " + std::to_string(*data.status)};
    Received received;
    received.ended = data.status.has_value();
    TRY_ASSIGN(received.message, cipher_.decrypt(*data.data));
    return received;
  };
  auto received = read();
  ended_ = !received || received->ended;
  return received;
}

Bytes ReaderSession::end() {
  ended_ = true;
  return encode_session_data(std::nullopt, kSessionTermination);
}

}  // namespace mitome::iso18013
