#include "protocol/jpki/text_files.h"

#include <algorithm>

#include "codec/der/der.h"
#include "codec/tlv/tlv.h"
#include "codec/utf8/utf8.h"
#include "crypto/hash.h"

namespace mitome::jpki {
namespace {

// Tags of the files; measured on real cards by soltia48/myna-card.
constexpr uint32_t kMyNumberTag = 0xFF10, kAttributesTag = 0xFF20, kIntegrityTag = 0xFF30, kVersionTag = 0xFF40;
constexpr uint32_t kOffsets = 0xDF21, kName = 0xDF22, kAddress = 0xDF23, kBirthDate = 0xDF24, kSex = 0xDF25;
constexpr uint32_t kMyNumberDigest = 0xDF31, kAttributesDigest = 0xDF32, kIntegritySignature = 0xDF33;
constexpr uint32_t kCertificateTag = 0x7F21, kBodyTag = 0x5F4E, kSignatureTag = 0x5F37;
constexpr uint32_t kExponentTag = 0x90, kModulusTag = 0x91;

constexpr size_t kDigits = 12;
constexpr size_t kRsaBytes = 256;
constexpr size_t kOffsetsSize = 8;
constexpr std::array<uint32_t, 4> kItems{kName, kAddress, kBirthDate, kSex};

Error malformed(std::string what) { return {Reason::MALFORMED, std::move(what)}; }
Error limit() { return {Reason::LIMIT_EXCEEDED, "a text file over 4096 bytes"}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool known_sex(std::string_view sex) { return sex == "0" || sex == "1" || sex == "2" || sex == "9"; }

/// The one object of a file; what stands behind it must be filler.
Result<tlv::Element> whole_object(ByteView file, uint32_t tag, const char* what) {
  if (file.size() > kMaxTextFileSize) return limit();
  ByteView rest = file;
  TRY_ASSIGN(const tlv::Element element, tlv::read(rest));
  if (element.tag != tag) return malformed(std::string{what} + ": another object");
  if (!std::all_of(rest.begin(), rest.end(), [](uint8_t byte) { return byte == 0xFF || byte == 0x00; }))
    return malformed(std::string{what} + ": bytes behind the object");
  return element;
}

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
    return Error{Reason::BAD_KEY, "text file 0004: not an RSA-2048 key"};
  const Bytes numbers = der::sequence({der::integer(modulus), der::integer(exponent)});
  const Bytes algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), der::null()});
  return crypto::PublicKey::from_spki(der::sequence({algorithm, der::bit_string(numbers)}));
}

Result<Bytes> rsa_sign(crypto::Signer& signer, ByteView message) {
  if (signer.algorithm() != crypto::SignatureAlgorithm::kRsaPkcs1Sha256 || signer.public_key().modulus_size() != kRsaBytes)
    return Error{Reason::BAD_KEY, "text files are signed with RSA-2048"};
  return signer.sign(message);
}

/// What DF32 covers: from DF22 to the end of the object.
Result<ByteView> attributes_behind_offsets(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kAttributesTag, "text file 0002"));
  ByteView rest = object.value;
  TRY_ASSIGN(const tlv::Element offsets, tlv::read(rest));
  if (offsets.tag != kOffsets) return malformed("text file 0002: no offsets at its front");
  return rest;
}

Result<Bytes> digests_of(ByteView my_number_file, ByteView attributes_file) {
  TRY_ASSIGN(const ByteView items, attributes_behind_offsets(attributes_file));
  return concat({tlv::encode(kMyNumberDigest, crypto::sha256(my_number_file)),
                 tlv::encode(kAttributesDigest, crypto::sha256(items))});
}

struct TextCertificate {
  Bytes body, signature;  ///< body: the encoded 5F4E
  crypto::PublicKey subject_key;
};

