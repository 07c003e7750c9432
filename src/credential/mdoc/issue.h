// An mdoc issued: claims to IssuerSigned bytes (ISO/IEC 18013-5 9.1.2).
//
// The MSO and the Sig_structure are there before the signature is, so that the issuer can record what it is about to sign.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "credential/cose/cose.h"
#include "credential/mdoc/mso.h"
#include "credential/x509/certificate.h"
#include "crypto/random.h"
#include "crypto/signer.h"

namespace mitome::mdoc {

struct ClaimElement {
  std::string identifier;
  Bytes value;  ///< CBOR of elementValue
};
struct ClaimNameSpace {
  std::string name;
  std::vector<ClaimElement> elements;
};

// Values of elements in CBOR.
Bytes text_value(std::string_view text);
Bytes bytes_value(ByteView bytes);
Bytes uint_value(uint64_t number);
Bytes bool_value(bool value);
Bytes full_date_value(Date date);     ///< #6.1004(tstr), RFC 8943
Bytes date_time_value(Instant time);  ///< #6.0(tstr)

/// The claims of one person, prepared once for a whole batch: each mdoc differs only in salts, digest ids, device key, validity and
/// status, and the hash of a large value (the portrait) is continued from where the batch shares it.
class Claims {
 public:
  /// MALFORMED: no element, an empty name, a value that is not one CBOR item. DUPLICATE_ELEMENT. LIMIT_EXCEEDED.
  static Result<Claims> make(std::string doctype, const std::vector<ClaimNameSpace>& name_spaces);

  const std::string& doctype() const;

  Claims(Claims&&) noexcept;
  Claims& operator=(Claims&&) noexcept;
  ~Claims();
  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Claims(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct IssueInput {
  const crypto::PublicKey* device_key = nullptr;  ///< P-256 or P-384
  Validity validity;                              ///< signed_at must lie inside the DS certificate's validity
  std::optional<StatusReference> status;
  KeyAuthorizations authorizations;
};

/// Who signs: DS certificate first, then links if any, never the root (9.1.2.4).
struct DocumentSigner {
  crypto::Signer& signer;
  std::vector<x509::Certificate> chain;
};

class UnsignedMdoc {
 public:
  const Bytes& mso_bytes() const { return sign1_.payload(); }           ///< MobileSecurityObjectBytes, with tag 24
  const Bytes& to_be_signed() const { return sign1_.to_be_signed(); }   ///< Sig_structure
  /// IssuerSigned, CBOR.
  Bytes assemble(ByteView signature) const;

 private:
  friend Result<UnsignedMdoc> prepare(const Claims&, const IssueInput&, const DocumentSigner&, crypto::Random&);
  UnsignedMdoc(Bytes name_spaces, cose::UnsignedSign1 sign1)
      : name_spaces_(std::move(name_spaces)), sign1_(std::move(sign1)) {}
  Bytes name_spaces_;
  cose::UnsignedSign1 sign1_;
};

/// Everything but the signature: salts drawn at once, digest ids shuffled. MSO_SIGNED_OUTSIDE_DS, MALFORMED (validity in the wrong
/// order, empty chain), BAD_KEY (device or signer key not EC, or the chain's first key is not the signer's).
Result<UnsignedMdoc> prepare(const Claims& claims, const IssueInput& input, const DocumentSigner& signer,
                             crypto::Random& random);

/// prepare, sign, assemble: IssuerSigned bytes.
Result<Bytes> issue(const Claims& claims, const IssueInput& input, const DocumentSigner& signer, crypto::Random& random);

}  // namespace mitome::mdoc
