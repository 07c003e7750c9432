// Session encryption (ISO/IEC 18013-5 9.1.1) and the two sides of one proximity session.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key.h"
#include "crypto/secret.h"
#include "protocol/iso18013/engagement.h"

namespace mitome::iso18013 {

// SessionData.status (9.1.1.4).
inline constexpr uint64_t kSessionEncryptionError = 10, kSessionDecodingError = 11, kSessionTermination = 20;
inline constexpr size_t kMaxSessionMessage = 4 * 1024 * 1024;

/// {"eReaderKey": EReaderKeyBytes, "data": bstr}; views of the received bytes, but for the key.
struct SessionEstablishment {
  crypto::PublicKey e_reader_key;
  ByteView e_reader_key_bytes;  ///< with tag 24, as received
  ByteView data;

  /// MALFORMED, LIMIT_EXCEEDED, BAD_KEY.
  static Result<SessionEstablishment> parse(ByteView bytes);
};
Bytes encode_session_establishment(ByteView e_reader_key_bytes, ByteView data);

/// {? "data": bstr, ? "status": uint}; at least one.
struct SessionData {
  std::optional<ByteView> data;
  std::optional<uint64_t> status;

  static Result<SessionData> parse(ByteView bytes);
};
Bytes encode_session_data(std::optional<ByteView> data, std::optional<uint64_t> status);

/// EReaderKeyBytes or EDeviceKeyBytes: #6.24(bstr .cbor COSE_Key).
Bytes encode_key_bytes(const crypto::PublicKey& key);

enum class Side : uint8_t { kReader, kDevice };

/// AES-256-GCM both ways with SKReader and SKDevice. The initialisation vector is the sender's identifier and a counter
/// from 1 that each side keeps, so a message out of order, repeated or from our own side does not decrypt.
class SessionCipher {
 public:
  /// `session_transcript` without tag 24. BAD_KEY on different curves.
  static Result<SessionCipher> derive(Side side, const crypto::PrivateKey& own, const crypto::PublicKey& peer,
                                      ByteView session_transcript);

  /// LIMIT_EXCEEDED once the 32-bit counter is used up.
  Result<Bytes> encrypt(ByteView plaintext);
  /// SESSION_ENCRYPTION; the counter moves on only when the message was good.
  Result<Bytes> decrypt(ByteView ciphertext);

  const crypto::SecretBytes& reader_key() const { return reader_key_; }  ///< SKReader
  const crypto::SecretBytes& device_key() const { return device_key_; }  ///< SKDevice

  /// For tests of the wrap: messages already sent and received.
  void advance_to(uint32_t sent, uint32_t received) { sent_ = sent, received_ = received; }

 private:
  SessionCipher(Side side, crypto::SecretBytes reader_key, crypto::SecretBytes device_key)
      : side_(side), reader_key_(std::move(reader_key)), device_key_(std::move(device_key)) {}
  Side side_;
  crypto::SecretBytes reader_key_, device_key_;
  uint32_t sent_ = 0, received_ = 0;
};

/// What arrived in a session: the decrypted message, if any, and whether the other side ended the session with it.
struct Received {
  std::optional<Bytes> message;
  bool ended = false;
};

/// The holder's side: shows an engagement, answers requests.
class DeviceSession {
 public:
  /// `e_device_key` is fresh for this engagement.
  DeviceSession(crypto::PrivateKey e_device_key, const std::optional<BleRetrieval>& ble = std::nullopt);

  const Bytes& engagement() const { return engagement_; }
  std::string qr() const { return to_qr(engagement_); }

  /// The first message of the reader: SessionEstablishment → DeviceRequest bytes. MALFORMED, BAD_KEY,
  /// SESSION_ENCRYPTION, SESSION_TERMINATED; any of them ends the session, and error_message() is what to send.
  Result<Bytes> establish(ByteView message);
  /// A further SessionData of the reader.
  Result<Received> receive(ByteView message);
  /// SessionData with the encrypted response; `end` adds status 20 and ends the session.
  Result<Bytes> send(ByteView device_response, bool end);

  /// SessionTranscript without tag 24; only after establish() (CHECK).
  const Bytes& transcript() const;
  const crypto::PublicKey& e_reader_key() const;  ///< only after establish() (CHECK)
  bool ended() const { return ended_; }
  /// SessionData with the status that fits why the session ended (10, 11 or 20).
  Bytes error_message() const;

 private:
  Result<Bytes> open_establishment(ByteView message);
  crypto::PrivateKey e_device_key_;
  Bytes engagement_, transcript_;
  std::optional<crypto::PublicKey> e_reader_key_;
  std::optional<SessionCipher> cipher_;
  bool ended_ = false;
  uint64_t status_ = kSessionTermination;
};

/// The reader's side: reads an engagement, asks, and gets an answer.
class ReaderSession {
 public:
  /// From an engagement as in the QR code and a fresh EReaderKey. MALFORMED, BAD_KEY.
  static Result<ReaderSession> start(ByteView engagement, crypto::PrivateKey e_reader_key);

  /// The first time SessionEstablishment, later SessionData. SESSION_TERMINATED once ended.
  Result<Bytes> send(ByteView device_request);
  /// SessionData of the device. SESSION_ENCRYPTION, MALFORMED, SESSION_TERMINATED (also: a status without a message).
  Result<Received> receive(ByteView message);
  /// SessionData with status 20; the session ends.
  Bytes end();

  const Bytes& transcript() const { return transcript_; }                   ///< without tag 24
  const crypto::PrivateKey& e_reader_key() const { return e_reader_key_; }  ///< for verify_device_response's MAC
  bool ended() const { return ended_; }

 private:
  ReaderSession(crypto::PrivateKey key, Bytes key_bytes, Bytes transcript, SessionCipher cipher)
      : e_reader_key_(std::move(key)),
        key_bytes_(std::move(key_bytes)),
        transcript_(std::move(transcript)),
        cipher_(std::move(cipher)) {}
  crypto::PrivateKey e_reader_key_;
  Bytes key_bytes_, transcript_;
  SessionCipher cipher_;
  bool established_ = false, ended_ = false;
};

}  // namespace mitome::iso18013