Result<TextCertificate> parse_certificate(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kCertificateTag, "text file 0004"));
  TRY_ASSIGN(const auto parts, tlv::read_all(object.value));
  TRY_ASSIGN(const tlv::Element body, tlv::get(parts, kBodyTag));
  TRY_ASSIGN(const tlv::Element signature, tlv::get(parts, kSignatureTag));
  if (parts.size() != 2 || body.value.size() < 2 * sizeof(KeyId)) return malformed("text file 0004: other parts");
  TRY_ASSIGN(const auto numbers, tlv::read_all(body.value.subspan(2 * sizeof(KeyId))));
  TRY_ASSIGN(const tlv::Element exponent, tlv::get(numbers, kExponentTag));
  TRY_ASSIGN(const tlv::Element modulus, tlv::get(numbers, kModulusTag));
  TRY_ASSIGN(auto key, key_from_numbers(modulus.value, exponent.value));
  return TextCertificate{to_bytes(body.encoded), to_bytes(signature.value), std::move(key)};
}

}  // namespace

Result<Bytes> text_file_my_number(std::string_view digits) {
  if (digits.size() != kDigits || !std::all_of(digits.begin(), digits.end(), is_digit))
    return malformed("My Number: not 12 digits");
  return concat({tlv::encode(kMyNumberTag, as_bytes(digits)), Bytes{0xFF, 0xFF}});
}

Result<Bytes> text_file_attributes(const Attributes& attributes) {
  const auto unfit = [](const std::string& text) { return text.empty() || !utf8::valid(as_bytes(text)); };
  if (unfit(attributes.name) || unfit(attributes.address) || !known_sex(attributes.sex))
    return malformed("attributes: a name, address or sex that cannot be written");
  const std::string birth_date = to_compact_date(attributes.birth_date);
  const std::array<Bytes, 4> items{
      tlv::encode(kName, as_bytes(attributes.name)), tlv::encode(kAddress, as_bytes(attributes.address)),
      tlv::encode(kBirthDate, as_bytes(birth_date)), tlv::encode(kSex, as_bytes(attributes.sex))};
  const Bytes values = concat({items[0], items[1], items[2], items[3]});
  const size_t offsets_size = tlv::encode(kOffsets, Bytes(kOffsetsSize)).size();
  const size_t size = tlv::encode(kAttributesTag, Bytes(offsets_size + values.size())).size();
  if (size > kMaxTextFileSize) return limit();
  Bytes offsets;
  size_t at = size - values.size();
  for (const Bytes& item : items) {
    offsets.push_back(static_cast<uint8_t>(at >> 8));
    offsets.push_back(static_cast<uint8_t>(at));
    at += item.size();
  }
  return tlv::encode(kAttributesTag, concat({tlv::encode(kOffsets, offsets), values}));
}

Result<Bytes> text_file_integrity(ByteView my_number_file, ByteView attributes_file, crypto::Signer& signer) {
  TRY_ASSIGN(const Bytes digests, digests_of(my_number_file, attributes_file));
  TRY_ASSIGN(const Bytes signature, rsa_sign(signer, digests));
  return tlv::encode(kIntegrityTag, concat({digests, tlv::encode(kIntegritySignature, signature)}));
}

Result<Bytes> text_file_certificate(const KeyId& issuer, const KeyId& subject, const crypto::PublicKey& subject_key,
                                    crypto::Signer& text_ca) {
  TRY_ASSIGN(const RsaNumbers numbers, rsa_numbers(subject_key));
  const Bytes body = tlv::encode(kBodyTag, concat({issuer, subject, tlv::encode(kExponentTag, numbers.exponent),
                                                   tlv::encode(kModulusTag, numbers.modulus)}));
  TRY_ASSIGN(const Bytes signature, rsa_sign(text_ca, body));
  return tlv::encode(kCertificateTag, concat({body, tlv::encode(kSignatureTag, signature)}));
}

Bytes text_file_version(const KeyId& key_id) {
  constexpr uint8_t kVersion[] = {0x01, 0x03, 0x0E, 0x01};  // version, extended Lc/Le, vendor, option
  return tlv::encode(kVersionTag, concat({tlv::encode(0xDF41, kVersion), tlv::encode(0xDF42, key_id),
                                          tlv::encode(0xDF43, Bytes(128))}));
}

