#include "credential/jose/jws.h"

#include "codec/base64url/base64url.h"
#include "credential/jose/jwk.h"

namespace mitome::jose {
namespace {

constexpr size_t kSignatureSize = 64;
constexpr size_t kSignatureText = 86;  ///< the same in base64url

Result<void> read_header(std::string_view text, Jws& into) {
  TRY_ASSIGN(const Bytes bytes, base64url::decode(text));
  TRY_ASSIGN(const json::Value header, json::parse(as_text(bytes)));
  if (!header.is_object()) return Error{Reason::MALFORMED, "the header is not an object"};
  if (header.string_or("alg", "") != "ES256") return Error{Reason::JOSE_ALGORITHM, "only ES256 is taken"};
  for (const auto* name : {"jwk", "jku", "x5c", "x5u", "crit"})
    if (header.find(name) != nullptr) return Error{Reason::JOSE_HEADER, name};
  for (const auto& [name, value] : {std::pair{"kid", &into.key_id}, {"typ", &into.type}}) {
    if (header.find(name) == nullptr) continue;
    TRY_ASSIGN(*value, header.string_at(name));
    if (value->size() > kMaxKeyId) return Error{Reason::LIMIT_EXCEEDED, name};
  }
  return {};
}

}  // namespace

Result<Jws> Jws::parse(std::string_view compact) {
  if (compact.size() > kMaxToken) return Error{Reason::LIMIT_EXCEEDED, "a token over 64 KiB"};
  const size_t first = compact.find('.'), second = first == compact.npos ? first : compact.find('.', first + 1);
  if (second == compact.npos || compact.find('.', second + 1) != compact.npos)
    return Error{Reason::MALFORMED, "not three parts"};
  const std::string_view signature = compact.substr(second + 1);
  if (signature.size() != kSignatureText) return Error{Reason::BAD_SIGNATURE, "not the length of ES256"};
  Jws out;
  TRY(read_header(compact.substr(0, first), out));
  TRY_ASSIGN(out.payload, base64url::decode(compact.substr(first + 1, second - first - 1)));
  TRY_ASSIGN(out.signature, base64url::decode(signature));
  CHECK(out.signature.size() == kSignatureSize);
  out.signing_input = to_bytes(compact.substr(0, second));
  return out;
}

Result<void> verify(const Jws& message, const crypto::PublicKey& key) {
  if (key.type() != crypto::KeyType::kP256) return Error{Reason::JOSE_ALGORITHM, "the key is not on P-256"};
  if (!key.verify(crypto::SignatureAlgorithm::kEcdsaSha256, message.signing_input, message.signature))
    return Error{Reason::BAD_SIGNATURE, "of a token"};
  return {};
}

Result<json::Value> verify_claims(std::string_view compact, const crypto::PublicKey& key) {
  TRY_ASSIGN(const Jws message, Jws::parse(compact));
  TRY(verify(message, key));
  TRY_ASSIGN(json::Value claims, json::parse(as_text(message.payload)));
  if (!claims.is_object()) return Error{Reason::MALFORMED, "the claims are not an object"};
  return claims;
}

Result<std::string> sign(std::string_view type, ByteView payload, crypto::Signer& signer) {
  CHECK(signer.algorithm() == crypto::SignatureAlgorithm::kEcdsaSha256);
  const auto header =
      json::Value::object({{"alg", "ES256"}, {"typ", type}, {"kid", thumbprint(signer.public_key())}});
  const std::string input = base64url::encode(as_bytes(header.dump())) + "." + base64url::encode(payload);
  TRY_ASSIGN(const Bytes signature, signer.sign(as_bytes(input)));
  return input + "." + base64url::encode(signature);
}

}  // namespace mitome::jose
