#include "credential/cose/cose.h"

#include "codec/cbor/writer.h"
#include "crypto/hash.h"

namespace mitome::cose {
namespace {

using cbor::Type;
using cbor::Value;
using cbor::Writer;

constexpr uint64_t kTagMac0 = 17, kTagSign1 = 18;

Error malformed(std::string_view what) { return {Reason::MALFORMED, std::string{what}}; }

Result<std::vector<ByteView>> read_chain(const Value& value) {
  std::vector<ByteView> chain;
  if (value.is(Type::kBytes)) {
    TRY_ASSIGN(ByteView certificate, value.as_bytes());
    chain.push_back(certificate);
    return chain;
  }
  if (!value.is(Type::kArray)) return malformed("x5chain is neither bytes nor an array");
  if (value.size() > kMaxChain) return Error{Reason::LIMIT_EXCEEDED, "x5chain"};
  for (auto item = value.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(ByteView certificate, item->as_bytes());
    chain.push_back(certificate);
  }
  if (chain.empty()) return malformed("x5chain is empty");
  return chain;
}

Result<void> read_protected(const Value& map, Headers& headers) {
  if (!map.is(Type::kMap)) return malformed("protected header is not a map");
  if (auto algorithm = map.find(kHeaderAlgorithm)) {
    // A text algorithm is allowed by RFC 9052; we know none, so it stays absent and is refused by verify().
    if (auto number = algorithm->as_int()) headers.algorithm = *number;
  }
  if (map.find(kHeaderCritical)) headers.critical = true;
  if (auto id = map.find(kHeaderKeyId)) {
    TRY_ASSIGN(headers.key_id, id->as_bytes());
  }
  if (auto type = map.find(kHeaderType); type && type->is(Type::kText)) {
    TRY_ASSIGN(headers.type, type->as_text());
  }
  if (auto chain = map.find(kHeaderX5chain)) {
    TRY_ASSIGN(headers.protected_x5chain, read_chain(*chain));
  }
  return {};
}

Result<void> read_unprotected(const Value& map, Headers& headers) {
  if (!map.is(Type::kMap)) return malformed("unprotected header is not a map");
  if (map.find(kHeaderCritical)) headers.critical = true;  // RFC 9052 3.1: it must be protected
  if (auto id = map.find(kHeaderKeyId); id && !headers.key_id) {
    TRY_ASSIGN(headers.key_id, id->as_bytes());
  }
  if (auto chain = map.find(kHeaderX5chain)) {
    TRY_ASSIGN(headers.x5chain, read_chain(*chain));
  }
  return {};
}

/// RFC 9052 3: one label in both maps would have two meanings.
Result<void> refuse_labels_in_both(const Value& protected_map, const Value& unprotected_map) {
  for (auto key = protected_map.first_child(); key; key = key->next_sibling()->next_sibling()) {
    auto label = key->as_int();
    if (label && unprotected_map.find(*label)) return malformed("header label in both maps");
  }
  return {};
}

Result<Headers> read_headers(const Value& protected_item, const Value& unprotected_item) {
  Headers headers;
  TRY_ASSIGN(headers.protected_bytes, protected_item.as_bytes());
  if (!headers.protected_bytes.empty()) {
    TRY_ASSIGN(const auto document, cbor::Document::parse(headers.protected_bytes, kPeerEncoding));
    TRY(read_protected(document.root(), headers));
    TRY(refuse_labels_in_both(document.root(), unprotected_item));
  }
  TRY(read_unprotected(unprotected_item, headers));
  return headers;
}

struct Parts {
  Headers headers;
  std::optional<ByteView> payload;
  ByteView last;
};

/// The four members that COSE_Sign1 and COSE_Mac0 share in form.
Result<Parts> read_parts(Value value, uint64_t tag) {
  if (value.is(Type::kTag)) {
    TRY_ASSIGN(value, value.as_tag(tag));
  }
  if (!value.is(Type::kArray) || value.size() != 4) return malformed("not a COSE message of four members");
  TRY_ASSIGN(const Value protected_item, value.at(0));
  TRY_ASSIGN(const Value unprotected_item, value.at(1));
  TRY_ASSIGN(const Value payload, value.at(2));
  TRY_ASSIGN(const Value last, value.at(3));
  Parts parts;
  TRY_ASSIGN(parts.headers, read_headers(protected_item, unprotected_item));
  if (!payload.is_null()) {
    TRY_ASSIGN(parts.payload, payload.as_bytes());
  }
  TRY_ASSIGN(parts.last, last.as_bytes());
  return parts;
}

Result<ByteView> choose_payload(const std::optional<ByteView>& attached, const std::optional<ByteView>& detached) {
  if (attached && detached) return malformed("payload attached where it must be detached");
  if (!attached && !detached) return malformed("payload missing");
  return attached ? *attached : *detached;
}

/// Sig_structure and MAC_structure differ in their first member only (RFC 9052 4.4, 6.3).
Bytes structure(std::string_view context, ByteView protected_bytes, ByteView external_aad, ByteView payload) {
  Writer out;
  out.reserve(protected_bytes.size() + external_aad.size() + payload.size() + 48);
  out.array(4).text(context).bytes(protected_bytes).bytes(external_aad).bytes(payload);
  return out.take();
}

void write_chain(Writer& out, const std::vector<ByteView>& chain) {
  out.integer(kHeaderX5chain);
  if (chain.size() == 1) {
    out.bytes(chain[0]);
    return;
  }
  out.array(chain.size());
  for (ByteView certificate : chain) out.bytes(certificate);
}

Bytes encode_protected(std::optional<int64_t> algorithm, const HeaderInput& input) {
  const bool chain = input.x5chain_protected && !input.x5chain.empty();
  Writer out;
  out.map((algorithm ? 1u : 0u) + (input.type.empty() ? 0u : 1u) + (chain ? 1u : 0u));
  if (algorithm) out.integer(kHeaderAlgorithm).integer(*algorithm);
  if (!input.type.empty()) out.integer(kHeaderType).text(input.type);
  if (chain) write_chain(out, input.x5chain);
  return out.take();
}

Bytes encode_unprotected(const HeaderInput& input) {
  Writer out;
  const bool chain = !input.x5chain_protected && !input.x5chain.empty();
  out.map(chain ? 1 : 0);
  if (chain) write_chain(out, input.x5chain);
  return out.take();
}

}  // namespace

Result<CoseSign1> CoseSign1::read(const Value& value) {
  TRY_ASSIGN(Parts parts, read_parts(value, kTagSign1));
  return CoseSign1{std::move(parts.headers), parts.payload, parts.last};
}

Result<CoseSign1> CoseSign1::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, kPeerEncoding));
  return read(document.root());
}

