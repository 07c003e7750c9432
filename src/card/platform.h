// What a chip must give: everything the applets need from the silicon they run on, on one page. A file-backed card, a
// phone's secure element and the tests' failing memory are platforms; the applets see no other world.
#pragma once

#include <compare>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace mitome::card {

enum class AppletId : uint8_t { kChip = 0, kJpki = 1, kText = 2, kSurface = 3, kJuki = 4, kCommon = 5 };
inline constexpr auto kLastApplet = AppletId::kCommon;

/// What a non-volatile slot holds.
enum class Part : uint8_t {
  kContent = 1,  ///< the bytes of an elementary file
  kPin = 2,      ///< a reference PIN (runtime/pin.h has its form); secret
  kTries = 3,    ///< one byte: tries left
  kKey = 4,      ///< an RSA-2048 private key; never read, only used
  kProfile = 5,  ///< one byte: TokenProfile; written last when a chip is issued
};

/// The name of one non-volatile slot: the part of a file of an applet.
struct Slot {
  AppletId applet;
  uint16_t file;
  Part part;
  auto operator<=>(const Slot&) const = default;
};

/// What the private-key operation pads with.
enum class RsaPadding : uint8_t {
  kPkcs1,  ///< EMSA-PKCS1-v1_5 block type 1 around the input as it is, 1 to 245 bytes
  kPss,    ///< EMSA-PSS, SHA-256, salt 32; the input is the 32-byte digest
};

/// What the holder has just agreed to by face or finger on a phone.
enum class UserOperation : uint8_t {
  kNone,            ///< nothing: the chip is dark
  kAuthentication,  ///< one signature by the user authentication key
  kSigning,         ///< one signature by the signing key
};

class Platform {
 public:
  virtual ~Platform() = default;

  /// The value of a slot; nullopt when it was never written. STORAGE_FAILED when it cannot be read.
  virtual Result<std::optional<Bytes>> read(Slot slot) = 0;
  /// Durable and whole when it returns good: after a power cut a slot has its old value or its new one, nothing between.
  /// STORAGE_FAILED otherwise; then either value may be there.
  virtual Result<void> write(Slot slot, ByteView value) = 0;
  /// Removes a slot, durable in the same way; good when it was not there.
  virtual Result<void> erase(Slot slot) = 0;

  /// Makes an RSA-2048 key in the chip, in place of what the slot held, durable when it returns.
  virtual Result<crypto::PublicKey> generate_key(Slot slot) = 0;
  /// The public half of a key slot; NOT_FOUND when there is no key.
  virtual Result<crypto::PublicKey> public_key(Slot slot) = 0;
  /// One private-key operation: 256 bytes. NOT_FOUND without the key, CRYPTO_FAILED when the operation fails.
  virtual Result<Bytes> sign(Slot slot, RsaPadding padding, ByteView input) = 0;

  virtual crypto::Random& random() = 0;

  // On-device user verification: phones only. A card has no sensor, so these are what a card says.

  /// The operation that the holder has open right now.
  virtual UserOperation user_operation() { return UserOperation::kNone; }
  /// Takes the one signature out of the open operation: true exactly once for each operation, before the signature is made.
  virtual bool consume_signature() { return false; }
  /// The reader said that no command follows (80 FC), or the field went away: the operation is over.
  virtual void operation_ended() {}
};

}  // namespace mitome::card
