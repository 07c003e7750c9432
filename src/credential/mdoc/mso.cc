#include "credential/mdoc/mso.h"

#include <algorithm>

#include "codec/cbor/reader.h"
#include "credential/cose/cose.h"

namespace mitome::mdoc {
namespace {

using cbor::Type;
using cbor::Value;

Result<std::string_view> text_at(const Value& map, std::string_view key) {
  TRY_ASSIGN(const Value item, map.get(key));
  return item.as_text();
}

/// tdate: #6.0(tstr), RFC 3339, no fraction (7.2.1).
Result<Instant> time_at(const Value& map, std::string_view key) {
  TRY_ASSIGN(const Value item, map.get(key));
  TRY_ASSIGN(const Value inner, item.as_tag(0));
  TRY_ASSIGN(const std::string_view text, inner.as_text());
  return instant_from_rfc3339(text);
}

Result<Validity> read_validity(const Value& mso) {
  TRY_ASSIGN(const Value info, mso.get("validityInfo"));
  Validity validity{};
  TRY_ASSIGN(validity.signed_at, time_at(info, "signed"));
  TRY_ASSIGN(validity.valid_from, time_at(info, "validFrom"));
  TRY_ASSIGN(validity.valid_until, time_at(info, "validUntil"));
  if (info.find("expectedUpdate")) {
    TRY_ASSIGN(validity.expected_update, time_at(info, "expectedUpdate"));
  }
  return validity;
}

size_t digest_size(std::string_view algorithm) {
  if (algorithm == "SHA-256") return 32;
  if (algorithm == "SHA-384") return 48;
  if (algorithm == "SHA-512") return 64;
  return 0;
}

Result<MobileSecurityObject::NameSpaceDigests> read_name_space(const Value& name, const Value& map, size_t size) {
  MobileSecurityObject::NameSpaceDigests out;
  TRY_ASSIGN(out.name_space, name.as_text());
  if (!map.is(Type::kMap)) return Error{Reason::MALFORMED, "DigestIDs is not a map"};
  out.digests.reserve(map.size());
  for (auto key = map.first_child(); key;) {
    const Value value = *key->next_sibling();
    TRY_ASSIGN(const uint64_t id, key->as_uint());
    TRY_ASSIGN(const ByteView digest, value.as_bytes());
    if (id > kMaxDigestId) return Error{Reason::MALFORMED, "digestID over 2^31 - 1"};
    if (digest.size() != size) return Error{Reason::MALFORMED, "digest of wrong length"};
    out.digests.push_back({id, digest});
    key = value.next_sibling();
  }
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  if (!std::is_sorted(out.digests.begin(), out.digests.end(), by_id)) {
    std::sort(out.digests.begin(), out.digests.end(), by_id);
  }
  return out;
}

Result<std::vector<MobileSecurityObject::NameSpaceDigests>> read_digests(const Value& mso, size_t size) {
  TRY_ASSIGN(const Value map, mso.get("valueDigests"));
  if (!map.is(Type::kMap)) return Error{Reason::MALFORMED, "valueDigests is not a map"};
  std::vector<MobileSecurityObject::NameSpaceDigests> out;
  out.reserve(map.size());
  size_t count = 0;
  for (auto name = map.first_child(); name;) {
    const Value digests = *name->next_sibling();
    count += digests.size();
    if (count > kMaxDigests) return Error{Reason::LIMIT_EXCEEDED, "digests of the MSO"};
    TRY_ASSIGN(auto name_space, read_name_space(*name, digests, size));
    out.push_back(std::move(name_space));
    name = digests.next_sibling();
  }
  return out;
}

Result<std::vector<std::string>> read_texts(const Value& array) {
  if (!array.is(Type::kArray)) return Error{Reason::MALFORMED, "keyAuthorizations: not an array"};
  std::vector<std::string> out;
  for (auto item = array.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(const std::string_view text, item->as_text());
    out.emplace_back(text);
  }
  return out;
}

Result<KeyAuthorizations> read_authorizations(const Value& device_key_info) {
  KeyAuthorizations out;
  const auto map = device_key_info.find("keyAuthorizations");
  if (!map) return out;
  if (const auto names = map->find("nameSpaces")) {
    TRY_ASSIGN(out.name_spaces, read_texts(*names));
  }
  if (const auto elements = map->find("dataElements")) {
    if (!elements->is(Type::kMap)) return Error{Reason::MALFORMED, "dataElements is not a map"};
    for (auto name = elements->first_child(); name;) {
      const Value list = *name->next_sibling();
      TRY_ASSIGN(const std::string_view text, name->as_text());
      TRY_ASSIGN(auto identifiers, read_texts(list));
      out.elements.push_back({std::string{text}, std::move(identifiers)});
      name = list.next_sibling();
    }
  }
  return out;
}

Result<std::optional<StatusReference>> read_status(const Value& mso) {
  const auto status = mso.find("status");
  if (!status) return std::optional<StatusReference>{};
  // An identifier list, or a mechanism we do not know, must not read as "no status": the caller could not ask.
  const auto list = status->find("status_list");
  if (!list) return Error{Reason::MALFORMED, "status without status_list"};
  StatusReference reference;
  TRY_ASSIGN(const Value index, list->get("idx"));
  TRY_ASSIGN(reference.index, index.as_uint());
  TRY_ASSIGN(const std::string_view uri, text_at(*list, "uri"));
  reference.uri = uri;
  return std::optional{std::move(reference)};
}

Result<MobileSecurityObject> read(const Value& mso) {
  if (!mso.is(Type::kMap)) return Error{Reason::MALFORMED, "not a map"};
  TRY_ASSIGN(const std::string_view version, text_at(mso, "version"));
  if (!version.starts_with("1.")) return Error{Reason::MALFORMED, "version"};
  TRY_ASSIGN(const std::string_view algorithm, text_at(mso, "digestAlgorithm"));
  const size_t size = digest_size(algorithm);
  if (size == 0) return Error{Reason::MALFORMED, "digestAlgorithm"};
  TRY_ASSIGN(const std::string_view doctype, text_at(mso, "docType"));
  TRY_ASSIGN(auto digests, read_digests(mso, size));
  TRY_ASSIGN(const Value key_info, mso.get("deviceKeyInfo"));
  TRY_ASSIGN(const Value key_item, key_info.get("deviceKey"));
  TRY_ASSIGN(auto device_key, cose::read_key(key_item));
  TRY_ASSIGN(auto authorizations, read_authorizations(key_info));
  TRY_ASSIGN(const Validity validity, read_validity(mso));
  TRY_ASSIGN(auto status, read_status(mso));
  return MobileSecurityObject{version,  algorithm, doctype, std::move(digests), std::move(device_key), std::move(authorizations),
                              validity, std::move(status)};
}

Result<MobileSecurityObject> parse_payload(ByteView payload) {
  TRY_ASSIGN(const auto outer, cbor::Document::parse(payload, cose::kPeerEncoding));
  TRY_ASSIGN(const ByteView inner_bytes, outer.root().as_embedded());
  TRY_ASSIGN(const auto inner, cbor::Document::parse(inner_bytes, cose::kPeerEncoding));
  return read(inner.root());
}

}  // namespace

bool KeyAuthorizations::allows(std::string_view name_space, std::string_view identifier) const {
  if (std::find(name_spaces.begin(), name_spaces.end(), name_space) != name_spaces.end()) return true;
  for (const auto& entry : elements) {
    if (entry.name_space == name_space &&
        std::find(entry.identifiers.begin(), entry.identifiers.end(), identifier) != entry.identifiers.end()) {
      return true;
    }
  }
  return false;
}

Result<MobileSecurityObject> MobileSecurityObject::parse(ByteView payload) {
  auto mso = parse_payload(payload);
  if (!mso && mso.error().reason == Reason::MALFORMED) return Error{Reason::MSO_MALFORMED, mso.error().detail};
  return mso;
}

const MobileSecurityObject::Digest* MobileSecurityObject::find(std::string_view name_space, uint64_t id) const {
  for (const auto& entry : value_digests) {
    if (entry.name_space != name_space) continue;
    const auto found = std::lower_bound(entry.digests.begin(), entry.digests.end(), id,
                                        [](const Digest& digest, uint64_t wanted) { return digest.id < wanted; });
    return found != entry.digests.end() && found->id == id ? &*found : nullptr;
  }
  return nullptr;
}

}  // namespace mitome::mdoc
