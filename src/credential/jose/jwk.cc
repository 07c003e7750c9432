#include "credential/jose/jwk.h"

#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::jose {
namespace {

Error bad_key(std::string detail) { return {Reason::BAD_KEY, std::move(detail)}; }

struct Coordinates {
  std::string x, y;
};

Coordinates coordinates_of(const crypto::PublicKey& key) {
  CHECK(key.type() == crypto::KeyType::kP256);
  const Bytes point = key.point();
  const ByteView both = ByteView{point}.subspan(1);
  const size_t size = both.size() / 2;
  return {base64url::encode(both.first(size)), base64url::encode(both.subspan(size))};
}

}  // namespace

std::string thumbprint(const crypto::PublicKey& key) {
  // RFC 7638 3.2: the required members only, in the order of their names, without white space.
  const auto [x, y] = coordinates_of(key);
  const auto text = json::Value::object({{"crv", "P-256"}, {"kty", "EC"}, {"x", x}, {"y", y}}).dump();
  return base64url::encode(crypto::sha256(as_bytes(text)));
}

json::Value to_jwk(const crypto::PublicKey& key) {
  const auto [x, y] = coordinates_of(key);
  return json::Value::object({{"kty", "EC"},
                              {"crv", "P-256"},
                              {"x", x},
                              {"y", y},
                              {"use", "sig"},
                              {"alg", "ES256"},
                              {"kid", thumbprint(key)}});
}

Result<crypto::PublicKey> from_jwk(const json::Value& jwk) {
  if (jwk.string_or("kty", "") != "EC" || jwk.string_or("crv", "") != "P-256") return bad_key("not EC on P-256");
  // A key that says what it is for says it rightly, or is another key than we were told (CVE-2026-44699).
  if (jwk.string_or("alg", "ES256") != "ES256" || jwk.string_or("use", "sig") != "sig")
    return bad_key("for another use than ES256 signatures");
  if (jwk.find("d") != nullptr) return bad_key("a private key where a public one belongs");
  const auto x = jwk.base64url_at("x"), y = jwk.base64url_at("y");
  if (!x || !y) return bad_key("x or y is missing");
  return crypto::PublicKey::from_coordinates(crypto::KeyType::kP256, *x, *y);
}

Result<crypto::PublicKey> find_key(const json::Value& jwks, std::string_view key_id) {
  const auto* keys = jwks.find("keys");
  if (keys == nullptr || keys->items().size() > kMaxKeys) return bad_key("not a JWK Set of at most 16 keys");
  const json::Value* found = nullptr;
  for (const auto& each : keys->items()) {
    if (each.string_or("kid", "") != key_id || !from_jwk(each)) continue;
    if (found != nullptr) return bad_key("two keys with one kid");
    found = &each;
  }
  if (found == nullptr) return Error{Reason::NOT_FOUND, "no key with that kid"};
  return from_jwk(*found);
}

}  // namespace mitome::jose
