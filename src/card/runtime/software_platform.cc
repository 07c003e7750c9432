#include "card/runtime/software_platform.h"

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"

namespace mitome::card {
namespace {

constexpr std::string_view kMagic = "mitome-silicon-1";
constexpr size_t kMaxEntries = 64;

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"silicon: "} + what}; }

void write_slot(cbor::Writer& out, Slot slot, ByteView value) {
  out.array(4).uint(static_cast<uint8_t>(slot.applet)).uint(slot.file).uint(static_cast<uint8_t>(slot.part)).bytes(value);
}

struct Entry {
  Slot slot;
  ByteView value;  ///< into the parsed bytes
};

/// [applet, file, part, value]
Result<Entry> parse_entry(const cbor::Value& item) {
  TRY_ASSIGN(const cbor::Value applet, item.at(0));
  TRY_ASSIGN(const cbor::Value file, item.at(1));
  TRY_ASSIGN(const cbor::Value part, item.at(2));
  TRY_ASSIGN(const cbor::Value value, item.at(3));
  TRY_ASSIGN(const uint64_t applet_number, applet.as_uint());
  TRY_ASSIGN(const uint64_t file_number, file.as_uint());
  TRY_ASSIGN(const uint64_t part_number, part.as_uint());
  TRY_ASSIGN(const ByteView bytes, value.as_bytes());
  if (item.size() != 4 || applet_number > static_cast<uint64_t>(kLastApplet) || file_number > 0xFFFF || part_number < 1 || part_number > 5)
    return malformed("an unknown slot");
  return Entry{{static_cast<AppletId>(applet_number), static_cast<uint16_t>(file_number), static_cast<Part>(part_number)},
               bytes};
}

}  // namespace

// [magic, [slots…], [keys…]], each entry [applet, file, part, value]; a key's value is PKCS #8.
crypto::SecretBytes Silicon::encode() const {
  cbor::Writer out;
  out.reserve(kMaxEncodedSize);  // so that no copy is left behind by growing
  out.array(3).text(kMagic).array(slots_.size());
  for (const auto& [slot, value] : slots_) write_slot(out, slot, value.reveal());
  out.array(keys_.size());
  for (const auto& [slot, key] : keys_) write_slot(out, slot, key.pkcs8.reveal());
  return crypto::SecretBytes{out.take()};
}

Result<Silicon> Silicon::parse(ByteView bytes) {
  if (bytes.size() > kMaxEncodedSize) return Error{Reason::LIMIT_EXCEEDED, "silicon over 256 KiB"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  const cbor::Value root = document.root();
  TRY_ASSIGN(const cbor::Value magic, root.at(0));
  TRY_ASSIGN(const std::string_view text, magic.as_text());
  if (text != kMagic || root.size() != 3) return malformed("not a chip of this version");
  Silicon out;
  TRY_ASSIGN(const cbor::Value slots, root.at(1));
  TRY_ASSIGN(const cbor::Value keys, root.at(2));
  if (!slots.is(cbor::Type::kArray) || !keys.is(cbor::Type::kArray)) return malformed("no slots or keys");
  if (slots.size() > kMaxEntries || keys.size() > kMaxEntries) return Error{Reason::LIMIT_EXCEEDED, "silicon slots"};
  for (auto item = slots.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(const Entry entry, parse_entry(*item));
    if (!out.slots_.emplace(entry.slot, crypto::SecretBytes::copy_of(entry.value)).second) return malformed("a slot twice");
  }
  for (auto item = keys.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(const Entry entry, parse_entry(*item));
    TRY_ASSIGN(auto key, crypto::PrivateKey::from_pkcs8(entry.value));
    if (!out.keys_.emplace(entry.slot, Key{std::move(key)}).second) return malformed("a key twice");
  }
  return out;
}

Result<void> SoftwarePlatform::persist() {
  if (!persist_) return {};
  const crypto::SecretBytes encoded = silicon_.encode();
  return persist_(encoded.reveal());
}

Result<std::optional<Bytes>> SoftwarePlatform::read(Slot slot) {
  const auto found = silicon_.slots_.find(slot);
  if (found == silicon_.slots_.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{to_bytes(found->second.reveal())};
}

Result<void> SoftwarePlatform::write(Slot slot, ByteView value) {
  auto [place, fresh] = silicon_.slots_.try_emplace(slot);
  crypto::SecretBytes before = std::move(place->second);
  place->second = crypto::SecretBytes::copy_of(value);
  auto durable = persist();
  if (durable) return {};
  if (fresh) {
    silicon_.slots_.erase(place);
  } else {
    place->second = std::move(before);
  }
  return std::move(durable).error();
}

Result<void> SoftwarePlatform::erase(Slot slot) {
  const auto found = silicon_.slots_.find(slot);
  if (found == silicon_.slots_.end()) return {};
  auto node = silicon_.slots_.extract(found);
  auto durable = persist();
  if (durable) return {};
  silicon_.slots_.insert(std::move(node));
  return std::move(durable).error();
}

Result<crypto::PublicKey> SoftwarePlatform::generate_key(Slot slot) {
  auto before = silicon_.keys_.extract(slot);
  const auto place = silicon_.keys_.emplace(slot, Silicon::Key{keys_.generate(crypto::KeyType::kRsa)}).first;
  auto durable = persist();
  if (durable) return place->second.key.public_key();
  silicon_.keys_.erase(place);
  if (!before.empty()) silicon_.keys_.insert(std::move(before));
  return std::move(durable).error();
}

Result<crypto::PublicKey> SoftwarePlatform::public_key(Slot slot) {
  const auto found = silicon_.keys_.find(slot);
  if (found == silicon_.keys_.end()) return Error{Reason::NOT_FOUND, "no key in the chip's slot"};
  return found->second.key.public_key();
}

Result<Bytes> SoftwarePlatform::sign(Slot slot, RsaPadding padding, ByteView input) {
  const auto found = silicon_.keys_.find(slot);
  if (found == silicon_.keys_.end()) return Error{Reason::NOT_FOUND, "no key in the chip's slot"};
  const crypto::PrivateKey& key = found->second.key;
  return padding == RsaPadding::kPss ? key.sign_pss_digest(input) : key.sign_pkcs1_raw(input);
}

}  // namespace mitome::card
