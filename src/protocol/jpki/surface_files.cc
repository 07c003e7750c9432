#include "protocol/jpki/surface_files.h"

#include <span>

#include "crypto/hash.h"

namespace mitome::jpki {
namespace {

// Tags; measured on real cards by soltia48/myna-card.
constexpr uint32_t kAgeTag = 0xFF10, kFaceTag = 0xFF20, kVersionTag = 0xFF30, kNumberTag = 0xFF40;
constexpr uint32_t kOffsets = 0xDF21, kBirthDate = 0xDF22, kSex = 0xDF23, kKey = 0xDF24, kName = 0xDF25, kAddress = 0xDF26,
                   kPhoto = 0xDF27, kSignature = 0xDF28, kExpiry = 0xDF29, kSecurityCode = 0xDF2A;
constexpr uint32_t kItems[] = {kBirthDate, kSex, kKey, kName, kAddress, kPhoto, kSignature, kExpiry, kSecurityCode};
constexpr size_t kItemCount = std::size(kItems), kOffsetsSize = 2 * kItemCount;

Error malformed(std::string what) { return {Reason::MALFORMED, std::move(what)}; }

Bytes date_element(uint32_t tag, Date date) { return tlv::encode(tag, as_bytes(to_compact_date(date))); }

/// { first, key, signature } of a file with one thing in it.
Result<Bytes> small_file(uint32_t tag, uint32_t first, ByteView value, crypto::Signer& signer) {
  TRY_ASSIGN(const Bytes key, encode_cv_key(signer.public_key()));
  const Bytes body = concat({tlv::encode(first, value), tlv::encode(first + 1, key)});
  TRY_ASSIGN(const Bytes signature, sign_card_file(signer, body));
  return tlv::encode(tag, concat({body, tlv::encode(first + 2, signature)}));
}

/// The value of `first`, signed by the key of 0004.
Result<Bytes> open_small_file(ByteView file, uint32_t tag, uint32_t first, const char* what, const crypto::PublicKey& signer) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, tag, kMaxSurfaceFileSize, what));
  TRY_ASSIGN(const auto parts, tlv::read_all(object.value));
  TRY_ASSIGN(const tlv::Element value, tlv::get(parts, first));
  TRY_ASSIGN(const tlv::Element key, tlv::get(parts, first + 1));
  TRY_ASSIGN(const tlv::Element signature, tlv::get(parts, first + 2));
  TRY_ASSIGN(const Bytes expected, encode_cv_key(signer));
  if (parts.size() != 3) return malformed(std::string{what} + ": other parts");
  if (!equal(key.value, expected) || !verify_card_file(signer, concat({value.encoded, key.encoded}), signature.value))
    return Error{Reason::BAD_SIGNATURE, std::string{what} + " is not by the key of 0004"};
  return to_bytes(value.value);
}

/// The three digests of what 0002 says, one behind the other. `items` encoded, in the order of kItems.
Bytes face_digests(std::span<const ByteView> items) {
  const auto digest = [&](size_t from, size_t until) {
    Bytes joined;
    for (size_t i = from; i < until; ++i) append(joined, items[i]);
    return crypto::sha256(joined);
  };
  return concat({digest(0, 3), digest(3, 5), digest(5, 6)});
}

bool known_sex(std::string_view sex) { return sex == "0" || sex == "1" || sex == "2" || sex == "9"; }

/// The object of 0002: offsets, then the nine items in their order.
Result<std::vector<tlv::Element>> face_elements(ByteView file) {
  TRY_ASSIGN(const tlv::Element object, whole_object(file, kFaceTag, kMaxSurfaceFileSize, "surface file 0002"));
  TRY_ASSIGN(auto elements, tlv::read_all(object.value));
  if (elements.size() != 1 + kItemCount || elements[0].tag != kOffsets || elements[0].value.size() != kOffsetsSize)
    return malformed("surface file 0002: other than offsets and nine elements");
  for (size_t i = 0; i < kItemCount; ++i) {
    const ByteView offsets = elements[0].value;
    const size_t offset = static_cast<size_t>(offsets[2 * i] << 8 | offsets[2 * i + 1]);
    if (elements[i + 1].tag != kItems[i] || offset != static_cast<size_t>(elements[i + 1].encoded.data() - file.data()))
      return malformed("surface file 0002: an offset that does not point at its element");
  }
  elements.erase(elements.begin());
  return elements;
}

Result<Date> date_of(const tlv::Element& element) {
  if (element.value.size() != 8) return malformed("surface file: a date not of 8 digits");
  return date_from_text(as_text(element.value));
}

}  // namespace

Result<Bytes> surface_file_age(Date birth_date, crypto::Signer& signer) {
  return small_file(kAgeTag, 0xDF11, as_bytes(to_compact_date(birth_date)), signer);
}

