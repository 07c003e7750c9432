#include "credential/mdoc/issue.h"

#include <algorithm>
#include <numeric>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "crypto/sha256_prefix.h"

namespace mitome::mdoc {
namespace {

constexpr size_t kSaltSize = 16;
/// From this size on the hash of an element is continued, not begun anew, in every mdoc of a batch.
constexpr size_t kSharedHashSize = 1024;

/// Bytes of a digest id in CBOR; kMaxElements is far below 65536.
size_t id_size(uint64_t id) { return id < 24 ? 1 : id < 256 ? 2 : 3; }

/// An IssuerSignedItem but for salt and digest id. elementValue stands first, so that what comes before the salt is the same in every
/// mdoc of the batch (the order of map keys is free, 8.3.1).
struct Item {
  std::vector<Bytes> begin;  ///< tag 24 and everything up to the salt, by the size of the id: 1 to what its namespace needs
  std::vector<crypto::Sha256Prefix> hash;  ///< the same, hashed; only for large values
};

struct NameSpace {
  std::string name;
  std::vector<Item> items;
};

/// Bytes of the head of a text or byte string; the values are far below 4 GiB.
size_t head_size(size_t length) { return length < 24 ? 1 : length < 256 ? 2 : length < 65536 ? 3 : 5; }
size_t text_size(std::string_view text) { return head_size(text.size()) + text.size(); }

Bytes item_begin(const ClaimElement& element, size_t id_bytes) {
  constexpr std::string_view kIdentifier = "elementIdentifier", kValue = "elementValue", kRandom = "random", kId = "digestID";
  const size_t size = 1 + text_size(kIdentifier) + text_size(element.identifier) + text_size(kValue) + element.value.size() +
                      text_size(kRandom) + head_size(kSaltSize) + kSaltSize + text_size(kId) + id_bytes;
  cbor::Writer begin;
  begin.reserve(size + 8);
  begin.tag(24).bytes_head(size).map(4).text(kIdentifier).text(element.identifier).text(kValue).raw(element.value);
  begin.text(kRandom).bytes_head(kSaltSize);
  return begin.take();
}

/// `most_ids` is the number of digest ids in the element's namespace: no beginning is made for ids that it cannot get.
Result<Item> make_item(const ClaimElement& element, size_t most_ids) {
  if (element.identifier.empty()) return Error{Reason::MALFORMED, "element without a name"};
  TRY(cbor::Document::parse(element.value));
  Item item;
  item.begin.reserve(id_size(most_ids - 1));
  for (size_t size = 1; size <= id_size(most_ids - 1); ++size) item.begin.push_back(item_begin(element, size));
  if (element.value.size() >= kSharedHashSize) {
    for (const Bytes& begin : item.begin) item.hash.emplace_back(begin);
  }
  return item;
}

/// What follows the salt's head: the salt, "digestID", the id. Written into `out`, which is begun anew.
void write_item_end(cbor::Writer& out, ByteView salt, uint64_t id) {
  out.clear();
  out.raw(salt).text("digestID").uint(id);
}

/// 0 … count-1 in an order that `chance` decides (4 bytes each): Fisher–Yates by multiplication, whose bias of count / 2^32 is far
/// below what an observer of digest ids could use.
std::vector<uint64_t> shuffled(size_t count, ByteView chance) {
  std::vector<uint64_t> ids(count);
  std::iota(ids.begin(), ids.end(), 0);
  for (size_t left = count; left > 1; --left) {
    uint64_t number = 0;
    for (size_t i = 0; i < 4; ++i) number = number << 8 | chance[(left - 1) * 4 + i];
    std::swap(ids[left - 1], ids[static_cast<size_t>(number * left >> 32)]);
  }
  return ids;
}

void write_tdate(cbor::Writer& out, Instant instant) { out.tag(0).text(to_rfc3339(instant)); }

void write_authorizations(cbor::Writer& out, const KeyAuthorizations& authorizations) {
  out.text("keyAuthorizations").map((authorizations.name_spaces.empty() ? 0u : 1u) + (authorizations.elements.empty() ? 0u : 1u));
  if (!authorizations.name_spaces.empty()) {
    out.text("nameSpaces").array(authorizations.name_spaces.size());
    for (const auto& name : authorizations.name_spaces) out.text(name);
  }
  if (!authorizations.elements.empty()) {
    out.text("dataElements").map(authorizations.elements.size());
    for (const auto& entry : authorizations.elements) {
      out.text(entry.name_space).array(entry.identifiers.size());
      for (const auto& identifier : entry.identifiers) out.text(identifier);
    }
  }
}

/// MobileSecurityObjectBytes, with tag 24.
Bytes encode_mso(const std::string& doctype, const IssueInput& input, ByteView value_digests) {
  const bool authorizes = !input.authorizations.name_spaces.empty() || !input.authorizations.elements.empty();
  cbor::Writer mso;
  mso.reserve(value_digests.size() + 512);
  mso.map(input.status ? 7 : 6).text("version").text("1.0").text("digestAlgorithm").text("SHA-256");
  mso.text("valueDigests").raw(value_digests);
  mso.text("deviceKeyInfo").map(authorizes ? 2 : 1).text("deviceKey").raw(cose::encode_key(*input.device_key));
  if (authorizes) write_authorizations(mso, input.authorizations);
  mso.text("docType").text(doctype);
  mso.text("validityInfo").map(input.validity.expected_update ? 4 : 3).text("signed");
  write_tdate(mso, input.validity.signed_at);
  write_tdate(mso.text("validFrom"), input.validity.valid_from);
  write_tdate(mso.text("validUntil"), input.validity.valid_until);
  if (input.validity.expected_update) write_tdate(mso.text("expectedUpdate"), *input.validity.expected_update);
  if (input.status) {
    mso.text("status").map(1).text("status_list").map(2);
    mso.text("idx").uint(input.status->index).text("uri").text(input.status->uri);
  }
  cbor::Writer out;
  out.reserve(mso.size() + 8);
  out.embedded(mso.view());
  return out.take();
}

Result<void> check_input(const IssueInput& input, const DocumentSigner& signer) {
  CHECK(input.device_key != nullptr);
  if (signer.chain.empty()) return Error{Reason::MALFORMED, "no document signer certificate"};
  if (signer.chain.size() > cose::kMaxChain) return Error{Reason::LIMIT_EXCEEDED, "document signer chain"};
  const auto& certificate = signer.chain.front();
  if (input.device_key->type() == crypto::KeyType::kRsa) return Error{Reason::BAD_KEY, "device key is RSA"};
  if (signer.signer.public_key().type() == crypto::KeyType::kRsa) return Error{Reason::BAD_KEY, "document signer is RSA"};
  if (!(certificate.public_key() == signer.signer.public_key())) {
    return Error{Reason::BAD_KEY, "the chain's first key is not the signer's"};
  }
  const auto& validity = input.validity;
  if (validity.valid_from < validity.signed_at || validity.valid_until <= validity.valid_from) {
    return Error{Reason::MALFORMED, "signed, validFrom, validUntil are not in this order"};
  }
  if (!certificate.valid_at(validity.signed_at)) return Error{Reason::MSO_SIGNED_OUTSIDE_DS, ""};
  return {};
}

}  // namespace

struct Claims::Impl {
  std::string doctype;
  std::vector<NameSpace> name_spaces;
  size_t elements = 0;
  size_t encoded_size = 0;
};

Claims::Claims(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Claims::Claims(Claims&&) noexcept = default;
Claims& Claims::operator=(Claims&&) noexcept = default;
Claims::~Claims() = default;
const std::string& Claims::doctype() const { return impl_->doctype; }

Result<Claims> Claims::make(std::string doctype, const std::vector<ClaimNameSpace>& name_spaces) {
  auto impl = std::make_unique<Impl>();
  if (doctype.empty()) return Error{Reason::MALFORMED, "no doctype"};
  impl->doctype = std::move(doctype);
  for (const auto& claims : name_spaces) {
    if (claims.name.empty() || claims.elements.empty()) return Error{Reason::MALFORMED, "empty namespace"};
    impl->elements += claims.elements.size();
    if (impl->elements > kMaxElements) return Error{Reason::LIMIT_EXCEEDED, "elements"};
    NameSpace name_space{claims.name, {}};
    name_space.items.reserve(claims.elements.size());
    std::vector<std::string_view> names;
    names.reserve(claims.elements.size());
    for (const auto& element : claims.elements) {
      TRY_ASSIGN(auto item, make_item(element, claims.elements.size()));
      impl->encoded_size += item.begin.back().size() + 64;
      name_space.items.push_back(std::move(item));
      names.push_back(element.identifier);
    }
    std::sort(names.begin(), names.end());
    const bool twice = std::adjacent_find(names.begin(), names.end()) != names.end() ||
                       std::any_of(impl->name_spaces.begin(), impl->name_spaces.end(),
                                   [&](const NameSpace& other) { return other.name == claims.name; });
    if (twice) return Error{Reason::DUPLICATE_ELEMENT, "namespace " + claims.name};
    impl->name_spaces.push_back(std::move(name_space));
  }
  if (impl->elements == 0) return Error{Reason::MALFORMED, "no element"};
  return Claims{std::move(impl)};
}

Result<UnsignedMdoc> prepare(const Claims& claims, const IssueInput& input, const DocumentSigner& signer,
                             crypto::Random& random) {
  TRY(check_input(input, signer));
  const auto& impl = claims.impl();
  // One draw for all salts and all shuffling: 26 draws cost more than the hashing does.
  const Bytes chance = random.bytes(impl.elements * (kSaltSize + 4));
  const ByteView salts = ByteView{chance}.first(impl.elements * kSaltSize);
  ByteView shuffling = ByteView{chance}.subspan(salts.size());

  cbor::Writer items, digests, end;
  items.reserve(impl.encoded_size + 256);
  digests.reserve(impl.elements * 40 + 128);
  items.map(impl.name_spaces.size());
  digests.map(impl.name_spaces.size());
  size_t salt = 0;
  for (const auto& name_space : impl.name_spaces) {
    const size_t count = name_space.items.size();
    const auto ids = shuffled(count, shuffling.first(count * 4));
    shuffling = shuffling.subspan(count * 4);
    std::vector<crypto::Sha256Digest> by_id(count);
    items.text(name_space.name).array(count);
    for (size_t i = 0; i < count; ++i, ++salt) {
      const auto& item = name_space.items[i];
      const size_t variant = id_size(ids[i]) - 1;
      write_item_end(end, salts.subspan(salt * kSaltSize, kSaltSize), ids[i]);
      const Bytes& begin = item.begin[variant];
      by_id[ids[i]] = item.hash.empty() ? crypto::sha256({begin, end.view()}) : item.hash[variant].finish(end.view());
      items.raw(begin).raw(end.view());
    }
    digests.text(name_space.name).map(count);
    for (size_t id = 0; id < count; ++id) digests.uint(id).bytes(by_id[id]);
  }

  cose::HeaderInput headers;
  for (const auto& certificate : signer.chain) headers.x5chain.push_back(certificate.der());
  return UnsignedMdoc{items.take(), cose::UnsignedSign1{signer.signer.algorithm(), headers,
                                                        encode_mso(impl.doctype, input, digests.view()), false}};
}

Bytes UnsignedMdoc::assemble(ByteView signature) const {
  const Bytes issuer_auth = sign1_.assemble(signature);
  cbor::Writer out;
  out.reserve(name_spaces_.size() + issuer_auth.size() + 32);
  out.map(2).text("nameSpaces").raw(name_spaces_).text("issuerAuth").raw(issuer_auth);
  return out.take();
}

Result<Bytes> issue(const Claims& claims, const IssueInput& input, const DocumentSigner& signer, crypto::Random& random) {
  TRY_ASSIGN(const auto unsigned_mdoc, prepare(claims, input, signer, random));
  TRY_ASSIGN(const Bytes signature, signer.signer.sign(unsigned_mdoc.to_be_signed()));
  return unsigned_mdoc.assemble(signature);
}

Bytes text_value(std::string_view text) { return cbor::Writer{}.text(text).take(); }
Bytes bytes_value(ByteView bytes) { return cbor::Writer{}.bytes(bytes).take(); }
Bytes uint_value(uint64_t number) { return cbor::Writer{}.uint(number).take(); }
Bytes bool_value(bool value) { return cbor::Writer{}.boolean(value).take(); }
Bytes full_date_value(Date date) { return cbor::Writer{}.tag(1004).text(to_full_date(date)).take(); }
Bytes date_time_value(Instant time) { return cbor::Writer{}.tag(0).text(to_rfc3339(time)).take(); }

}  // namespace mitome::mdoc
