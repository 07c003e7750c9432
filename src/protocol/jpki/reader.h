// The reader's side of the card, as functions over an ApduChannel. Each leaves the card as the next one finds it: select the
// application once, then files and PINs by their numbers (identifiers.h).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "protocol/apdu/apdu.h"
#include "protocol/jpki/identifiers.h"
#include "protocol/jpki/surface_files.h"
#include "protocol/jpki/text_files.h"
#include "protocol/jpki/token_info.h"

namespace mitome::jpki {

/// No file of a card is larger.
inline constexpr size_t kMaxFileSize = 32 * 1024;

/// SELECT by AID. CARD_REFUSED with the status word in the detail: also when the application is not there, or when a phone
/// is still dark. Ends whatever was verified before.
Result<void> select_application(apdu::ApduChannel& channel, ByteView aid);
/// SELECT an elementary file of the current application; CARD_REFUSED.
Result<void> select_file(apdu::ApduChannel& channel, uint16_t file);

/// Selects and reads one DER or BER-TLV object: its size from its head, then in parts of at most 256 bytes. What follows the
/// object (filler) is not read. CARD_REFUSED (6982: the PIN was not verified), MALFORMED, LIMIT_EXCEEDED over kMaxFileSize.
Result<Bytes> read_file(apdu::ApduChannel& channel, uint16_t file);
/// Selects and reads exactly `size` bytes; MALFORMED when the card gives fewer.
Result<Bytes> read_bytes(apdu::ApduChannel& channel, uint16_t file, size_t size);

/// The empty VERIFY: costs nothing. 0 is blocked.
Result<unsigned> pin_tries_left(apdu::ApduChannel& channel, uint16_t pin_file);
/// VERIFY. PIN_WRONG with the tries that are left in the detail, PIN_BLOCKED (63C0, 6983, 6984), CARD_REFUSED.
Result<void> verify_pin(apdu::ApduChannel& channel, uint16_t pin_file, const crypto::Pin& pin);
/// CHANGE REFERENCE DATA, after verify_pin of the same file. PIN_FORMAT when the card finds the new one unfit; CARD_REFUSED.
Result<void> change_pin(apdu::ApduChannel& channel, uint16_t pin_file, const crypto::Pin& new_pin);

/// As change_pin() in the register and common applications, which know JICSAP's CHANGE KEY (80 32) instead.
Result<void> change_register_pin(apdu::ApduChannel& channel, const crypto::Pin& new_pin);
/// READ RECORD of a file: the whole record, number and length in front. CARD_REFUSED.
Result<Bytes> read_record(apdu::ApduChannel& channel, uint16_t file, uint8_t number);

// In the surface application, after number A:
/// All but 0001, which another secret opens.
Result<SurfaceFiles> read_surface_files(apdu::ApduChannel& channel);

// In the JPKI application:
Result<Bytes> read_auth_certificate(apdu::ApduChannel& channel);
Result<Bytes> read_sign_certificate(apdu::ApduChannel& channel);  ///< only after the signing password
Result<Bytes> read_auth_ca(apdu::ApduChannel& channel);
Result<Bytes> read_sign_ca(apdu::ApduChannel& channel);
Result<TokenInfo> read_token_info(apdu::ApduChannel& channel);
/// COMPUTE DIGITAL SIGNATURE by kAuthKey or kSignKey over the DigestInfo of a SHA-256 digest: 256 bytes, RSA PKCS #1 v1.5.
Result<Bytes> compute_signature(apdu::ApduChannel& channel, uint16_t key_file, const crypto::Sha256Digest& digest);
/// Tells a phone's chip that no command follows (80 FC 00 00); what it answers does not matter.
Result<void> last_command(apdu::ApduChannel& channel);

/// CARD_CHANGED unless the card in front still has this authentication certificate (compared by SHA-256).
/// Works in the JPKI application, where that certificate is readable.
Result<void> expect_same_card(apdu::ApduChannel& channel, ByteView auth_certificate);

// In the text application, after its PIN:
Result<TextFiles> read_text_files(apdu::ApduChannel& channel);

struct CardSignature {
  Bytes certificate;  ///< DER, of the key that signed
  Bytes signature;    ///< 256 bytes
};
/// The whole of a login or signature: select, VERIFY (no PIN: a phone whose holder has verified on it), certificate, sign, and
/// the certificate once more, so that a card swapped in between is found: CARD_CHANGED. `key_file` is kAuthKey or kSignKey.
Result<CardSignature> sign_with_card(apdu::ApduChannel& channel, uint16_t key_file, const crypto::Pin* pin,
                                     const crypto::Sha256Digest& digest);

}  // namespace mitome::jpki