Result<Bytes> surface_file_face(const SurfaceContent& content, crypto::Signer& signer) {
  const bool empty = content.name_png.empty() || content.address_png.empty() || content.photo.empty() || content.security_code_png.empty();
  if (empty || !known_sex(content.sex)) return malformed("surface: a picture or sex that cannot be written");
  TRY_ASSIGN(const Bytes key, encode_cv_key(signer.public_key()));
  std::vector<Bytes> items{date_element(kBirthDate, content.birth_date), tlv::encode(kSex, as_bytes(content.sex)),
                           tlv::encode(kKey, key),                       tlv::encode(kName, content.name_png),
                           tlv::encode(kAddress, content.address_png),   tlv::encode(kPhoto, content.photo)};
  TRY_ASSIGN(const Bytes signature, sign_card_file(signer, face_digests(std::vector<ByteView>(items.begin(), items.end()))));
  items.push_back(tlv::encode(kSignature, signature));
  items.push_back(date_element(kExpiry, content.expiry));
  items.push_back(tlv::encode(kSecurityCode, content.security_code_png));
  Bytes values, offsets;
  for (const Bytes& item : items) append(values, item);
  const size_t front = tlv::encode(kOffsets, Bytes(kOffsetsSize)).size();
  const size_t size = tlv::encode(kFaceTag, Bytes(front + values.size())).size();
  if (size > kMaxSurfaceFileSize) return Error{Reason::LIMIT_EXCEEDED, "surface file 0002 over 32 KiB: a smaller photo"};
  size_t at = size - values.size();
  for (const Bytes& item : items) {
    offsets.push_back(static_cast<uint8_t>(at >> 8));
    offsets.push_back(static_cast<uint8_t>(at));
    at += item.size();
  }
  return tlv::encode(kFaceTag, concat({tlv::encode(kOffsets, offsets), values}));
}

Bytes surface_file_version(const KeyId& key_id, std::string_view local_gov_code) {
  constexpr uint8_t kVersion[] = {0x06, 0x03, 0x0E, 0x01};
  return tlv::encode(kVersionTag, concat({tlv::encode(0xDF31, kVersion), tlv::encode(0xDF32, key_id), tlv::encode(0xDF33, Bytes{0x01}),
                                          tlv::encode(0xDF34, as_bytes(local_gov_code)), tlv::encode(0xDF35, Bytes(128))}));
}

Result<Bytes> surface_file_number(ByteView number_png, crypto::Signer& signer) {
  return small_file(kNumberTag, 0xDF41, number_png, signer);
}

Result<Date> verify_surface_age(const SurfaceFiles& files, const crypto::PublicKey& surface_ca) {
  TRY_ASSIGN(const crypto::PublicKey signer, verify_cv_certificate(files.certificate, surface_ca));
  TRY_ASSIGN(const Bytes birth_date, open_small_file(files.age, kAgeTag, 0xDF11, "surface file 0001", signer));
  if (birth_date.size() != 8) return malformed("surface file 0001: a date not of 8 digits");
  return date_from_text(as_text(birth_date));
}

Result<SurfaceContent> parse_surface_face(ByteView file) {
  TRY_ASSIGN(const auto items, face_elements(file));
  SurfaceContent content;
  TRY_ASSIGN(content.birth_date, date_of(items[0]));
  content.sex = as_text(items[1].value);
  if (!known_sex(content.sex)) return malformed("surface file 0002: an unknown sex");
  content.name_png = to_bytes(items[3].value);
  content.address_png = to_bytes(items[4].value);
  content.photo = to_bytes(items[5].value);
  TRY_ASSIGN(content.expiry, date_of(items[7]));
  content.security_code_png = to_bytes(items[8].value);
  return content;
}

Result<SurfaceContent> verify_surface_face(const SurfaceFiles& files, const crypto::PublicKey& surface_ca) {
  TRY_ASSIGN(const crypto::PublicKey signer, verify_cv_certificate(files.certificate, surface_ca));
  TRY_ASSIGN(const auto items, face_elements(files.face));
  std::vector<ByteView> encoded;
  for (const tlv::Element& item : items) encoded.push_back(item.encoded);
  TRY_ASSIGN(const Bytes key, encode_cv_key(signer));
  if (!equal(items[2].value, key) || !verify_card_file(signer, face_digests(encoded), items[6].value))
    return Error{Reason::BAD_SIGNATURE, "surface file 0002 is not by the key of 0004"};
  return parse_surface_face(files.face);
}

Result<Bytes> verify_surface_number(const SurfaceFiles& files, const crypto::PublicKey& surface_ca) {
  TRY_ASSIGN(const crypto::PublicKey signer, verify_cv_certificate(files.certificate, surface_ca));
  return open_small_file(files.number, kNumberTag, 0xDF41, "surface file 0005", signer);
}

}  // namespace mitome::jpki