Result<CoseMac0> CoseMac0::read(const Value& value) {
  TRY_ASSIGN(Parts parts, read_parts(value, kTagMac0));
  return CoseMac0{std::move(parts.headers), parts.payload, parts.last};
}

Result<CoseMac0> CoseMac0::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, kPeerEncoding));
  return read(document.root());
}

bool algorithm_fits(int64_t algorithm, crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::kP256: return algorithm == kEs256 || algorithm == kEsp256;
    case crypto::KeyType::kP384: return algorithm == kEs384 || algorithm == kEsp384;
    case crypto::KeyType::kRsa: return false;
  }
  return false;
}

int64_t algorithm_of(crypto::SignatureAlgorithm algorithm) {
  CHECK(algorithm == crypto::SignatureAlgorithm::kEcdsaSha256 || algorithm == crypto::SignatureAlgorithm::kEcdsaSha384);
  return algorithm == crypto::SignatureAlgorithm::kEcdsaSha256 ? kEs256 : kEs384;
}

Result<void> verify(const CoseSign1& message, const crypto::PublicKey& key, std::optional<ByteView> detached,
                    ByteView external_aad) {
  if (message.headers.critical) return Error{Reason::COSE_CRITICAL, ""};
  if (!message.headers.algorithm) return Error{Reason::COSE_ALGORITHM, "none in the protected header"};
  if (!algorithm_fits(*message.headers.algorithm, key.type())) {
    return Error{Reason::COSE_ALGORITHM, std::to_string(*message.headers.algorithm) + " does not fit the key"};
  }
  TRY_ASSIGN(const ByteView payload, choose_payload(message.payload, detached));
  // Exact length before anything looks inside (threats 1, haproxy).
  if (message.signature.size() != 2 * crypto::coordinate_size(key.type())) {
    return Error{Reason::BAD_SIGNATURE, "length " + std::to_string(message.signature.size())};
  }
  const Bytes signed_bytes = structure("Signature1", message.headers.protected_bytes, external_aad, payload);
  const bool good =
      key.type() == crypto::KeyType::kP256
          ? key.verify_digest(crypto::sha256(signed_bytes), message.signature)
          : key.verify(crypto::SignatureAlgorithm::kEcdsaSha384, signed_bytes, message.signature);
  if (!good) return Error{Reason::BAD_SIGNATURE, ""};
  return {};
}

