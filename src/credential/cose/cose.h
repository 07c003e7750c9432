// COSE_Sign1 and COSE_Mac0 (RFC 9052), as ISO/IEC 18013-5 and the token status list use them.
//
// The algorithm is read from the protected header alone and must fit the key that the caller brings (RFC 9052 3.1);
// a critical header is refused whatever it names, since we understand none beyond the plain ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "codec/cbor/reader.h"
#include "crypto/key.h"
#include "crypto/secret.h"
#include "crypto/signer.h"

namespace mitome::cose {

// Algorithms (IANA COSE registry).
inline constexpr int64_t kEs256 = -7, kEsp256 = -9, kEs384 = -35, kEsp384 = -51, kHmac256 = 5;
// Header labels (RFC 9052 3.1, RFC 9360 2, RFC 9596).
inline constexpr int64_t kHeaderAlgorithm = 1, kHeaderCritical = 2, kHeaderKeyId = 4, kHeaderType = 16,
                         kHeaderX5chain = 33;
inline constexpr size_t kMaxChain = 8;
/// How messages of peers are read: strictly, but for counts of arrays and maps in more bytes than needed, which the CBOR library under
/// @animo-id/mdoc writes. Digests and signatures are taken over the received bytes, so that nothing hides in the width.
inline constexpr cbor::Options kPeerEncoding{.wide_counts = true};

/// What both header maps say, as views of the received bytes. Labels that we do not read stay in the bytes.
struct Headers {
  ByteView protected_bytes;                ///< content of the protected bstr, as received
  std::optional<int64_t> algorithm;        ///< from the protected header only
  bool critical = false;                   ///< "crit" is there, in either map
  std::optional<ByteView> key_id;          ///< from either map
  std::string_view type;                   ///< header 16 as text, protected only; empty when absent
  std::vector<ByteView> x5chain;           ///< DER, end entity first, from the unprotected header
  std::vector<ByteView> protected_x5chain; ///< the same from the protected header (status lists)
};

/// COSE_Sign1, parsed and not verified. Everything looks at the bytes it was read from and dies with them.
struct CoseSign1 {
  Headers headers;
  std::optional<ByteView> payload;  ///< nothing when nil (detached)
  ByteView signature;

  /// With or without tag 18. MALFORMED, LIMIT_EXCEEDED (over kMaxChain certificates).
  static Result<CoseSign1> parse(ByteView bytes);
  static Result<CoseSign1> read(const cbor::Value& value);
};

/// COSE_Mac0, parsed and not verified; views as in CoseSign1.
struct CoseMac0 {
  Headers headers;
  std::optional<ByteView> payload;
  ByteView tag;

  /// With or without tag 17.
  static Result<CoseMac0> parse(ByteView bytes);
  static Result<CoseMac0> read(const cbor::Value& value);
};

/// The payload comes from the message, or is `detached` when the message has none; one of the two, never both (MALFORMED).
/// COSE_CRITICAL, COSE_ALGORITHM (absent, or not the one of this key's type: ES256 or ESP256 for P-256, ES384 or ESP384 for
/// P-384), BAD_SIGNATURE (also when the signature is not exactly r‖s).
Result<void> verify(const CoseSign1& message, const crypto::PublicKey& key,
                    std::optional<ByteView> detached = std::nullopt, ByteView external_aad = {});

/// HMAC 256/256 with a tag of exactly 32 bytes; reasons as above, BAD_SIGNATURE when the tag does not fit.
Result<void> verify(const CoseMac0& message, const crypto::SecretBytes& key,
                    std::optional<ByteView> detached = std::nullopt, ByteView external_aad = {});

/// Does this COSE algorithm belong to keys of this type?
bool algorithm_fits(int64_t algorithm, crypto::KeyType type);
/// ES256 or ES384 for what a signer makes; CHECKs that it is ECDSA.
int64_t algorithm_of(crypto::SignatureAlgorithm algorithm);

/// What goes into the headers of a message of ours.
struct HeaderInput {
  std::vector<ByteView> x5chain;    ///< end entity first, no root
  bool x5chain_protected = false;   ///< status lists: true; mdoc: false
  std::string_view type;            ///< protected header 16, when not empty
};

/// A COSE_Sign1 on its way: the bytes to be signed are there before the signature, to be recorded first.
class UnsignedSign1 {
 public:
  UnsignedSign1(crypto::SignatureAlgorithm algorithm, const HeaderInput& headers, Bytes payload, bool detached,
                ByteView external_aad = {});

  /// Sig_structure (RFC 9052 4.4).
  const Bytes& to_be_signed() const { return to_be_signed_; }
  const Bytes& payload() const { return payload_; }
  /// The message, without tag 18 unless asked for.
  Bytes assemble(ByteView signature, bool tagged = false) const;

 private:
  Bytes protected_, unprotected_, payload_, to_be_signed_;
  bool detached_;
};

/// UnsignedSign1, signed at once.
Result<Bytes> sign1(crypto::Signer& signer, const HeaderInput& headers, Bytes payload, bool detached,
                    bool tagged = false, ByteView external_aad = {});

/// COSE_Mac0 with HMAC 256/256, untagged, with a detached payload.
Bytes mac0_detached(const crypto::SecretBytes& key, ByteView payload);

/// COSE_Key (RFC 9052 7, RFC 9053 7.1.1): kty EC2, crv, x, y of full length, in the order of deterministic CBOR.
Bytes encode_key(const crypto::PublicKey& key);
/// A COSE_Key on P-256 or P-384, y as bstr or as sign bit. Off the curve, another curve, wrong lengths: BAD_KEY; not a COSE_Key: MALFORMED.
Result<crypto::PublicKey> read_key(const cbor::Value& value);
Result<crypto::PublicKey> parse_key(ByteView bytes);

}  // namespace mitome::cose
