#include "protocol/jpki/cv_certificate.h"

#include <algorithm>

#include "codec/der/der.h"

namespace mitome::jpki {
namespace {

constexpr uint32_t kCertificateTag = 0x7F21, kBodyTag = 0x5F4E, kSignatureTag = 0x5F37;
constexpr uint32_t kExponentTag = 0x90, kModulusTag = 0x91;
constexpr size_t kRsaBytes = 256;
constexpr auto kAlgorithm = crypto::SignatureAlgorithm::kRsaPkcs1Sha256;

Error malformed(std::string what) { return {Reason::MALFORMED, std::move(what)}; }

struct RsaNumbers {
  Bytes modulus, exponent;
};

/// Modulus and exponent out of a SubjectPublicKeyInfo (RFC 8017 A.1.1).
Result<RsaNumbers> rsa_numbers(const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::kRsa || key.modulus_size() != kRsaBytes)
    return Error{Reason::BAD_KEY, "not an RSA-2048 key"};
  der::Reader outer{key.spki()};
  TRY_ASSIGN(const der::Element info, outer.expect(der::kSequence));
  der::Reader fields{info.content};
  TRY(fields.expect(der::kSequence));
  TRY_ASSIGN(const der::Element bits, fields.expect(der::kBitString));
  der::Reader key_reader{bits.content.subspan(1)};
  TRY_ASSIGN(const der::Element numbers, key_reader.expect(der::kSequence));
  der::Reader number_reader{numbers.content};
  TRY_ASSIGN(const der::Element modulus, number_reader.expect(der::kInteger));
  TRY_ASSIGN(const der::Element exponent, number_reader.expect(der::kInteger));
  const auto magnitude = [](ByteView content) {
    return to_bytes(content.size() > 1 && content[0] == 0 ? content.subspan(1) : content);
  };
  return RsaNumbers{magnitude(modulus.content), magnitude(exponent.content)};
}

Result<crypto::PublicKey> key_from_numbers(ByteView modulus, ByteView exponent) {
  if (modulus.size() != kRsaBytes || modulus[0] < 0x80 || exponent.empty() || exponent.size() > 4)
    return Error{Reason::BAD_KEY, "CV certificate: not an RSA-2048 key"};
  const Bytes numbers = der::sequence({der::integer(modulus), der::integer(exponent)});
  const Bytes algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), der::null()});
  return crypto::PublicKey::from_spki(der::sequence({algorithm, der::bit_string(numbers)}));
}

}  // namespace

Result<tlv::Element> whole_object(ByteView file, uint32_t tag, size_t limit, const char* what) {
  if (file.size() > limit) return Error{Reason::LIMIT_EXCEEDED, std::string{what} + ": over " + std::to_string(limit) + " bytes"};
  ByteView rest = file;
  TRY_ASSIGN(const tlv::Element element, tlv::read(rest));
  if (element.tag != tag) return malformed(std::string{what} + ": another object");
  if (!std::all_of(rest.begin(), rest.end(), [](uint8_t byte) { return byte == 0xFF || byte == 0x00; }))
    return malformed(std::string{what} + ": bytes behind the object");
  return element;
}

Result<Bytes> encode_cv_key(const crypto::PublicKey& key) {
  TRY_ASSIGN(const RsaNumbers numbers, rsa_numbers(key));
  return concat({tlv::encode(kExponentTag, numbers.exponent), tlv::encode(kModulusTag, numbers.modulus)});
}

Result<Bytes> sign_card_file(crypto::Signer& signer, ByteView message) {
  if (signer.algorithm() != kAlgorithm || signer.public_key().modulus_size() != kRsaBytes)
    return Error{Reason::BAD_KEY, "files of a card are signed with RSA-2048"};
  return signer.sign(message);
}

bool verify_card_file(const crypto::PublicKey& key, ByteView message, ByteView signature) {
  return key.type() == crypto::KeyType::kRsa && key.verify(kAlgorithm, message, signature);
}

Result<Bytes> encode_cv_certificate(const KeyId& issuer, const KeyId& subject, const crypto::PublicKey& subject_key,
                                    crypto::Signer& ca) {
  TRY_ASSIGN(const Bytes key, encode_cv_key(subject_key));
  const Bytes body = tlv::encode(kBodyTag, concat({issuer, subject, key}));
  TRY_ASSIGN(const Bytes signature, sign_card_file(ca, body));
  return tlv::encode(kCertificateTag, concat({body, tlv::encode(kSignatureTag, signature)}));
}

Result<crypto::PublicKey> verify_cv_certificate(ByteView file, const crypto::PublicKey& ca) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kCertificateTag, kMaxCvFileSize, "CV certificate"));
  TRY_ASSIGN(const auto parts, tlv::read_all(object.value));
  TRY_ASSIGN(const tlv::Element body, tlv::get(parts, kBodyTag));
  TRY_ASSIGN(const tlv::Element signature, tlv::get(parts, kSignatureTag));
  if (parts.size() != 2 || body.value.size() < 2 * sizeof(KeyId)) return malformed("CV certificate: other parts");
  TRY_ASSIGN(const auto numbers, tlv::read_all(body.value.subspan(2 * sizeof(KeyId))));
  TRY_ASSIGN(const tlv::Element exponent, tlv::get(numbers, kExponentTag));
  TRY_ASSIGN(const tlv::Element modulus, tlv::get(numbers, kModulusTag));
  TRY_ASSIGN(auto key, key_from_numbers(modulus.value, exponent.value));
  if (!verify_card_file(ca, body.encoded, signature.value)) return Error{Reason::CERT_UNTRUSTED, "CV certificate: not by this CA"};
  return key;
}

}  // namespace mitome::jpki