Result<void> verify(const CoseMac0& message, const crypto::SecretBytes& key, std::optional<ByteView> detached,
                    ByteView external_aad) {
  if (message.headers.critical) return Error{Reason::COSE_CRITICAL, ""};
  if (message.headers.algorithm != kHmac256) return Error{Reason::COSE_ALGORITHM, "not HMAC 256/256"};
  TRY_ASSIGN(const ByteView payload, choose_payload(message.payload, detached));
  const Bytes maced = structure("MAC0", message.headers.protected_bytes, external_aad, payload);
  const auto expected = crypto::hmac_sha256(key.reveal(), maced);
  if (!crypto::equal_constant_time(expected, message.tag)) return Error{Reason::BAD_SIGNATURE, "MAC"};
  return {};
}

UnsignedSign1::UnsignedSign1(crypto::SignatureAlgorithm algorithm, const HeaderInput& headers, Bytes payload,
                             bool detached, ByteView external_aad)
    : protected_(encode_protected(algorithm_of(algorithm), headers)),
      unprotected_(encode_unprotected(headers)),
      payload_(std::move(payload)),
      to_be_signed_(structure("Signature1", protected_, external_aad, payload_)),
      detached_(detached) {}

Bytes UnsignedSign1::assemble(ByteView signature, bool tagged) const {
  Writer out;
  out.reserve(protected_.size() + unprotected_.size() + payload_.size() + signature.size() + 24);
  if (tagged) out.tag(kTagSign1);
  out.array(4).bytes(protected_).raw(unprotected_);
  if (detached_) {
    out.null();
  } else {
    out.bytes(payload_);
  }
  out.bytes(signature);
  return out.take();
}

Result<Bytes> sign1(crypto::Signer& signer, const HeaderInput& headers, Bytes payload, bool detached, bool tagged,
                    ByteView external_aad) {
  const UnsignedSign1 message{signer.algorithm(), headers, std::move(payload), detached, external_aad};
  TRY_ASSIGN(const Bytes signature, signer.sign(message.to_be_signed()));
  return message.assemble(signature, tagged);
}

Bytes mac0_detached(const crypto::SecretBytes& key, ByteView payload) {
  const Bytes protected_bytes = encode_protected(kHmac256, {});
  const auto tag = crypto::hmac_sha256(key.reveal(), structure("MAC0", protected_bytes, {}, payload));
  Writer out;
  out.array(4).bytes(protected_bytes).map(0).null().bytes(tag);
  return out.take();
}

Bytes encode_key(const crypto::PublicKey& key) {
  const Bytes point = key.point();
  const size_t size = crypto::coordinate_size(key.type());
  Writer out;
  out.map(4).integer(1).integer(2);
  out.integer(-1).integer(key.type() == crypto::KeyType::kP256 ? 1 : 2);
  out.integer(-2).bytes(ByteView{point}.subspan(1, size));
  out.integer(-3).bytes(ByteView{point}.subspan(1 + size, size));
  return out.take();
}

Result<crypto::PublicKey> read_key(const Value& value) {
  if (!value.is(Type::kMap)) return malformed("COSE_Key is not a map");
  TRY_ASSIGN(const Value type_item, value.get(int64_t{1}));
  TRY_ASSIGN(const int64_t type, type_item.as_int());
  if (type != 2) return Error{Reason::BAD_KEY, "kty " + std::to_string(type)};
  TRY_ASSIGN(const Value curve_item, value.get(int64_t{-1}));
  TRY_ASSIGN(const int64_t curve, curve_item.as_int());
  if (curve != 1 && curve != 2) return Error{Reason::BAD_KEY, "crv " + std::to_string(curve)};
  const auto key_type = curve == 1 ? crypto::KeyType::kP256 : crypto::KeyType::kP384;
  TRY_ASSIGN(const Value x_item, value.get(int64_t{-2}));
  TRY_ASSIGN(const ByteView x, x_item.as_bytes());
  if (x.size() != crypto::coordinate_size(key_type)) return Error{Reason::BAD_KEY, "x of wrong length"};
  TRY_ASSIGN(const Value y_item, value.get(int64_t{-3}));
  if (y_item.is(Type::kBool)) {
    TRY_ASSIGN(const bool odd, y_item.as_bool());
    const uint8_t sign = odd ? 0x03 : 0x02;
    return crypto::PublicKey::from_point(key_type, concat({ByteView{&sign, 1}, x}));
  }
  TRY_ASSIGN(const ByteView y, y_item.as_bytes());
  if (y.size() != x.size()) return Error{Reason::BAD_KEY, "y of wrong length"};
  return crypto::PublicKey::from_coordinates(key_type, x, y);
}

Result<crypto::PublicKey> parse_key(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, kPeerEncoding));
  return read_key(document.root());
}

}  // namespace mitome::cose
