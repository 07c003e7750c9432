#include "protocol/jpki/text_files.h"

#include <algorithm>

#include "codec/tlv/tlv.h"
#include "codec/utf8/utf8.h"
#include "crypto/hash.h"

namespace mitome::jpki {
namespace {

// Tags of the files; measured on real cards by soltia48/myna-card.
constexpr uint32_t kMyNumberTag = 0xFF10, kAttributesTag = 0xFF20, kIntegrityTag = 0xFF30, kVersionTag = 0xFF40;
constexpr uint32_t kOffsets = 0xDF21, kName = 0xDF22, kAddress = 0xDF23, kBirthDate = 0xDF24, kSex = 0xDF25;
constexpr uint32_t kMyNumberDigest = 0xDF31, kAttributesDigest = 0xDF32, kIntegritySignature = 0xDF33;

constexpr size_t kDigits = 12;
constexpr size_t kOffsetsSize = 8;
constexpr std::array<uint32_t, 4> kItems{kName, kAddress, kBirthDate, kSex};

Error malformed(std::string what) { return {Reason::MALFORMED, std::move(what)}; }
Error limit() { return {Reason::LIMIT_EXCEEDED, "a text file over 4096 bytes"}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool known_sex(std::string_view sex) { return sex == "0" || sex == "1" || sex == "2" || sex == "9"; }

/// What DF32 covers: from DF22 to the end of the object.
Result<ByteView> attributes_behind_offsets(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kAttributesTag, kMaxTextFileSize, "text file 0002"));
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
  TRY_ASSIGN(const Bytes signature, sign_card_file(signer, digests));
  return tlv::encode(kIntegrityTag, concat({digests, tlv::encode(kIntegritySignature, signature)}));
}

Bytes text_file_version(const KeyId& key_id) {
  constexpr uint8_t kVersion[] = {0x01, 0x03, 0x0E, 0x01};  // version, extended Lc/Le, vendor, option
  return tlv::encode(kVersionTag, concat({tlv::encode(0xDF41, kVersion), tlv::encode(0xDF42, key_id),
                                          tlv::encode(0xDF43, Bytes(128))}));
}

Result<std::string> parse_my_number(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kMyNumberTag, kMaxTextFileSize, "text file 0001"));
  std::string digits{as_text(object.value)};
  if (digits.size() != kDigits || !std::all_of(digits.begin(), digits.end(), is_digit))
    return malformed("text file 0001: not 12 digits");
  return digits;
}

Result<Attributes> parse_attributes(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kAttributesTag, kMaxTextFileSize, "text file 0002"));
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
  TRY_ASSIGN(const crypto::PublicKey signer, verify_cv_certificate(files.certificate, text_ca));
  TRY_ASSIGN(const tlv::Element object, whole_object(files.integrity, kIntegrityTag, kMaxTextFileSize, "text file 0003"));
  TRY_ASSIGN(const auto parts, tlv::read_all(object.value));
  TRY_ASSIGN(const tlv::Element my_number_digest, tlv::get(parts, kMyNumberDigest));
  TRY_ASSIGN(const tlv::Element attributes_digest, tlv::get(parts, kAttributesDigest));
  TRY_ASSIGN(const tlv::Element signature, tlv::get(parts, kIntegritySignature));
  if (parts.size() != 3) return malformed("text file 0003: other parts");
  const Bytes signed_bytes = concat({my_number_digest.encoded, attributes_digest.encoded});
  if (!verify_card_file(signer, signed_bytes, signature.value))
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
