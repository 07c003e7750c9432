#include "credential/mdoc/issuer_signed.h"

#include <algorithm>
#include <optional>

#include "codec/cbor/reader.h"
#include "crypto/hash.h"

namespace mitome::mdoc {
namespace {

using cbor::Type;
using cbor::Value;

/// The four members, found in one walk: a response has hundreds of items, and four look-ups each would be what it costs.
struct ItemMembers {
  std::optional<Value> id, random, identifier, value;

  explicit ItemMembers(const Value& map) {
    if (!map.is(Type::kMap)) return;
    for (auto key = map.first_child(); key;) {
      const Value member = *key->next_sibling();
      if (key->is(Type::kText)) place(*key->as_text(), member);
      key = member.next_sibling();
    }
  }

 private:
  void place(std::string_view name, const Value& member) {
    if (name == "digestID") id = member;
    if (name == "random") random = member;
    if (name == "elementIdentifier") identifier = member;
    if (name == "elementValue") value = member;
  }
};

Result<IssuerSignedItem> read_item(const Value& item_bytes) {
  IssuerSignedItem item{};
  item.bytes = item_bytes.encoded();
  TRY_ASSIGN(const ByteView content, item_bytes.as_embedded());
  TRY_ASSIGN(const auto document, cbor::Document::parse(content, cose::kPeerEncoding));
  const ItemMembers members{document.root()};
  if (!members.id || !members.random || !members.identifier || !members.value) {
    return Error{Reason::MALFORMED, "IssuerSignedItem without one of its four members"};
  }
  TRY_ASSIGN(item.digest_id, members.id->as_uint());
  TRY_ASSIGN(item.random, members.random->as_bytes());
  if (item.random.size() < kMinSaltSize) return Error{Reason::MALFORMED, "random of under 16 bytes"};
  TRY_ASSIGN(item.identifier, members.identifier->as_text());
  item.value = members.value->encoded();
  return item;
}

/// PRX-6: two items of one name, or one digest used twice, would let a reader and a judge see different values.
Result<void> refuse_duplicates(const IssuerNameSpace& name_space) {
  std::vector<std::string_view> names;
  std::vector<uint64_t> ids;
  names.reserve(name_space.items.size());
  ids.reserve(name_space.items.size());
  for (const auto& item : name_space.items) {
    names.push_back(item.identifier);
    ids.push_back(item.digest_id);
  }
  std::sort(names.begin(), names.end());
  std::sort(ids.begin(), ids.end());
  const auto name = std::adjacent_find(names.begin(), names.end());
  if (name != names.end()) return Error{Reason::DUPLICATE_ELEMENT, "element " + std::string{*name}};
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) return Error{Reason::DUPLICATE_ELEMENT, "digestID"};
  return {};
}

Result<std::vector<IssuerNameSpace>> read_name_spaces(const Value& map) {
  if (!map.is(Type::kMap)) return Error{Reason::MALFORMED, "nameSpaces is not a map"};
  std::vector<IssuerNameSpace> out;
  out.reserve(map.size());
  size_t count = 0;
  for (auto name = map.first_child(); name;) {
    const Value items = *name->next_sibling();
    if (!items.is(Type::kArray)) return Error{Reason::MALFORMED, "namespace is not an array"};
    count += items.size();
    if (count > kMaxElements) return Error{Reason::LIMIT_EXCEEDED, "elements"};
    IssuerNameSpace name_space;
    TRY_ASSIGN(name_space.name, name->as_text());
    name_space.items.reserve(items.size());
    for (auto item = items.first_child(); item; item = item->next_sibling()) {
      TRY_ASSIGN(auto read, read_item(*item));
      name_space.items.push_back(read);
    }
    TRY(refuse_duplicates(name_space));
    out.push_back(std::move(name_space));
    name = items.next_sibling();
  }
  return out;
}

bool digest_matches(std::string_view algorithm, ByteView bytes, ByteView expected) {
  if (algorithm == "SHA-256") return equal(crypto::sha256(bytes), expected);
  if (algorithm == "SHA-384") return equal(crypto::sha384(bytes), expected);
  return equal(crypto::sha512(bytes), expected);
}

}  // namespace

Result<IssuerSigned> IssuerSigned::read(const Value& value) {
  if (!value.is(Type::kMap)) return Error{Reason::MALFORMED, "IssuerSigned is not a map"};
  IssuerSigned out;
  if (const auto names = value.find("nameSpaces")) {
    TRY_ASSIGN(out.name_spaces, read_name_spaces(*names));
  }
  TRY_ASSIGN(const Value auth, value.get("issuerAuth"));
  TRY_ASSIGN(out.issuer_auth, cose::CoseSign1::read(auth));
  return out;
}

Result<IssuerSigned> IssuerSigned::parse(ByteView bytes) {
  if (bytes.size() > kMaxMessageSize) return Error{Reason::LIMIT_EXCEEDED, "IssuerSigned"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  return read(document.root());
}

Result<MobileSecurityObject> IssuerSigned::mso() const {
  if (!issuer_auth.payload) return Error{Reason::MSO_MALFORMED, "issuerAuth has no payload"};
  return MobileSecurityObject::parse(*issuer_auth.payload);
}

const IssuerSignedItem* IssuerSigned::find(std::string_view name_space, std::string_view identifier) const {
  for (const auto& entry : name_spaces) {
    if (entry.name != name_space) continue;
    for (const auto& item : entry.items) {
      if (item.identifier == identifier) return &item;
    }
  }
  return nullptr;
}

Result<void> check_digests(const IssuerSigned& issuer_signed, const MobileSecurityObject& mso) {
  for (const auto& name_space : issuer_signed.name_spaces) {
    for (const auto& item : name_space.items) {
      const auto* digest = mso.find(name_space.name, item.digest_id);
      if (digest == nullptr) return Error{Reason::DIGEST_MISSING, "element " + std::string{item.identifier}};
      if (!digest_matches(mso.digest_algorithm, item.bytes, digest->value)) {
        return Error{Reason::VALUE_DIGEST_MISMATCH, "element " + std::string{item.identifier}};
      }
    }
  }
  return {};
}

}  // namespace mitome::mdoc
