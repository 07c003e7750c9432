// What a phone's secure element must give, on one page: keys that never leave it and work only for the holder who is
// present, a lock for the wallet's key, a proof of all this, and the card application.
#pragma once

#include <string>
#include <vector>

#include "card/platform.h"
#include "crypto/key.h"
#include "crypto/secret.h"
#include "phone/user_verifier.h"
#include "protocol/apdu/apdu.h"

namespace mitome::phone {

/// When a key works.
enum class KeyUse : uint8_t {
  kBackground = 0,    ///< whenever the phone is on: the app's own key towards the authority
  kUserVerified = 1,  ///< only with a fresh pass, and only while the faces and fingers stay as they were (PHN-3)
};

/// What the card application shows: certificates in DER. Its PINs were staged before.
struct CardCertificates {
  Bytes auth_certificate, sign_certificate, auth_ca, sign_ca;
};

class SecureElement {
 public:
  static constexpr size_t kMaxSlots = 256;

  virtual ~SecureElement() = default;

  // Keys, in named slots ("e01/auth"). All changes are durable when they return: STORAGE_FAILED otherwise.

  /// Makes a key in a slot, in place of what it held. LIMIT_EXCEEDED over kMaxSlots; BIOMETRICS_NOT_SET_UP for a
  /// kUserVerified key while no face or finger is enrolled.
  virtual Result<crypto::PublicKey> generate(std::string_view slot, crypto::KeyType type, KeyUse use) = 0;
  /// NOT_FOUND; NEEDS_REPROOF when the key died with its biometric set.
  virtual Result<crypto::PublicKey> public_key(std::string_view slot) const = 0;
  virtual std::vector<std::string> slots() const = 0;
  /// Deletes these slots; what is not there is skipped.
  virtual Result<void> erase(const std::vector<std::string>& slots) = 0;

  // The holder's presence.

  /// What the next pass must carry; takes the place of the one before. Gone when the power goes.
  virtual PassChallenge challenge() = 0;
  /// Uses the pass up. USER_AUTH_REQUIRED unless it is the sensor's, over the challenge that is open now, for this purpose
  /// and bound to this digest; NEEDS_REPROOF when the biometric set is another now.
  virtual Result<void> confirm(const Pass& pass, Purpose purpose, const crypto::Sha256Digest& bound_to) = 0;
  /// ES256 (r‖s) by a kBackground P-256 key; USER_AUTH_REQUIRED for any other.
  virtual Result<Bytes> sign(std::string_view slot, ByteView message) = 0;
  /// ES256 by a P-256 key with a pass that is bound to SHA-256 of the message; errors as confirm() and public_key().
  virtual Result<Bytes> sign(std::string_view slot, ByteView message, const Pass& pass, Purpose purpose) = 0;
  /// Tells which biometric set is enrolled from now on; on another one every kUserVerified key is destroyed.
  virtual Result<void> biometrics_changed(Biometrics kind, const BiometricSet& set) = 0;

  // The wallet's lock and the phone's proof.

  /// AES-256-GCM under a key of this secure element; `name` is what is sealed and is needed again to open it.
  virtual Result<Bytes> seal(std::string_view name, ByteView plaintext) = 0;
  /// WALLET_SEALED when another secure element sealed it, under another name, or it was changed.
  virtual Result<crypto::SecretBytes> open(std::string_view name, ByteView sealed) = 0;
  /// Attestation of docs/endpoints.md over a CBOR map or array of SubjectPublicKeyInfo bstr: only when every one of them is the
  /// key of a slot here: BAD_KEY otherwise, NEEDS_REPROOF for one that died.
  virtual Result<Bytes> attest(ByteView challenge, ByteView keys) = 0;

  // The card application (JPKI; which token it is, attest() says) that a contactless reader sees.

  /// Keeps the PINs that the holder chose until install_card() or drop_staged_pins().
  virtual Result<void> stage_pins(const crypto::Pin& auth, const crypto::Pin& sign) = 0;
  virtual Result<void> drop_staged_pins() = 0;
  /// Puts the card in, all or nothing, over these two RSA slots, with the staged PINs. TRANSITION_REFUSED without staged PINs.
  virtual Result<void> install_card(const CardCertificates& certificates, std::string_view auth_slot,
                                    std::string_view sign_slot) = 0;
  /// A new signing certificate and its slot, all or nothing; the password stays. TRANSITION_REFUSED without a card.
  virtual Result<void> replace_signing(ByteView certificate, std::string_view sign_slot) = 0;
  /// Takes the card out with its PINs; staged ones stay, for the card that is being added.
  virtual Result<void> remove_card() = 0;
  /// Opens one operation of the card application with a pass: one signature by one key, over `digest` alone if it is given.
  /// Errors as confirm(); the pass is bound to the digest, or to contactless_binding().
  virtual Result<void> open_operation(const Pass& pass, Purpose purpose, card::UserOperation operation,
                                      const crypto::Sha256Digest* digest) = 0;
  /// The reader's field is gone, or time is up: whatever was open is over.
  virtual void field_off() = 0;
  /// Where a reader's commands go. Stays the same object for the life of the secure element.
  virtual apdu::ApduChannel& card() = 0;
};

/// What a pass is bound to when the holder calls up the card before any reader has said what to sign.
crypto::Sha256Digest contactless_binding();

}  // namespace mitome::phone
