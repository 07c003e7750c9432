// The secure element's memory as bytes and back.
#include "card/card_image.h"
#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "phone/simulated_secure_element.h"

namespace mitome::phone {
namespace {

constexpr uint64_t kVersion = 1;

Result<Bytes> bytes_at(const cbor::Value& array, size_t index) {
  TRY_ASSIGN(const cbor::Value value, array.at(index));
  TRY_ASSIGN(const ByteView view, value.as_bytes());
  return to_bytes(view);
}

Result<crypto::SecretBytes> secret_at(const cbor::Value& array, size_t index) {
  TRY_ASSIGN(Bytes bytes, bytes_at(array, index));
  return crypto::SecretBytes{std::move(bytes)};
}

Result<std::string> text_at(const cbor::Value& array, size_t index) {
  TRY_ASSIGN(const cbor::Value value, array.at(index));
  TRY_ASSIGN(const std::string_view view, value.as_text());
  return std::string{view};
}

Result<uint64_t> uint_at(const cbor::Value& array, size_t index) {
  TRY_ASSIGN(const cbor::Value value, array.at(index));
  return value.as_uint();
}

}  // namespace

Bytes SimulatedSecureElement::encode(const Memory& memory) {
  cbor::Writer out;
  out.array(11).uint(kVersion).bytes(memory.sealing_key.reveal()).bytes(memory.pairing_key.reveal());
  out.uint(static_cast<uint64_t>(memory.kind)).bytes(memory.set);
  out.array(memory.keys.size());
  for (const auto& [name, key] : memory.keys) {
    out.array(3).text(name).uint(static_cast<uint64_t>(key.use));
    if (key.key) out.bytes(key.key->pkcs8().reveal());
    else out.null();
  }
  out.array(memory.applet.size());
  for (const auto& [slot, value] : memory.applet) {
    out.array(4).uint(static_cast<uint64_t>(slot.applet)).uint(slot.file).uint(static_cast<uint64_t>(slot.part));
    out.bytes(value);
  }
  out.text(memory.auth_slot).text(memory.sign_slot);
  out.bytes(memory.staged_auth_pin.reveal()).bytes(memory.staged_sign_pin.reveal());
  return out.take();
}

Result<SimulatedSecureElement::Memory> SimulatedSecureElement::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  const cbor::Value root = document.root();
  Memory memory;
  TRY_ASSIGN(const uint64_t version, uint_at(root, 0));
  TRY_ASSIGN(memory.sealing_key, secret_at(root, 1));
  TRY_ASSIGN(memory.pairing_key, secret_at(root, 2));
  TRY_ASSIGN(const uint64_t kind, uint_at(root, 3));
  TRY_ASSIGN(const Bytes set, bytes_at(root, 4));
  if (version != kVersion || kind > 2 || set.size() != memory.set.size())
    return Error{Reason::MALFORMED, "secure element memory"};
  memory.kind = static_cast<Biometrics>(kind);
  std::copy(set.begin(), set.end(), memory.set.begin());
  TRY_ASSIGN(const cbor::Value keys, root.at(5));
  for (auto entry = keys.first_child(); entry; entry = entry->next_sibling()) {
    TRY_ASSIGN(std::string name, text_at(*entry, 0));
    TRY_ASSIGN(const uint64_t use, uint_at(*entry, 1));
    TRY_ASSIGN(const cbor::Value pkcs8, entry->at(2));
    Key key{use == 0 ? KeyUse::kBackground : KeyUse::kUserVerified, std::nullopt};
    if (!pkcs8.is_null()) {
      TRY_ASSIGN(const ByteView der, pkcs8.as_bytes());
      TRY_ASSIGN(key.key, crypto::PrivateKey::from_pkcs8(der));
    }
    memory.keys.emplace(std::move(name), std::move(key));
  }
  TRY_ASSIGN(const cbor::Value applet, root.at(6));
  for (auto entry = applet.first_child(); entry; entry = entry->next_sibling()) {
    TRY_ASSIGN(const uint64_t application, uint_at(*entry, 0));
    TRY_ASSIGN(const uint64_t file, uint_at(*entry, 1));
    TRY_ASSIGN(const uint64_t part, uint_at(*entry, 2));
    TRY_ASSIGN(Bytes value, bytes_at(*entry, 3));
    memory.applet.emplace(card::Slot{static_cast<card::AppletId>(application), static_cast<uint16_t>(file),
                                     static_cast<card::Part>(part)},
                          std::move(value));
  }
  TRY_ASSIGN(memory.auth_slot, text_at(root, 7));
  TRY_ASSIGN(memory.sign_slot, text_at(root, 8));
  TRY_ASSIGN(memory.staged_auth_pin, secret_at(root, 9));
  TRY_ASSIGN(memory.staged_sign_pin, secret_at(root, 10));
  return memory;
}

}  // namespace mitome::phone