Result<std::string> parse_my_number(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kMyNumberTag, "text file 0001"));
  std::string digits{as_text(object.value)};
  if (digits.size() != kDigits || !std::all_of(digits.begin(), digits.end(), is_digit))
    return malformed("text file 0001: not 12 digits");
  return digits;
}

Result<Attributes> parse_attributes(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kAttributesTag, "text file 0002"));
  TRY_ASSIGN(const auto elements, tlv::read_all(object.value));
  if (elements.size() != 1 + kItems.size()) return malformed("text file 0002: other than five elements");
  TRY_ASSIGN(const tlv::Element offsets, tlv::get(elements, kOffsets));
  if (offsets.value.size() != kOffsetsSize) return malformed("text file 0002: offsets not of 8 bytes");
  std::array<std::string, 4> values;
  for (size_t i = 0; i < kItems.size(); ++i) {
    TRY_ASSIGN(const tlv::Element item, tlv::get(elements, kItems[i]));
    const size_t offset = static_cast<size_t>(offsets.value[2 * i] << 8 | offsets.value[2 * i + 1]);
    if (offset != static_cast<size_t>(item.encoded.data() - file.data()))
      return malformed("text file 0002: an offset that does not point at its element");
    if (item.value.empty() || !utf8::valid(item.value)) return malformed("text file 0002: an item that is not UTF-8 text");
    values[i] = as_text(item.value);
  }
  if (values[2].size() != 8) return malformed("text file 0002: a birth date not of 8 digits");
  TRY_ASSIGN(const Date birth_date, date_from_text(values[2]));
  if (!known_sex(values[3])) return malformed("text file 0002: an unknown sex");
  return Attributes{std::move(values[0]), std::move(values[1]), birth_date, std::move(values[3])};
}

Result<VerifiedTextFiles> verify_text_integrity(const TextFiles& files, const crypto::PublicKey& text_ca) {
  TRY_ASSIGN(const TextCertificate certificate, parse_certificate(files.certificate));
  const auto algorithm = crypto::SignatureAlgorithm::kRsaPkcs1Sha256;
  if (!text_ca.verify(algorithm, certificate.body, certificate.signature))
    return Error{Reason::CERT_UNTRUSTED, "text file 0004 is not by the text CA"};

  TRY_ASSIGN(const tlv::Element object, whole_object(files.integrity, kIntegrityTag, "text file 0003"));
  TRY_ASSIGN(const auto parts, tlv::read_all(object.value));
  TRY_ASSIGN(const tlv::Element my_number_digest, tlv::get(parts, kMyNumberDigest));
  TRY_ASSIGN(const tlv::Element attributes_digest, tlv::get(parts, kAttributesDigest));
  TRY_ASSIGN(const tlv::Element signature, tlv::get(parts, kIntegritySignature));
  if (parts.size() != 3) return malformed("text file 0003: other parts");
  const Bytes signed_bytes = concat({my_number_digest.encoded, attributes_digest.encoded});
  if (!certificate.subject_key.verify(algorithm, signed_bytes, signature.value))
    return Error{Reason::BAD_SIGNATURE, "text file 0003 is not by the key of 0004"};

  TRY_ASSIGN(const ByteView items, attributes_behind_offsets(files.attributes));
  if (!equal(crypto::sha256(files.my_number), my_number_digest.value))
    return Error{Reason::BAD_SIGNATURE, "text file 0001 is not the one that 0003 names"};
  if (!equal(crypto::sha256(items), attributes_digest.value))
    return Error{Reason::BAD_SIGNATURE, "text file 0002 is not the one that 0003 names"};
  VerifiedTextFiles verified;
  TRY_ASSIGN(verified.my_number_, parse_my_number(files.my_number));
  TRY_ASSIGN(verified.attributes_, parse_attributes(files.attributes));
  return verified;
}

}  // namespace mitome::jpki
